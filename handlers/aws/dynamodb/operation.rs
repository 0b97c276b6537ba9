//! A call of DynamoDB.

use crate::call::Call;
use crate::error::Error;
use crate::service::DYNAMODB;
use events_json::Json;

/// Calls `operation`.
pub(super) fn send(operation: &str, input: &Json, is_repeatable: bool) -> Result<Json, Error> {
    Call::new(&DYNAMODB, operation, input).repeatable(is_repeatable).json()
}
