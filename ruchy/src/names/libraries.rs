//! The items of the crate `events`, for imports and paths. `tests/libraries.rs` compares the list with the crate.

/// The modules of `events` and what they declare; `""` is the crate itself.
pub const EVENTS: &[(&str, &[&str])] = &[
    ("", &["DataFrame", "INVALID_EVENT", "INVALID_JSON", "Json", "Typed"]),
    ("batch", &["Answer"]),
    ("dynamodb", &["Batch", "Change", "plain"]),
    ("eventbridge", &["Event"]),
    (
        "http",
        &[
            "BAD_REQUEST",
            "INVALID_RESPONSE",
            "IntoResponse",
            "NO_PARAMETER",
            "Origin",
            "Parameters",
            "Request",
            "Response",
            "Route",
            "client_status",
        ],
    ),
    (
        "json",
        &[
            "DEPTH_MAX",
            "INVALID_EVENT",
            "INVALID_JSON",
            "Json",
            "LargeNumber",
            "Number",
            "Numbers",
            "Object",
            "read",
            "value_of",
            "with_surrogates_replaced",
        ],
    ),
    ("kinesis", &["Batch", "Record"]),
    ("s3", &["Change", "Changes"]),
    ("sns", &["Notification", "Notifications"]),
    ("sqs", &["Batch", "Message"]),
    ("typed", &["Typed", "from_json", "from_text"]),
];

/// The modules of `aws` that functions use, and what they declare.
pub const AWS: &[(&str, &[&str])] = &[
    ("", &["ATTEMPTS_MAX", "Call", "Error", "call", "call_service", "join", "rest"]),
    ("credentials", &[]),
    ("date", &[]),
    ("dynamodb", &["BATCH_GET_MAX", "BATCH_ROUNDS_MAX", "BATCH_WRITE_MAX", "Page", "Selection", "Table", "Write", "table", "transact"]),
    ("local", &["availability_zone", "configuration", "parameter", "secret"]),
    ("messages", &["invoke", "invoke_later", "publish", "put_event", "send_to_fifo", "send_to_queue", "start_execution"]),
    ("s3", &["Bucket", "PRESIGNED_S_MAX", "Page", "bucket"]),
    ("secrets", &["parameter", "secret"]),
    ("service", &[]),
    ("sign", &[]),
    ("xml", &[]),
];

/// The items of `outbound` that functions use.
pub const OUTBOUND: &[(&str, &[&str])] = &[
    ("", &["ATTEMPTS_MAX", "Error", "Kind", "REDIRECTS_MAX", "REPLY_BYTES_MAX", "Repeat", "Request", "Response", "RetryIf", "join"]),
    ("dns", &[]),
    ("pool", &[]),
    ("reply", &[]),
    ("retry", &[]),
    ("secure", &[]),
    ("tls", &[]),
    ("url", &[]),
];

/// The crates that every function can name without a `use`.
pub const CRATES: &[&str] = &["alloc", "core", "events", "std"];

/// The modules of `std`, as far as functions have them.
const STD: &[&str] = &[
    "any",
    "array",
    "ascii",
    "borrow",
    "boxed",
    "cell",
    "char",
    "clone",
    "cmp",
    "collections",
    "convert",
    "default",
    "env",
    "error",
    "f32",
    "f64",
    "ffi",
    "fmt",
    "fs",
    "hash",
    "hint",
    "i128",
    "i16",
    "i32",
    "i64",
    "i8",
    "io",
    "isize",
    "iter",
    "lambda",
    "marker",
    "mem",
    "num",
    "ops",
    "option",
    "panic",
    "path",
    "pin",
    "process",
    "ptr",
    "rc",
    "result",
    "slice",
    "str",
    "string",
    "sync",
    "thread",
    "time",
    "u128",
    "u16",
    "u32",
    "u64",
    "u8",
    "usize",
    "vec",
];

/// What `std::collections` declares.
const COLLECTIONS: &[&str] = &[
    "BTreeMap",
    "BTreeSet",
    "BinaryHeap",
    "HashMap",
    "HashSet",
    "LinkedList",
    "VecDeque",
    "btree_map",
    "btree_set",
    "hash_map",
    "hash_set",
];

/// Types that belong to no module of `std`.
const PRIMITIVES: &[&str] =
    &["bool", "char", "f32", "f64", "i128", "i16", "i32", "i64", "i8", "isize", "str", "u128", "u16", "u32", "u64", "u8", "usize"];

/// A misspelled name in a path below `std`: its index, and the names that could stand there. Names that resemble nothing are left to rustc.
#[must_use]
pub fn misspelled_in_std(path: &[String]) -> Option<(usize, &'static [&'static str])> {
    let is_misspelled = |name: &String, known: &[&'static str]| {
        !known.contains(&name.as_str()) && crate::diagnostic::most_similar(name, known.iter().copied()).is_some()
    };
    match path {
        [krate, first, ..] if krate == "std" && is_misspelled(first, STD) => Some((1, STD)),
        [krate, first, item] if krate == "std" && first != "primitive" && PRIMITIVES.contains(&item.as_str()) => Some((2, &[])),
        [krate, first, item]
            if krate == "std" && first == "collections" && ["String", "Vec", "Option", "Result", "Box", "Rc"].contains(&item.as_str()) =>
        {
            Some((2, COLLECTIONS))
        }
        [krate, first, item, ..] if krate == "std" && first == "collections" && is_misspelled(item, COLLECTIONS) => Some((2, COLLECTIONS)),
        _ => None,
    }
}

/// What is wrong with a path below `events`, `aws` or `outbound`: the index of the segment that does not exist, and the names that could stand there.
#[must_use]
pub fn missing_in_libraries(path: &[String]) -> Option<(usize, Vec<&'static str>)> {
    let [krate, first, rest @ ..] = path else { return None };
    let list = match krate.as_str() {
        "events" => EVENTS,
        "aws" => AWS,
        "outbound" => OUTBOUND,
        _ => return None,
    };
    let root = list[0].1;
    if root.contains(&first.as_str()) {
        return None;
    }
    let modules = || list.iter().map(|(module, _)| *module).filter(|module| !module.is_empty());
    let Some((_, items)) = list.iter().find(|(module, _)| module == first) else {
        return Some((1, modules().chain(root.iter().copied()).collect()));
    };
    let item = rest.first()?;
    // A module without a list is one that few functions name.
    if items.is_empty() || items.contains(&item.as_str()) { None } else { Some((2, items.to_vec())) }
}

/// The paths to the types of `events` named `name`.
#[must_use]
pub fn paths_in_events(name: &str) -> Vec<String> {
    let found = EVENTS.iter().filter(|(module, items)| *module != "typed" && *module != "json" && items.contains(&name));
    found.map(|(module, _)| if module.is_empty() { format!("events::{name}") } else { format!("events::{module}::{name}") }).collect()
}
