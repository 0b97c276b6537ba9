//! Builds the functions that are served, on its own thread: each once at the start, and again when
//! one of its source files changes.
//!
//! Functions for which a request waits are built first. A save during the build of a function
//! restarts that build.

use super::build::Build;
use super::plan::Plan;
use super::pool::Pool;
use super::table::{Entry, Table};
use crate::home::Home;
use crate::inputs::Inputs;
use crate::link::Local;
use crate::project::settings::Settings;
use crate::saves::Saves;
use crate::variables::SharedStandIn;
use crate::{Error, functions, local};
use handlers_build::function::Function as Source;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};
use tokio::sync::watch;

/// The other ends of the builder's channels.
#[derive(Debug)]
pub struct Ends {
    /// All functions, whenever they change.
    pub tables: watch::Sender<Arc<Table>>,
    /// Names of functions that requests wait for. Its end ends the builder.
    pub requested: UnboundedReceiver<String>,
    /// Pools that no request uses any more.
    pub retired: UnboundedSender<Arc<Pool>>,
}

/// The parts of a function.
struct Found {
    /// `None` of a file that is not built.
    source: Option<Source>,
    settings: Settings,
    inputs: Inputs,
}

/// A function, and the state of its build.
struct Known {
    found: Found,
    build: watch::Sender<Build>,
    is_to_be_built: bool,
    /// The build is another than that of the inputs.
    is_outdated: bool,
}

impl Known {
    fn new(found: Found, build: watch::Sender<Build>) -> Self {
        Self { found, build, is_to_be_built: true, is_outdated: false }
    }
}

/// See the module's text.
pub struct Builder {
    plan: Plan,
    ends: Ends,
    home: Option<Arc<Home>>,
    known: BTreeMap<String, Known>,
    /// The files that the last build of each function read.
    read_by_builds: BTreeMap<String, Vec<PathBuf>>,
    /// Names of functions to build first.
    first: Vec<String>,
    saves: Option<Saves>,
    stand_in: SharedStandIn,
}

impl Builder {
    /// Finds the functions.
    ///
    /// # Errors
    /// [`Error`] of the project, its manifest and its functions, and of the environment file.
    pub fn new(plan: Plan, ends: Ends) -> Result<Self, Error> {
        let mut builder = Self {
            plan,
            ends,
            home: None,
            known: BTreeMap::new(),
            read_by_builds: BTreeMap::new(),
            first: Vec::new(),
            saves: None,
            stand_in: SharedStandIn::default(),
        };
        builder.read()?;
        Ok(builder)
    }

    /// Builds until the server ends.
    pub async fn run(mut self) {
        loop {
            let goes_on = match self.next() {
                Some(name) => self.build(&name).await,
                None => match event(&mut self.saves, &mut self.ends.requested).await {
                    Event::Saved => {
                        self.reload();
                        true
                    }
                    Event::Requested(_) => true,
                    Event::End => false,
                },
            };
            if !goes_on {
                return;
            }
        }
    }

    fn next(&mut self) -> Option<String> {
        let is_open = |name: &String| self.known.get(name).is_some_and(|known| known.is_to_be_built);
        self.first.retain(is_open);
        self.first.first().cloned().or_else(|| self.known.iter().find(|(_, known)| known.is_to_be_built).map(|(name, _)| name.clone()))
    }

    /// Builds one function. Returns false when the server has ended.
    async fn build(&mut self, name: &str) -> bool {
        let Some(known) = self.known.get(name) else { return true };
        let (home, source) = (self.home.clone(), known.found.source.clone());
        let (bootstrap, names) = (self.plan.bootstrap.clone(), name.to_owned());
        let mut work = pin!(async move {
            match (bootstrap, home, source) {
                (Some(bootstrap), _, _) => Ok(Ok(Local { bootstrap, with_symbols: None, inputs: Vec::new() })),
                (None, Some(home), Some(source)) => home.link_local(&source).await,
                _ => Err(Error::Refused(format!("{names}: its source is missing"))),
            }
        });
        let linked = loop {
            tokio::select! {
                linked = &mut work => break linked,
                event = event(&mut self.saves, &mut self.ends.requested) => match event {
                    // If its own files changed, this build is dropped, and it is still to be built.
                    Event::Saved => {
                        let before = self.known.get(name).map(|known| known.found.inputs.clone());
                        self.reload();
                        if self.known.get(name).map(|known| known.found.inputs.clone()) != before {
                            return true;
                        }
                    }
                    Event::Requested(name) => self.first.push(name),
                    Event::End => return false,
                },
            }
        };
        if let Ok(Ok(linked)) = &linked {
            self.note_inputs(name, &linked.inputs);
        }
        let built = match linked {
            Ok(Ok(linked)) => self.pool(name, linked).await,
            Ok(Err(refused)) => Err(refused),
            Err(error) => Err(format!("{error}\n")),
        };
        let Some(known) = self.known.get_mut(name) else { return true };
        known.is_to_be_built = false;
        let state = match built {
            Ok(pool) => {
                eprintln!("{name}: ready");
                Build::Ready(pool)
            }
            Err(refused) => {
                eprint!("{refused}");
                eprintln!("{name}: does not build");
                Build::Failed(refused.into())
            }
        };
        self.ends.retire(known.build.send_replace(state));
        true
    }

