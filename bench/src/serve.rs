//! `ruchy-lambda serve`: the function behind Lambda's own Invoke call, on this machine, for curl and for AWS SDKs.
//!
//! [`endpoint`] speaks HTTP, [`call`] knows what Lambda accepts and refuses, [`worker`] runs one invocation after the other.

pub mod call;
pub mod endpoint;
pub mod worker;

use crate::Error;
use crate::environment::Function;
use crate::signals::Interrupts;
use std::io::{self, Write as _};
use std::net::Ipv4Addr;
use std::process::ExitCode;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use worker::Worker;

/// How many invocations may wait in line.
const QUEUE_MAX: usize = 1_000;

/// Serves until it is told to end, and ends the function then.
///
/// # Errors
/// [`Error::PortTaken`], [`Error::System`].
pub async fn run(function: Function, port: u16, timeout: Duration) -> Result<ExitCode, Error> {
    let mut interrupts = Interrupts::new()?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => Error::PortTaken { port, handler: function.handler.clone() },
        _ => Error::System { what: "opening the port", error },
    })?;
    let address = listener.local_addr().map_err(Error::system("opening the port"))?;
    let _ = writeln!(
        io::stdout(),
        "Serving {name} on http://{address} (for an SDK: endpoint_url). Ctrl-C ends it.\n  curl -d '{{}}' http://{address}{}",
        call::path(&function.handler),
        name = function.handler,
    );
    let (jobs, mut queue) = mpsc::channel(QUEUE_MAX);
    let mut worker = Worker::new(function, timeout)?;
    tokio::select! {
        () = endpoint::accept(listener, jobs) => {}
        () = worker.run(&mut queue) => {}
        _ = interrupts.received() => {}
    }
    worker.stop().await;
    Ok(ExitCode::SUCCESS)
}
