use events::Typed;

#[derive(serde::Deserialize)]
pub struct Words {
    words: Vec<String>,
}

pub fn lambda_handler(context: &Context, event: &Typed<Words>, response: &mut ResponseStream) -> Result<(), Failure> {
    response.write(context.request_id());
    for word in &event.words {
        response.write(word);
    }
    if event.words.is_empty() { Err(Failure::new("Function.NoWords", "there are none")) } else { Ok(()) }
}
