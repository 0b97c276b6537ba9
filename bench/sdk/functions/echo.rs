//! Returns the event, while tokio's runtime and the client of the AWS SDK exist in the process: the
//! fault suite plays its faults to this file.

pub async fn lambda_handler(event: &str) -> String {
    let _client = common::client().await;
    event.to_owned()
}
