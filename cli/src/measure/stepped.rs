//! Counts of a function's invocations by this tool's tracer, where valgrind is missing: the same
//! counts, at some 200,000 instructions a second.

use super::dump::{Calls, Dump};
use super::function::{Counted, ENTRY};
use super::served::Served;
use crate::environment::Function;
use crate::tracer::counts::INSTRUCTIONS_MAX;
use crate::tracer::steps::{Steps, Traced};
use crate::{Error, elf, tracer};
use object::{Object as _, ObjectSymbol as _};
use std::fs;
use std::path::Path;
use std::process::Command;

/// A function that is traced.
#[derive(Debug)]
pub struct Stepped {
    served: Served,
    traced: Traced,
}

impl Stepped {
    /// Starts `function`, whose file has symbols.
    ///
    /// # Errors
    /// As [`Served::start`] and [`tracer::calls_of`].
    pub async fn start(function: &Function) -> Result<Self, Error> {
        let entry = entry(&function.bootstrap)?;
        let mut command = Command::new(&function.bootstrap);
        command.env("AWS_LAMBDA_LOG_FORMAT", "Text");
        let served = Served::start(command, function).await?;
        let id = served.id().ok_or_else(|| Error::Refused(format!("{}: the process has ended", function.handler)))?;
        let traced = tracer::calls_of(&function.handler, id, entry)?;
        Ok(Self { served, traced })
    }

    /// Counts an invocation with `event`.
    ///
    /// # Errors
    /// [`Error::Refused`] if the process ends, does not answer, or runs more instructions than the
    /// tracer counts.
    pub async fn count(&mut self, event: &[u8]) -> Result<Counted, Error> {
        let answer = self.served.invoke(event).await?;
        let steps = self.traced.next().ok_or_else(|| {
            Error::Refused(
                "the tracer saw no call of the handler. Install valgrind, which counts without it: apt-get install valgrind".to_owned(),
            )
        })?;
        if steps.is_cut_off {
            let advice = "Install valgrind, which counts all: apt-get install valgrind";
            return Err(Error::Refused(format!(
                "the invocation runs more than {INSTRUCTIONS_MAX} instructions, the limit of the tracer. {advice}"
            )));
        }
        Ok(Counted { dump: dump(&steps), answer })
    }
}

/// The address of the handler's entry in `linked`.
fn entry(linked: &Path) -> Result<u64, Error> {
    let bytes = fs::read(linked).map_err(|error| Error::file(linked, error))?;
    let file = elf::parse(linked, &bytes)?;
    let is_entry = |name: &str| format!("{:#}", rustc_demangle::demangle(name)) == ENTRY;
    let found = file.symbols().find(|symbol| symbol.name().is_ok_and(is_entry)).map(|symbol| symbol.address());
    found.ok_or_else(|| Error::not_deployable(linked, format!("it has no symbol {ENTRY}")))
}

/// The counts as callgrind has them, with addresses for names: [`super::symbols`] names them.
fn dump(steps: &Steps) -> Dump {
    let name = |address: u64| format!("0x{address:x}");
    let mut dump = Dump { events: vec!["Ir".to_owned()], ..Dump::default() };
    dump.own.extend(steps.instructions.iter().map(|(address, count)| ((name(*address), *address), vec![*count])));
    for ((place, called), (count, inclusive)) in &steps.calls {
        dump.calls.insert((name(*place), *place, name(*called)), Calls { count: *count, costs: vec![*inclusive] });
    }
    dump
}

#[cfg(test)]
mod tests {
    use super::dump;
    use crate::tracer::steps::Steps;

    #[test]
    fn counts_have_the_form_of_callgrinds() {
        let steps = Steps { instructions: [(0x10, 1), (0x20, 7)].into(), calls: [((0x10, 0x20), (1, 7))].into(), is_cut_off: false };
        let dump = dump(&steps);
        assert_eq!((dump.total(0), dump.events.as_slice()), (8, ["Ir".to_owned()].as_slice()));
        let calls = &dump.calls[&("0x10".to_owned(), 0x10, "0x20".to_owned())];
        assert_eq!((calls.count, calls.costs.as_slice()), (1, [7].as_slice()));
    }
}
