//! `ruchy-lambda explain`: explains an error or a warning of the compiler.

use crate::Error;
use clap::Args;
use ruchy::diagnostic::Code;

/// The code to explain.
#[derive(Debug, Args)]
pub struct Options {
    /// The code of an error or a warning, such as E0110; without one all codes are listed
    code: Option<String>,
}

/// The explanation.
///
/// # Errors
/// [`Error::Refused`]: the code does not exist.
pub fn run(options: &Options) -> Result<String, Error> {
    let Some(number) = &options.code else {
        let lines: Vec<String> = Code::ALL.iter().map(|code| format!("{code}  {}", code.title())).collect();
        return Ok(lines.join("\n") + "\n");
    };
    match Code::ALL.iter().find(|code| code.number().eq_ignore_ascii_case(number)) {
        Some(code) => Ok(format!("{code}: {}\n\n{}\n", code.title(), code.explanation())),
        None => {
            Err(Error::Refused(format!("{number}: expected the code of an error or a warning, such as E0110; without one all are listed")))
        }
    }
}
