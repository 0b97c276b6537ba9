//! `ruchy-lambda watch` and `serve`: a local Lambda with the functions of a project, for curl and
//! for AWS SDKs.
//!
//! - [`builder`] builds functions on a thread of its own, when [`crate::saves`] reports that one of
//!   their [`crate::inputs`] has changed. [`plan`]: which ones, and how they run. [`build`]: the
//!   state of one.
//! - [`endpoint`] accepts connections. [`invoke_api`] is Lambda's API ([`call`], [`event_stream`]);
//!   [`gateway`] is plain HTTP, by the routes of [`table`], with [`cors`].
//! - [`pool`]: the processes of a function; [`instance`]: one of them. [`stream`]: a streamed
//!   response on its way. [`server`] is what requests share.

pub mod build;
pub mod builder;
pub mod call;
pub mod cors;
pub mod endpoint;
pub mod event_stream;
pub mod gateway;
pub mod instance;
pub mod invoke_api;
pub mod plan;
pub mod pool;
pub mod server;
pub mod stream;
pub mod table;

use crate::project::settings::http::HttpKind;
use crate::signals::Interrupts;
use crate::variables::Variables;
use crate::{Error, arguments};
use build::Build;
use builder::{Builder, Ends};
use clap::Args;
use plan::Plan;
use pool::Pool;
use server::Server;
use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use table::Table;
use tokio::net::TcpListener;
use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

/// The default port.
const PORT: u16 = 9000;
/// The default for how many processes a function may have: Lambda's limit of an account that is
/// new.
const CONCURRENCY: usize = 10;

/// The functions to serve, and the address.
#[derive(Debug, Args)]
#[command(override_usage = "ruchy-lambda watch [NAME…] [PORT] [OPTIONS]")]
pub struct Options {
    /// The functions, all if none is named; and the port of 127.0.0.1 to listen on: 9000 if none is
    /// named, 0 takes any free port
    #[arg(value_name = "NAME|PORT")]
    words: Vec<String>,
    /// Serve this file as the one named function; do not build it
    #[arg(long, value_name = "FILE", requires = "words")]
    bootstrap: Option<PathBuf>,
    /// The time limit of an invocation; default: that of Cargo.toml, or 3
    #[arg(long, value_name = "SECONDS", env = "RUCHY_LAMBDA_TIMEOUT", value_parser = arguments::timeout)]
    timeout: Option<Duration>,
    /// The memory size; default: that of Cargo.toml, or 128
    #[arg(long, value_name = "MB", env = "RUCHY_LAMBDA_MEMORY", value_parser = arguments::whole_number::<u32>(128..=10_240))]
    memory: Option<u32>,
    /// The most processes of a function: it runs at most this many invocations at once, and
    /// others wait
    #[arg(long, value_name = "N", default_value_t = CONCURRENCY, value_parser = arguments::whole_number::<usize>(1..=1_000))]
    concurrency: usize,
    /// The event that an HTTP request becomes: url, http-api, rest, alb or alb-multi-value;
    /// default: that of Cargo.toml, or url
    #[arg(long, value_name = "KIND", value_parser = clap::builder::ValueParser::new(str::parse::<HttpKind>))]
    http: Option<HttpKind>,
    /// Print how to attach gdb to each process, and raise the time limit to a day
    #[arg(long)]
    inspect: bool,
    /// As --inspect, and each process waits for gdb before its first instruction
    #[arg(long)]
    debug: bool,
    #[command(flatten)]
    variables: Variables,
}

/// Serves the functions, and builds them again when their files are saved if `watches`. Otherwise
/// all are built before the first request, and one that does not build ends the command.
///
/// # Errors
/// [`Error::PortTaken`], [`Error::System`]; as [`Builder::new`].
pub async fn run(options: Options, watches: bool) -> Result<ExitCode, Error> {
    let mut interrupts = Interrupts::ending_with_parent()?;
    let (ports, names): (Vec<String>, Vec<String>) =
        options.words.into_iter().partition(|word| word.starts_with(|c: char| c.is_ascii_digit()));
    let port = match &ports[..] {
        [] => PORT,
        [port] => port.parse().map_err(|_| Error::Refused(format!("{port:?}: expected a port, 0 to 65535")))?,
        _ => return Err(Error::Refused(format!("{}: expected one port", ports.join(" ")))),
    };
    if options.bootstrap.is_some() && names.len() != 1 {
        return Err(Error::Refused("--bootstrap: expected one NAME".to_owned()));
    }
    for name in &names {
        arguments::name(name).map_err(|message| Error::Refused(format!("{name:?}: {message}")))?;
    }
    if let Some(bootstrap) = &options.bootstrap {
        crate::process::executable(bootstrap)?;
    }
    let plan = Plan {
        names,
        bootstrap: options.bootstrap,
        timeout: options.timeout,
        memory_mb: options.memory,
        variables: options.variables,
        concurrency: options.concurrency,
        http: options.http,
        log_file: None,
        inspects: options.inspect || options.debug,
        debugs: options.debug,
        watches,
    };
    serve(plan, port, &mut interrupts).await
}

