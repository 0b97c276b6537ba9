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
fn what_is_read_is_written_again() {
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

/// The writer is compared with `serde_json`'s over every character of the first planes, and over numbers of all sizes.
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
fn what_is_no_json_is_refused_with_its_place() {
    for (text, said) in [
        ("", "line 1, column 0: the text ends behind ``"),
        (r#"{"a""#, r#"the text ends behind `{"a"`"#),
        (r#"{"a":1}x"#, r#"column 8: `{"a":1}x`"#),
        ("{\n \"a\": tru }", "line 2, column 10: ` \"a\": tru `"),
        (r#"["\ud8"]"#, r#"["\ud8"#),
        (r#"{"large":1e999,"half":"\ud800","a":tru}"#, "line 1, column 39"),
        ("[007]", "no zero in front"),
        ("{'a':1}", "strings stand in double quotes"),
        ("[\"\u{1}\"]", "column 3"),
        ("[1,]", "`[1,]`"),
    ] {
        let message = refused(text);
        assert!(message.contains(said), "{text}: {message}");
    }
    // The excerpt is cut in front of a character, and not within.
    assert!(refused(&format!("[\"{}\u{1}\"]", "é".repeat(40))).contains("`ééé"));
}

#[test]
fn unpaired_surrogates_become_the_replacement_character() {
    for (escaped, text) in [
        (r"cut \ud83d", "cut \u{fffd}"),
        (r"\uDE00", "\u{fffd}"),
        (r"\udc00\ud800", "\u{fffd}\u{fffd}"),
        (r"\ud83d\ud83d\ude00!", "\u{fffd}😀!"),
        (r"\ud83d\n", "\u{fffd}\n"),
        (r"\ud83d\u0041", "\u{fffd}A"),
        // An escaped backslash, and no escape of a surrogate.
        (r"\\ud83d\ud83d", "\\ud83d\u{fffd}"),
    ] {
        assert_eq!(parsed(&format!(r#"{{"text":"{escaped}"}}"#)).text("text").unwrap(), text, "{escaped}");
        assert_eq!(Json::pick(&format!(r#"[1,{{"text":"{escaped}"}}]"#), "/1/text").unwrap().as_text(), Some(text), "{escaped}");
        // Names are read as values are, those that lead to a part, and those beside it.
        let named = format!(r#"{{"{escaped}":7,"other":8}}"#);
        assert_eq!(parsed(&named).get(text), Some(&Json::from(7)), "{escaped}");
        assert_eq!(Json::pick(&named, text).unwrap(), Json::from(7), "{escaped}");
        assert_eq!(Json::pick(&named, "other").unwrap(), Json::from(8), "{escaped}");
    }
}

#[test]
fn numbers_beyond_64_bits_are_kept_exactly() {
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
        let expected = |what: &str| format!("/list/1: expected {what}, found a number beyond 64 bits");
        assert_eq!(event.integer("/list/1").unwrap_err().message(), expected("an integer of 64 bits"));
        assert_eq!(event.number("/list/1").unwrap_err().message(), expected("a number"));
    }
    // These are floats, and stay so.
    assert_eq!(parsed("[1e300,-1e300,1e-400,18446744073709551615]").to_string(), "[1e+300,-1e+300,0.0,18446744073709551615]");
    // Only what is no number in strings stays as it is, and the place of a mistake is the same.
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
fn depth_has_a_limit() {
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    assert_eq!(parsed(&nested(DEPTH_MAX - 1)).to_string(), nested(DEPTH_MAX - 1));
    for depth in [DEPTH_MAX, 10_000, 1_000_000] {
        assert!(refused(&nested(depth)).contains(&format!("nested {DEPTH_MAX} deep")));
        let objects = r#"{"a":"#.repeat(depth);
        assert!(refused(&objects).contains(&format!("nested {DEPTH_MAX} deep")));
        assert!(Json::pick(&nested(depth), "/0/0").is_err());
    }
}

#[test]
fn a_pointer_leads_to_a_part() {
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
fn of_members_by_one_name_the_last_counts() {
    let twice = r#"{"a":1,"a":2}"#;
    assert_eq!(parsed(twice).integer("a").unwrap(), 2);
    assert_eq!(Json::pick(twice, "a").unwrap(), Json::from(2));
    assert_eq!(parsed(twice).put("a", 3).integer("a").unwrap(), 3);
}

#[test]
fn what_is_picked_is_checked_to_its_end() {
    assert_eq!(Json::pick(r#"{"a":1} x"#, "a").unwrap_err().error_type(), INVALID_JSON);
    assert_eq!(Json::pick(r#"{"a":1,"b":tru}"#, "a").unwrap_err().error_type(), INVALID_JSON);
}

#[test]
fn what_is_not_as_expected_is_said() {
    let event = parsed(r#"{"text":"x","number":1.5,"large":1e30,"whole":7.0,"unsigned":18446744073709551615,"none":null,"list":[true]}"#);
    let said = |result: Result<String, ruchy_std::lambda::Failure>| {
        let failure = result.unwrap_err();
        assert_eq!(failure.error_type(), INVALID_EVENT);
        failure.message().to_string()
    };
    assert_eq!(said(event.text("number").map(String::from)), "/number: expected text, found a number");
    // It would be another pointer.
    assert_eq!(said(event.text("a/b").map(String::from)), "a/b: expected text, found nothing");
    assert_eq!(said(event.text("").map(String::from)), "expected text, found an object");
    assert_eq!(said(event.text("/none").map(String::from)), "/none: expected text, found null");
    assert_eq!(said(event.text("/list/0").map(String::from)), "/list/0: expected text, found a boolean");
    assert_eq!(said(event.text("/list/1").map(String::from)), "/list/1: expected text, found nothing");
    for path in ["number", "large", "unsigned"] {
        assert!(said(event.integer(path).map(|n| n.to_string())).contains("an integer of 64 bits"), "{path}");
    }
    assert_eq!(event.integer("whole").unwrap(), 7);
    assert!((event.number("number").unwrap() - 1.5).abs() < f64::EPSILON);
    assert!((event.number("unsigned").unwrap() - 18_446_744_073_709_551_615.0).abs() < 1.0);
    assert!(said(event.boolean("text").map(|b| b.to_string())).contains("true or false"));
    assert!(said(event.elements("text").map(|e| e.len().to_string())).contains("an array"));
    assert!(said(event.members("list").map(|e| e.len().to_string())).contains("an object"));
    assert!(event.has("text") && !event.has("none") && !event.has("nothing"));
}

#[test]
fn what_is_asked_of_each_element_is_said_with_its_whole_place() {
    let event = parsed(r#"{"items":[{"price":1,"tags":["a"]},{"price":2,"tags":["b",3]},{"tags":[]}]}"#);
    let price = |item: &Json| item.integer("price");
    assert!(Json::array().each("", price).unwrap().is_empty());
    let first = parsed(r#"{"items":[{"price":1},{"price":2}]}"#);
    assert_eq!(first.each("items", price).unwrap(), [1, 2]);
    let said = |failure: ruchy_std::lambda::Failure| (failure.error_type().to_string(), failure.message().to_string());
    let invalid = |message: &str| (INVALID_EVENT.to_string(), message.to_string());
    for path in ["items", "/items"] {
        let failure = event.each(path, price).unwrap_err();
        assert_eq!(said(failure), invalid("/items/2/price: expected an integer of 64 bits, found nothing"));
    }
    let tags = |item: &Json| item.each("/tags", |tag| tag.text("").map(String::from));
    assert_eq!(said(event.each("items", tags).unwrap_err()), invalid("/items/1/tags/1: expected text, found a number"));
    assert_eq!(said(event["items"].each("", price).unwrap_err()), invalid("/2/price: expected an integer of 64 bits, found nothing"));
    assert_eq!(said(event.each("item", price).unwrap_err()), invalid("/item: expected an array, found nothing"));
    // What the function says by itself stays, but for what it says of an event: that is somewhere.
    for (error_type, message, whole) in
        [("Function.NotFound", "no such item", "no such item"), (INVALID_EVENT, "no such item", "/items/0: no such item")]
    {
        let failure = event.each("items", |_| Err::<(), _>(ruchy_std::lambda::Failure::new(error_type, message))).unwrap_err();
        assert_eq!(said(failure), (error_type.to_string(), whole.to_string()));
    }
}

#[test]
fn values_are_built() {
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
