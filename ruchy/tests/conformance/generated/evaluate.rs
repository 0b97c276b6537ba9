//! Evaluates a generated program by the table of semantics, and gives the transcript it must have.

use super::tree::{Expression, Function, Kind, Operator, Pattern, Place, Program, Statement, Variable};
use std::collections::BTreeMap;

#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Int(i64),
    Float(f64),
    Bool(bool),
    Text(String),
    List(Vec<Value>),
    Option(Option<Box<Value>>),
    Pair(Box<Value>, Box<Value>),
    Record(BTreeMap<&'static str, Value>),
    Map(BTreeMap<String, i64>),
    Unit,
}

/// Why evaluation leaves a statement early.
enum Stop {
    /// A panic of the program.
    Panic(&'static str),
    /// It takes too long: the program is of no use.
    Steps,
    Break,
    Continue,
    Return(Value),
}

type Evaluated<T> = Result<T, Stop>;

const STEPS_MAX: usize = 20_000;
const DEPTH_MAX: usize = 50;

/// The transcript of the program; nothing when it runs for too long.
pub fn transcript(program: &Program) -> Option<Vec<String>> {
    let mut evaluator = Evaluator { program, log: Vec::new(), line: 0, steps: 0, depth: 0 };
    match evaluator.call(program.functions.len() - 1, Vec::new()) {
        Ok(_) | Err(Stop::Break | Stop::Continue | Stop::Return(_)) => {}
        Err(Stop::Panic(words)) => {
            let entry = format!("* {}: {words}", evaluator.line);
            evaluator.log.push(entry);
        }
        Err(Stop::Steps) => return None,
    }
    Some(evaluator.log)
}

struct Evaluator<'program> {
    program: &'program Program,
    log: Vec<String>,
    /// Where evaluation is.
    line: usize,
    steps: usize,
    depth: usize,
}

struct Frame {
    variables: Vec<Value>,
    /// The bodies of closures.
    closures: BTreeMap<Variable, (Variable, Expression)>,
}

