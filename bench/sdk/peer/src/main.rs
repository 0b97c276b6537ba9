use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::{Value, json};

async fn get_item(event: LambdaEvent<Value>) -> Result<Value, Error> {
    let id = event.payload["id"].as_str().ok_or("no id")?;
    let note = common::note_of(id).await?;
    Ok(json!({ "note": note }))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    run(service_fn(get_item)).await
}