/// Opens the port, and serves until a signal ends it.
async fn serve(plan: Plan, port: u16, interrupts: &mut Interrupts) -> Result<ExitCode, Error> {
    let command = if plan.watches { "watch" } else { "serve" };
    // First, since building takes time.
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => Error::PortTaken { port, command },
        _ => Error::System { what: "opening the port", error },
    })?;
    let end = async {
        interrupts.received().await;
    };
    serve_until(plan, listener, end).await
}

/// Serves on `listener` until `end`, and ends the functions' processes then. One thread does all of
/// it, and must live as long: the kernel ends processes with the thread that started them, and only
/// that thread may stop them to read their stacks.
///
/// # Errors
/// [`Error::System`]; as [`Builder::new`].
///
/// # Panics
/// In a runtime of several threads.
pub async fn serve_until(plan: Plan, listener: TcpListener, end: impl Future<Output = ()>) -> Result<ExitCode, Error> {
    assert_eq!(Handle::current().runtime_flavor(), RuntimeFlavor::CurrentThread, "processes belong to the thread that starts them");
    let watches = plan.watches;
    let address = listener.local_addr().map_err(Error::system("opening the port"))?;
    let (tables, table) = watch::channel(Arc::new(Table::default()));
    let (requested, names) = mpsc::unbounded_channel();
    let (retire, mut retired) = mpsc::unbounded_channel();
    let builder = start(Builder::new(plan, Ends { tables, requested: names, retired: retire })?)?;
    let server = Server { tables: table.clone(), requested, port: address.port() };
    let mut retiring = JoinSet::new();
    let code = tokio::select! {
        code = serving(listener, server, address, watches) => code,
        () = retire_all(&mut retired, &mut retiring) => ExitCode::SUCCESS,
        () = end => ExitCode::SUCCESS,
    };
    // The last sender of requested names is gone: the builder ends, and with it the build that it
    // runs.
    let table = table.borrow().clone();
    for entry in table.entries() {
        let build = entry.build.borrow().clone();
        if let Build::Ready(pool) = build {
            retiring.spawn(async move { pool.stop().await });
        }
    }
    while let Ok(pool) = retired.try_recv() {
        retiring.spawn(async move { pool.stop().await });
    }
    retiring.join_all().await;
    let _ = builder.join();
    Ok(code)
}

/// Runs the builder on a thread of its own.
fn start(builder: Builder) -> Result<std::thread::JoinHandle<()>, Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::system("starting"))?;
    std::thread::Builder::new()
        .name("builder".to_owned())
        .spawn(move || runtime.block_on(builder.run()))
        .map_err(Error::system("starting a thread"))
}

/// Accepts requests; returns only if a function does not build that is not to be built again.
async fn serving(listener: TcpListener, server: Server, address: SocketAddr, watches: bool) -> ExitCode {
    let table = server.tables.borrow().clone();
    if !watches {
        for entry in table.entries() {
            if server.pool(entry).await.is_err() {
                return ExitCode::FAILURE;
            }
        }
    }
    print_greeting(&table, address);
    endpoint::accept(listener, server).await;
    ExitCode::SUCCESS
}

fn print_greeting(table: &Table, address: SocketAddr) {
    let names: Vec<&str> = table.entries().iter().map(|entry| entry.name.as_str()).collect();
    let mut text = format!("Serving {} on http://{address} (for an SDK: endpoint_url). Ctrl-C ends it.\n", names.join(", "));
    for entry in table.entries() {
        for route in &entry.routes {
            let _ = writeln!(text, "  {route}: {}", entry.name);
        }
    }
    if let Some(name) = names.first() {
        let path = if names.len() == 1 { "/".to_owned() } else { format!("/{name}/") };
        let _ = writeln!(text, "  curl -i http://{address}{path}\n  curl -d '{{}}' http://{address}{}", call::path(name));
    }
    // The functions are served even if standard output is closed.
    let _ = io::stdout().write_all(text.as_bytes());
}

async fn retire_all(retired: &mut mpsc::UnboundedReceiver<Arc<Pool>>, retiring: &mut JoinSet<()>) {
    while let Some(pool) = retired.recv().await {
        retiring.spawn(async move { pool.retire().await });
        while retiring.try_join_next().is_some() {}
    }
    std::future::pending::<()>().await;
}
