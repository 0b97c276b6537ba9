//! Services without TLS, and signatures as botocore verifies them. The server is `endpoints.py`.

use crate::refusing::Refusing;
use crate::support;
use aws::{dynamodb, local, messages};
use events_json::Json;
use outbound::Request;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

struct Endpoints {
    process: Child,
    url: String,
}

impl Endpoints {
    fn start() -> Self {
        let python = concat!(env!("CARGO_MANIFEST_DIR"), "/../../.venv/aws/bin/python");
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/endpoints.py");
        let mut command = Command::new(python);
        let mut process = command.arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap_or_else(|error| {
            panic!("{python}: {error}: `just aws-cli` installs it");
        });
        let mut port = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut port).unwrap();
        Self { process, url: format!("http://127.0.0.1:{}", port.trim()) }
    }

    fn port(&self) -> &str {
        self.url.rsplit(':').next().unwrap()
    }

    /// Returns the number of calls of `path`.
    fn count(&self, path: &str) -> i64 {
        let counts = Json::parse(&Request::local("GET", &format!("{}/counts", self.url)).send().unwrap().text()).unwrap();
        counts.get(path).and_then(Json::as_integer).unwrap_or_default()
    }

    /// Sets the environment of a function whose calls go to the endpoint, with a clock that is
    /// `ahead_s` ahead.
    fn environment(&self, ahead_s: i32, more: &[(&str, &str)]) {
        let url = format!("{}/ahead/{ahead_s}", self.url);
        let mut pairs = vec![("AWS_REGION", "eu-west-1"), ("AWS_ENDPOINT_URL", url.as_str())];
        pairs.extend(more);
        support::set_environment(&pairs);
    }
}

