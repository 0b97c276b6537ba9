//! Prints a generated program as Ruchy, and notes the line of each statement in it.

use super::tree::{Expression, Function, Kind, Operator, Pattern, Place, Program, Statement, Type};
use std::fmt::Write as _;

/// Binds tighter than any operator: operands of methods, indices and fields.
const POSTFIX: u8 = 14;
const UNARY: u8 = 13;

pub fn program(program: &mut Program) -> String {
    let mut text = String::from("struct Record { n: i64, t: String, list: Vec<i64> }\n");
    let last = program.functions.len() - 1;
    for (index, function) in program.functions.iter_mut().enumerate() {
        let mut printer = Printer { names: function.names.clone(), text, depth: 0 };
        printer.function(index, index == last, function);
        text = printer.text;
    }
    text
}

struct Printer {
    names: Vec<String>,
    text: String,
    depth: usize,
}

impl Printer {
    fn line(&mut self, text: &str) -> usize {
        let line = self.text.matches('\n').count() + 1;
        writeln!(self.text, "{}{text}", "    ".repeat(self.depth)).unwrap();
        line
    }

    fn function(&mut self, index: usize, is_main: bool, function: &mut Function) {
        let parameter = |at: usize| {
            let (variable, of, written) = function.parameters[at];
            let reference = if function.is_procedure && at == 0 { "&mut " } else { "" };
            let annotation = if written { format!(": {reference}{}", of.annotation()) } else { String::new() };
            format!("{}{annotation}", self.names[variable])
        };
        let parameters: Vec<String> = (0..function.parameters.len()).map(parameter).collect();
        let result = function.result.filter(|(_, written)| *written).map(|(of, _)| format!(" -> {}", of.annotation()));
        let name = if is_main { "main".to_owned() } else { format!("f{index}") };
        self.line(&format!("fun {name}({}){} {{", parameters.join(", "), result.unwrap_or_default()));
        self.depth += 1;
        self.statements(&mut function.body);
        if let Some(value) = &function.value {
            let text = self.expression(value, 0);
            function.value_line = self.line(&text);
        }
        self.depth -= 1;
        self.line("}");
    }

    fn statements(&mut self, statements: &mut [Statement]) {
        for statement in statements {
            self.statement(statement);
        }
    }

    fn block(&mut self, statements: &mut [Statement]) {
        self.depth += 1;
        self.statements(statements);
        self.depth -= 1;
    }

    fn statement(&mut self, statement: &mut Statement) {
        statement.line = match &mut statement.kind {
            Kind::Let { variable, annotated, mutable, value } => {
                let mutable = if *mutable { "mut " } else { "" };
                let annotation = annotated.map(|of| format!(": {}", of.annotation())).unwrap_or_default();
                let text = format!("let {mutable}{}{annotation} = {};", self.names[*variable], self.expression(value, 0));
                self.line(&text)
            }
            Kind::Assign(place, operator, value) => {
                let operator = operator.map_or("", |operator| operator.text().0);
                let text = format!("{} {operator}= {};", self.place(place), self.expression(value, 0));
                self.line(&text)
            }
            Kind::Print(values) => {
                let values: Vec<String> = values.iter().map(|value| self.expression(value, 0)).collect();
                self.line(&format!("println({});", values.join(", ")))
            }
            Kind::If { condition, then, otherwise } => {
                let text = format!("if {} {{", self.expression(condition, 0));
                self.branches(&text, then, otherwise)
            }
            Kind::IfSome { variable, value, then, otherwise } => {
                let text = format!("if let Some({}) = {} {{", self.names[*variable], self.expression(value, 0));
                self.branches(&text, then, otherwise)
            }
            Kind::ForRange { variable, from, to, body } => {
                let text = format!("for {} in {}..{} {{", self.names[*variable], self.expression(from, UNARY), self.expression(to, UNARY));
                self.branches(&text, body, &mut [])
            }
            Kind::ForList { variable, list, body } => {
                let text = format!("for {} in {} {{", self.names[*variable], self.expression(list, 0));
                self.branches(&text, body, &mut [])
            }
            Kind::While { counter, rounds, body } => {
                let counter = self.names[*counter].clone();
                self.line(&format!("let mut {counter} = 0;"));
                let line = self.line(&format!("while {counter} < {rounds} {{"));
                self.depth += 1;
                self.line(&format!("{counter} += 1;"));
                self.statements(body);
                self.depth -= 1;
                self.line("}");
                line
            }
            Kind::Break(condition) => {
                let text = format!("if {} {{ break; }}", self.expression(condition, 0));
                self.line(&text)
            }
            Kind::Continue(condition) => {
                let text = format!("if {} {{ continue; }}", self.expression(condition, 0));
                self.line(&text)
            }
            Kind::Push(place, value) => {
                let text = format!("{}.push({});", self.place(place), self.expression(value, 0));
                self.line(&text)
            }
            Kind::LetMap(variable) => {
                let text = format!("let mut {}: {} = BTreeMap::new();", self.names[*variable], Type::Map.annotation());
                self.line(&text)
            }
            Kind::Insert(map, key, value) => {
                let text = format!("{}.insert(\"{key}\".to_string(), {});", self.names[*map], self.expression(value, 0));
                self.line(&text)
            }
            Kind::ForMap { key, value, map, body } => {
                let head = format!("for ({}, {}) in {}.iter() {{", self.names[*key], self.names[*value], self.names[*map]);
                let line = self.line(&head);
                self.block(body);
                self.line("}");
                line
            }
            Kind::LetClosure { variable, parameter, body } => {
                let text = format!("let {} = |{}| {};", self.names[*variable], self.names[*parameter], self.expression(body, 0));
                self.line(&text)
            }
            Kind::LetMutator { variable, parameter, target } => {
                let [variable, parameter, target] = [*variable, *parameter, *target].map(|name| self.names[name].clone());
                self.line(&format!("let mut {variable} = |{parameter}| {{ {target} = {target} + {parameter}; }};"))
            }
            Kind::CallMutator { variable, argument, .. } => {
                let text = format!("{}({});", self.names[*variable], self.expression(argument, 0));
                self.line(&text)
            }
            Kind::CallProcedure(function, place, argument) => {
                let text = format!("f{function}(&mut {}, {});", self.place(place), self.expression(argument, 0));
                self.line(&text)
            }
            Kind::ReturnIf(condition, value) => {
                let text = format!("if {} {{ return {}; }}", self.expression(condition, 0), self.expression(value, 0));
                self.line(&text)
            }
        };
    }

