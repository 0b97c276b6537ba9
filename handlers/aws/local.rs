//! Services on the same machine, by `http`: a function that uses only these does not link TLS.
//!
//! - [Parameters and
//!   Secrets](https://docs.aws.amazon.com/secretsmanager/latest/userguide/retrieving-secrets_lambda.html),
//!   a layer of AWS, port `PARAMETERS_SECRETS_EXTENSION_HTTP_PORT` (2773)
//! - [`AppConfig`'s
//!   agent](https://docs.aws.amazon.com/appconfig/latest/userguide/appconfig-integration-lambda-extensions.html),
//!   a layer of AWS, port `AWS_APPCONFIG_EXTENSION_HTTP_PORT` (2772)
//! - Lambda's metadata endpoint, at the address in `AWS_LAMBDA_METADATA_API`

use crate::error::Error;
use crate::sign::push_encoded;
use alloc::string::{String, ToString};
use events_json::Json;
use outbound::Request;
use ruchy_std::sync::Mutex;
use ruchy_std::{env, time};

/// Returns a secret string from AWS's Parameters and Secrets layer, which caches it.
///
/// # Errors
/// `Function.ConnectFailed` if the layer is missing, or AWS's error.
///
/// ```
/// use aws::local;
///
/// pub fn lambda_handler(_event: &str) -> Result<String, aws::Error> {
///     let (secret, parameter) = (local::secret("api-token")?, local::parameter("/shop/url")?);
///     let flags = local::configuration("shop", "production", "flags")?;
///     Ok(format!("{} {parameter} {flags} {}", secret.len(), local::availability_zone()?))
/// }
/// ```
pub fn secret(id: impl AsRef<str>) -> Result<String, Error> {
    let reply = extension("/secretsmanager/get?secretId=", id.as_ref(), "")?;
    reply
        .text("/SecretString")
        .map(ToString::to_string)
        .map_err(|_| Error::new("Function.MalformedReply", "secret: expected a SecretString, found a binary secret"))
}

/// Returns the decrypted value of an SSM parameter from AWS's Parameters and Secrets layer.
///
/// # Errors
/// As [`secret`].
pub fn parameter(name: impl AsRef<str>) -> Result<String, Error> {
    let reply = extension("/systemsmanager/parameters/get?name=", name.as_ref(), "&withDecryption=true")?;
    reply
        .text("/Parameter/Value")
        .map(ToString::to_string)
        .map_err(|_| Error::new("Function.MalformedReply", "parameter: expected a value in the layer's reply"))
}

fn extension(path: &str, id: &str, options: &str) -> Result<Json, Error> {
    let url = url("PARAMETERS_SECRETS_EXTENSION_HTTP_PORT", "2773", path, id, options);
    let token = env::variable("AWS_SESSION_TOKEN").unwrap_or_default();
    let request = Request::local("GET", &url).header("x-aws-parameters-secrets-token", token);
    let text = text_of(request, "add the layer AWS-Parameters-and-Secrets-Lambda-Extension")?;
    Json::parse(&text).map_err(|_| Error::new("Function.MalformedReply", "AWS's Parameters and Secrets layer: expected JSON in its reply"))
}

/// Returns a configuration from `AppConfig`'s agent.
///
/// # Errors
/// `Function.ConnectFailed` if the layer is missing, or AWS's error.
pub fn configuration(application: &str, environment: &str, profile: &str) -> Result<String, Error> {
    let mut path = String::new();
    for (part, name) in [("/applications/", application), ("/environments/", environment), ("/configurations/", profile)] {
        path.push_str(part);
        push_encoded(&mut path, name.as_bytes(), false);
    }
    let url = url("AWS_APPCONFIG_EXTENSION_HTTP_PORT", "2772", &path, "", "");
    text_of(Request::local("GET", &url), "add the layer AWS-AppConfig-Extension")
}

/// Returns the id of the Availability Zone that the function runs in, such as `use1-az1`, from
/// Lambda's metadata endpoint. The endpoint is called once per process, and never before a snapshot
/// is taken, which may be restored in another zone.
///
/// # Errors
/// `Function.NoMetadata` outside of Lambda, or the error of the endpoint.
pub fn availability_zone() -> Result<String, Error> {
    // Set during an invocation only, so that no snapshot contains it.
    static ZONE: Mutex<Option<String>> = Mutex::new(None);
    let may_cache = time::deadline_ms().is_some();
    let Ok(mut zone) = ZONE.lock();
    if let (true, Some(zone)) = (may_cache, &*zone) {
        return Ok(zone.clone());
    }
    let variable = |name| env::variable(name).filter(|value| !value.is_empty());
    let (Some(address), Some(token)) = (variable("AWS_LAMBDA_METADATA_API"), variable("AWS_LAMBDA_METADATA_TOKEN")) else {
        return Err(Error::new(
            "Function.NoMetadata",
            "AWS_LAMBDA_METADATA_API and AWS_LAMBDA_METADATA_TOKEN are not set; Lambda sets them, and other environments have no metadata endpoint",
        ));
    };
    let request = Request::local("GET", &["http://", address, "/2026-01-15/metadata/execution-environment"].concat());
    let response = request.header("authorization", &["Bearer ", token].concat()).send()?;
    if !response.is_success() {
        return Err(Error::of_aws("Lambda's metadata endpoint", response.status(), "", &response.text(), ""));
    }
    let reply = Json::parse(&response.text()).unwrap_or_default();
    let Ok(id) = reply.text("/AvailabilityZoneID") else {
        return Err(Error::new("Function.MalformedReply", "Lambda's metadata endpoint: expected AvailabilityZoneID in the reply"));
    };
    if may_cache {
        *zone = Some(id.to_string());
    }
    Ok(id.to_string())
}

fn url(variable: &str, default_port: &str, path: &str, id: &str, options: &str) -> String {
    let port = env::variable(variable).filter(|port| !port.is_empty()).unwrap_or(default_port);
    let mut url = ["http://localhost:", port, path].concat();
    push_encoded(&mut url, id.as_bytes(), false);
    url.push_str(options);
    url
}

fn text_of(request: Request, remedy: &str) -> Result<String, Error> {
    let response = request.send().map_err(|error| {
        let (error, is_missing) = (Error::from(error.clone()), error.kind() == outbound::Kind::Connect);
        if is_missing { Error::new(error.error_type(), [error.message(), "; ", remedy].concat()) } else { error }
    })?;
    if response.is_success() {
        return Ok(response.text());
    }
    // The layer's messages contain no secrets.
    Err(Error::of_aws("AWS's layer", response.status(), "", &response.text(), ""))
}
