//! AWS's services for functions: moto, a table in it, and functions that call it.

use super::bootstrap::root;
use super::function::Function;
use super::moto::Moto;
use super::runtime_api::{Connection, RuntimeApi};
use std::path::Path;

pub fn start() -> Moto {
    Moto::start(root())
}

/// Services with the table `t`, whose key is `id` and whose only item has the price 1.5.
pub fn with_table() -> Moto {
    let mut moto = start();
    moto.boto3(
        "dynamodb",
        "create_table",
        r#"{"TableName":"t","BillingMode":"PAY_PER_REQUEST","KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],"AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}]}"#,
    );
    moto.boto3("dynamodb", "put_item", r#"{"TableName":"t","Item":{"id":{"S":"a"},"price":{"N":"1.5"}}}"#);
    moto
}

/// Starts a function that calls `moto` and trusts its root if `is_trusted`.
pub fn function(moto: &Moto, bootstrap: &Path, handler: &str, is_trusted: bool) -> (Function, Connection) {
    let mut variables = vec![
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("AWS_REGION", "eu-west-1"),
        ("AWS_ENDPOINT_URL", moto.url.as_str()),
        ("TABLE", "t"),
    ];
    if is_trusted {
        variables.push(("AWS_CA_BUNDLE", moto.roots.as_str()));
    }
    RuntimeApi::listen().start_with(&variables, bootstrap, handler)
}