    /// From now on, the files that the last build read are among the function's, too. (A save of
    /// such a file during its first build is not noticed.)
    fn note_inputs(&mut self, name: &str, inputs: &[PathBuf]) {
        if self.read_by_builds.get(name).is_some_and(|known| known == inputs) {
            return;
        }
        self.read_by_builds.insert(name.to_owned(), inputs.to_vec());
        if let Some(known) = self.known.get_mut(name) {
            known.found.inputs.add(inputs);
        }
        if let Err(error) = self.watch() {
            eprintln!("{error}");
        }
    }

    /// The processes of a function that was built.
    async fn pool(&mut self, name: &str, linked: Local) -> Result<Arc<Pool>, String> {
        let Some(known) = self.known.get(name) else { return Err(format!("{name}: its source was deleted\n")) };
        let settings = &known.found.settings;
        let message = |error: Error| format!("{error}\n");
        let memory_mb = self.plan.memory_mb.or(settings.memory_mb).unwrap_or(local::MEMORY_MB);
        let mut function = functions::configured(name, self.plan.started(&linked), memory_mb).map_err(message)?;
        function.variables = self.plan.variables.of(settings, &BTreeMap::new()).map_err(message)?;
        let all: Vec<&Settings> = self.known.values().map(|known| &known.found.settings).collect();
        self.stand_in.add_to(&mut function.variables, settings, &all, &function.region).await.map_err(message)?;
        let is_quick = match &self.home {
            Some(home) => home.links_quickly().map_err(message)?,
            None => false,
        };
        let prefix = if self.known.len() > 1 { format!("[{name}] ") } else { String::new() };
        let configuration = self.plan.configuration(function, settings, linked.with_symbols, is_quick, prefix);
        Ok(Pool::new(configuration, self.plan.concurrency.max(1)))
    }

    /// Reads the functions again after a save. If that fails, all requests are answered with the
    /// error until the next save.
    fn reload(&mut self) {
        if let Err(error) = self.read() {
            eprintln!("{error}");
            for known in self.known.values_mut() {
                known.is_to_be_built = false;
                known.is_outdated = true;
                self.ends.retire(known.build.send_replace(Build::Failed(format!("{error}\n").into())));
            }
        }
    }

    /// Reads what there is, and watches it.
    fn read(&mut self) -> Result<(), Error> {
        loop {
            self.load()?;
            // A file may have been saved before it was watched: read again.
            if !self.watch()? {
                return Ok(());
            }
        }
    }

    /// Reads what there is, and notes which functions are to be built.
    fn load(&mut self) -> Result<(), Error> {
        let found = self.found()?;
        let mut entries = Vec::new();
        let mut known = std::mem::take(&mut self.known);
        for (name, found) in found {
            let known = match known.remove(&name) {
                Some(old) if old.found.inputs == found.inputs && !old.is_outdated => old,
                Some(old) => {
                    self.ends.retire(old.build.send_replace(Build::Waiting));
                    Known::new(found, old.build)
                }
                None => Known::new(found, watch::channel(Build::Waiting).0),
            };
            entries.push(Entry {
                name: name.clone(),
                http: self.plan.http.unwrap_or(known.found.settings.http),
                routes: known.found.settings.routes.clone(),
                cors: known.found.settings.cloud.url.value().and_then(|url| url.cors.value()).cloned(),
                build: known.build.subscribe(),
            });
            self.known.insert(name, known);
        }
        for (_, gone) in known {
            self.ends.retire(gone.build.send_replace(Build::Failed("the function's source was deleted\n".into())));
        }
        self.ends.tables.send_replace(Arc::new(Table::new(entries)));
        Ok(())
    }

    /// The functions that there are, by name.
    fn found(&mut self) -> Result<BTreeMap<String, Found>, Error> {
        let mut found = BTreeMap::new();
        if let Some(bootstrap) = &self.plan.bootstrap {
            let name = self.plan.names.first().cloned().unwrap_or_default();
            let inputs = Inputs::of([bootstrap.clone()]);
            found.insert(name, Found { source: None, settings: Settings::default(), inputs });
            return Ok(found);
        }
        let home = Home::here()?;
        for source in home.functions(&self.plan.names)? {
            let settings = home.settings_of(&source.name);
            let of_builds = self.read_by_builds.get(&source.name).cloned().unwrap_or_default();
            let inputs = Inputs::of(home.files_of(&source).into_iter().chain(self.plan.variables.file()).chain(of_builds));
            found.insert(source.name.clone(), Found { source: Some(source), settings, inputs });
        }
        self.home = Some(Arc::new(home));
        Ok(found)
    }

    /// Watches the files of all functions, and the folders in which new ones may appear. Returns
    /// whether these are others than before.
    fn watch(&mut self) -> Result<bool, Error> {
        if !self.plan.watches {
            return Ok(false);
        }
        let files = self.known.values().flat_map(|known| known.found.inputs.files().map(PathBuf::from));
        let trees = self.home.iter().flat_map(|home| home.function_folders());
        Saves::update(&mut self.saves, files, trees)
    }
}

impl Ends {
    /// Hands over the processes of a build that is replaced.
    fn retire(&self, build: Build) {
        if let Build::Ready(pool) = build {
            // The receiver is gone only when the server ends, which ends all processes.
            let _ = self.retired.send(pool);
        }
    }
}

enum Event {
    Saved,
    Requested(String),
    End,
}

async fn event(watched: &mut Option<Saves>, requested: &mut UnboundedReceiver<String>) -> Event {
    let save = async {
        match watched {
            Some(saves) => saves.next().await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = save => Event::Saved,
        name = requested.recv() => name.map_or(Event::End, Event::Requested),
    }
}
