//! The codes of diagnostics: each has a number that never changes its meaning, and an explanation for `ruchy-lambda explain CODE`.

macro_rules! codes {
    ($($(#[$comment:meta])* $name:ident = $number:literal, $title:literal, $explanation:literal;)*) => {
        /// The kind of a diagnostic.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code { $($(#[$comment])* $name),* }

        impl Code {
            /// Every code, in order.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// `E0101` and the like.
            #[must_use]
            pub fn number(self) -> &'static str {
                match self { $(Self::$name => $number),* }
            }

            /// The rule in a few words.
            #[must_use]
            pub fn title(self) -> &'static str {
                match self { $(Self::$name => $title),* }
            }

            /// Why the rule exists, with an example of what breaks it and of what to write instead.
            #[must_use]
            pub fn explanation(self) -> &'static str {
                match self { $(Self::$name => $explanation),* }
            }
        }
    };
}

// E01xx: files, tokens, syntax. E02xx: names. E03xx: types. E04xx: ownership. E05xx: what Ruchy Lambda does not support. E09xx: faults of the compiler.
codes! {
    NotUtf8 = "E0101", "a source file is UTF-8", "\
Source files are text in the encoding UTF-8. A byte order mark at the start is accepted, and so are Windows line endings.
Save the file as UTF-8; most editors offer this under \"Save with encoding\".";
    FileTooLarge = "E0102", "a source file has at most 1 GiB", "\
The compiler counts offsets in 32 bits. Split the program into several files, and use them with `mod name;`.";
    UnknownCharacter = "E0103", "a character has no meaning in Ruchy", "\
Outside of strings and comments only letters, digits, and the signs of Ruchy's operators may stand. Quotes and dashes that a word processor
has made, `“text”` or `–`, are a frequent cause: write `\"text\"` and `-`.";
    UnclosedComment = "E0104", "a block comment has no end", "\
`/*` begins a comment that ends at `*/`. Comments nest: each `/*` inside a comment needs a `*/` of its own.";
    UnclosedString = "E0105", "a string or a character has no end", "\
A string begins and ends with `\"`. It may go on over several lines, so a missing `\"` makes a string of all that follows up to the next one.
Inside a string write `\\\"` for a quote.";
    Number = "E0106", "a number cannot be read", "\
Numbers are written `42`, `1_000`, `0xFF`, `0b1010`, `0o17`, `2.5`, `1e10`, with a type after them if need be: `7u8`, `2.5f32`.
A name does not begin with a digit.";
    Byte = "E0107", "a byte is one character of ASCII", "\
`b'a'` is the number of one character of ASCII. For other characters use text, or `b\"…\"` for several bytes.";
    FString = "E0108", "an f-string is wrong", "\
In f\"…\" what stands in braces is an expression: f\"{name} is {age + 1}\". A brace in the text is written twice: f\"{{\"key\": {value}}}\".
After a `:` follows the format: f\"{price:.2}\", f\"{name:>10}\".";
    UnknownEscape = "E0109", "an escape has no meaning", "\
The escapes are `\\n`, `\\t`, `\\r`, `\\0`, `\\\\`, `\\\"`, `\\'` and `\\u{1F600}`. Any other backslash stays in the text.
Write `\\\\` for a backslash, or a raw string: r\"C:\\temp\".";
    Expected = "E0110", "something else was expected", "\
The text does not follow the grammar here: the message names what could have stood at the caret, and what was found. The cause is often a
bracket, a comma or a brace that is missing just before it.";
    Unclosed = "E0111", "a block is not closed", "\
Each `{` needs a `}`. If the indentation of a `}` is that of an outer block, the block inside it is the one that is not closed.";
    Unopened = "E0112", "a bracket closes nothing", "\
There is a `}` without a `{`. Often a `}` further up closes a block too early.";
    StatementEnd = "E0113", "a statement does not end", "\
Statements end in `;` or with their line. Two statements in one line need a `;` between them: `a = 1; b = 2`.";
    ReservedWord = "E0114", "a reserved word is used as a name", "\
Words that begin constructs, such as `match`, `type` or `throw`, cannot be names of variables, functions or types. As the names of fields and
methods they may be used: `event.type`.";
    ObjectForBlock = "E0115", "an object stands where a block is expected", "\
After `if`, `else`, `for`, `while` and the signature of a function, `{` begins a block. An object that is the block's value has braces of its own:
`if found { { \"name\": name } } else { { \"error\": 404 } }`.";
    AssignmentAsCondition = "E0116", "an assignment is used as a condition", "\
`=` assigns and `==` compares. A condition that takes a value apart is written `if let Some(x) = value { … }`.";
    ChainedComparison = "E0117", "comparisons are chained", "\
`a < b < c` is not supported: write `a < b && b < c`. In an expression the types of a function are written with `::`, `Vec::<i64>::new()`.";
    Operator = "E0118", "an operator is not known", "\
Some operators of other languages are written otherwise: `===` is `==`, `<>` is `!=`, `=>` as a comparison is `>=`, `++x` is `x += 1`.";
    NamedArgument = "E0119", "an argument has a name", "\
Arguments are given by their order: `area(3, 4)`. For many optional values use a struct: `area(Size { width: 3, height: 4 })`.";
    SelfOutsideMethod = "E0120", "`self` is used outside of a method", "\
Only functions in `impl Type { … }`, in traits and in the braces of a struct have a `self`.";
    TooDeep = "E0121", "the nesting is too deep", "\
The compiler reads a limited depth of nested expressions, blocks and chains of operators, so that no input exhausts its memory.
Give parts of a long expression names with `let`.";
    UnreadableFile = "E0122", "a file cannot be read", "\
The operating system refuses to read the file: the message says why.";
    ModuleFile = "E0123", "a module has no file, or two", "\
`mod name;` stands for the file `name.ruchy` or `name/mod.ruchy` in the folder of the program's file. In the file of a module, `shapes.ruchy`,
it stands for `shapes/name.ruchy` or `shapes/name/mod.ruchy`. A module may also be written in place: `mod name { … }`.";
    UnusedLine = "E0124", "a line does something, or continues the one above", "\
A statement ends with its line. A line that begins with `-`, `*`, `&`, `|` or `..` continues the statement above only if it is indented deeper
than the statement; one that begins with `(` or `[` never does. A line that begins a statement of its own, and whose value nothing uses, is
mostly meant to continue the one above:
    let total = net
        - discount";
    UnknownName = "E0201", "a name is declared before it is used", "\
Variables, functions and constants are found in the blocks and the module around their use. A name that is assigned for the first time is declared
with `let`. Names differ by upper and lower case.
    println(totl)      // wrong: the variable is `total`
    use events::http::Respons      // wrong: the type is `Response`";
    UnknownType = "E0202", "a type is declared or imported", "\
Types come from `struct`, `enum` and `type` in the same module, from `use`, or from the prelude (`i64`, `String`, `Vec`, …).
    pub fun lambda_handler(event: &Json) -> Json { … }      // wrong without `use events::Json`";
    DuplicateName = "E0203", "an item has a name of its own", "\
Two functions, or two types, of one module cannot have the same name. A function and a type can.";
    PrivateItem = "E0204", "an item of another module is `pub`", "\
What is declared in a module is visible outside of it only with `pub` in front.
    mod tax { fun rate() -> f64 { 0.19 } }          // `tax::rate()` cannot be called outside
    mod tax { pub fun rate() -> f64 { 0.19 } }";
    NotAssignable = "E0205", "only variables and their parts can be assigned", "\
Constants and functions do not change. Declare what changes by `let mut`.";
    TypeMismatch = "E0301", "a value has the type that its place wants", "\
Text becomes a `String`, an integer a float, and a value is borrowed, where that type is expected; all other conversions are written: `as`, `parse`, f-strings.
    let count: i64 = \"5\"                // wrong
    let count: i64 = parse_int(\"5\")?    // text is read as a number
    let label: String = f\"{count}\"      // a number is shown as text";
    ArgumentCount = "E0302", "a call has as many arguments as the function has parameters", "\
Parameters with a default value, `name: type = value`, may be left out at the end.
    fun area(width: f64, height: f64) -> f64 { width * height }
    area(3.0)          // wrong
    area(3.0, 4.0)";
    NotBool = "E0303", "conditions are `bool`", "\
`if`, `while`, `&&`, `||` and `!` need `true` or `false`. Compare numbers, and ask text, lists and options: `is_empty()`, `is_some()`.
    if items.len() { … }        // wrong
    if items.len() > 0 { … }
    if !items.is_empty() { … }";
    IfWithoutElse = "E0304", "an `if` that is a value has an `else`", "\
Without `else` there is no value if the condition is false.
    let fee = if total < 50.0 { 4.9 }               // wrong
    let fee = if total < 50.0 { 4.9 } else { 0.0 }";
    BranchTypes = "E0305", "the branches of a value have one type", "\
All branches of `if` and `match` whose value is used give values of one type.
    let size = if n > 9 { \"large\" } else { n }          // wrong: text and a number
    let size = if n > 9 { \"large\" } else { \"small\" }";
    MixedList = "E0306", "a list holds values of one type", "\
Values of different types go together in a tuple, a struct or an enum.";
    UnknownField = "E0307", "a field is declared in its struct", "\
Fields are those that the `struct` declares; methods are called with `()`.
    println(order.totl)     // wrong: the field is `total`
    println(message.body)   // wrong: `body` is a method
    println(message.body())";
    MissingField = "E0308", "a struct is made with all its fields", "\
Every field gets a value, but for those with a default value, and where `..other` gives the remaining ones.
    struct Item { name: String, price: f64, count: i64 = 1 }
    Item { name: \"tea\" }                  // wrong: `price` has no default value
    Item { name: \"tea\", price: 2.5 }";
    UnknownMethod = "E0309", "a type has the methods that are called on it", "\
Methods are those of `impl` blocks, of traits, and of Rust's own types.
    names.length_of()   // wrong
    names.len()";
    NotAMethod = "E0310", "a method has `self`", "\
A function of a type without `self` is called by the type: `Point::new()`.
    impl Point { fun origin() -> Point { Point { x: 0, y: 0 } } }
    point.origin()     // wrong
    Point::origin()";
    NotExhaustive = "E0311", "a `match` covers every value", "\
The patterns of `let`, `for` and parameters must fit every value, too.
Add an arm for each variant that is left out, or `_ => …` at the end.
    match status {
        Status::Open => \"open\",
        Status::Closed => \"closed\",
        _ => \"something else\",     // without it, other variants have no arm
    }";
    PatternParts = "E0312", "a pattern has the parts of its value", "\
Write `_` for a part that is not used, and `..` for several.
    let (name, price) = (\"tea\", 2.5, 3)       // wrong: the tuple has three parts
    let (name, price, _) = (\"tea\", 2.5, 3)";
    BadOperand = "E0313", "operators combine values they are made for", "\
Numbers are added to numbers, and anything that can be shown to text.
    let next = event.integer(\"count\") + 1      // wrong: the left side is a `Result`
    let next = event.integer(\"count\")? + 1";
    BadQuestionMark = "E0314", "`?` takes a value out of a `Result` or an `Option`", "\
It returns early from a function that returns a `Result` or an `Option` itself.
    fun first(text: &str) -> i64 { text.parse::<i64>()? }                       // wrong
    fun first(text: &str) -> Result<i64, String> { Ok(text.parse::<i64>()?) }";
    NotIterable = "E0315", "`for` goes through what has items", "\
Lists, maps, sets, ranges and iterators have items; `text.chars()` are the letters of text.
    for i in 10 { … }          // wrong
    for i in 0..10 { … }
    for letter in name.chars() { … }";
    NotIndexable = "E0316", "lists, text and maps have elements", "\
`list[0]`, `text[0]`, `map[\"key\"]`.
    let digit = 345[0]               // wrong: a number has no elements
    let digit = 345.to_string()[0]";
    NotCallable = "E0317", "only functions are called", "\
A name in front of `(` is that of a function or a closure.
    let total = 5
    total(2)                 // wrong
    Point(1.0, 2.0)          // wrong: a struct with named fields is written `Point { x: 1.0, y: 2.0 }`";
    Literal = "E0324", "a literal fits its type", "\
Each integer type has a smallest and a largest value; write a wider type, or another number.";
    TypeNeeded = "E0322", "a type that cannot be inferred is written", "\
The types of parameters and results without one are those that the calls and the body say. Where nothing says it, write it.
    let found = None                       // wrong, if nothing else says what it may hold
    let found: Option<String> = None";
    MissingValue = "E0318", "a function that returns something ends in a value", "\
The last expression of the body is the value; `return value` leaves the function before.
    fun double(n: i64) -> i64 {
        let result = n * 2        // wrong: a `let` has no value
    }
    fun double(n: i64) -> i64 { n * 2 }";
    BadCast = "E0319", "`as` converts numbers", "\
Text is read with `parse`.
    \"5\" as i64            // wrong
    \"5\".parse::<i64>()?
    2.9 as i64            // 2";
    NotConstant = "E0325", "a constant is known before the program runs", "\
The value of `const` is made of literals, other constants, operators, arrays, tuples and structs. What calls functions or makes text and lists
is computed when the program runs: write `let` there, or a function.
    const LIMIT: i64 = 24 * 60                  // right
    const NAMES: [&str; 2] = [\"a\", \"b\"]      // right
    const START = now()                         // wrong
    fun start() -> i64 { now() }";
    AssignmentAsValue = "E0320", "an assignment has no value", "\
Write two statements.
    let a = b = 5      // wrong
    b = 5
    let a = b";
    ElseMustLeave = "E0321", "the `else` of a `let` leaves the block", "\
The names of the pattern exist afterwards, so there is nothing to go on with: `return`, `break`, `continue` or `panic`.
    let Some(name) = find(id) else { println(\"none\") }                 // wrong
    let Some(name) = find(id) else { return Err(\"no such name\") }";
    NotMutable = "E0401", "what is changed may be changed", "\
A `&` reference only looks. To change what it refers to, a parameter is `&mut`, and a method has `&mut self`.
    fun add(list: &Vec<i64>) { list.push(1) }          // wrong
    fun add(list: &mut Vec<i64>) { list.push(1) }
    impl Counter { fun increase(&mut self) { self.count += 1 } }";
    ReturnedReference = "E0402", "a returned reference outlives the function", "\
A function may return references to what it was given, and to constants. A value that is made in the function ends with it.
    fun label(n: i64) -> &str { f\"no. {n}\" }            // wrong: the text ends with the function
    fun label(n: i64) -> String { f\"no. {n}\" }
    names.iter().map(|name| &name.trim().len())        // wrong
    names.iter().map(|name| name.trim().len())";
    UsedUp = "E0403", "an iterator is used up by the method that takes it", "\
A variable on which `next`, `peek` or `by_ref` is called holds an iterator. `count`, `map`, `sum`, `collect` and `for` take it: nothing is left.
    let mut words = text.split(' ');
    let first = words.next();
    println(words.count());
    for word in words { … }                   // wrong
Keep the items in a list, `text.split(' ').collect::<Vec<_>>()`, or count a copy: `words.clone().count()`.";
    Unsupported = "E0501", "a construct is not supported", "\
Some constructs of Ruchy and of other languages have no place in a function: actors, async functions, data frames, classes, declarations of macros.
The message says what to write instead.";
    JumpOutsideLoop = "E0221", "`break` and `continue` stand in loops", "\
`break` leaves the loop around it, and `continue` begins its next round. A closure or a function within a loop is outside of it. A function ends with `return`.";
    UnknownLabel = "E0222", "a label belongs to a loop around its use", "\
`'outer: for row in rows { … }` names a loop, and `break 'outer` or `continue 'outer` within it refers to it.";
    GivenTwice = "E0223", "parameters, fields and variants have names of their own", "\
A function cannot have two parameters of one name, nor a struct two fields, nor an enum two variants. A literal of a struct gives each field once.";
    TraitMembers = "E0224", "an implementation has the methods of its trait", "\
`impl Trait for Type` has each method of the trait that has no body there, and no method that the trait does not declare. Further methods are in
`impl Type { … }`.";
    UnknownTrait = "E0225", "a trait is declared or imported", "\
Traits come from `trait` in the same module, from `use`, as in `use std::fmt::Display`, or from the prelude (`Clone`, `Default`, `Iterator`, …).";
    Handler = "E0226", "a handler has one of the shapes that can be called", "\
`pub fun lambda_handler(event: &str) -> String`, with `&Json`, `&Request`, `&Batch` or another event of the crate `events` for `&str`, with `context: &Context`
before the event and `response: &mut ResponseStream` after it if they are used. It returns `String`, `Json`, `Response`, an answer of a batch, nothing, or a `Result` of these.";
    LiteralRange = "E0228", "a literal fits its type", "\
`u8` has the values 0 to 255, `i32` those up to 2147483647, `i64` those up to 9223372036854775807; types that begin with `u` have no negative values.
Write a wider type, or a float.";
    TraitBound = "E0229", "a type argument implements the traits that the function names", "\
`fun show<T: Display>(value: T)` takes values of every type that implements `Display`, and no others. Implement the trait for the type:
    impl Display for Order { … }
or take the bound away, if the function does not need it.";
    Attribute = "E0232", "an attribute means something", "\
`#[derive(…)]` lists traits that Rust can implement by itself: Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd.
    #[derive(Debug, Clon)]         // wrong: there is no trait `Clon`
    #[derive(Debug, Clone)]
Other attributes are passed on to Rust: `#[test]`, `#[inline]`, `#[allow(…)]`, `#[default]`.";
    UnknownLifetime = "E0233", "a lifetime is declared around its use", "\
A lifetime such as `'a` is declared in the angle brackets of the function, type or `impl` that uses it.
    struct Line { text: &'a str }            // wrong
    struct Line<'a> { text: &'a str }
Most programs need none: a field of type `&str` without a lifetime holds its own text.";
    InfiniteType = "E0230", "a type does not contain itself", "\
A value of a struct holds the values of its fields, so a struct with a field of its own type would have no end:
    struct Node { value: i64, next: Option<Node> }
A box, a list or a map holds its contents elsewhere:
    struct Node { value: i64, next: Option<Box<Node>> }";
    TypeArguments = "E0231", "a type has as many type arguments as it declares", "\
`Vec<i64>` and `Option<String>` have one, `HashMap<String, i64>` and `BTreeMap<String, i64>` two, the key's type and the value's. `Result<i64>` stands
for `Result<i64, String>`. Numbers, `String` and `bool` have none.";
    UnknownSize = "E0234", "a value has a size that is known", "\
Values of `dyn Shape` are of every type that implements `Shape`, so their size differs. A parameter, a field or a result has a reference or a box:
    fun area(shape: dyn Shape) -> f64 { … }        // wrong
    fun area(shape: &dyn Shape) -> f64 { … }
    fun largest() -> Box<dyn Shape> { … }";
    FormatArguments = "E0227", "a format string takes as many values as are given", "\
Each `{}` in the text of `println!`, `format!` and the like takes one of the values after it, in order. `{name}` is a variable, and needs no value.
A brace in the text is written twice: `{{`.";
}

impl std::fmt::Display for Code {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.number())
    }
}
