//! Secrets Manager and SSM parameters, by signed calls. The module `local` reads both from AWS's
//! layer, without TLS.

use crate::call::Call;
use crate::error::Error;
use crate::service::{SECRETS, SSM};
use alloc::string::{String, ToString};
use events_json::Json;

/// Returns the secret string with this name or ARN.
///
/// # Errors
/// Returns AWS's error. A binary secret is `Function.MalformedReply`.
pub fn secret(id: impl AsRef<str>) -> Result<String, Error> {
    let reply = Call::new(&SECRETS, "GetSecretValue", &Json::object().put("SecretId", id.as_ref())).json()?;
    // The message must not contain the reply.
    reply
        .text("/SecretString")
        .map(ToString::to_string)
        .map_err(|_| Error::new("Function.MalformedReply", "secretsmanager GetSecretValue: expected a SecretString, found a binary secret"))
}

/// Returns the decrypted value of the SSM parameter with this name.
///
/// # Errors
/// Returns AWS's error.
pub fn parameter(name: impl AsRef<str>) -> Result<String, Error> {
    let reply = Call::new(&SSM, "GetParameter", &Json::object().put("Name", name.as_ref()).put("WithDecryption", true)).json()?;
    reply
        .text("/Parameter/Value")
        .map(ToString::to_string)
        .map_err(|_| Error::new("Function.MalformedReply", "ssm GetParameter: expected a value in the reply"))
}
