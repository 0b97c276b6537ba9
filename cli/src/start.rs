//! `ruchy-lambda start`: counts what a bootstrap does between its exec and its first request,
//! independent of clock and machine, and compares the counts with budgets.
//!
//! It is started with Lambda's variables, always the same, from its own folder under a relative
//! name, with a Runtime API whose port has five digits: all its strings have the same length and
//! the same offset in a page as in the previous run.

use crate::agreed::Agreed;
use crate::architecture::Architecture;
use crate::budget::Figure;
use crate::environment::Function;
use crate::home::Home;
use crate::number::grouped;
use crate::tracer;
use crate::tracer::counts::{Counts, INSTRUCTIONS_MAX};
use crate::{Error, arguments, interrupted, link, process};
use clap::Args;
use std::fmt::Write as _;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The function whose handler is found, where budgets are concerned.
pub const HANDLER: &str = "minimal";
/// The number of counts. Other work on the machine may add a page fault to a start, but never
/// removes one.
const STARTS: usize = 3;
/// The most attempts to get a port of five digits. Nearly all ports that the system assigns
/// have five.
const PORTS_MAX: usize = 1000;
const PORT_MIN: u16 = 10_000;
/// Another version of rustc moves the number of instructions by a per cent or so: a budget has one
/// part in this many above it.
const INSTRUCTIONS_HEADROOM: u64 = 50;

/// The variables that Lambda sets in addition to [`Function::variables`], with values as long
/// as Lambda's.
const VARIABLES: [(&str, &str); 14] = [
    ("AWS_ACCESS_KEY_ID", "ASIAIOSFODNN7EXAMPLE"),
    ("AWS_LAMBDA_LOG_FORMAT", "Text"),
    ("AWS_LAMBDA_LOG_LEVEL", "INFO"),
    ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
    (
        "AWS_SESSION_TOKEN",
        "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI",
    ),
    ("AWS_XRAY_CONTEXT_MISSING", "LOG_ERROR"),
    ("AWS_XRAY_DAEMON_ADDRESS", "169.254.79.129:2000"),
    ("LAMBDA_RUNTIME_DIR", "/var/runtime"),
    ("LANG", "en_US.UTF-8"),
    ("LD_LIBRARY_PATH", "/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib"),
    ("PATH", "/usr/local/bin:/usr/bin/:/bin:/opt/bin"),
    ("_AWS_XRAY_DAEMON_ADDRESS", "169.254.79.129"),
    ("_AWS_XRAY_DAEMON_PORT", "2000"),
    ("_X_AMZN_TRACE_ID", "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=557abcec3ee5a047;Sampled=0"),
];

/// The file that is linked.
const LINKED: &str = "target/size/bootstrap";

/// The arguments of the command.
#[derive(Debug, Args)]
#[command(override_usage = "ruchy-lambda start [NAME…]")]
pub struct Options {
    /// The functions, which are linked first, and of which the first is started; all, and
    /// `minimal`, when none is named
    #[arg(value_name = "NAME", value_parser = arguments::name)]
    names: Vec<String>,
    /// Start this file, and link nothing
    #[arg(long, value_name = "FILE")]
    bootstrap: Option<PathBuf>,
    /// The processor, whose instructions are counted
    #[arg(long, value_name = "NAME", env = link::ARCHITECTURE, value_enum, default_value_t = Architecture::X86_64)]
    arch: Architecture,
    #[command(flatten)]
    agreed: Agreed,
}

