//! Printed text and log records, in each format and on each descriptor.

use crate::support::bootstrap::MISBEHAVING;
use crate::support::function::Function;
use crate::support::runtime_api::RuntimeApi;
use serde_json::Value;
use std::io::{Read, Write};
use std::os::fd::AsRawFd;
use std::os::unix::process::CommandExt;

/// Sends `events` to `handler`, terminates it, and returns its two streams.
fn logs(variables: &[(&str, &str)], handler: &str, events: &[&str]) -> [String; 2] {
    let api = RuntimeApi::listen();
    let (function, mut connection) = api.start_with(variables, &MISBEHAVING, handler);
    for (number, event) in events.iter().enumerate() {
        connection.invoke(&format!("id-{number}"), event.as_bytes());
    }
    connection.next();
    function.terminate();
    let ended = function.end();
    assert_eq!(ended.status.code(), Some(0));
    [ended.output, ended.error]
}

/// Parses each line of `log` as a record.
fn records(log: &str) -> Vec<Value> {
    let check = |line: &str| {
        let record: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        let timestamp = record["timestamp"].as_str().unwrap();
        assert!(timestamp.len() == 24 && timestamp.starts_with("20") && timestamp.ends_with('Z'), "{timestamp}");
        record
    };
    log.lines().map(check).collect()
}

fn fields<'record>(record: &'record Value, names: &[&str]) -> Vec<&'record str> {
    names.iter().map(|name| record[name].as_str().unwrap_or("none")).collect()
}

#[test]
fn text_format_prints_unchanged() {
    for format in ["Text", "text", "nonsense"] {
        let [output, error] = logs(&[("AWS_LAMBDA_LOG_FORMAT", format), ("AWS_LAMBDA_LOG_LEVEL", "FATAL")], "prints", &["a\nb", "\"c\""]);
        assert_eq!([output.as_str(), error.as_str()], ["id-0 got a\nb\nid-1 got \"c\"\n", "to stderr\nto stderr\n"], "{format}");
    }
}

#[test]
fn json_format_writes_one_record_per_print() {
    for format in ["JSON", "json", "Json"] {
        let [output, error] = logs(&[("AWS_LAMBDA_LOG_FORMAT", format)], "prints", &["two\nlines \"quoted\" é\u{1}", "b"]);
        let names = ["level", "message", "requestId"];
        let output = records(&output);
        assert_eq!(fields(&output[0], &names), ["INFO", "id-0 got two\nlines \"quoted\" é\u{1}", "id-0"]);
        assert_eq!(fields(&output[1], &names), ["INFO", "id-1 got b", "id-1"]);
        let error = records(&error);
        assert_eq!(fields(&error[1], &names), ["ERROR", "to stderr", "id-1"]);
        assert_eq!((output.len(), error.len()), (2, 2));
    }
}

/// Returns the records of `prints_event` in JSON format for `event` with `headers`.
fn records_of(variables: &[(&str, &str)], headers: &str, event: &str) -> String {
    let api = RuntimeApi::listen();
    let variables = [&[("AWS_LAMBDA_LOG_FORMAT", "JSON")], variables].concat();
    let (function, mut connection) = api.start_with(&variables, &MISBEHAVING, "prints_event");
    connection.next();
    connection.deliver_with("id-0", headers, event.as_bytes());
    connection.answer("id-0");
    connection.next();
    function.terminate();
    function.end().output
}

