//! The credentials of the function's role: from the environment, or from the endpoint that
//! functions with SnapStart have
//! (<https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html>).

use crate::date;
use crate::error::Error;
use alloc::string::String;
use core::fmt;
use events_json::Json;
use outbound::Request;
use ruchy_std::sync::Mutex;
use ruchy_std::{env, time};

/// Time before their expiration at which credentials are renewed, in milliseconds.
const RENEW_BEFORE_MS: u64 = 5 * 60_000;

/// The credentials of a role. `Debug` does not print them.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The access key id.
    pub access_key_id: String,
    /// The secret access key.
    pub secret_access_key: String,
    /// The session token of temporary credentials.
    pub session_token: Option<String>,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Credentials(…)")
    }
}

/// Credentials from the endpoint, and the time until which they are used, in milliseconds since
/// 1970.
static RENEWED: Mutex<Option<(Credentials, u64)>> = Mutex::new(None);

fn variable(name: &str) -> Option<&'static str> {
    env::variable(name).filter(|value| !value.is_empty())
}

/// Returns the current credentials: `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and
/// `AWS_SESSION_TOKEN`, or those of `AWS_CONTAINER_CREDENTIALS_FULL_URI`.
///
/// # Errors
/// `Function.NoCredentials` if the variables are missing, or if the endpoint returns no
/// credentials.
pub fn current() -> Result<Credentials, Error> {
    if let (Some(id), Some(secret)) = (variable("AWS_ACCESS_KEY_ID"), variable("AWS_SECRET_ACCESS_KEY")) {
        return Ok(Credentials {
            access_key_id: String::from(id),
            secret_access_key: String::from(secret),
            session_token: variable("AWS_SESSION_TOKEN").map(String::from),
        });
    }
    let Some(url) = variable("AWS_CONTAINER_CREDENTIALS_FULL_URI") else {
        return Err(Error::new(
            "Function.NoCredentials",
            "no AWS credentials; set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, which Lambda sets itself",
        ));
    };
    from_endpoint(url)
}

#[inline(never)]
fn from_endpoint(url: &str) -> Result<Credentials, Error> {
    let now_ms = time::epoch_ms();
    {
        let Ok(renewed) = RENEWED.lock();
        if let Some((credentials, until_ms)) = &*renewed
            && now_ms < *until_ms
        {
            return Ok(credentials.clone());
        }
    }
    let token = variable("AWS_CONTAINER_AUTHORIZATION_TOKEN").unwrap_or_default();
    let unusable = |cause: &str| Error::new("Function.NoCredentials", ["AWS_CONTAINER_CREDENTIALS_FULL_URI: ", cause].concat());
    let response = Request::local("GET", url).header("authorization", token).send().map_err(|error| unusable(error.message()))?;
    let json = Json::parse(&response.text()).map_err(|_| unusable("expected JSON"))?;
    let text =
        |name: &str| json.text(name).map(String::from).map_err(|_| unusable("expected AccessKeyId and SecretAccessKey in the reply"));
    let credentials = Credentials {
        access_key_id: text("AccessKeyId")?,
        secret_access_key: text("SecretAccessKey")?,
        session_token: json.text("Token").ok().map(String::from),
    };
    let until_s = json.text("Expiration").ok().and_then(date::from_iso);
    if let (Some(until_s), Some(_)) = (until_s, time::deadline_ms()) {
        let Ok(mut renewed) = RENEWED.lock();
        *renewed = Some((credentials.clone(), (until_s * 1000).saturating_sub(RENEW_BEFORE_MS)));
    }
    Ok(credentials)
}
