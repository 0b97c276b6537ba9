//! Generates programs. Every expression has the type it is asked for; panics of arithmetic and of indices may happen, endless loops may not.

use super::random::Random;
use super::tree::{Expression, Function, Kind, Operator, Pattern, Place, Program, Statement, Type, Variable};

const FUNCTIONS_MAX: usize = 4;
const EXPRESSION_DEPTH: usize = 3;
const NAMES: [&str; 16] =
    ["a", "b", "count", "my_total", "x", "item_name", "y", "n", "left", "value", "s", "order_id", "k", "rest", "text", "total"];
const WORDS: [&str; 8] = ["", "a", "tea", "Grüße", "two words", "Z", "x-y", "42"];

pub fn program(seed: u64) -> Program {
    let mut random = Random::new(seed);
    let mut program = Program::default();
    let functions = random.below(FUNCTIONS_MAX);
    for _ in 0..functions {
        let function = Generator::new(&mut random, &program.functions).function();
        program.functions.push(function);
    }
    let main = Generator::new(&mut random, &program.functions).main();
    program.functions.push(main);
    program
}

#[derive(Clone, Copy, PartialEq)]
enum Role {
    Value(Type),
    Closure,
    Mutator(Variable),
}

struct Generator<'a> {
    random: &'a mut Random,
    /// What may be called.
    functions: &'a [Function],
    function: Function,
    /// The variables in scope, innermost last.
    scope: Vec<(Variable, Role)>,
    loops: usize,
    /// f-strings are not nested in one another.
    in_format: bool,
}

impl<'a> Generator<'a> {
    fn new(random: &'a mut Random, functions: &'a [Function]) -> Self {
        Self { random, functions, function: Function::default(), scope: Vec::new(), loops: 0, in_format: false }
    }

    fn function(mut self) -> Function {
        self.function.is_procedure = self.random.percent(25);
        let count = if self.function.is_procedure { 2 } else { 1 + self.random.below(3) };
        for index in 0..count {
            let of = match (self.function.is_procedure, index) {
                (true, 0) => *self.random.choose(&[Type::Ints, Type::Record, Type::Int]),
                (true, _) => Type::Int,
                _ => *self.random.choose(&Type::ALL),
            };
            let variable = self.bind(Role::Value(of));
            let (earlier, name) = self.function.names.split_at_mut(index);
            if earlier.contains(&name[0]) {
                name[0] = format!("{}_{index}", name[0]);
            }
            let written = self.function.is_procedure || self.random.percent(60);
            self.function.parameters.push((variable, of, written));
        }
        if self.function.is_procedure {
            self.procedure_body();
        } else {
            let of = *self.random.choose(&Type::ALL);
            self.function.result = Some((of, self.random.percent(60)));
            self.function.body = self.statements(2, 1);
            self.function.value = Some(self.expression(of, EXPRESSION_DEPTH));
        }
        self.function
    }

    /// A procedure's body changes the first parameter, which is behind a reference.
    fn procedure_body(&mut self) {
        let (target, of, _) = self.function.parameters[0];
        let by = Expression::Variable(self.function.parameters[1].0);
        // What is behind the reference is only changed by these statements.
        self.scope.remove(0);
        for _ in 0..=self.random.below(2) {
            let kind = match of {
                Type::Ints => Kind::Push(Place::Variable(target), by.clone()),
                Type::Record => match self.random.below(3) {
                    0 => Kind::Push(Place::Field(target, "list"), by.clone()),
                    1 => Kind::Assign(Place::Field(target, "n"), Some(Operator::Add), by.clone()),
                    _ => Kind::Assign(Place::Field(target, "t"), None, self.expression(Type::Text, 1)),
                },
                // `*n += by` is the only form for a number.
                _ => Kind::Assign(Place::Behind(target), Some(Operator::Add), by.clone()),
            };
            self.function.body.push(Statement { line: 0, kind });
        }
    }

    fn main(mut self) -> Function {
        self.function.body = self.statements(6, 2);
        // A parameter without a type gets it from a call.
        for index in 0..self.functions.len() {
            if !self.functions[index].is_procedure {
                let call = self.call(index, 1);
                self.function.body.push(Statement { line: 0, kind: Kind::Print(vec![call]) });
            }
        }
        let last = self.print();
        self.function.body.push(last);
        self.function
    }