impl Drop for Endpoints {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

const KEYS: [(&str, &str); 3] =
    [("AWS_ACCESS_KEY_ID", "AKID"), ("AWS_SECRET_ACCESS_KEY", "secret of AKID"), ("AWS_SESSION_TOKEN", "session token")];

/// Returns the access key that a call was signed with.
fn call() -> Result<String, aws::Error> {
    let item = dynamodb::table("t").get(Json::object().put("id", "a"))?.unwrap();
    Ok(item.text("/key").unwrap().to_owned())
}

#[test]
fn call_is_retried_with_the_time_of_aws() {
    let _turn = support::alone();
    let endpoints = Endpoints::start();
    endpoints.environment(0, &KEYS);
    assert_eq!(call().unwrap(), "AKID");
    assert_eq!(endpoints.count("/ahead/0/"), 1);
    // An hour ahead: the call is rejected and signed again with that time. Later calls use it
    // immediately.
    endpoints.environment(3600, &KEYS);
    assert_eq!(call().unwrap(), "AKID");
    assert_eq!(call().unwrap(), "AKID");
    assert_eq!(endpoints.count("/ahead/3600/"), 3);
    // Back again, in concurrent calls.
    endpoints.environment(0, &KEYS);
    let input = Json::object().put("TableName", "t").put("Key", Json::object());
    let calls = [(); 2].map(|()| aws::Call::new(&aws::service::DYNAMODB, "GetItem", &input));
    assert!(aws::join(&calls).iter().all(Result::is_ok));
    // Each call was rejected once.
    assert_eq!(endpoints.count("/ahead/0/"), 1 + 4);
    // A wrong secret key is not a wrong clock: the error is returned immediately.
    endpoints.environment(0, &[KEYS[0], ("AWS_SECRET_ACCESS_KEY", "wrong"), KEYS[2]]);
    let error = call().unwrap_err();
    assert_eq!((error.code(), error.error_type()), ("InvalidSignatureException", "Function.InvalidSignature"));
    assert!(error.message().contains("The secret key or this machine's clock is wrong") && !error.message().contains("wrong\""));
    assert_eq!(endpoints.count("/ahead/0/"), 6);
}

#[test]
fn credentials_of_the_endpoint_are_cached_until_expiration() {
    let _turn = support::alone();
    let endpoints = Endpoints::start();
    let with = |expires: u32, token: &str| {
        let url = format!("{}/credentials?expires={expires}", endpoints.url);
        endpoints.environment(0, &[("AWS_CONTAINER_CREDENTIALS_FULL_URI", &url), ("AWS_CONTAINER_AUTHORIZATION_TOKEN", token)]);
    };
    with(3600, "wrong");
    let error = call().unwrap_err();
    assert_eq!(error.error_type(), "Function.NoCredentials");
    with(3600, "container token");
    // Outside of an invocation nothing is cached.
    let number = |key: Result<String, aws::Error>| key.unwrap().strip_prefix("ASIA").unwrap().parse::<u32>().unwrap();
    let first = number(call());
    assert_eq!(number(call()), first + 1);
    support::in_invocation(0, || {
        // Credentials that expire within five minutes are renewed each time.
        with(60, "container token");
        assert_eq!(number(call()), first + 2);
        assert_eq!(number(call()), first + 3);
        with(3600, "container token");
        assert_eq!(number(call()), first + 4);
        assert_eq!(number(call()), first + 4);
    });
    // The environment has precedence.
    endpoints.environment(0, &KEYS);
    assert_eq!(call().unwrap(), "AKID");
}

#[test]
fn local_calls_layers_without_tls() {
    let _turn = support::alone();
    let endpoints = Endpoints::start();
    let (port, refusing) = (endpoints.port(), Refusing::bind());
    support::set_environment(&[
        KEYS[2],
        ("PARAMETERS_SECRETS_EXTENSION_HTTP_PORT", port),
        ("AWS_APPCONFIG_EXTENSION_HTTP_PORT", port),
        ("HTTP_PROXY", &refusing.url()), // ignored for local services
    ]);
    assert_eq!(local::secret("my secret/1").unwrap(), "s3cret");
    assert_eq!(local::parameter("/a/b").unwrap(), "decrypted");
    assert_eq!(local::configuration("my app", "test", "flags").unwrap(), r#"{"enabled":true}"#);
    let error = local::secret("absent").unwrap_err();
    assert_eq!((error.status(), error.error_type()), (400, "Function.AwsCallFailed"));
    let port = refusing.address().port().to_string();
    support::set_environment(&[("PARAMETERS_SECRETS_EXTENSION_HTTP_PORT", &port), ("AWS_APPCONFIG_EXTENSION_HTTP_PORT", &port)]);
    for (error, layer) in [
        (local::parameter("/a/b").unwrap_err(), "AWS-Parameters-and-Secrets-Lambda-Extension"),
        (local::configuration("a", "b", "c").unwrap_err(), "AWS-AppConfig-Extension"),
    ] {
        assert_eq!(error.error_type(), "Function.ConnectFailed");
        assert!(error.message().contains(&format!("add the layer {layer}")), "{error}");
    }
}

#[test]
fn availability_zone_is_cached_within_invocations() {
    let _turn = support::alone();
    let endpoints = Endpoints::start();
    let address = endpoints.url.strip_prefix("http://").unwrap();
    let with = |token: &str| support::set_environment(&[("AWS_LAMBDA_METADATA_API", address), ("AWS_LAMBDA_METADATA_TOKEN", token)]);
    with("wrong");
    assert_eq!(local::availability_zone().unwrap_err().status(), 401);
    with("metadata token");
    // Before a snapshot nothing is cached, because it may be restored in another zone.
    assert_eq!(local::availability_zone().unwrap(), "use1-az2");
    assert_eq!(local::availability_zone().unwrap(), "use1-az3");
    support::in_invocation(0, || {
        assert_eq!(local::availability_zone().unwrap(), "use1-az4");
        assert_eq!(local::availability_zone().unwrap(), "use1-az4");
    });
    support::set_environment(&[]);
    // Outside of an invocation the cached zone is not used.
    assert_eq!(local::availability_zone().unwrap_err().error_type(), "Function.NoMetadata");
}

#[test]
fn failure_of_an_invoked_function_is_an_error() {
    let _turn = support::alone();
    let endpoints = Endpoints::start();
    endpoints.environment(0, &KEYS);
    let error = messages::invoke("failing", Json::object()).unwrap_err();
    assert_eq!(error.error_type(), "Function.InvokedFunctionFailed");
    assert!(error.message().contains("lambda Invoke: failing: Unhandled:") && error.message().contains("Oops"), "{error}");
    messages::invoke_later("late", Json::object()).unwrap();
}
