//! `ruchy-lambda serve`: the function behind Lambda's own Invoke call, on this machine, for curl and for AWS SDKs.
//!
//! [`endpoint`] speaks HTTP, [`call`] knows what Lambda accepts and refuses, [`worker`] runs one invocation after the other.

pub mod call;
pub mod endpoint;
pub mod worker;

use crate::environment::Function;
use crate::signals::Interrupts;
use crate::{Error, local};
use clap::Args;
use std::io::{self, Write as _};
use std::net::Ipv4Addr;
use std::process::ExitCode;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use worker::Worker;

/// How many invocations may wait in line.
const QUEUE_MAX: usize = 1_000;

/// The default port.
const PORT: u16 = 9000;

/// What to serve, and where.
#[derive(Debug, Args)]
#[command(override_usage = "ruchy-lambda serve [NAME] [PORT] [--timeout SECONDS] [--memory MB]")]
pub struct Options {
    #[command(flatten)]
    local: local::Configuration,
    /// The port of 127.0.0.1 to listen on: 9000 if none is named; 0 takes any that is free
    #[arg(value_name = "PORT")]
    port: Option<String>,
}

/// Links the function and serves it.
///
/// # Errors
/// As [`serve`]; [`Error`] of linking.
pub async fn run(options: &Options) -> Result<ExitCode, Error> {
    let (chosen, port) = options.local.choose(options.port.as_deref())?;
    let port = port.map_or(Ok(PORT), |port| port.parse().map_err(|_| Error::Refused(format!("{port:?}: expected a port, 0 to 65535"))))?;
    let timeout = options.local.timeout(&chosen);
    let mut interrupts = Interrupts::ending_with_parent()?;
    let function = tokio::select! {
        function = options.local.build(&chosen) => function?,
        code = interrupts.received() => return Ok(ExitCode::from(code)),
    };
    match function {
        Ok((function, _stand_in)) => serve(function, port, timeout, &mut interrupts).await,
        Err(refused) => {
            eprint!("{refused}");
            Ok(ExitCode::FAILURE)
        }
    }
}

/// Serves until a signal ends it, and ends the function then.
///
/// # Errors
/// [`Error::PortTaken`], [`Error::System`].
async fn serve(function: Function, port: u16, timeout: Duration, interrupts: &mut Interrupts) -> Result<ExitCode, Error> {
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
    let name = function.handler.clone();
    let mut worker = Worker::new(function, timeout)?;
    tokio::select! {
        () = endpoint::accept(listener, name, jobs) => {}
        () = worker.run(&mut queue) => {}
        _ = interrupts.received() => {}
    }
    worker.stop().await;
    Ok(ExitCode::SUCCESS)
}
