//! Answers with random numbers of the kind that the event names.

pub fn lambda_handler(event: &str) -> Result<String, String> {
    let mut generator = std::random::generator();
    match event {
        "secret" => {
            let mut bytes = [0; 300];
            std::random::fill(&mut bytes);
            Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
        }
        "dice" => Ok((0..100).map(|_| generator.u8(1..=6).to_string()).collect()),
        "part" => Ok((0..100).all(|_| (0.0..1.0).contains(&generator.f64())).to_string()),
        "seed" => Ok(generator.u64(..).to_string()),
        _ => Err(format!("there are no numbers {event}")),
    }
}
