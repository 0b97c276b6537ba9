//! Names that are known everywhere without `use`.

/// Functions that Ruchy programs call without a path. `types::builtin` has their types.
pub const FUNCTIONS: &[&str] = &[
    "println", "print", "eprintln", "eprint", "panic", "assert", "assert_eq", "assert_ne", "todo", "unreachable", "len", "min", "max", "abs", "sqrt",
    "pow", "floor", "ceil", "round", "range", "str", "int", "float", "bool", "to_string", "parse_int", "parse_float", "sort", "reverse",
    "zip", "sum", "unique", "sin", "cos", "tan", "exp", "ln", "log", "log10", "log2", "random", "random_int", "timestamp", "sleep",
    "read_file", "write_file", "append_file", "file_exists", "delete_file", "fs_read", "fs_write", "fs_exists", "fs_remove", "env_var", "type_of",
    "drop", "dbg", "exit", "enumerate", "Some", "None", "Ok", "Err", "push", "input", "now", "is_empty", "join", "assert_true", "assert_false",
];

/// Types that are known without `use`, and the first names of paths to external crates.
pub const TYPES: &[&str] = &[
    "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64", "u128", "usize", "f32", "f64", "bool", "char", "str", "String", "int",
    "float", "string", "text", "Vec", "Option", "Result", "Box", "Rc", "Arc", "RefCell", "Cell", "HashMap", "HashSet", "BTreeMap", "BTreeSet", "VecDeque",
    "BinaryHeap", "List", "Map", "Set", "Context", "Failure", "ResponseStream", "Iterator", "IntoIterator", "Clone", "Copy", "Debug", "Display", "Default",
    "PartialEq", "Eq", "PartialOrd", "Ord", "Hash", "From", "Into", "TryFrom", "TryInto", "FromStr", "Fn", "FnMut", "FnOnce", "ToString", "AsRef", "Add", "Sub", "Mul", "Div", "Rem",
    "Neg", "Not", "Index", "IndexMut", "AddAssign", "Drop", "Deref", "Send", "Sync", "Sized", "Error", "Self", "Cow", "DoubleEndedIterator", "ExactSizeIterator",
];

/// Types of the prelude that have a path: emitted Rust writes it.
pub const PATHS: &[(&str, &str)] = &[
    ("HashMap", "std::collections::HashMap"),
    ("HashSet", "std::collections::HashSet"),
    ("BTreeMap", "std::collections::BTreeMap"),
    ("BTreeSet", "std::collections::BTreeSet"),
    ("VecDeque", "std::collections::VecDeque"),
    ("BinaryHeap", "std::collections::BinaryHeap"),
    ("Rc", "std::rc::Rc"),
    ("Arc", "std::sync::Arc"),
    ("RefCell", "std::cell::RefCell"),
    ("Cell", "std::cell::Cell"),
    ("Cow", "std::borrow::Cow"),
    ("Display", "std::fmt::Display"),
    ("Error", "std::error::Error"),
    ("FromStr", "std::str::FromStr"),
    ("Hash", "std::hash::Hash"),
    ("Add", "std::ops::Add"),
    ("Sub", "std::ops::Sub"),
    ("Mul", "std::ops::Mul"),
    ("Div", "std::ops::Div"),
    ("Rem", "std::ops::Rem"),
    ("Neg", "std::ops::Neg"),
    ("Not", "std::ops::Not"),
    ("Index", "std::ops::Index"),
    ("IndexMut", "std::ops::IndexMut"),
    ("AddAssign", "std::ops::AddAssign"),
    ("Deref", "std::ops::Deref"),
    ("Ordering", "std::cmp::Ordering"),
    ("Duration", "std::time::Duration"),
    ("Instant", "std::time::Instant"),
];
