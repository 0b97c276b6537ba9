//! `just transpile`: renews the Rust beside every `.ruchy` file. With `--check` it writes nothing and fails when something is stale.

use std::path::PathBuf;
use std::process::ExitCode;
use transpile::compiler::Compiler;

fn main() -> ExitCode {
    let (flags, folders): (Vec<String>, Vec<String>) = std::env::args().skip(1).partition(|argument| argument.starts_with("--"));
    let folders: Vec<PathBuf> = folders.into_iter().map(PathBuf::from).collect();
    let check = flags.iter().any(|flag| flag == "--check");
    match run(&folders, check) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(folders: &[PathBuf], check: bool) -> Result<bool, transpile::Error> {
    let compiler = Compiler::find()?;
    if !check {
        let renewed = transpile::transpile_all(folders, &compiler)?;
        for renewed in &renewed {
            match renewed {
                Ok(path) => println!("wrote {}", path.display()),
                Err(error) => eprintln!("{error}"),
            }
        }
        return Ok(renewed.iter().all(Result::is_ok));
    }
    let outdated = transpile::outdated(folders, &compiler)?;
    for (path, _) in &outdated {
        eprintln!("{} is not what ruchy makes of its source now. Run `just transpile` and commit it.", path.display());
    }
    Ok(outdated.is_empty())
}