impl Evaluator<'_> {
    fn call(&mut self, index: usize, arguments: Vec<Value>) -> Evaluated<(Value, Option<Value>)> {
        let function: &Function = &self.program.functions[index];
        let mut frame = Frame { variables: vec![Value::Unit; function.names.len()], closures: BTreeMap::new() };
        for ((variable, ..), argument) in function.parameters.iter().zip(arguments) {
            frame.variables[*variable] = argument;
        }
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(Stop::Steps);
        }
        let value = match self.statements(&function.body, &mut frame) {
            Err(Stop::Return(value)) => value,
            Err(stop) => return Err(stop),
            Ok(()) => match &function.value {
                Some(value) => {
                    self.line = function.value_line;
                    self.expression(value, &mut frame)?
                }
                None => Value::Unit,
            },
        };
        self.depth -= 1;
        let changed = function.is_procedure.then(|| frame.variables[function.parameters[0].0].clone());
        Ok((value, changed))
    }

    fn statements(&mut self, statements: &[Statement], frame: &mut Frame) -> Evaluated<()> {
        statements.iter().try_for_each(|statement| self.statement(statement, frame))
    }

    /// One round of a loop; whether it goes on.
    fn round(&mut self, body: &[Statement], frame: &mut Frame) -> Evaluated<bool> {
        match self.statements(body, frame) {
            Ok(()) | Err(Stop::Continue) => Ok(true),
            Err(Stop::Break) => Ok(false),
            Err(stop) => Err(stop),
        }
    }

    #[allow(clippy::too_many_lines, reason = "one arm for each kind of statement")]
    fn statement(&mut self, statement: &Statement, frame: &mut Frame) -> Evaluated<()> {
        self.steps += 1;
        if self.steps > STEPS_MAX {
            return Err(Stop::Steps);
        }
        self.line = statement.line;
        match &statement.kind {
            Kind::Let { variable, value, .. } => frame.variables[*variable] = self.expression(value, frame)?,
            Kind::Assign(place, None, value) => {
                let value = self.expression(value, frame)?;
                *self.place(place, frame)? = value;
            }
            Kind::Assign(place, Some(operator), value) => {
                let right = self.expression(value, frame)?;
                let place = self.place(place, frame)?;
                *place = binary(*operator, place.clone(), right)?;
            }
            Kind::Print(values) => {
                let values: Vec<Value> = values.iter().map(|value| self.expression(value, frame)).collect::<Evaluated<_>>()?;
                self.log.push(format!("| {}", values.iter().map(|value| shown(value, true)).collect::<Vec<_>>().join(" ")));
            }
            Kind::If { condition, then, otherwise } => {
                let branch = if self.truth(condition, frame)? { then } else { otherwise };
                self.statements(branch, frame)?;
            }
            Kind::IfSome { variable, value, then, otherwise } => match self.expression(value, frame)? {
                Value::Option(Some(inner)) => {
                    frame.variables[*variable] = *inner;
                    self.statements(then, frame)?;
                }
                _ => self.statements(otherwise, frame)?,
            },
            Kind::ForRange { variable, from, to, body } => {
                let (from, to) = (self.integer(from, frame)?, self.integer(to, frame)?);
                for index in from..to {
                    frame.variables[*variable] = Value::Int(index);
                    if !self.round(body, frame)? {
                        break;
                    }
                }
            }
            Kind::ForList { variable, list, body } => {
                for element in self.elements(list, frame)? {
                    frame.variables[*variable] = element;
                    if !self.round(body, frame)? {
                        break;
                    }
                }
            }
            Kind::While { counter, rounds, body } => {
                frame.variables[*counter] = Value::Int(0);
                while frame.variables[*counter] != Value::Int(*rounds) {
                    let Value::Int(count) = frame.variables[*counter] else { unreachable!("it counts") };
                    frame.variables[*counter] = Value::Int(count + 1);
                    if !self.round(body, frame)? {
                        break;
                    }
                }
            }
            Kind::Break(condition) => {
                if self.truth(condition, frame)? {
                    return Err(Stop::Break);
                }
            }
            Kind::Continue(condition) => {
                if self.truth(condition, frame)? {
                    return Err(Stop::Continue);
                }
            }
            Kind::Push(place, value) => {
                let value = self.expression(value, frame)?;
                let Value::List(list) = self.place(place, frame)? else { unreachable!("it is a list") };
                list.push(value);
            }
            Kind::LetMap(variable) => frame.variables[*variable] = Value::Map(BTreeMap::new()),
            Kind::Insert(map, key, value) => {
                let value = self.integer(value, frame)?;
                let Value::Map(entries) = &mut frame.variables[*map] else { unreachable!("it is a map") };
                entries.insert((*key).to_owned(), value);
            }
            Kind::ForMap { key, value, map, body } => {
                let Value::Map(entries) = frame.variables[*map].clone() else { unreachable!("it is a map") };
                for (name, number) in entries {
                    frame.variables[*key] = Value::Text(name);
                    frame.variables[*value] = Value::Int(number);
                    if !self.round(body, frame)? {
                        break;
                    }
                }
            }
            Kind::LetClosure { variable, parameter, body } => {
                frame.closures.insert(*variable, (*parameter, body.clone()));
            }
            Kind::LetMutator { .. } => {}
            Kind::CallMutator { target, argument, .. } => {
                let argument = self.expression(argument, frame)?;
                let target_value = frame.variables[*target].clone();
                // The addition is written on the closure's line.
                frame.variables[*target] = binary(Operator::Add, target_value, argument).map_err(|_| Stop::Steps)?;
            }
            Kind::CallProcedure(function, place, argument) => {
                let argument = self.expression(argument, frame)?;
                let first = self.place(place, frame)?.clone();
                let (_, changed) = self.call(*function, vec![first, argument])?;
                *self.place(place, frame)? = changed.expect("a procedure changes its first parameter");
            }
            Kind::ReturnIf(condition, value) => {
                if self.truth(condition, frame)? {
                    return Err(Stop::Return(self.expression(value, frame)?));
                }
            }
        }
        Ok(())
    }

    fn place<'frame>(&mut self, place: &Place, frame: &'frame mut Frame) -> Evaluated<&'frame mut Value> {
        let (variable, field, index) = match place {
            Place::Variable(variable) | Place::Behind(variable) => (variable, None, None),
            Place::Element(variable, index) => (variable, None, Some(index)),
            Place::Field(variable, field) => (variable, Some(field), None),
            Place::FieldElement(variable, field, index) => (variable, Some(field), Some(index)),
        };
        let index = index.map(|index| self.integer(index, frame)).transpose()?;
        let value = match (field, &mut frame.variables[*variable]) {
            (Some(field), Value::Record(fields)) => fields.get_mut(*field).expect("a field of the record"),
            (_, value) => value,
        };
        match (index, value) {
            (None, value) => Ok(value),
            (Some(index), Value::List(list)) => {
                let at = at(index, list.len())?;
                Ok(&mut list[at])
            }
            (Some(_), other) => unreachable!("{other:?} has no elements"),
        }
    }

    fn truth(&mut self, expression: &Expression, frame: &mut Frame) -> Evaluated<bool> {
        match self.expression(expression, frame)? {
            Value::Bool(value) => Ok(value),
            other => unreachable!("{other:?} is not a bool"),
        }
    }

    fn integer(&mut self, expression: &Expression, frame: &mut Frame) -> Evaluated<i64> {
        match self.expression(expression, frame)? {
            Value::Int(value) => Ok(value),
            other => unreachable!("{other:?} is not an integer"),
        }
    }

    fn elements(&mut self, expression: &Expression, frame: &mut Frame) -> Evaluated<Vec<Value>> {
        match self.expression(expression, frame)? {
            Value::List(elements) => Ok(elements),
            other => unreachable!("{other:?} is not a list"),
        }
    }

    fn all(&mut self, expressions: &[Expression], frame: &mut Frame) -> Evaluated<Vec<Value>> {
        expressions.iter().map(|expression| self.expression(expression, frame)).collect()
    }

    #[allow(clippy::too_many_lines, reason = "one arm for each kind of expression")]
    fn expression(&mut self, expression: &Expression, frame: &mut Frame) -> Evaluated<Value> {
        Ok(match expression {
            Expression::Int(value) => Value::Int(*value),
            Expression::Float(value) => Value::Float(*value),
            Expression::Bool(value) => Value::Bool(*value),
            Expression::Text(value) => Value::Text(value.clone()),
            Expression::Variable(variable) => frame.variables[*variable].clone(),
            Expression::Negate(operand) => match self.expression(operand, frame)? {
                Value::Int(value) => Value::Int(value.checked_neg().ok_or(Stop::Panic("overflow"))?),
                Value::Float(value) => Value::Float(-value),
                other => unreachable!("-{other:?}"),
            },
            Expression::Not(operand) => Value::Bool(!self.truth(operand, frame)?),
            Expression::Binary(Operator::And, left, right) => Value::Bool(self.truth(left, frame)? && self.truth(right, frame)?),
            Expression::Binary(Operator::Or, left, right) => Value::Bool(self.truth(left, frame)? || self.truth(right, frame)?),
            Expression::Binary(operator, left, right) => {
                let left = self.expression(left, frame)?;
                binary(*operator, left, self.expression(right, frame)?)?
            }
            #[allow(clippy::cast_precision_loss, reason = "what `as f64` does")]
            Expression::ToFloat(operand) => Value::Float(self.integer(operand, frame)? as f64),
            Expression::If(condition, then, otherwise) => {
                let branch = if self.truth(condition, frame)? { then } else { otherwise };
                self.expression(branch, frame)?
            }
            Expression::Match(value, arms) => {
                let value = self.integer(value, frame)?;
                for (pattern, result) in arms {
                    let matches = match pattern {
                        Pattern::Literal(literal) => value == *literal,
                        Pattern::Range(from, to) => (*from..=*to).contains(&value),
                        Pattern::Guarded(variable, guard) => {
                            frame.variables[*variable] = Value::Int(value);
                            self.truth(guard, frame)?
                        }
                        Pattern::Any => true,
                    };
                    if matches {
                        return self.expression(result, frame);
                    }
                }
                unreachable!("the last arm matches")
            }
            Expression::MatchOption { value, variable, some, none } => match self.expression(value, frame)? {
                Value::Option(Some(inner)) => {
                    frame.variables[*variable] = *inner;
                    self.expression(some, frame)?
                }
                _ => self.expression(none, frame)?,
            },
            Expression::MatchText(value, arms, others) => {
                let value = self.expression(value, frame)?;
                let arm = arms.iter().find(|(word, _)| value == Value::Text((*word).to_owned()));
                self.expression(arm.map_or(others, |(_, result)| result), frame)?
            }
            Expression::MapGet(map, key) => match &frame.variables[*map] {
                Value::Map(entries) => Value::Int(entries.get(*key).copied().unwrap_or(0)),
                other => unreachable!("{other:?} is not a map"),
            },
            Expression::Call(function, arguments) => {
                let arguments = self.all(arguments, frame)?;
                let line = self.line;
                let value = self.call(*function, arguments)?.0;
                self.line = line;
                value
            }
            Expression::CallClosure(variable, argument) => {
                let argument = self.expression(argument, frame)?;
                let (parameter, body) = frame.closures[variable].clone();
                frame.variables[parameter] = argument;
                // A panic in it is on the closure's line, which is not noted here.
                self.expression(&body, frame).map_err(|_| Stop::Steps)?
            }
            Expression::Method(name, receiver, arguments) => {
                let receiver = self.expression(receiver, frame)?;
                method(name, receiver, self.all(arguments, frame)?)
            }
            Expression::Index(list, index) => {
                let list = self.elements(list, frame)?;
                let index = self.integer(index, frame)?;
                list[at(index, list.len())?].clone()
            }
            Expression::Field(record, field) => match self.expression(record, frame)? {
                Value::Record(fields) => fields[field].clone(),
                Value::Pair(left, right) => *if *field == "0" { left } else { right },
                other => unreachable!("{other:?}.{field}"),
            },
            Expression::List(elements) => Value::List(self.all(elements, frame)?),
            Expression::Comprehension { element, variable, over, filter } => {
                let mut list = Vec::new();
                for value in self.elements(over, frame)? {
                    frame.variables[*variable] = value;
                    if filter.as_ref().map_or(Ok(true), |filter| self.truth(filter, frame))? {
                        list.push(self.expression(element, frame)?);
                    }
                }
                Value::List(list)
            }
            Expression::Some(value) => Value::Option(Some(Box::new(self.expression(value, frame)?))),
            Expression::WithClosure { method, list, variable, body } => {
                let mut results = Vec::new();
                for value in self.elements(list, frame)? {
                    frame.variables[*variable] = value.clone();
                    let result = self.expression(body, frame)?;
                    // `any` and `all` stop at the first element that decides.
                    let decides = (*method == "any" && result == Value::Bool(true)) || (*method == "all" && result == Value::Bool(false));
                    results.push((value, result));
                    if decides {
                        break;
                    }
                }
                let is_true = |result: &Value| *result == Value::Bool(true);
                match *method {
                    "map" => Value::List(results.into_iter().map(|(_, result)| result).collect()),
                    "filter" => Value::List(results.into_iter().filter(|(_, result)| is_true(result)).map(|(value, _)| value).collect()),
                    "any" => Value::Bool(results.iter().any(|(_, result)| is_true(result))),
                    _ => Value::Bool(results.iter().all(|(_, result)| is_true(result))),
                }
            }
            Expression::OrElse(option, otherwise) => match self.expression(option, frame)? {
                Value::Option(Some(value)) => *value,
                _ => self.expression(otherwise, frame)?,
            },
            Expression::Pair(left, right) => {
                let left = self.expression(left, frame)?;
                Value::Pair(Box::new(left), Box::new(self.expression(right, frame)?))
            }
            Expression::Record(n, t, list) => {
                let mut fields = BTreeMap::new();
                for (name, value) in [("n", n), ("t", t), ("list", list)] {
                    fields.insert(name, self.expression(value, frame)?);
                }
                Value::Record(fields)
            }
            Expression::Format(parts) => {
                let mut text = String::new();
                for (part, hole) in parts {
                    text.push_str(part);
                    if let Some(hole) = hole {
                        text.push_str(&interpolated(&self.expression(hole, frame)?));
                    }
                }
                Value::Text(text)
            }
        })
    }
}