#[test]
fn json_format_adds_missing_members_to_objects() {
    let tenant = "Lambda-Runtime-Aws-Tenant-Id: tenant \"7\"\r\n";
    let record = records(&records_of(&[], tenant, r#" {"order": 7, "list": [1, {"a": null}]} "#)).remove(0);
    let expected = serde_json::json!({"timestamp": record["timestamp"], "level": "INFO", "requestId": "id-0", "tenantId": "tenant \"7\"", "order": 7, "list": [1, {"a": null}]});
    assert_eq!(record, expected);
    // Its members are kept.
    let own = r#"{"timestamp":"2026-11-22T08:52:05.875Z","level":"WARN","requestId":"mine","tenantId":"t","message":"m"}"#;
    assert_eq!(records_of(&[], tenant, own), format!("{own}\n"));
    assert_eq!(records(&records_of(&[], "", "{}"))[0]["requestId"], "id-0");
    // An object over several lines is one record.
    let record = records(&records_of(&[], "", "{\n  \"order\": 7\n}")).remove(0);
    assert_eq!((&record["order"], &record["requestId"]), (&7.into(), &"id-0".into()));
    // Its level counts.
    let level = [("AWS_LAMBDA_LOG_LEVEL", "WARN")];
    assert_eq!(records_of(&level, "", r#"{"level":"INFO"}"#), "");
    assert_eq!(records(&records_of(&level, "", r#"{"level":"error"}"#)).len(), 1);
}

#[test]
fn json_format_leaves_metric_documents_unchanged() {
    let document = r#"{"_aws":{"Timestamp":1574109732004,"CloudWatchMetrics":[{"Namespace":"shop","Dimensions":[["kind"]],"Metrics":[{"Name":"time","Unit":"Milliseconds"}]}]},"kind":"a","time":100}"#;
    for variables in [&[][..], &[("AWS_LAMBDA_LOG_LEVEL", "ERROR")]] {
        assert_eq!(records_of(variables, "", document), format!("{document}\n"));
    }
    // An object with another shape is an ordinary record.
    let record = records(&records_of(&[], "", r#"{"_aws":{"Timestamp":1}}"#)).remove(0);
    assert_eq!((&record["_aws"]["Timestamp"], &record["level"]), (&1.into(), &"INFO".into()));
}

#[test]
fn json_format_wraps_other_text_as_message() {
    for text in [
        r#"{"a":1} b"#,
        "[1]",
        "7",
        r#"{"a":}"#,
        r#"{"a":1,}"#,
        "{",
        "{\"a\":\"\u{1}\"}",
        &format!("{{\"a\":{}{}}}", "[".repeat(200), "]".repeat(200)),
    ] {
        let record = records(&records_of(&[], "Lambda-Runtime-Aws-Tenant-Id: t\r\n", text)).remove(0);
        assert_eq!(fields(&record, &["message", "level", "requestId", "tenantId"]), [text, "INFO", "id-0", "t"]);
    }
    // An object too long for a record is cut like text.
    let record = records(&records_of(&[], "", &format!("{{\"a\":\"{}\"}}", "x".repeat(300_000)))).remove(0);
    assert!(record["message"].as_str().unwrap().ends_with("… (cut)"));
}

#[test]
fn writes_to_standard_streams_are_logged() {
    let [output, error] = logs(&[], "writes", &["é"]);
    assert_eq!([output.as_str(), error.as_str()], ["got é, of 2 bytes\n", "\u{fffd}!"]);
    let [output, error] = logs(&[("AWS_LAMBDA_LOG_FORMAT", "JSON")], "writes", &["é"]);
    let messages = [output, error].map(|log| records(&log).iter().map(|record| fields(record, &["message"]).concat()).collect::<Vec<_>>());
    assert_eq!(messages, [["got é, of 2 bytes"], ["\u{fffd}!"]]);
    let api = RuntimeApi::listen();
    let (_function, mut connection) = api.start(&MISBEHAVING, "writes");
    assert_eq!(connection.invoke("id", b"").text(), "0 0", "standard input is empty");
}

#[test]
fn log_level_drops_lower_records() {
    for (level, output_records, error_records) in
        [("trace", 1, 1), ("DEBUG", 1, 1), ("Info", 1, 1), ("WARN", 0, 1), ("error", 0, 1), ("FATAL", 0, 0), ("nonsense", 1, 1)]
    {
        let variables = [("AWS_LAMBDA_LOG_FORMAT", "JSON"), ("AWS_LAMBDA_LOG_LEVEL", level)];
        let [output, error] = logs(&variables, "prints", &["a"]);
        assert_eq!((records(&output).len(), records(&error).len()), (output_records, error_records), "{level}");
    }
}

#[test]
fn runtime_errors_are_records_in_json_format() {
    let [_, error] = logs(&[("AWS_LAMBDA_LOG_FORMAT", "JSON")], "fails", &["no such \"order\"", &"long ".repeat(10_000)]);
    let records = records(&error);
    assert_eq!(fields(&records[0], &["level", "requestId"]), ["ERROR", "id-0"]);
    let body = records[0]["message"].as_str().unwrap().strip_prefix("/error: ").unwrap();
    assert_eq!(serde_json::from_str::<Value>(body).unwrap()["errorMessage"], "no such \"order\"");
    assert_eq!(fields(&records[1], &["level", "requestId"]), ["ERROR", "id-1"]);
}

#[test]
fn record_beyond_cloudwatchs_limit_is_cut_and_marked() {
    let [output, _] = logs(&[("AWS_LAMBDA_LOG_FORMAT", "JSON")], "prints", &[&"é\n".repeat(200_000)]);
    assert!(output.len() <= 256 << 10, "{}", output.len());
    let records = records(&output);
    assert!(records.len() == 1 && records[0]["message"].as_str().unwrap().ends_with("… (cut)"));
    assert_eq!(records[0]["requestId"], "id-0");
}

/// Starts `handler` with `writer` as its telemetry descriptor.
fn start_with_telemetry(api: &RuntimeApi, writer: std::io::PipeWriter, format: &str, handler: &str) -> Function {
    // If the pipe accepts a part of a frame, the remainder must follow.
    nix::fcntl::fcntl(&writer, nix::fcntl::FcntlArg::F_SETFL(nix::fcntl::OFlag::O_NONBLOCK)).unwrap();
    let number = writer.as_raw_fd();
    let variables = [("AWS_LAMBDA_LOG_FORMAT", format), ("_LAMBDA_TELEMETRY_LOG_FD", &number.to_string())];
    let mut command = api.command(&variables, &MISBEHAVING, handler);
    // SAFETY: between fork and exec it makes one system call, by which this process alone keeps the
    // descriptor.
    unsafe {
        command.pre_exec(move || match nix::libc::fcntl(number, nix::libc::F_SETFD, 0) {
            0 => Ok(()),
            _ => Err(std::io::Error::last_os_error()),
        });
    }
    let function = Function::run(&mut command);
    drop(writer); // the pipe ends with the function
    function
}

/// Returns the frames in `bytes`: kind and message of each.
fn parse_frames(bytes: &[u8]) -> Vec<(u32, String)> {
    let mut frames = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let word = |at: usize| u32::from_be_bytes(rest[at..at + 4].try_into().unwrap());
        let microseconds = u64::from_be_bytes(rest[8..16].try_into().unwrap());
        // Between 2020 and 2100.
        assert!((1_577_836_800_000_000..4_102_444_800_000_000).contains(&microseconds), "{microseconds}");
        let (message, after) = rest[16..].split_at(word(4) as usize);
        frames.push((word(0), String::from_utf8(message.to_vec()).unwrap()));
        rest = after;
    }
    frames
}

/// Returns the frames that a function writes to a telemetry descriptor: kind and message of each.
fn frames(format: &str, handler: &str, event: &str) -> Vec<(u32, String)> {
    let (mut reader, writer) = std::io::pipe().unwrap();
    let api = RuntimeApi::listen();
    let function = start_with_telemetry(&api, writer, format, handler);
    let mut connection = api.accept();
    let reading = std::thread::spawn(move || {
        let mut bytes = Vec::new();
        reader.read_to_end(&mut bytes).unwrap();
        bytes
    });
    connection.invoke("id-0", event.as_bytes());
    connection.next();
    function.terminate();
    let ended = function.end();
    assert_eq!([ended.output, ended.error], ["", ""], "output for the descriptor is written only there");
    parse_frames(&reading.join().unwrap())
}

#[test]
fn telemetry_frame_survives_partial_header_write() {
    const PIPE_BYTES: usize = 4096;
    const ROOM_BYTES: usize = 8;
    let (mut reader, mut writer) = std::io::pipe().unwrap();
    nix::fcntl::fcntl(&writer, nix::fcntl::FcntlArg::F_SETPIPE_SZ(PIPE_BYTES.try_into().unwrap())).unwrap();
    writer.write_all(&[0; PIPE_BYTES - ROOM_BYTES]).unwrap();
    let api = RuntimeApi::listen();
    let function = start_with_telemetry(&api, writer, "Text", "prints_event");
    let mut connection = api.accept();
    connection.next();
    // The kernel fills the last page of a pipe with data that does not fill a page: the first eight
    // bytes of a header of sixteen.
    let event = "x".repeat(PIPE_BYTES + ROOM_BYTES - 16);
    let before = function.asleep();
    connection.deliver("id-0", event.as_bytes());
    function.asleep_since(before);
    assert_eq!(reader_bytes(&reader), PIPE_BYTES, "the pipe is full");
    reader.read_exact(&mut [0; PIPE_BYTES - ROOM_BYTES]).unwrap();
    let reading = std::thread::spawn(move || {
        let mut bytes = Vec::new();
        reader.read_to_end(&mut bytes).unwrap();
        bytes
    });
    connection.answer("id-0");
    connection.next();
    function.terminate();
    function.end();
    assert_eq!(parse_frames(&reading.join().unwrap()), [(0xa55a_000f, event)]);
}

/// Returns the number of bytes that can be read at once.
fn reader_bytes(reader: &std::io::PipeReader) -> usize {
    let mut bytes: i32 = 0;
    // SAFETY: FIONREAD writes one int, and the descriptor is open.
    assert_eq!(unsafe { nix::libc::ioctl(reader.as_raw_fd(), nix::libc::FIONREAD, &raw mut bytes) }, 0);
    usize::try_from(bytes).unwrap()
}

#[test]
fn telemetry_descriptor_receives_framed_records() {
    let text = frames("Text", "prints", "a\nb");
    assert_eq!(text, [(0xa55a_000f, "id-0 got a\nb".to_owned()), (0xa55a_0017, "to stderr".to_owned())]);
    let json = frames("JSON", "prints", "a\nb");
    assert_eq!([json[0].0, json[1].0], [0xa55a_000e, 0xa55a_0016]);
    assert_eq!(records(&json[0].1)[0]["message"], "id-0 got a\nb");
    let report = frames("Text", "fails", "as asked");
    assert!(report.len() == 1 && report[0].0 == 0xa55a_0017 && report[0].1.contains("as asked"), "{report:?}");
    // Longer than the capacity of a pipe.
    let long = frames("Text", "prints", &"x".repeat(300_000));
    assert_eq!((long.len(), long[0].1.len()), (2, "id-0 got ".len() + 300_000));
}

#[test]
fn invalid_telemetry_descriptor_leaves_the_streams() {
    for descriptor in ["777", "nonsense", ""] {
        let [output, error] = logs(&[("_LAMBDA_TELEMETRY_LOG_FD", descriptor)], "prints", &["a", "b"]);
        assert_eq!([output.as_str(), error.as_str()], ["id-0 got a\nid-1 got b\n", "to stderr\nto stderr\n"], "{descriptor}");
    }
}

#[test]
fn full_or_closed_log_pipe_does_not_end_the_process() {
    for json in [false, true] {
        let api = RuntimeApi::listen();
        let (reader, writer) = std::io::pipe().unwrap();
        nix::fcntl::fcntl(&writer, nix::fcntl::FcntlArg::F_SETFL(nix::fcntl::OFlag::O_NONBLOCK)).unwrap();
        let variables: &[(&str, &str)] = if json { &[("AWS_LAMBDA_LOG_FORMAT", "JSON")] } else { &[] };
        let mut command = api.command(variables, &MISBEHAVING, "prints");
        let mut child = command.stdout(writer.try_clone().unwrap()).stderr(writer).spawn().unwrap();
        let mut connection = api.accept();
        // Nothing reads from the pipe, which holds 64 KiB.
        for _ in 0..5 {
            assert_eq!(connection.invoke("id", "x".repeat(40_000).as_bytes()).text(), "40000");
        }
        drop(reader);
        assert_eq!(connection.invoke("id", b"x").text(), "1");
        connection.next();
        child.kill().unwrap();
        child.wait().unwrap();
    }
}

#[test]
fn runtime_descriptors_do_not_replace_standard_streams() {
    // No descriptor that the runtime opens has the number of a closed standard stream.
    let api = RuntimeApi::listen();
    let (function, mut connection): (Function, _) = api.start_after("exec >&-;", &MISBEHAVING, "prints");
    assert_eq!(connection.invoke("id", b"x").text(), "1");
    connection.next();
    function.terminate();
    let ended = function.end();
    assert_eq!((ended.status.code(), ended.error.as_str()), (Some(0), "to stderr\n"));
}
