//! `ruchy-lambda test --watch`: links a function and runs its fixtures, or an event, each time one
//! of their files is saved.

use crate::home::Home;
use crate::inputs::Inputs;
use crate::local::{self, Ready};
use crate::sandbox::Debugger;
use crate::saves::{Change, Saves};
use crate::signals::Interrupts;
use crate::{Error, event, fixtures, invoke, test_handlers};
use handlers_build::function::Function as Source;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

/// Until Ctrl-C: what a function does wrong, or rustc says of it, is printed, and the next save
/// waited for.
///
/// # Errors
/// [`Error::NotWatched`]; [`Error::File`] if the folder of the event's file is missing; as
/// [`Home::here`], [`Home::function`] and [`event::read`].
pub async fn run(options: &test_handlers::Options) -> Result<ExitCode, Error> {
    let mut interrupts = Interrupts::ending_with_parent()?;
    let home = Home::here()?;
    let ([] | [_]) = &options.names[..] else {
        return Err(Error::Refused("--watch: expected one NAME".to_owned()));
    };
    let function = home.function(options.names.first().map(String::as_str))?;
    let events = Events::of(options.event.as_deref())?;
    let (mut linked, mut saves) = (None, None);
    loop {
        // Watches before anything is read. The list is rebuilt in each round, since a
        // folder of fixtures may have been created meanwhile.
        let watched = watched(&home, &function, &events);
        let folders = watched.iter().filter(|path| path.is_dir()).cloned();
        Saves::update(&mut saves, watched.iter().cloned(), folders)?;
        tokio::select! {
            received = round(&home, &function, &events, options.timeout, &mut linked) => {
                if let Err(error) = received {
                    eprintln!("{error}");
                }
            }
            _ = interrupts.received() => return Ok(ExitCode::SUCCESS),
        }
        let names: Vec<_> = watched.iter().map(|path| path.display().to_string()).collect();
        let _ = writeln!(io::stdout(), "watching {}; Ctrl-C ends it", names.join(" and "));
        tokio::select! {
            () = saved(saves.as_mut(), &watched) => {}
            _ = interrupts.received() => return Ok(ExitCode::SUCCESS),
        }
    }
}

/// The events that the function is invoked with.
enum Events {
    /// Its fixtures, whichever there are.
    Fixtures,
    /// The same each time.
    Same(Vec<u8>),
    /// The event in a file, which may not exist yet.
    File(PathBuf),
}

impl Events {
    fn of(argument: Option<&str>) -> Result<Self, Error> {
        Ok(match argument.map(|argument| (argument, argument.strip_prefix('@'))) {
            None => Self::Fixtures,
            Some((_, Some(path))) => {
                let path = PathBuf::from(path);
                let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
                fs::metadata(folder).map_err(|error| Error::file(folder, error))?;
                Self::File(path)
            }
            Some((argument, None)) => Self::Same(event::read(argument, false)?),
        })
    }

    /// The one event, if it is one.
    fn read(&self) -> Result<Option<Vec<u8>>, Error> {
        match self {
            Self::Fixtures => Ok(None),
            Self::Same(event) => Ok(Some(event.clone())),
            Self::File(path) => event::read_file(path).map(Some),
        }
    }
}