/// Links the functions, unless a file is named, and returns the table of what its start does, and
/// whether that is within budget.
///
/// # Errors
/// As [`measure`], [`link::shipped`], `link::of_project` and [`Agreed::check`].
pub fn run(options: &Options) -> Result<(String, bool), Error> {
    if options.arch != Architecture::X86_64 {
        return Err(Error::Refused(format!("--arch {}: expected x86_64, whose instructions are counted", options.arch.name())));
    }
    if options.bootstrap.is_none() {
        let home = Home::here()?;
        if matches!(home, Home::Project(_)) {
            let (function, linked) = home.link_one(&options.names, Some(options.arch))?;
            let counts = measure(&linked.bootstrap, &function.name)?;
            return options.agreed.check(&table(&counts), &figures(&counts));
        }
    }
    let names: Vec<&str> = options.names.iter().map(String::as_str).collect();
    let linked = PathBuf::from(LINKED);
    if options.bootstrap.is_none() {
        interrupted::run(link::shipped(&linked, &names, options.arch))?;
    }
    let path = options.bootstrap.as_ref().unwrap_or(&linked);
    let counts = measure(path, names.first().unwrap_or(&HANDLER))?;
    options.agreed.check(&table(&counts), &figures(&counts))
}

/// Counts what the bootstrap at `path` does, which has a function `handler`.
///
/// # Errors
/// As [`process::executable`] and [`tracer::count`]; [`Error::ColdStart`] where it does not do the
/// same twice, or has no end.
pub fn measure(path: &Path, handler: &str) -> Result<Counts, Error> {
    let path = process::executable(path)?;
    let name = path.display().to_string();
    let api = listen().map_err(Error::system("starting the Runtime API"))?;
    let address = api.local_addr().map_err(Error::system("starting the Runtime API"))?;
    let mut least = tracer::count(&name, || command(&path, handler, address))?;
    for _ in 1..STARTS {
        let mut counts = tracer::count(&name, || command(&path, handler, address))?;
        least.minor_faults = least.minor_faults.min(counts.minor_faults);
        counts.minor_faults = least.minor_faults;
        if counts != least {
            return Err(Error::cold_start(&name, format!("two starts were not the same: {least:?}, then {counts:?}")));
        }
    }
    if least.pages.is_none() {
        let reason = format!("it had not sent `GET next` after {} instructions", grouped(INSTRUCTIONS_MAX));
        return Err(Error::cold_start(&name, reason));
    }
    Ok(least)
}

/// Binds a port that accepts connections. No reply is sent: counting ends before one is needed.
fn listen() -> io::Result<TcpListener> {
    let mut passed = Vec::new();
    while passed.len() < PORTS_MAX {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        if listener.local_addr()?.port() >= PORT_MIN {
            return Ok(listener);
        }
        // Kept, or the system would hand out the same one again.
        passed.push(listener);
    }
    Err(io::Error::other("no free port of five digits"))
}

/// Returns the command that starts `path` without this process's environment.
fn command(path: &Path, handler: &str, address: SocketAddr) -> Command {
    let function = Function {
        handler: handler.to_owned(),
        bootstrap: PathBuf::from("/var/task/bootstrap"),
        memory_mb: 128,
        region: "us-east-1".to_owned(),
        variables: std::collections::BTreeMap::new(),
    };
    let file = path.file_name().unwrap_or(path.as_os_str());
    // The kernel puts the name of the file above the variables.
    let mut command = Command::new(Path::new(".").join(file));
    command.current_dir(path.parent().unwrap_or(path)).env_clear();
    command.envs(VARIABLES).envs(function.variables(address, "0123456789abcdef0123456789abcdef", 0));
    command
}

/// Every count that has a budget.
#[must_use]
pub fn figures(counts: &Counts) -> Vec<Figure> {
    let figure = |name: &str, value: u64, headroom: u64| Figure { name: name.to_owned(), value, headroom };
    let mut figures = vec![figure("system-calls", counts.system_calls, 0), figure("minor-faults", counts.minor_faults, 0)];
    figures.extend(counts.instructions.map(|count| figure("instructions", count, count / INSTRUCTIONS_HEADROOM)));
    if let Some(pages) = counts.pages {
        figures.push(figure("file-pages", pages.file, 0));
        figures.push(figure("data-pages", pages.data, 0));
        figures.push(figure("stack-pages", pages.stack, 0));
    }
    figures
}

/// The counts, a line each.
#[must_use]
pub fn table(counts: &Counts) -> String {
    let mut text = String::from("from exec to GET next\n");
    for Figure { name, value, .. } in figures(counts) {
        let _ = writeln!(text, "{name:<14} {:>12}", grouped(value));
    }
    text
}