    fn branches(&mut self, head: &str, then: &mut [Statement], otherwise: &mut [Statement]) -> usize {
        let line = self.line(head);
        self.block(then);
        if !otherwise.is_empty() {
            self.line("} else {");
            self.block(otherwise);
        }
        self.line("}");
        line
    }

    fn place(&self, place: &Place) -> String {
        match place {
            Place::Variable(variable) => self.names[*variable].clone(),
            Place::Behind(variable) => format!("*{}", self.names[*variable]),
            Place::Element(variable, index) => format!("{}[{}]", self.names[*variable], self.expression(index, 0)),
            Place::Field(variable, field) => format!("{}.{field}", self.names[*variable]),
            Place::FieldElement(variable, field, index) => format!("{}.{field}[{}]", self.names[*variable], self.expression(index, 0)),
        }
    }

    /// The expression, in parentheses where it binds less tightly than `least`.
    fn expression(&self, expression: &Expression, least: u8) -> String {
        let (text, binding) = self.bare(expression);
        if binding < least { format!("({text})") } else { text }
    }

    fn list(&self, expressions: &[Expression]) -> String {
        expressions.iter().map(|expression| self.expression(expression, 0)).collect::<Vec<_>>().join(", ")
    }

    fn bare(&self, expression: &Expression) -> (String, u8) {
        match expression {
            Expression::Int(value) => (value.to_string(), POSTFIX),
            Expression::Float(value) => (format!("{value:?}"), POSTFIX),
            Expression::Bool(value) => (value.to_string(), POSTFIX),
            Expression::Text(value) => (format!("\"{value}\""), POSTFIX),
            Expression::Variable(variable) => (self.names[*variable].clone(), POSTFIX),
            Expression::Negate(operand) => (format!("-{}", self.expression(operand, POSTFIX)), UNARY),
            Expression::Not(operand) => (format!("!{}", self.expression(operand, POSTFIX)), UNARY),
            Expression::Binary(operator, left, right) => self.binary(*operator, left, right),
            Expression::ToFloat(operand) => (format!("({} as f64)", self.expression(operand, POSTFIX)), POSTFIX),
            Expression::If(condition, then, otherwise) => {
                let [condition, then, otherwise] = [condition, then, otherwise].map(|part| self.expression(part, 0));
                (format!("if {condition} {{ {then} }} else {{ {otherwise} }}"), 0)
            }
            Expression::Match(value, arms) => {
                let arm = |(pattern, value): &(Pattern, Expression)| {
                    let pattern = match pattern {
                        Pattern::Literal(value) => value.to_string(),
                        Pattern::Range(from, to) => format!("{from}..={to}"),
                        Pattern::Guarded(variable, guard) => format!("{} if {}", self.names[*variable], self.expression(guard, 0)),
                        Pattern::Any => "_".to_owned(),
                    };
                    format!("{pattern} => {}", self.expression(value, 0))
                };
                let arms: Vec<String> = arms.iter().map(arm).collect();
                (format!("match {} {{ {} }}", self.expression(value, 0), arms.join(", ")), 0)
            }
            Expression::MatchOption { value, variable, some, none } => {
                let [value, some, none] = [value, some, none].map(|part| self.expression(part, 0));
                (format!("match {value} {{ Some({}) => {some}, None => {none} }}", self.names[*variable]), 0)
            }
            Expression::MatchText(value, arms, others) => {
                let arms: Vec<String> =
                    arms.iter().map(|(word, result)| format!("\"{word}\" => {}, ", self.expression(result, 0))).collect();
                (format!("match {} {{ {}_ => {} }}", self.expression(value, 0), arms.concat(), self.expression(others, 0)), 0)
            }
            Expression::MapGet(map, key) => (format!("{}.get(\"{key}\").copied().unwrap_or(0)", self.names[*map]), POSTFIX),
            Expression::Call(function, arguments) => (format!("f{function}({})", self.list(arguments)), POSTFIX),
            Expression::CallClosure(variable, argument) => {
                (format!("{}({})", self.names[*variable], self.expression(argument, 0)), POSTFIX)
            }
            Expression::Method(name, receiver, arguments) => {
                (format!("{}.{name}({})", self.expression(receiver, POSTFIX), self.list(arguments)), POSTFIX)
            }
            Expression::Index(list, index) => (format!("{}[{}]", self.expression(list, POSTFIX), self.expression(index, 0)), POSTFIX),
            Expression::Field(record, field) => (format!("{}.{field}", self.expression(record, POSTFIX)), POSTFIX),
            Expression::List(elements) => (format!("[{}]", self.list(elements)), POSTFIX),
            Expression::Comprehension { element, variable, over, filter } => {
                let filter = filter.as_ref().map(|filter| format!(" if {}", self.expression(filter, 0))).unwrap_or_default();
                let [element, over] = [element, over].map(|part| self.expression(part, 1));
                (format!("[{element} for {} in {over}{filter}]", self.names[*variable]), POSTFIX)
            }
            Expression::Some(value) => (format!("Some({})", self.expression(value, 0)), POSTFIX),
            Expression::WithClosure { method, list, variable, body } => {
                let [list, body] = [(list, POSTFIX), (body, 0)].map(|(part, least)| self.expression(part, least));
                (format!("{list}.{method}(|{}| {body})", self.names[*variable]), POSTFIX)
            }
            Expression::OrElse(option, otherwise) => {
                (format!("({} ?? {})", self.expression(option, POSTFIX), self.expression(otherwise, POSTFIX)), POSTFIX)
            }
            Expression::Pair(left, right) => (format!("({}, {})", self.expression(left, 0), self.expression(right, 0)), POSTFIX),
            Expression::Record(n, t, list) => {
                let [n, t, list] = [n, t, list].map(|part| self.expression(part, 0));
                (format!("Record {{ n: {n}, t: {t}, list: {list} }}"), 0)
            }
            Expression::Format(parts) => {
                let part = |(text, hole): &(String, Option<Expression>)| {
                    let hole = hole.as_ref().map(|hole| format!("{{{}}}", self.expression(hole, 1).replace('"', "\\\"")));
                    format!("{text}{}", hole.unwrap_or_default())
                };
                (format!("f\"{}\"", parts.iter().map(part).collect::<String>()), POSTFIX)
            }
        }
    }

    fn binary(&self, operator: Operator, left: &Expression, right: &Expression) -> (String, u8) {
        let (text, binding) = operator.text();
        // Rust has no chained comparisons, and the table says nothing of them.
        let is_comparison = |side: &Expression| matches!(side, Expression::Binary(inner, ..) if inner.is_comparison());
        let chained = |side| if operator.is_comparison() && is_comparison(side) { POSTFIX } else { 0 };
        let left_text = self.expression(left, binding.max(chained(left)));
        let right_text = self.expression(right, (binding + 1).max(chained(right)));
        (format!("{left_text} {text} {right_text}"), binding)
    }
}