    fn bind(&mut self, role: Role) -> Variable {
        let variable = self.function.names.len();
        // Closures keep their names, so that nothing is called that is not one.
        let name = match role {
            Role::Value(_) => self.random.choose(&NAMES).to_string(),
            Role::Closure | Role::Mutator(_) => format!("call_{variable}"),
        };
        self.function.names.push(name);
        self.scope.push((variable, role));
        variable
    }

    /// The visible variables of that role: those whose names are not taken by later ones.
    fn visible(&self, role: impl Fn(Role) -> bool) -> Vec<Variable> {
        let is_visible = |index: usize, variable: Variable| {
            let name = &self.function.names[variable];
            !self.scope[index + 1..].iter().any(|(later, _)| self.function.names[*later] == *name)
        };
        let found = self.scope.iter().enumerate().filter(|(index, (variable, of))| role(*of) && is_visible(*index, *variable));
        found.map(|(_, (variable, _))| *variable).collect()
    }

    fn variable(&mut self, of: Type) -> Option<Variable> {
        let visible = self.visible(|role| role == Role::Value(of));
        (!visible.is_empty()).then(|| *self.random.choose(&visible))
    }

    /// Statements whose names stay in scope.
    fn statements(&mut self, statements: usize, depth: usize) -> Vec<Statement> {
        let count = 1 + self.random.below(statements + 1);
        let mut block = Vec::new();
        for _ in 0..count {
            block.push(self.statement(depth));
        }
        block
    }

    fn block(&mut self, statements: usize, depth: usize) -> Vec<Statement> {
        let scope = self.scope.len();
        let block = self.statements(statements, depth);
        self.scope.truncate(scope);
        block
    }

    /// A block in which `variable` is bound.
    fn block_with(&mut self, depth: usize, of: Type, is_loop: bool) -> (Variable, Vec<Statement>) {
        let scope = self.scope.len();
        let variable = self.bind(Role::Value(of));
        self.loops += usize::from(is_loop);
        let block = self.block(2, depth);
        self.loops -= usize::from(is_loop);
        self.scope.truncate(scope);
        (variable, block)
    }

    fn print(&mut self) -> Statement {
        let count = 1 + self.random.below(3);
        let values = (0..count).map(|_| {
            let of = *self.random.choose(&Type::ALL);
            self.expression(of, EXPRESSION_DEPTH)
        });
        Statement { line: 0, kind: Kind::Print(values.collect()) }
    }

    fn statement(&mut self, depth: usize) -> Statement {
        let kind = match self.random.below(if depth == 0 { 12 } else { 17 }) {
            3 if self.random.percent(40) => self.map(depth),
            0..4 => self.binding(),
            4 | 5 => return self.print(),
            6 | 7 => self.assignment(),
            8 => self.push(),
            9 => self.closure(),
            10 => self.procedure_call(),
            11 => self.jump(),
            12 | 13 => {
                let condition = self.expression(Type::Bool, EXPRESSION_DEPTH);
                let then = self.block(2, depth - 1);
                let otherwise = if self.random.percent(50) { self.block(2, depth - 1) } else { Vec::new() };
                Kind::If { condition, then, otherwise }
            }
            14 => {
                let value = self.expression(Type::Option, 2);
                let (variable, then) = self.block_with(depth - 1, Type::Int, false);
                let otherwise = if self.random.percent(50) { self.block(1, depth - 1) } else { Vec::new() };
                Kind::IfSome { variable, value, then, otherwise }
            }
            15 => self.for_loop(depth),
            _ => {
                let (counter, body) = self.block_with(depth - 1, Type::Int, true);
                // The body must not assign to the counter.
                let name = format!("round_{counter}");
                self.function.names[counter] = name;
                if assigns(&body, counter) { Kind::Print(vec![Expression::Int(0)]) } else { Kind::While { counter, rounds: 3, body } }
            }
        };
        Statement { line: 0, kind }
    }

