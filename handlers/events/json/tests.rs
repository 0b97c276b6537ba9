use crate::{DEPTH_MAX, INVALID_EVENT, INVALID_JSON, Json};
use std::format;
use std::string::{String, ToString};
use std::vec;

fn parsed(text: &str) -> Json {
    Json::parse(text).unwrap_or_else(|failure| panic!("{text}: {}", failure.message()))
}

fn refused(text: &str) -> String {
    let failure = Json::parse(text).expect_err(text);
    assert_eq!(failure.error_type(), INVALID_JSON, "{text}");
    failure.message().to_string()
}

#[test]
fn json_writes_what_it_read() {
    for text in [
        "null",
        "true",
        "[]",
        "{}",
        "[1,-2,0.5,18446744073709551615,-9223372036854775808,1e+300]",
        r#"{"b":[{"a":null}],"a":"\"\\\n\u0001é😀"}"#,
        r#"{"z":1,"a":2}"#,
    ] {
        assert_eq!(parsed(text).to_string(), text);
    }
    assert_eq!(parsed(r#" [ "\u00e9\ud83d\ude00" ,7.0 ] "#).to_string(), r#"["é😀",7.0]"#);
    assert_eq!(parsed(r#"{"a":1}"#).to_string(), format!("{}", parsed(r#"{"a":1}"#)));
}

/// Compares the writer with `serde_json`'s, for the characters of the first planes and for numbers
/// of all sizes.
#[test]
fn writer_writes_what_serde_json_writes() {
    for start in (0..0x1_1000).step_by(64) {
        let text: String = (start..start + 64).filter_map(char::from_u32).collect();
        assert_eq!(Json::from(text.as_str()).to_string(), serde_json::to_string(&text).unwrap());
    }
    let mut bits = 1_u64;
    for _ in 0..20_000 {
        bits = bits.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
        // Small exponents as well as all.
        for bits in [bits, bits >> (bits % 64)] {
            let float = f64::from_bits(bits);
            if float.is_finite() {
                assert_eq!(Json::from(float).to_string(), serde_json::to_string(&float).unwrap());
            }
            assert_eq!(Json::from(bits).to_string(), serde_json::to_string(&bits).unwrap());
            assert_eq!(Json::from(bits.cast_signed()).to_string(), serde_json::to_string(&bits.cast_signed()).unwrap());
        }
    }
}

#[test]
fn parse_reports_line_and_column() {
    for (text, expected) in [
        ("", "line 1, column 0: unexpected end after ``"),
        (r#"{"a""#, r#"unexpected end after `{"a"`"#),
        (r#"{"a":1}x"#, r#"column 8, near `{"a":1}x`"#),
        ("{\n \"a\": tru }", "line 2, column 10, near ` \"a\": tru `"),
        (r#"["\ud8"]"#, r#"["\ud8"#),
        (r#"{"large":1e999,"half":"\ud800","a":tru}"#, "line 1, column 39"),
        ("[007]", "a number must not begin with 0"),
        ("{'a':1}", "strings need double quotes"),
        ("[\"\u{1}\"]", "column 3"),
        ("[1,]", "`[1,]`"),
    ] {
        let message = refused(text);
        assert!(message.contains(expected), "{text}: {message}");
    }
    // The excerpt begins at a character boundary.
    assert!(refused(&format!("[\"{}\u{1}\"]", "é".repeat(40))).contains("`ééé"));
}

#[test]
fn parse_replaces_unpaired_surrogates() {
    for (escaped, text) in [
        (r"cut \ud83d", "cut \u{fffd}"),
        (r"\uDE00", "\u{fffd}"),
        (r"\udc00\ud800", "\u{fffd}\u{fffd}"),
        (r"\ud83d\ud83d\ude00!", "\u{fffd}😀!"),
        (r"\ud83d\n", "\u{fffd}\n"),
        (r"\ud83d\u0041", "\u{fffd}A"),
        // An escaped backslash, and not an escaped surrogate.
        (r"\\ud83d\ud83d", "\\ud83d\u{fffd}"),
    ] {
        assert_eq!(parsed(&format!(r#"{{"text":"{escaped}"}}"#)).text("text").unwrap(), text, "{escaped}");
        assert_eq!(Json::pick(&format!(r#"[1,{{"text":"{escaped}"}}]"#), "/1/text").unwrap().as_text(), Some(text), "{escaped}");
        // Names are read like values: those on the path to a part, and others.
        let named = format!(r#"{{"{escaped}":7,"other":8}}"#);
        assert_eq!(parsed(&named).get(text), Some(&Json::from(7)), "{escaped}");
        assert_eq!(Json::pick(&named, text).unwrap(), Json::from(7), "{escaped}");
        assert_eq!(Json::pick(&named, "other").unwrap(), Json::from(8), "{escaped}");
    }
}

#[test]
fn parse_keeps_numbers_that_do_not_fit_into_64_bits() {
    let digits = "123456789012345678901234567890";
    for number in ["18446744073709551616", "-9223372036854775809", digits, "1e400", "-1.5E+999", &"9".repeat(400)] {
        for text in [format!("[{number}]"), format!(r#"{{"a":[0,1.5,{{"b":"{digits}","c":{number}}},-2]}}"#)] {
            assert_eq!(parsed(&text).to_string(), text);
        }
        let event = parsed(&format!(r#"{{"n":{number},"list":[7,{number},8]}}"#));
        assert_eq!(event, parsed(&event.to_string()));
        assert_eq!(event["list"].to_string(), format!("[7,{number},8]"));
        assert_eq!(Json::pick(&event.to_string(), "/list/1").unwrap().to_string(), number);
        assert_eq!((event["n"].as_integer(), event["n"].as_number(), event["n"].as_text()), (None, None, None));
        let expected = |what: &str| format!("/list/1: expected {what}, found a number that does not fit into 64 bits");
        assert_eq!(event.integer("/list/1").unwrap_err().message(), expected("a 64-bit integer"));
        assert_eq!(event.number("/list/1").unwrap_err().message(), expected("a number"));
    }
    // These numbers are floats.
    assert_eq!(parsed("[1e300,-1e300,1e-400,18446744073709551615]").to_string(), "[1e+300,-1e+300,0.0,18446744073709551615]");
    // Numbers in strings are unchanged, and the position of an error is that of the original text.
    assert_eq!(
        parsed(&format!(r#"{{"{digits}":"\"{digits}","a":1e400}}"#)).to_string(),
        format!(r#"{{"{digits}":"\"{digits}","a":1e400}}"#)
    );
    assert!(refused(&format!("[{digits}, {digits}x]")).contains("column 64"));
    for text in ["[1e400.5]", "[01e400]", "[-]", "[1e]", "[1e400"] {
        refused(text);
    }
}

#[test]
fn parse_limits_depth() {
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    assert_eq!(parsed(&nested(DEPTH_MAX - 1)).to_string(), nested(DEPTH_MAX - 1));
    for depth in [DEPTH_MAX, 10_000, 1_000_000] {
        assert!(refused(&nested(depth)).contains(&format!("fewer than {DEPTH_MAX} nested")));
        let objects = r#"{"a":"#.repeat(depth);
        assert!(refused(&objects).contains(&format!("fewer than {DEPTH_MAX} nested")));
        assert!(Json::pick(&nested(depth), "/0/0").is_err());
    }
}

#[test]
fn at_follows_json_pointers() {
    // RFC 6901, section 5.
    let document = parsed(r#"{"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,"k\"l":6," ":7,"m~n":8}"#);
    for (pointer, value) in [
        ("/foo", r#"["bar","baz"]"#),
        ("/foo/0", "\"bar\""),
        ("/", "0"),
        ("/a~1b", "1"),
        ("/c%d", "2"),
        ("/e^f", "3"),
        ("/g|h", "4"),
        ("/i\\j", "5"),
        ("/k\"l", "6"),
        ("/ ", "7"),
        ("/m~0n", "8"),
        ("foo", r#"["bar","baz"]"#),
        ("a/b", "1"),
        ("m~n", "8"),
    ] {
        assert_eq!(document.at(pointer).expect(pointer).to_string(), value, "{pointer}");
        assert_eq!(Json::pick(&document.to_string(), pointer).unwrap().to_string(), value, "{pointer}");
    }
    assert_eq!(document.at(""), Some(&document));
    assert_eq!(Json::pick(&document.to_string(), "").unwrap(), document);
    for pointer in [
        "/bar",
        "/foo/2",
        "/foo/00",
        "/foo/01",
        "/foo/-",
        "/foo/+1",
        "/foo/",
        "/foo/bar",
        "/m~1n",
        "/m~",
        "/foo/0/0",
        "bar",
        "/foo/99999999999999999999",
    ] {
        assert_eq!(document.at(pointer), None, "{pointer}");
        assert_eq!(Json::pick(&document.to_string(), pointer).unwrap(), Json::Null, "{pointer}");
    }
    assert_eq!(document["foo"][1], Json::from("baz"));
    assert_eq!(document["foo"]["x"][7], Json::Null);
}

#[test]
fn object_uses_the_last_of_duplicate_names() {
    let twice = r#"{"a":1,"a":2}"#;
    assert_eq!(parsed(twice).integer("a").unwrap(), 2);
    assert_eq!(Json::pick(twice, "a").unwrap(), Json::from(2));
    assert_eq!(parsed(twice).put("a", 3).integer("a").unwrap(), 3);
}

#[test]
fn pick_checks_the_whole_text() {
    assert_eq!(Json::pick(r#"{"a":1} x"#, "a").unwrap_err().error_type(), INVALID_JSON);
    assert_eq!(Json::pick(r#"{"a":1,"b":tru}"#, "a").unwrap_err().error_type(), INVALID_JSON);
}

#[test]
fn access_reports_path_expected_and_found() {
    let event = parsed(r#"{"text":"x","number":1.5,"large":1e30,"whole":7.0,"unsigned":18446744073709551615,"none":null,"list":[true]}"#);
    let message = |result: Result<String, ruchy_std::lambda::Failure>| {
        let failure = result.unwrap_err();
        assert_eq!(failure.error_type(), INVALID_EVENT);
        failure.message().to_string()
    };
    assert_eq!(message(event.text("number").map(String::from)), "/number: expected text, found a number");
    // With a leading `/` it would be another pointer.
    assert_eq!(message(event.text("a/b").map(String::from)), "a/b: expected text, found nothing");
    assert_eq!(message(event.text("").map(String::from)), "expected text, found an object");
    assert_eq!(message(event.text("/none").map(String::from)), "/none: expected text, found null");
    assert_eq!(message(event.text("/list/0").map(String::from)), "/list/0: expected text, found a boolean");
    assert_eq!(message(event.text("/list/1").map(String::from)), "/list/1: expected text, found nothing");
    for path in ["number", "large", "unsigned"] {
        assert!(message(event.integer(path).map(|n| n.to_string())).contains("a 64-bit integer"), "{path}");
    }
    assert_eq!(event.integer("whole").unwrap(), 7);
    assert!((event.number("number").unwrap() - 1.5).abs() < f64::EPSILON);
    assert!((event.number("unsigned").unwrap() - 18_446_744_073_709_551_615.0).abs() < 1.0);
    assert!(message(event.boolean("text").map(|b| b.to_string())).contains("true or false"));
    assert!(message(event.elements("text").map(|e| e.len().to_string())).contains("an array"));
    assert!(message(event.members("list").map(|e| e.len().to_string())).contains("an object"));
    assert!(event.has("text") && !event.has("none") && !event.has("nothing"));
}

#[test]
fn json_each_reports_the_whole_path() {
    let event = parsed(r#"{"items":[{"price":1,"tags":["a"]},{"price":2,"tags":["b",3]},{"tags":[]}]}"#);
    let price = |item: &Json| item.integer("price");
    assert!(Json::array().each("", price).unwrap().is_empty());
    let first = parsed(r#"{"items":[{"price":1},{"price":2}]}"#);
    assert_eq!(first.each("items", price).unwrap(), [1, 2]);
    let parts = |failure: ruchy_std::lambda::Failure| (failure.error_type().to_string(), failure.message().to_string());
    let invalid = |message: &str| (INVALID_EVENT.to_string(), message.to_string());
    for path in ["items", "/items"] {
        let failure = event.each(path, price).unwrap_err();
        assert_eq!(parts(failure), invalid("/items/2/price: expected a 64-bit integer, found nothing"));
    }
    let tags = |item: &Json| item.each("/tags", |tag| tag.text("").map(String::from));
    assert_eq!(parts(event.each("items", tags).unwrap_err()), invalid("/items/1/tags/1: expected text, found a number"));
    assert_eq!(parts(event["items"].each("", price).unwrap_err()), invalid("/2/price: expected a 64-bit integer, found nothing"));
    assert_eq!(parts(event.each("item", price).unwrap_err()), invalid("/item: expected an array, found nothing"));
    // The function's own failures are unchanged, except those about the event, which get a path.
    for (error_type, message, whole) in
        [("Function.NotFound", "no such item", "no such item"), (INVALID_EVENT, "no such item", "/items/0: no such item")]
    {
        let failure = event.each("items", |_| Err::<(), _>(ruchy_std::lambda::Failure::new(error_type, message))).unwrap_err();
        assert_eq!(parts(failure), (error_type.to_string(), whole.to_string()));
    }
}

#[test]
fn json_builds_values() {
    let value = Json::object()
        .put("text", "x")
        .put("number", 7)
        .put("float", 0.1 + 0.2)
        .put("nothing", None::<i32>)
        .put("infinite", f64::INFINITY)
        .put("list", vec!["a", "b"])
        .put("nested", Json::object().put("yes", true))
        .put("number", 8);
    let text =
        r#"{"text":"x","number":8,"float":0.30000000000000004,"nothing":null,"infinite":null,"list":["a","b"],"nested":{"yes":true}}"#;
    assert_eq!(value.to_string(), text);
    let mut list = Json::array();
    list.push(1);
    list.push("two");
    assert_eq!(list.to_string(), r#"[1,"two"]"#);
}

#[test]
fn json_calculates_with_numbers_and_joins_strings() {
    let json = |text: &str| parsed(text);
    assert_eq!(json("7") + json("2"), json("9"));
    assert_eq!(json("7") - json("2.5"), json("4.5"));
    assert_eq!(json("7") * json("2"), json("14"));
    assert_eq!(json("-7") / json("2"), json("-3"));
    assert_eq!(json("-7") % json("2"), json("-1"));
    assert_eq!(-json("2.5"), json("-2.5"));
    assert_eq!(Json::of("tea") + Json::of("pot"), Json::of("teapot"));
    let mut total = json("1");
    total += json("2");
    total *= json("3");
    assert_eq!(total, json("9"));
}

#[test]
fn json_compares_numbers_and_strings() {
    assert!(parsed("9007199254740993") > parsed("9007199254740992"));
    assert!(parsed("18446744073709551615") > parsed("18446744073709551614"));
    assert!(parsed("1") < parsed("1.5"));
    // Equal in order, but not the same JSON.
    assert!(parsed("1").partial_cmp(&parsed("1.0")) == Some(std::cmp::Ordering::Equal) && parsed("1") != parsed("1.0"));
    assert!(Json::of("a") < Json::of("b"));
    assert_eq!(parsed("1").partial_cmp(&Json::of("1")), None);
}

/// Returns the message of the panic of `calculate`.
fn panicked(calculate: fn() -> Json) -> String {
    let payload = std::panic::catch_unwind(calculate).expect_err("a panic");
    payload.downcast_ref::<String>().expect("a message").clone()
}

#[test]
fn json_arithmetic_panics_with_the_operands() {
    assert_eq!(panicked(|| parsed("[]") * parsed("2")), "`*` of JSON needs two numbers, found an array and a number");
    assert_eq!(panicked(|| Json::from(i64::MAX) + parsed("1")), "integer overflow: 9223372036854775807 + 1");
    assert_eq!(panicked(|| parsed("1") % parsed("0")), "division by zero: 1 % 0");
}

#[test]
fn json_members_and_elements_are_set_by_index() {
    let mut order = parsed(r#"{"items":[1,2]}"#);
    order["items"][1] = Json::of(5);
    order["customer"]["name"] = Json::of("ada");
    order["items"][0] += Json::of(10);
    assert_eq!(order.to_string(), r#"{"items":[11,5],"customer":{"name":"ada"}}"#);
}