/// The place of an index, which may count from the end.
fn at(index: i64, length: usize) -> Evaluated<usize> {
    let from_start = if index < 0 { index + i64::try_from(length).expect("a short list") } else { index };
    usize::try_from(from_start).ok().filter(|place| *place < length).ok_or(Stop::Panic("index"))
}

fn binary(operator: Operator, left: Value, right: Value) -> Evaluated<Value> {
    let overflow = || Stop::Panic("overflow");
    let bits = |value: i64| u32::try_from(value).ok();
    Ok(match (operator, left, right) {
        (Operator::Equal, left, right) => Value::Bool(left == right),
        (Operator::NotEqual, left, right) => Value::Bool(left != right),
        (Operator::Add, Value::Text(left), right) => Value::Text(left + &concatenated(&right)),
        (Operator::Add, left, Value::Text(right)) => Value::Text(concatenated(&left) + &right),
        (Operator::Add, Value::List(left), Value::List(right)) => Value::List([left, right].concat()),
        (Operator::Multiply, Value::Text(text), Value::Int(times)) => Value::Text(text.repeat(usize::try_from(times).expect("a literal"))),
        (operator, Value::Int(left), Value::Int(right)) => match operator {
            Operator::BitOr => Value::Int(left | right),
            Operator::BitXor => Value::Int(left ^ right),
            Operator::BitAnd => Value::Int(left & right),
            Operator::Less => Value::Bool(left < right),
            Operator::LessEqual => Value::Bool(left <= right),
            Operator::Greater => Value::Bool(left > right),
            Operator::GreaterEqual => Value::Bool(left >= right),
            Operator::ShiftLeft => Value::Int(bits(right).and_then(|right| left.checked_shl(right)).ok_or_else(overflow)?),
            Operator::ShiftRight => Value::Int(bits(right).and_then(|right| left.checked_shr(right)).ok_or_else(overflow)?),
            Operator::Add => Value::Int(left.checked_add(right).ok_or_else(overflow)?),
            Operator::Subtract => Value::Int(left.checked_sub(right).ok_or_else(overflow)?),
            Operator::Multiply => Value::Int(left.checked_mul(right).ok_or_else(overflow)?),
            Operator::Divide | Operator::Remainder if right == 0 => return Err(Stop::Panic("zero")),
            Operator::Divide => Value::Int(left.checked_div(right).ok_or_else(overflow)?),
            Operator::Remainder => Value::Int(left.checked_rem(right).ok_or_else(overflow)?),
            Operator::Power => Value::Int(bits(right).and_then(|right| left.checked_pow(right)).ok_or_else(overflow)?),
            _ => unreachable!("{operator:?} of integers"),
        },
        #[allow(clippy::cast_precision_loss, reason = "an integer beside a float becomes one")]
        (operator, Value::Int(left), Value::Float(right)) => floats(operator, left as f64, right),
        #[allow(clippy::cast_precision_loss, reason = "an integer beside a float becomes one")]
        (operator, Value::Float(left), Value::Int(right)) => floats(operator, left, right as f64),
        (operator, Value::Float(left), Value::Float(right)) => floats(operator, left, right),
        (Operator::Less, Value::Text(left), Value::Text(right)) => Value::Bool(left < right),
        (Operator::Greater, Value::Text(left), Value::Text(right)) => Value::Bool(left > right),
        (operator, left, right) => unreachable!("{left:?} {operator:?} {right:?}"),
    })
}

