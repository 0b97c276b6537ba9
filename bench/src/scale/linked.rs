//! Files with more and more functions in them: what they weigh, how long they take to start the one that comes last by name, and what it takes
//! them to find each.

use super::functions;
use crate::Error;
use crate::cold_start::contestant::Contestant;
use crate::cold_start::results::Figures;
use crate::cold_start::rounds::{self, Mode, Plan};
use crate::cold_start::server::Server;
use crate::cold_start::start::{self, Launcher};
use ruchy_lambda_cli::number::grouped;
use ruchy_lambda_cli::package;
use ruchy_lambda_cli::tracer;
use std::fs;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::{Duration, Instant};

/// How often the developer is told how many have been traced.
const NEWS: Duration = Duration::from_secs(2);
/// A thousand traces take a minute, in which somebody else may end a program: only what fails as often as this has failed.
const ATTEMPTS_MAX: usize = 2;

/// A file, and how many of the generated functions are in it: `N=FILE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Linked {
    pub functions: u32,
    pub path: PathBuf,
}

impl FromStr for Linked {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split_once('=').and_then(|(functions, path)| Some((functions.parse().ok()?, path)));
        match parts {
            Some((functions @ 1..=functions::COUNT_MAX, path)) if !path.is_empty() => Ok(Self { functions, path: path.into() }),
            _ => Err(format!(
                "it is a number from 1 to {}, an equals sign and a file: 10=target/bench/scale/10/bootstrap",
                grouped(functions::COUNT_MAX.into())
            )),
        }
    }
}

/// What is known of one file.
#[derive(Clone, Debug)]
pub struct File {
    pub contestant: Contestant,
    pub functions: u32,
    pub file_bytes: u64,
    /// Of the archive with nothing but this file in it.
    pub zip_bytes: u64,
    /// Instructions in user space from exec to `GET next`, for each function in turn, in the order of their numbers: the one that is timed first.
    pub instructions: Vec<u64>,
}

/// What one mode's rounds say: of the floor, and then of each file.
#[derive(Clone, Debug)]
pub struct Starts {
    pub mode: Mode,
    pub to_floor: Vec<Figures>,
    /// Divided by the first file of the same round.
    pub to_first: Vec<Figures>,
}

/// All of it.
#[derive(Clone, Debug)]
pub struct Measured {
    pub files: Vec<File>,
    pub modes: Vec<Starts>,
    /// A mode that this machine could not measure, and why.
    pub refused: Option<(Mode, String)>,
}

/// The files as contestants, asked for function 0, and with how many functions.
///
/// # Errors
/// As [`Contestant::new`].
pub fn contestants(linked: &[Linked]) -> Result<Vec<(u32, Contestant)>, Error> {
    let mut all: Vec<(u32, Contestant)> = Vec::new();
    for Linked { functions, path } in linked {
        let again = " again".repeat(all.iter().filter(|(count, _)| count == functions).count());
        let contestant = Contestant::new(&format!("{}{again}", grouped((*functions).into())), path)?;
        all.push((*functions, asked_for(0, &contestant)));
    }
    Ok(all)
}

fn asked_for(index: u32, contestant: &Contestant) -> Contestant {
    Contestant { handler: functions::name(index), answer: functions::answer(index), ..contestant.clone() }
}

/// Measures `files` beside `floor`.
///
/// # Errors
/// As [`rounds::run`] and [`tracer::instructions`]; [`Error::File`].
pub fn measure(
    floor: Contestant,
    files: Vec<(u32, Contestant)>,
    settling: &Contestant,
    modes: &[Mode],
    plan: Plan,
) -> Result<Measured, Error> {
    let mut measured = Measured { files: Vec::new(), modes: Vec::new(), refused: None };
    if files.is_empty() {
        return Ok(measured);
    }
    let server = Server::start(functions::EVENT)?;
    for (functions, contestant) in &files {
        answer_all(*functions, contestant, &server)?;
    }
    let contestants: Vec<Contestant> = std::iter::once(floor).chain(files.iter().map(|(_, contestant)| contestant.clone())).collect();
    for &mode in modes {
        if mode == Mode::Dropped
            && let Some(reason) = rounds::undroppable(&contestants)?
        {
            eprintln!("{}: not measured here: {reason}", mode.name());
            measured.refused = Some((mode, reason.to_string()));
            continue;
        }
        let samples = rounds::run(&contestants, settling, &server, mode, plan)?;
        let divided_by =
            |base: usize| samples.iter().filter_map(|own| Figures::new(own.clone(), samples.get(base)?, None, plan.seed)).collect();
        measured.modes.push(Starts { mode, to_floor: divided_by(0), to_first: divided_by(1) });
    }
    for (functions, contestant) in files {
        measured.files.push(weigh(functions, contestant, &server)?);
    }
    Ok(measured)
}

/// Starts it for each function in turn: that one answers, and rightly.
fn answer_all(functions: u32, contestant: &Contestant, server: &Server) -> Result<(), Error> {
    for index in 0..functions {
        Launcher::new(&asked_for(index, contestant), &server.address())?.start(server)?;
    }
    eprintln!("{}: each function was asked for and answered", contestant.name);
    Ok(())
}

/// What is known of it without a clock.
fn weigh(functions: u32, contestant: Contestant, server: &Server) -> Result<File, Error> {
    let bytes = fs::read(&contestant.path).map_err(|error| Error::file(&contestant.path, error))?;
    let archive = package::archive(&bytes).map_err(Error::system("packing"))?;
    // The timed rounds are over and must not be lost: what could not be traced has no figure.
    let instructions = trace_all(functions, &contestant, server).inspect_err(|error| eprintln!("{error}")).unwrap_or_default();
    Ok(File { contestant, functions, file_bytes: bytes.len() as u64, zip_bytes: archive.len() as u64, instructions })
}

/// The instructions until the request, with each function asked for.
fn trace_all(functions: u32, contestant: &Contestant, server: &Server) -> Result<Vec<u64>, Error> {
    let mut told = Instant::now();
    let mut all = Vec::new();
    for index in 0..functions {
        if told.elapsed() > NEWS {
            eprintln!("{} of {} functions traced", grouped(index.into()), grouped(functions.into()));
            told = Instant::now();
        }
        all.push(trace(&asked_for(index, contestant), server)?);
    }
    Ok(all)
}

fn trace(contestant: &Contestant, server: &Server) -> Result<u64, Error> {
    let mut attempts = 0;
    loop {
        attempts += 1;
        let traced = tracer::instructions(&contestant.name, start::command(contestant, &server.address()));
        server.quiet()?;
        match traced {
            Err(error) if attempts < ATTEMPTS_MAX => eprintln!("{error} Once more."),
            traced => {
                let too_many = || Error::cold_start(&contestant.name, "it takes too many instructions to be traced");
                return traced?.ok_or_else(too_many);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Linked;

    #[test]
    fn a_number_and_a_file() {
        assert_eq!("10=a=b".parse(), Ok(Linked { functions: 10, path: "a=b".into() }));
        for text in ["", "10", "10=", "0=a", "1001=a", "ten=a"] {
            assert!(text.parse::<Linked>().unwrap_err().contains("a number from 1 to 1,000"), "{text}");
        }
    }
}
