//! Answers with the result of the float method that the event names, applied to the numbers after
//! the name.

pub fn lambda_handler(event: &str) -> Result<String, String> {
    let (method, numbers) = event.split_once(' ').ok_or("a method and numbers, please")?;
    let numbers: Vec<f64> = numbers.split(' ').map(|number| number.parse().map_err(|_| format!("{number} is not a number"))).collect::<Result<_, _>>()?;
    let [x, y] = [numbers.first(), numbers.get(1)].map(|number| *number.unwrap_or(&0.0));
    let result = match method {
        "sqrt" => x.sqrt(),
        "powi" => x.powi(y as i32),
        "powf" => x.powf(y),
        "exp" => f64::exp(x),
        "ln" => x.ln(),
        "log10" => x.log10(),
        "sin" => x.sin(),
        "atan2" => x.atan2(y),
        "hypot" => x.hypot(y),
        "abs" => x.abs(),
        "round" => x.round(),
        "fract" => x.fract(),
        "rem" => x % y,
        "single" => (x as f32).sqrt().floor() as f64,
        _ => return Err(format!("there is no method {method} here")),
    };
    Ok(format!("{result}"))
}