    fn for_loop(&mut self, depth: usize) -> Kind {
        if self.random.percent(50) {
            let from = Expression::Int(self.small());
            let to = Expression::Int(self.small());
            let (variable, body) = self.block_with(depth - 1, Type::Int, true);
            Kind::ForRange { variable, from, to, body }
        } else {
            let (list, of) = *self.random.choose(&[(Type::Ints, Type::Int), (Type::Texts, Type::Text)]);
            let list = self.expression(list, 2);
            let (variable, body) = self.block_with(depth - 1, of, true);
            Kind::ForList { variable, list, body }
        }
    }

    fn binding(&mut self) -> Kind {
        let of = *self.random.choose(&Type::ALL);
        let value = self.expression(of, EXPRESSION_DEPTH);
        let annotated = self.random.percent(30).then_some(of);
        let variable = self.bind(Role::Value(of));
        Kind::Let { variable, annotated, mutable: self.random.percent(50), value }
    }

    fn assignment(&mut self) -> Kind {
        let of = *self.random.choose(&[Type::Int, Type::Float, Type::Bool, Type::Text, Type::Ints, Type::Record]);
        let Some(variable) = self.variable(of) else { return self.binding() };
        match (of, self.random.below(3)) {
            (Type::Int, 0 | 1) => {
                let operator = *self.random.choose(&[Operator::Add, Operator::Subtract]);
                Kind::Assign(Place::Variable(variable), Some(operator), self.expression(Type::Int, 2))
            }
            (Type::Text, 0 | 1) => Kind::Assign(Place::Variable(variable), Some(Operator::Add), self.expression(Type::Text, 2)),
            (Type::Ints, 0 | 1) => {
                let index = self.index(variable);
                Kind::Assign(Place::Element(variable, index), None, self.expression(Type::Int, 2))
            }
            (Type::Record, 0) => Kind::Assign(Place::Field(variable, "n"), Some(Operator::Add), self.expression(Type::Int, 2)),
            (Type::Record, 1) => Kind::Assign(Place::Field(variable, "t"), None, self.expression(Type::Text, 2)),
            (Type::Record, _) => {
                Kind::Assign(Place::FieldElement(variable, "list", Expression::Int(0)), None, self.expression(Type::Int, 2))
            }
            _ => Kind::Assign(Place::Variable(variable), None, self.expression(of, EXPRESSION_DEPTH)),
        }
    }

    /// An index that is mostly within the list.
    fn index(&mut self, list: Variable) -> Expression {
        match self.random.below(4) {
            0 => Expression::Negate(Box::new(Expression::Int(1))),
            1 => {
                let length = Expression::Method("len", Box::new(Expression::Variable(list)), Vec::new());
                Expression::Binary(Operator::Subtract, Box::new(length), Box::new(Expression::Int(1)))
            }
            _ => Expression::Int(0),
        }
    }

    fn push(&mut self) -> Kind {
        match self.random.below(3) {
            0 => match self.variable(Type::Ints) {
                Some(list) => Kind::Push(Place::Variable(list), self.expression(Type::Int, 2)),
                None => self.binding(),
            },
            1 => match self.variable(Type::Texts) {
                Some(list) => Kind::Push(Place::Variable(list), self.expression(Type::Text, 2)),
                None => self.binding(),
            },
            _ => match self.variable(Type::Record) {
                Some(record) => Kind::Push(Place::Field(record, "list"), self.expression(Type::Int, 2)),
                None => self.binding(),
            },
        }
    }

    fn closure(&mut self) -> Kind {
        let mutators: Vec<Variable> = self.visible(|role| matches!(role, Role::Mutator(_)));
        if !mutators.is_empty() {
            let variable = *self.random.choose(&mutators);
            let Some((_, Role::Mutator(target))) = self.scope.iter().find(|(of, _)| *of == variable) else { unreachable!("it is one") };
            let target = *target;
            return Kind::CallMutator { variable, target, argument: Expression::Int(self.small()) };
        }
        if self.random.percent(40)
            && let Some(target) = self.variable(Type::Int)
        {
            let scope = self.scope.len();
            let parameter = self.bind(Role::Value(Type::Int));
            let name = format!("by_{parameter}");
            self.function.names[parameter] = name;
            self.scope.truncate(scope);
            let variable = self.bind(Role::Mutator(target));
            return Kind::LetMutator { variable, parameter, target };
        }
        let scope = self.scope.len();
        let parameter = self.bind(Role::Value(Type::Int));
        let body = self.expression(Type::Int, 2);
        self.scope.truncate(scope);
        let variable = self.bind(Role::Closure);
        Kind::LetClosure { variable, parameter, body }
    }

