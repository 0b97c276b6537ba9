//! Files with increasing numbers of functions: their size, the start of the function that sorts
//! last, and the instructions that find each function.

use super::functions;
use crate::Error;
use crate::cold_start::candidate::Candidate;
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

/// The interval of progress messages while tracing.
const PROGRESS_INTERVAL: Duration = Duration::from_secs(2);
/// Most attempts of one trace. A thousand traces take a minute, in which another process may kill a
/// program.
const ATTEMPTS_MAX: usize = 2;

/// A file, and the number of generated functions in it: `N=FILE`.
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
                "expected N=FILE with N from 1 to {}, for example 10=target/bench/scale/10/bootstrap",
                grouped(functions::COUNT_MAX.into())
            )),
        }
    }
}

/// The properties of one file.
#[derive(Clone, Debug)]
pub struct File {
    pub candidate: Candidate,
    pub functions: u32,
    pub file_bytes: u64,
    /// The size of an archive that contains only this file.
    pub zip_bytes: u64,
    /// Instructions in user space from exec to `GET next`, for each function in the order of their
    /// numbers: the timed function first.
    pub instructions: Vec<u64>,
}

/// The statistics of one mode: of the floor, then of each file.
#[derive(Clone, Debug)]
pub struct Starts {
    pub mode: Mode,
    pub to_floor: Vec<Figures>,
    /// The ratios to the first file over the same rounds.
    pub to_first: Vec<Figures>,
}

/// All results.
#[derive(Clone, Debug)]
pub struct Measured {
    pub files: Vec<File>,
    pub modes: Vec<Starts>,
    /// A mode that this machine could not measure, and the reason.
    pub refused: Option<(Mode, String)>,
}

/// Returns the files as candidates with function 0, and their numbers of functions.
///
/// # Errors
/// The errors of [`Candidate::new`].
pub fn candidates(linked: &[Linked]) -> Result<Vec<(u32, Candidate)>, Error> {
    let mut all: Vec<(u32, Candidate)> = Vec::new();
    for Linked { functions, path } in linked {
        let again = " again".repeat(all.iter().filter(|(count, _)| count == functions).count());
        let candidate = Candidate::new(&format!("{}{again}", grouped((*functions).into())), path)?;
        all.push((*functions, asked_for(0, &candidate)));
    }
    Ok(all)
}

fn asked_for(index: u32, candidate: &Candidate) -> Candidate {
    Candidate { handler: functions::name(index), answer: functions::answer(index), ..candidate.clone() }
}

/// Measures `files` and `floor`.
///
/// # Errors
/// The errors of [`rounds::run`] and [`tracer::instructions`]; `Error::File`.
pub fn measure(
    floor: Candidate,
    files: Vec<(u32, Candidate)>,
    settling: &Candidate,
    modes: &[Mode],
    plan: Plan,
) -> Result<Measured, Error> {
    let mut measured = Measured { files: Vec::new(), modes: Vec::new(), refused: None };
    if files.is_empty() {
        return Ok(measured);
    }
    let server = Server::start(functions::EVENT)?;
    for (functions, candidate) in &files {
        answer_all(*functions, candidate, &server)?;
    }
    let candidates: Vec<Candidate> = std::iter::once(floor).chain(files.iter().map(|(_, candidate)| candidate.clone())).collect();
    for &mode in modes {
        if mode == Mode::Dropped
            && let Some(reason) = rounds::undroppable(&candidates)?
        {
            eprintln!("{}: not measured here: {reason}", mode.name());
            measured.refused = Some((mode, reason.to_string()));
            continue;
        }
        let samples = rounds::run(&candidates, settling, &server, mode, plan)?;
        let divided_by =
            |base: usize| samples.iter().filter_map(|own| Figures::new(own.clone(), samples.get(base)?, None, plan.seed)).collect();
        measured.modes.push(Starts { mode, to_floor: divided_by(0), to_first: divided_by(1) });
    }
    for (functions, candidate) in files {
        measured.files.push(measure_untimed(functions, candidate, &server)?);
    }
    Ok(measured)
}

/// Starts the file for each function in turn, and checks its answer.
fn answer_all(functions: u32, candidate: &Candidate, server: &Server) -> Result<(), Error> {
    for index in 0..functions {
        Launcher::new(&asked_for(index, candidate), &server.address())?.start(server)?;
    }
    eprintln!("{}: every function answered", candidate.name);
    Ok(())
}

/// Counts and measures everything that needs no clock.
fn measure_untimed(functions: u32, candidate: Candidate, server: &Server) -> Result<File, Error> {
    let bytes = fs::read(&candidate.path).map_err(|error| Error::file(&candidate.path, error))?;
    let archive = package::archive(&bytes).map_err(Error::system("packing"))?;
    // The timed rounds are over and must not be lost: a failed trace leaves its figure out.
    let instructions = trace_all(functions, &candidate, server).inspect_err(|error| eprintln!("{error}")).unwrap_or_default();
    Ok(File { candidate, functions, file_bytes: bytes.len() as u64, zip_bytes: archive.len() as u64, instructions })
}

/// Returns the instructions before the first request, for each function.
fn trace_all(functions: u32, candidate: &Candidate, server: &Server) -> Result<Vec<u64>, Error> {
    let mut last_progress = Instant::now();
    let mut all = Vec::new();
    for index in 0..functions {
        if last_progress.elapsed() > PROGRESS_INTERVAL {
            eprintln!("{} of {} functions traced", grouped(index.into()), grouped(functions.into()));
            last_progress = Instant::now();
        }
        all.push(trace(&asked_for(index, candidate), server)?);
    }
    Ok(all)
}

fn trace(candidate: &Candidate, server: &Server) -> Result<u64, Error> {
    let mut attempts = 0;
    loop {
        attempts += 1;
        let traced = tracer::instructions(&candidate.name, start::command(candidate, &server.address()));
        server.quiet()?;
        match traced {
            Err(error) if attempts < ATTEMPTS_MAX => eprintln!("{error} Retrying."),
            traced => {
                let too_many = || Error::cold_start(&candidate.name, "too many instructions to trace");
                return traced?.ok_or_else(too_many);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Linked;

    #[test]
    fn linked_parses_a_number_and_a_file() {
        assert_eq!("10=a=b".parse(), Ok(Linked { functions: 10, path: "a=b".into() }));
        for text in ["", "10", "10=", "0=a", "1001=a", "ten=a"] {
            assert!(text.parse::<Linked>().unwrap_err().contains("with N from 1 to 1,000"), "{text}");
        }
    }
}