/// Links the function, unless it is `linked` from the same inputs, and runs it once.
async fn round(
    home: &Home,
    function: &Source,
    events: &Events,
    timeout: Option<Duration>,
    linked: &mut Option<(Inputs, PathBuf)>,
) -> Result<(), Error> {
    // Printed first, because linking takes seconds.
    let event = events.read()?;
    let inputs = Inputs::of(home.files_of(function));
    let bootstrap = match linked {
        Some((old, bootstrap)) if *old == inputs => bootstrap.clone(),
        _ => {
            *linked = None;
            match home.build_local(function).await? {
                Ok(bootstrap) => linked.insert((inputs, bootstrap)).1.clone(),
                Err(refused) => {
                    eprint!("{refused}");
                    return Ok(());
                }
            }
        }
    };
    if let Some(event) = event {
        let (configured, stand_in) = test_handlers::configured(home, function, &bootstrap).await?;
        let ready = Ready { function: configured, with_symbols: None, stand_in, is_quick: home.links_quickly()? };
        let timeout = local::timeout(timeout, &home.settings_of(&function.name));
        return invoke::invoke(&ready, Debugger::None, event.into(), timeout, &mut Interrupts::ending_with_parent()?).await.map(drop);
    }
    let cases = fixtures::read(&home.fixtures_of(function))?;
    if cases.is_empty() {
        let _ = writeln!(io::stdout(), "{} {}", function.name, test_handlers::text::no_fixtures(home, function));
        return Ok(());
    }
    let tally = test_handlers::test(home, function, cases, &bootstrap, timeout, false).await?;
    let _ = writeln!(io::stdout(), "{}", tally.text());
    Ok(())
}

/// Returns the files of `function` and of its events.
fn watched(home: &Home, function: &Source, events: &Events) -> Vec<PathBuf> {
    let events = match events {
        // They may be made while it watches.
        Events::Fixtures => Some(home.fixtures_of(function)).filter(|folder| folder.parent().is_some_and(Path::exists)),
        Events::Same(_) => None,
        Events::File(path) => Some(path.clone()),
    };
    home.files_of(function).into_iter().chain(events).collect()
}

/// Waits until one of `watched` is saved.
async fn saved(saves: Option<&mut Saves>, watched: &[PathBuf]) {
    let Some(saves) = saves else { return std::future::pending().await };
    let watched: Vec<PathBuf> = watched.iter().filter_map(|path| std::path::absolute(path).ok()).collect();
    let is_save = |change: &Change| matches!(change, Change::Saved(path) if concerns(path, &watched));
    while !saves.next().await.iter().any(is_save) {}
}

/// Returns true if `path` is one of `watched`, or a fixture in one of them. A folder of fixtures is
/// reported when it is created.
fn concerns(path: &Path, watched: &[PathBuf]) -> bool {
    let is_in_watched = path.parent().is_some_and(|folder| watched.iter().any(|watched| watched == folder));
    watched.iter().any(|watched| watched == path) || is_in_watched && fixtures::is_of_case(path)
}

#[cfg(test)]
mod tests {
    use super::concerns;
    use std::path::{Path, PathBuf};

    #[test]
    fn watch_concerns_sources_and_fixtures() {
        let watched: Vec<PathBuf> = ["/p/functions/a.rs", "/p/fixtures/a"].map(PathBuf::from).to_vec();
        for (path, expected) in [
            ("/p/functions/a.rs", true),
            ("/p/functions/b.rs", false),
            ("/p/functions/.a.rs.swp", false),
            ("/p/functions/a.rs~", false),
            ("/p/fixtures/a/x.event.json", true),
            ("/p/fixtures/a/x.response.txt", true),
            ("/p/fixtures/a/environment", true),
            ("/p/fixtures/a/.x.event.json.swp", false),
            ("/p/fixtures/a/.x.event.json.swx", false),
            ("/p/fixtures/a/x.event.json~", false),
            ("/p/fixtures/a/#x.event.json#", false),
            ("/p/fixtures/a/.#x.event.json", false),
            ("/p/fixtures/a/4913", false),
            ("/p/fixtures/a/5036", false),
            ("/p/fixtures/a/x.event.json___jb_tmp___", false),
            ("/p/fixtures/a/.goutputstream-ABC123", false),
            ("/p/fixtures/a/deeper/x.event.json", false),
            ("/p/fixtures/a", true),
            ("/p/fixtures/b", false),
            ("/p/fixtures/b/x.event.json", false),
        ] {
            assert_eq!(concerns(Path::new(path), &watched), expected, "{path}");
        }
    }
}
