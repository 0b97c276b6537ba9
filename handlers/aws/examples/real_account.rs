//! `just test-aws-services`: one read-only call per service on a real account, with the credentials
//! of the environment. Shows that every endpoint has a TLS 1.3 certificate under Amazon's roots,
//! and accepts the signature.

use aws::Error;
use events_json::Json;
use ruchy_lambda::config::environment::Environment;
use ruchy_lambda::host::variables;
use std::ffi::{CString, c_char};
use std::process::ExitCode;

/// A service; its operation, or its method and path; and AWS's maximum charge for the call in
/// millionths of a dollar, by the public prices of us-east-1.
const CALLS: [(&str, &str, f64); 14] = [
    ("sts", "GetCallerIdentity", 0.0),
    ("dynamodb", "ListTables", 0.0),
    ("s3", "GET /", 5.0),
    ("sqs", "ListQueues", 0.4),
    ("sns", "ListTopics", 0.5),
    ("events", "ListEventBuses", 0.0),
    ("lambda", "GET /2015-03-31/functions?MaxItems=1", 0.0),
    ("states", "ListStateMachines", 0.0),
    ("secretsmanager", "ListSecrets", 5.0),
    ("ssm", "DescribeParameters", 0.0),
    ("kms", "ListKeys", 3.0),
    ("kinesis", "ListStreams", 0.0),
    ("logs", "DescribeLogGroups", 0.0),
    ("scheduler", "GET /schedule-groups?MaxResults=1", 0.0),
];

/// Makes the environment of this process available to the code of functions.
fn prepare() {
    let mut block: Vec<*const c_char> = std::env::vars()
        .map(|(name, value)| {
            // Readable beyond its end, like the kernel's environment block.
            CString::new(format!("{name}={value}")).map_or_else(|_| Vec::new(), |text| [text.as_bytes(), &[0; 16]].concat())
        })
        .map(|text| text.leak().as_ptr().cast())
        .collect();
    block.push(std::ptr::null());
    // SAFETY: an array of pointers to NUL-terminated strings, and a null pointer, all of which live
    // as long as the process.
    variables::prepare(unsafe { Environment::new(block.leak().as_ptr()) }, false);
}

fn call(service: &str, operation: &str) -> Result<Json, Error> {
    match operation.split_once(' ') {
        Some(("GET", path)) => aws::rest(service, "GET", path, &Json::Null),
        _ => aws::call(service, operation, &Json::object()),
    }
}

fn main() -> ExitCode {
    prepare();
    let cost: f64 = CALLS.iter().map(|(_, _, cost)| cost).sum();
    println!("{} read-only calls: AWS charges at most {:.6} dollars, and less within the free tier", CALLS.len(), cost / 1e6);
    if std::env::args().nth(1).as_deref() != Some("--yes") {
        println!("No calls were made. To make them, run: just test-aws-services --yes");
        return ExitCode::FAILURE;
    }
    let mut failed = 0;
    for (service, operation, _) in CALLS {
        match call(service, operation) {
            Ok(_) => println!("ok      {service} {operation}"),
            // The role may lack the permission: AWS has accepted the signature.
            Err(error) if error.is("AccessDenied") => println!("denied  {service} {operation}"),
            Err(error) => {
                failed += 1;
                println!("FAILED  {error}");
            }
        }
    }
    println!("{} as expected, {failed} not", CALLS.len() - failed);
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
