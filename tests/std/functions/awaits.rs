//! An `async` function on tokio: its connection and its runtime persist between invocations.

use events::Json;
use lambda::{Context, Failure};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::Mutex;
use tokio::time::{sleep, timeout};

static CONNECTION: Mutex<Option<TcpStream>> = Mutex::const_new(None);

/// Sends a byte to the server at `address` and returns the byte that it answers with.
async fn exchange(address: &str, byte: u8) -> std::io::Result<u8> {
    let mut kept = CONNECTION.lock().await;
    if kept.is_none() {
        *kept = Some(TcpStream::connect(address).await?);
    }
    let connection = kept.as_mut().expect("it was made");
    connection.write_all(&[byte]).await?;
    connection.read_u8().await
}

pub async fn lambda_handler(context: &Context<'_>, event: &Json) -> Result<Json, Failure> {
    match event.text("do")? {
        "exchange" => {
            let address = event.text("address")?;
            let byte = exchange(address, b'a').await.map_err(|error| Failure::new("Function.NoServer", error))?;
            Ok(Json::object().put("byte", i64::from(byte)).put("id", context.request_id()))
        }
        "join" => {
            let tasks: Vec<_> = (0..5)
                .map(|number| {
                    tokio::spawn(async move {
                        sleep(Duration::from_millis(1)).await;
                        number
                    })
                })
                .collect();
            let mut sum = 0;
            for task in tasks {
                sum += task.await.expect("it does not panic");
            }
            Ok(Json::object().put("sum", sum))
        }
        "time out" => Ok(Json::object().put("elapsed", timeout(Duration::from_millis(1), std::future::pending::<()>()).await.is_err())),
        "panic" => {
            tokio::spawn(async { panic!("in a task") }).await.ok();
            Err(Failure::new("Function.Alive", "a task's panic ends the process"))
        }
        "blocking" => Ok(Json::object().put("other", tokio::task::spawn_blocking(|| 7).await.expect("it does not panic"))),
        _ => std::future::pending().await,
    }
}
