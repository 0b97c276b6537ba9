//! `ruchy-lambda test --watch`: links a function and runs its fixtures, or an event, each time one of their files is saved.

use crate::home::Home;
use crate::local::{self, Ready};
use crate::sandbox::Debugger;
use crate::signals::Interrupts;
use crate::{Error, event, fixtures, invoke, test_handlers};
use handlers_build::function::Function as Source;
use notify::event::{AccessKind, AccessMode, CreateKind, ModifyKind, RenameMode};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;
use tokio::sync::mpsc::{self, UnboundedReceiver};

/// Until Ctrl-C: what a function does wrong, or rustc says of it, is printed, and the next save waited for.
///
/// # Errors
/// [`Error`] of whatever keeps files from being watched.
pub async fn run(options: &test_handlers::Options) -> Result<ExitCode, Error> {
    let mut interrupts = Interrupts::ending_with_parent()?;
    let home = Home::here()?;
    let ([] | [_]) = &options.names[..] else {
        return Err(Error::Refused("--watch: expected one NAME".to_owned()));
    };
    let function = home.function(options.names.first().map(String::as_str))?;
    let events = Events::of(options.event.as_deref())?;
    let mut linked = None;
    loop {
        // Watches before anything is read. The list is rebuilt in each round, since a
        // folder of fixtures may have been created meanwhile.
        let watched = watched(&home, &function, &events);
        let mut watch = Watch::new(&watched)?;
        tokio::select! {
            came = round(&home, &function, &events, options.timeout, &mut linked) => {
                if let Err(error) = came {
                    eprintln!("{error}");
                }
            }
            _ = interrupts.received() => return Ok(ExitCode::SUCCESS),
        }
        let names: Vec<_> = watched.iter().map(|path| path.display().to_string()).collect();
        let _ = writeln!(io::stdout(), "watching {}; Ctrl-C ends it", names.join(" and "));
        tokio::select! {
            saved = watch.saved() => saved?,
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
            Some((_, Some(path))) => Self::File(PathBuf::from(path)),
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

/// The contents of the files that a function is made of.
type Inputs = Vec<(PathBuf, Option<Vec<u8>>)>;

fn inputs(home: &Home, function: &Source) -> Inputs {
    home.files_of(function).into_iter().map(|path| (path.clone(), fs::read(path).ok())).collect()
}

/// Links the function, unless it is `linked` from the same inputs, and runs it once.
async fn round(
    home: &Home,
    function: &Source,
    events: &Events,
    timeout: Option<Duration>,
    linked: &mut Option<(Inputs, PathBuf)>,
) -> Result<(), Error> {
    // First, since linking takes its time.
    let event = events.read()?;
    let inputs = inputs(home, function);
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
        let ready = Ready { function: configured, with_symbols: None, stand_in };
        let timeout = local::timeout(timeout, &home.settings_of(&function.name));
        return invoke::invoke(&ready, Debugger::None, event.into(), timeout, &mut Interrupts::ending_with_parent()?).await.map(drop);
    }
    let cases = fixtures::read(&home.fixtures_of(function))?;
    if cases.is_empty() {
        let _ = writeln!(io::stdout(), "{} {}", function.name, test_handlers::no_fixtures(home, function));
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

/// Hears of files that are saved.
struct Watch {
    /// It stops when this is dropped.
    _notifier: RecommendedWatcher,
    saved: UnboundedReceiver<Result<(), notify::Error>>,
}

impl Watch {
    /// Watches `paths`: files, and folders of files.
    fn new(paths: &[PathBuf]) -> Result<Self, Error> {
        let (sender, saved) = mpsc::unbounded_channel();
        let absolute = |path: &PathBuf| std::path::absolute(path).map_err(|error| Error::file(path, error));
        let paths = paths.iter().map(absolute).collect::<Result<Vec<_>, _>>()?;
        let watched = paths.clone();
        let tell = move |event: Result<Event, notify::Error>| match event {
            Ok(event) if !concerns(&event, &watched) => {}
            // The receiver is gone when the program ends.
            event => drop(sender.send(event.map(drop))),
        };
        let mut notifier = notify::recommended_watcher(tell).map_err(Error::NotWatched)?;
        for path in &paths {
            // Watches the folder, since editors replace a file by a new one.
            let folder = if path.is_dir() { path } else { path.parent().unwrap_or(path) };
            // Else the system says of a folder that is not there only that some path was not found.
            fs::metadata(folder).map_err(|error| Error::file(folder, error))?;
            notifier.watch(folder, RecursiveMode::NonRecursive).map_err(Error::NotWatched)?;
        }
        Ok(Self { _notifier: notifier, saved })
    }

    /// Waits until a file was saved since the last time.
    async fn saved(&mut self) -> Result<(), Error> {
        let Some(first) = self.saved.recv().await else { unreachable!("its other end is the notifier's") };
        first.map_err(Error::NotWatched)?;
        while let Ok(next) = self.saved.try_recv() {
            next.map_err(Error::NotWatched)?;
        }
        Ok(())
    }
}

/// Returns true if one of `watched`, or a fixture in it, was saved: closed after writing, or
/// replaced by a rename. Earlier events may come with a partly written file. Also true if a
/// watched folder was created, because changes in it are reported only from then on.
fn concerns(event: &Event, watched: &[PathBuf]) -> bool {
    // Editors write files of their own beside the one that they edit.
    let is_watched = |path: &PathBuf| {
        watched.contains(path)
            || path.parent().is_some_and(|folder| watched.iter().any(|watched| watched == folder)) && fixtures::is_of_case(path)
    };
    match event.kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) | EventKind::Modify(ModifyKind::Name(RenameMode::To)) => {
            event.paths.iter().any(is_watched)
        }
        EventKind::Create(CreateKind::Folder) => event.paths.iter().any(|path| watched.contains(path)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::concerns;
    use notify::event::{AccessKind, AccessMode, ModifyKind, RenameMode};
    use notify::{Event, EventKind};
    use std::path::PathBuf;

    #[test]
    fn watch_ignores_temporary_files_of_editors() {
        let watched: Vec<PathBuf> = ["/p/functions/a.rs", "/p/fixtures/a"].map(PathBuf::from).to_vec();
        let written = EventKind::Access(AccessKind::Close(AccessMode::Write));
        let renamed = EventKind::Modify(ModifyKind::Name(RenameMode::To));
        for (path, is_heard) in [
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
            ("/p/fixtures/b/x.event.json", false),
        ] {
            for kind in [written, renamed] {
                assert_eq!(concerns(&Event::new(kind).add_path(path.into()), &watched), is_heard, "{kind:?} {path}");
            }
        }
    }
}
