//! Reads an item by the AWS SDK, for the functions of this project and for `peer`.

use aws_config::BehaviorVersion;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::DisplayErrorContext;
use aws_sdk_dynamodb::types::AttributeValue;
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use tokio::sync::OnceCell;

/// The table that is read.
pub const TABLE: &str = "orders";

/// The client of this process: its configuration, credentials and connections are kept from one
/// invocation to the next.
pub async fn client() -> &'static Client {
    static CLIENT: OnceCell<Client> = OnceCell::const_new();
    CLIENT
        .get_or_init(async || {
            let http = Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https();
            let config = aws_config::defaults(BehaviorVersion::latest()).http_client(http).load().await;
            Client::new(&config)
        })
        .await
}

/// Returns the attribute `note` of the item `id`; `None` if the item does not exist.
///
/// # Errors
/// The SDK's, with its causes.
pub async fn note_of(id: &str) -> Result<Option<String>, String> {
    let request = client().await.get_item().table_name(TABLE).key("id", AttributeValue::S(id.to_owned()));
    let answer = request.send().await.map_err(|error| DisplayErrorContext(error).to_string())?;
    let item = answer.item.unwrap_or_default();
    Ok(item.get("note").and_then(|note| note.as_s().ok()).cloned())
}