    fn procedure_call(&mut self) -> Kind {
        let procedures: Vec<usize> = (0..self.functions.len()).filter(|index| self.functions[*index].is_procedure).collect();
        if procedures.is_empty() {
            return self.binding();
        }
        let index = *self.random.choose(&procedures);
        let of = self.functions[index].parameters[0].1;
        match self.variable(of) {
            Some(variable) => Kind::CallProcedure(index, Place::Variable(variable), self.expression(Type::Int, 1)),
            None => self.binding(),
        }
    }

    fn jump(&mut self) -> Kind {
        let condition = self.expression(Type::Bool, 2);
        match (self.loops > 0, self.function.result) {
            (true, _) if self.random.percent(50) => Kind::Break(condition),
            (true, None) => Kind::Continue(condition),
            (_, Some((of, _))) => Kind::ReturnIf(condition, self.expression(of, 2)),
            (false, None) => self.binding(),
        }
    }

    fn small(&mut self) -> i64 {
        i64::try_from(self.random.below(6)).expect("it is small")
    }

    fn boxed(&mut self, of: Type, depth: usize) -> Box<Expression> {
        Box::new(self.expression(of, depth))
    }

    fn call(&mut self, index: usize, depth: usize) -> Expression {
        let types: Vec<Type> = self.functions[index].parameters.iter().map(|(_, of, _)| *of).collect();
        Expression::Call(index, types.into_iter().map(|of| self.expression(of, depth)).collect())
    }

    fn expression(&mut self, of: Type, depth: usize) -> Expression {
        if self.random.percent(if depth == 0 { 80 } else { 30 })
            && let Some(variable) = self.variable(of)
        {
            return Expression::Variable(variable);
        }
        if depth > 0 {
            let callable: Vec<usize> =
                (0..self.functions.len()).filter(|index| self.functions[*index].result.is_some_and(|(result, _)| result == of)).collect();
            if !callable.is_empty() && self.random.percent(15) {
                let index = *self.random.choose(&callable);
                return self.call(index, depth - 1);
            }
            if self.random.percent(8) {
                return Expression::If(self.boxed(Type::Bool, depth - 1), self.boxed(of, depth - 1), self.boxed(of, depth - 1));
            }
            if self.random.percent(8) {
                return match self.random.below(3) {
                    0 => self.matched(of, depth - 1),
                    1 => self.matched_option(of, depth - 1),
                    _ => self.matched_text(of, depth - 1),
                };
            }
        }
        match of {
            Type::Int => self.int(depth),
            Type::Float => self.float(depth),
            Type::Bool => self.truth(depth),
            Type::Text => self.text(depth),
            Type::Ints => self.list(Type::Ints, Type::Int, depth),
            Type::Texts => self.list(Type::Texts, Type::Text, depth),
            Type::Option => self.option(depth),
            Type::Map => unreachable!("a map is in a variable"),
            Type::Pair => Expression::Pair(self.boxed(Type::Int, depth.saturating_sub(1)), self.boxed(Type::Text, depth.saturating_sub(1))),
            Type::Record => {
                let depth = depth.saturating_sub(1);
                Expression::Record(self.boxed(Type::Int, depth), self.boxed(Type::Text, depth), self.boxed(Type::Ints, depth))
            }
        }
    }

    fn matched(&mut self, of: Type, depth: usize) -> Expression {
        let value = self.boxed(Type::Int, depth);
        let mut arms = vec![(Pattern::Literal(self.small()), self.expression(of, depth))];
        let from = 6 + self.small();
        arms.push((Pattern::Range(from, from + 10), self.expression(of, depth)));
        if self.random.percent(50) {
            let scope = self.scope.len();
            let variable = self.bind(Role::Value(Type::Int));
            let guard = self.expression(Type::Bool, 1);
            arms.push((Pattern::Guarded(variable, guard), self.expression(of, depth)));
            self.scope.truncate(scope);
        }
        arms.push((Pattern::Any, self.expression(of, depth)));
        Expression::Match(value, arms)
    }

