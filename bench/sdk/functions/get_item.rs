//! Reads an item of a DynamoDB table by the AWS SDK: {"id":"a"} is answered with the item's note.

use events::Json;
use lambda::Failure;

pub async fn lambda_handler(event: &Json) -> Result<Json, Failure> {
    let note = common::note_of(event.text("id")?).await?;
    Ok(Json::object().put("note", note))
}
