//! Secrets Manager and SSM parameters, by signed calls. `local` has both through AWS's layer, without TLS.

use crate::call::Call;
use crate::error::Error;
use crate::service::{SECRETS, SSM};
use alloc::string::{String, ToString};
use events_json::Json;

/// The text of the secret with this name or ARN.
///
/// # Errors
/// AWS's; a secret of bytes is `Function.MalformedReply`.
pub fn secret(id: impl AsRef<str>) -> Result<String, Error> {
    let reply = Call::new(&SECRETS, "GetSecretValue", &Json::object().put("SecretId", id.as_ref())).json()?;
    // The reply is not in the message.
    reply
        .text("/SecretString")
        .map(ToString::to_string)
        .map_err(|_| Error::new("Function.MalformedReply", "secretsmanager GetSecretValue: not a text"))
}

/// The value of the SSM parameter with this name, decrypted.
///
/// # Errors
/// AWS's.
pub fn parameter(name: impl AsRef<str>) -> Result<String, Error> {
    let reply = Call::new(&SSM, "GetParameter", &Json::object().put("Name", name.as_ref()).put("WithDecryption", true)).json()?;
    reply.text("/Parameter/Value").map(ToString::to_string).map_err(|_| Error::new("Function.MalformedReply", "ssm GetParameter: no value"))
}