    fn matched_option(&mut self, of: Type, depth: usize) -> Expression {
        let value = self.boxed(Type::Option, depth);
        let none = self.boxed(of, depth);
        let scope = self.scope.len();
        let variable = self.bind(Role::Value(Type::Int));
        let some = self.boxed(of, depth);
        self.scope.truncate(scope);
        Expression::MatchOption { value, variable, some, none }
    }

    fn matched_text(&mut self, of: Type, depth: usize) -> Expression {
        let value = self.boxed(Type::Text, depth);
        let first = self.random.below(WORDS.len());
        let second = (first + 1 + self.random.below(WORDS.len() - 1)) % WORDS.len();
        let arms = [first, second].map(|word| (WORDS[word], self.expression(of, depth)));
        Expression::MatchText(value, arms.into(), self.boxed(of, depth))
    }

    /// A statement of a map: it is made, or gets an entry, or its entries are visited.
    fn map(&mut self, depth: usize) -> Kind {
        let Some(map) = self.variable(Type::Map).filter(|_| self.random.percent(80)) else {
            return Kind::LetMap(self.bind(Role::Value(Type::Map)));
        };
        if depth > 0 && self.random.percent(30) {
            let scope = self.scope.len();
            let (key, value) = (self.bind(Role::Value(Type::Text)), self.bind(Role::Value(Type::Int)));
            self.scope.truncate(scope);
            self.function.names[key] = format!("key_{key}");
            self.function.names[value] = format!("entry_{value}");
            let shown = [Expression::Variable(key), Expression::Variable(value)];
            let body = vec![Statement { line: 0, kind: Kind::Print(shown.into()) }];
            return Kind::ForMap { key, value, map, body };
        }
        let key = *self.random.choose(&WORDS);
        Kind::Insert(map, key, self.expression(Type::Int, 2))
    }

    fn int(&mut self, depth: usize) -> Expression {
        if depth == 0 {
            return Expression::Int(if self.random.percent(10) { 3_000_000_000 } else { self.small() });
        }
        let depth = depth - 1;
        match self.random.below(14) {
            0..5 => {
                use Operator::{Add, BitAnd, BitOr, BitXor, Multiply, Subtract};
                let operator = *self.random.choose(&[Add, Add, Subtract, Subtract, Multiply, BitAnd, BitOr, BitXor]);
                Expression::Binary(operator, self.boxed(Type::Int, depth), self.boxed(Type::Int, depth))
            }
            5 => {
                let operator = *self.random.choose(&[Operator::ShiftLeft, Operator::ShiftRight, Operator::Divide, Operator::Remainder]);
                Expression::Binary(operator, self.boxed(Type::Int, depth), Box::new(Expression::Int(1 + self.small())))
            }
            6 => {
                let base = match self.variable(Type::Int) {
                    Some(variable) if self.random.percent(50) => Expression::Variable(variable),
                    _ => Expression::Int(self.small()),
                };
                let base = if self.random.percent(30) { Expression::Negate(Box::new(base)) } else { base };
                Expression::Binary(Operator::Power, Box::new(base), Box::new(Expression::Int(self.small())))
            }
            7 => Expression::Negate(self.boxed(Type::Int, depth)),
            8 => {
                let of = *self.random.choose(&[Type::Text, Type::Ints, Type::Texts]);
                Expression::Method("len", self.boxed(of, depth), Vec::new())
            }
            9 => match self.variable(Type::Ints) {
                Some(list) => Expression::Index(Box::new(Expression::Variable(list)), Box::new(self.index(list))),
                None => Expression::Method("abs", self.boxed(Type::Int, depth), Vec::new()),
            },
            10 => {
                let (of, field) = *self.random.choose(&[(Type::Record, "n"), (Type::Pair, "0")]);
                match self.variable(of) {
                    Some(variable) => Expression::Field(Box::new(Expression::Variable(variable)), field),
                    None => Expression::Int(self.small()),
                }
            }
            11 if self.random.percent(50) => Expression::OrElse(self.boxed(Type::Option, depth), self.boxed(Type::Int, depth)),
            11 => Expression::Method("unwrap_or", self.boxed(Type::Option, depth), vec![self.expression(Type::Int, depth)]),
            12 => {
                let closures = self.visible(|role| role == Role::Closure);
                if closures.is_empty() {
                    return Expression::Method("min", self.boxed(Type::Int, depth), vec![self.expression(Type::Int, depth)]);
                }
                let closure = *self.random.choose(&closures);
                Expression::CallClosure(closure, self.boxed(Type::Int, depth))
            }
            _ => match self.variable(Type::Map) {
                Some(map) if self.random.percent(30) => Expression::Method("len", Box::new(Expression::Variable(map)), Vec::new()),
                Some(map) => {
                    let key: &&'static str = self.random.choose(&WORDS);
                    Expression::MapGet(map, key)
                }
                None => Expression::Int(self.small()),
            },
        }
    }