fn floats(operator: Operator, left: f64, right: f64) -> Value {
    match operator {
        Operator::Add => Value::Float(left + right),
        Operator::Subtract => Value::Float(left - right),
        Operator::Multiply => Value::Float(left * right),
        Operator::Divide => Value::Float(left / right),
        Operator::Less => Value::Bool(left < right),
        Operator::LessEqual => Value::Bool(left <= right),
        Operator::Greater => Value::Bool(left > right),
        Operator::GreaterEqual => Value::Bool(left >= right),
        _ => unreachable!("{operator:?} of floats"),
    }
}

fn method(name: &str, receiver: Value, mut arguments: Vec<Value>) -> Value {
    let int = |value: usize| Value::Int(i64::try_from(value).expect("a short text"));
    match (name, receiver) {
        ("len", Value::Text(text)) => int(text.len()),
        ("len", Value::List(list)) => int(list.len()),
        ("len", Value::Map(entries)) => int(entries.len()),
        ("to_upper", Value::Text(text)) => Value::Text(text.to_uppercase()),
        ("to_lower", Value::Text(text)) => Value::Text(text.to_lowercase()),
        ("trim", Value::Text(text)) => Value::Text(text.trim().to_owned()),
        ("contains", Value::Text(text)) => match arguments.pop() {
            Some(Value::Text(part)) => Value::Bool(text.contains(&part)),
            other => unreachable!("contains {other:?}"),
        },
        ("contains", Value::List(list)) => Value::Bool(arguments.pop().is_some_and(|value| list.contains(&value))),
        ("is_empty", Value::Text(text)) => Value::Bool(text.is_empty()),
        ("is_empty", Value::List(list)) => Value::Bool(list.is_empty()),
        ("abs", Value::Int(value)) => Value::Int(value.abs()),
        ("min", Value::Int(value)) => match arguments.pop() {
            Some(Value::Int(other)) => Value::Int(value.min(other)),
            other => unreachable!("min {other:?}"),
        },
        ("to_string", Value::Int(value)) => Value::Text(value.to_string()),
        ("to_string", Value::Float(value)) => Value::Text(value.to_string()),
        ("first", Value::List(list)) => Value::Option(list.into_iter().next().map(Box::new)),
        ("last", Value::List(list)) => Value::Option(list.into_iter().last().map(Box::new)),
        ("reverse", Value::List(list)) => Value::List(list.into_iter().rev().collect()),
        ("is_some", Value::Option(option)) => Value::Bool(option.is_some()),
        ("unwrap_or", Value::Option(option)) => option.map_or_else(|| arguments.pop().expect("an argument"), |value| *value),
        ("join", Value::List(list)) => match arguments.pop() {
            Some(Value::Text(separator)) => Value::Text(list.iter().map(interpolated).collect::<Vec<_>>().join(&separator)),
            other => unreachable!("join {other:?}"),
        },
        (name, receiver) => unreachable!("{receiver:?}.{name}"),
    }
}

