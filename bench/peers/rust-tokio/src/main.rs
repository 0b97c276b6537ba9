#[cfg(feature = "http")]
mod router;

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::{Value, json};

fn fibonacci(n: i32) -> i32 {
    if n <= 1 { n } else { fibonacci(n - 1) + fibonacci(n - 2) }
}

async fn minimal(_event: LambdaEvent<Value>) -> Result<Value, Error> {
    Ok(json!({"statusCode": 200, "body": "ok"}))
}

async fn fibonacci_35(_event: LambdaEvent<Value>) -> Result<Value, Error> {
    let n = 35;
    Ok(json!({"statusCode": 200, "body": format!("fibonacci({n})={}", fibonacci(n))}))
}

async fn echo(event: LambdaEvent<Value>) -> Result<Value, Error> {
    Ok(event.payload)
}

// The main function of the client's documentation; or one thread, tokio's minimum.
#[cfg_attr(not(feature = "one-thread"), tokio::main)]
#[cfg_attr(feature = "one-thread", tokio::main(flavor = "current_thread"))]
async fn main() -> Result<(), Error> {
    match std::env::var("_HANDLER")?.as_str() {
        "minimal" => run(service_fn(minimal)).await,
        "fibonacci" => run(service_fn(fibonacci_35)).await,
        "echo" => run(service_fn(echo)).await,
        #[cfg(feature = "http")]
        "router" => lambda_http::run(service_fn(router::lambda_handler)).await,
        #[cfg(feature = "http")]
        "router_struct" => run(service_fn(router::of_struct)).await,
        other => Err(format!("no function named {other}").into()),
    }
}