    fn float(&mut self, depth: usize) -> Expression {
        if depth == 0 {
            return Expression::Float(*self.random.choose(&[0.0, 0.5, 1.0, 2.5, 10.0, 0.1]));
        }
        let depth = depth - 1;
        match self.random.below(4) {
            0 => Expression::ToFloat(self.boxed(Type::Int, depth)),
            1 => {
                // An integer beside a float becomes one.
                let operator = *self.random.choose(&[Operator::Add, Operator::Subtract, Operator::Multiply]);
                let (left, right) = if self.random.percent(50) { (Type::Int, Type::Float) } else { (Type::Float, Type::Int) };
                Expression::Binary(operator, self.boxed(left, depth), self.boxed(right, depth))
            }
            _ => {
                let operator = *self.random.choose(&[Operator::Add, Operator::Subtract, Operator::Multiply, Operator::Divide]);
                Expression::Binary(operator, self.boxed(Type::Float, depth), self.boxed(Type::Float, depth))
            }
        }
    }

    fn truth(&mut self, depth: usize) -> Expression {
        if depth == 0 {
            return Expression::Bool(self.random.percent(50));
        }
        let depth = depth - 1;
        match self.random.below(10) {
            0 | 1 => {
                let operator = *self.random.choose(&[Operator::And, Operator::Or]);
                Expression::Binary(operator, self.boxed(Type::Bool, depth), self.boxed(Type::Bool, depth))
            }
            2 => Expression::Not(self.boxed(Type::Bool, depth)),
            3 => {
                let of = *self.random.choose(&[Type::Text, Type::Ints, Type::Texts]);
                Expression::Method("is_empty", self.boxed(of, depth), Vec::new())
            }
            4 => Expression::Method("contains", self.boxed(Type::Text, depth), vec![Expression::Text("a".to_owned())]),
            5 if self.random.percent(50) => Expression::Method("is_some", self.boxed(Type::Option, depth), Vec::new()),
            5 => {
                let method = *self.random.choose(&["any", "all"]);
                self.with_closure(method, Type::Ints, Type::Int, Type::Bool, depth)
            }
            6 => {
                let of = *self.random.choose(&[Type::Text, Type::Ints, Type::Option, Type::Pair, Type::Record, Type::Texts]);
                let operator = *self.random.choose(&[Operator::Equal, Operator::NotEqual]);
                Expression::Binary(operator, self.boxed(of, depth), self.boxed(of, depth))
            }
            _ => {
                use Operator::{Equal, Greater, GreaterEqual, Less, LessEqual, NotEqual};
                let operator = *self.random.choose(&[Equal, NotEqual, Less, LessEqual, Greater, GreaterEqual]);
                Expression::Binary(operator, self.boxed(Type::Int, depth), self.boxed(Type::Int, depth))
            }
        }
    }