fn float(value: f64) -> String {
    if value.fract() == 0.0 { format!("{value}.0") } else { format!("{value}") }
}

/// The value beside text and `+`.
fn concatenated(value: &Value) -> String {
    match value {
        Value::Float(value) => value.to_string(),
        other => interpolated(other),
    }
}

/// The value in an f-string: text within lists and tuples is bare.
fn interpolated(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::List(list) => format!("[{}]", list.iter().map(interpolated).collect::<Vec<_>>().join(", ")),
        Value::Pair(left, right) => format!("({}, {})", interpolated(left), interpolated(right)),
        other => shown(other, true),
    }
}

/// The value as `println` shows it: text is bare at the top, and in quotes within others.
fn shown(value: &Value, top: bool) -> String {
    match value {
        Value::Int(value) => value.to_string(),
        Value::Float(value) => float(*value),
        Value::Bool(value) => value.to_string(),
        Value::Text(text) if top => text.clone(),
        Value::Text(text) => format!("\"{text}\""),
        Value::List(list) => format!("[{}]", list.iter().map(|value| shown(value, false)).collect::<Vec<_>>().join(", ")),
        Value::Option(Some(value)) => format!("Some({})", shown(value, false)),
        Value::Option(None) => "None".to_owned(),
        Value::Pair(left, right) => format!("({}, {})", shown(left, false), shown(right, false)),
        Value::Record(fields) => {
            let shown = |name| shown(&fields[name], false);
            format!("Record {{ n: {}, t: {}, list: {} }}", shown("n"), shown("t"), shown("list"))
        }
        Value::Map(_) => unreachable!("maps are not shown"),
        Value::Unit => "nil".to_owned(),
    }
}