    fn text(&mut self, depth: usize) -> Expression {
        if depth == 0 {
            return Expression::Text((*self.random.choose(&WORDS)).to_owned());
        }
        let depth = depth - 1;
        match self.random.below(9) {
            0 | 1 => {
                let of = *self.random.choose(&[Type::Text, Type::Text, Type::Int, Type::Bool, Type::Float]);
                let (left, right) = if self.random.percent(60) { (Type::Text, of) } else { (of, Type::Text) };
                Expression::Binary(Operator::Add, self.boxed(left, depth), self.boxed(right, depth))
            }
            2 | 3 if !self.in_format => {
                self.in_format = true;
                let count = 1 + self.random.below(3);
                let mut parts = Vec::new();
                for _ in 0..count {
                    let of = *self.random.choose(&Type::ALL);
                    parts.push((format!("{} ", self.random.choose(&WORDS)), Some(self.expression(of, depth))));
                }
                self.in_format = false;
                Expression::Format(parts)
            }
            4 => {
                let method = *self.random.choose(&["to_upper", "to_lower", "trim"]);
                Expression::Method(method, self.boxed(Type::Text, depth), Vec::new())
            }
            5 => Expression::Method("to_string", self.boxed(Type::Int, depth), Vec::new()),
            6 => {
                let of = *self.random.choose(&[Type::Ints, Type::Texts]);
                Expression::Method("join", self.boxed(of, depth), vec![Expression::Text("-".to_owned())])
            }
            7 => match self.variable(Type::Record) {
                Some(record) => Expression::Field(Box::new(Expression::Variable(record)), "t"),
                None => Expression::Binary(Operator::Multiply, self.boxed(Type::Text, depth), Box::new(Expression::Int(2))),
            },
            _ => Expression::Text((*self.random.choose(&WORDS)).to_owned()),
        }
    }

    fn with_closure(&mut self, method: &'static str, list: Type, element: Type, body: Type, depth: usize) -> Expression {
        let list = self.boxed(list, depth);
        let scope = self.scope.len();
        let variable = self.bind(Role::Value(element));
        let body = self.boxed(body, depth);
        self.scope.truncate(scope);
        Expression::WithClosure { method, list, variable, body }
    }

    fn list(&mut self, of: Type, element: Type, depth: usize) -> Expression {
        let below = depth.saturating_sub(1);
        match self.random.below(if depth == 0 { 1 } else { 8 }) {
            1 => Expression::Binary(Operator::Add, self.boxed(of, below), self.boxed(of, below)),
            2 => Expression::Method("reverse", self.boxed(of, below), Vec::new()),
            3 => self.with_closure("map", of, element, element, below),
            4 => self.with_closure("filter", of, element, Type::Bool, below),
            5 => {
                let over = self.boxed(of, below);
                let scope = self.scope.len();
                let variable = self.bind(Role::Value(element));
                let filter = if self.random.percent(50) { Some(self.boxed(Type::Bool, below)) } else { None };
                let value = self.boxed(element, below);
                self.scope.truncate(scope);
                Expression::Comprehension { element: value, variable, over, filter }
            }
            6 if of == Type::Ints => match self.variable(Type::Record) {
                Some(record) => Expression::Field(Box::new(Expression::Variable(record)), "list"),
                None => Expression::List(vec![self.expression(element, below)]),
            },
            _ => {
                let count = 1 + self.random.below(3);
                Expression::List((0..count).map(|_| self.expression(element, below)).collect())
            }
        }
    }

    fn option(&mut self, depth: usize) -> Expression {
        let below = depth.saturating_sub(1);
        if depth > 0 && self.random.percent(50) {
            let method = *self.random.choose(&["first", "last"]);
            return Expression::Method(method, self.boxed(Type::Ints, below), Vec::new());
        }
        Expression::Some(self.boxed(Type::Int, below))
    }
}

/// Whether a statement of `body` may change `variable`.
fn assigns(body: &[Statement], variable: Variable) -> bool {
    body.iter().any(|statement| match &statement.kind {
        Kind::Assign(place, ..) | Kind::Push(place, _) | Kind::CallProcedure(_, place, _) => {
            let (Place::Variable(of) | Place::Behind(of) | Place::Element(of, _) | Place::Field(of, _) | Place::FieldElement(of, ..)) =
                place;
            *of == variable
        }
        Kind::LetMutator { target, .. } | Kind::Insert(target, ..) => *target == variable,
        Kind::If { then, otherwise, .. } | Kind::IfSome { then, otherwise, .. } => assigns(then, variable) || assigns(otherwise, variable),
        Kind::ForRange { body, .. } | Kind::ForList { body, .. } | Kind::While { body, .. } | Kind::ForMap { body, .. } => {
            assigns(body, variable)
        }
        _ => false,
    })
}
