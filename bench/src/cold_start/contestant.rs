//! A bootstrap on disk that takes part, by the name it has in the table; and the peers that stand under a folder, or say what they need.

use crate::Error;
use ruchy_lambda_cli::process;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// One that is started and measured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contestant {
    pub name: String,
    /// Absolute.
    pub path: PathBuf,
    /// What `_HANDLER` is.
    pub handler: String,
    /// What it answers, in any spelling of JSON.
    pub answer: String,
}

/// What `minimal` answers.
const ANSWER_OF_MINIMAL: &str = r#"{"statusCode":200,"body":"ok"}"#;

/// One that is listed and not measured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Absent {
    pub name: String,
    /// What this machine lacks, without the word `needs`, which the file may begin with.
    pub needs: String,
}

impl Contestant {
    /// `path` by `name` and with the handler `minimal`, once it is known to be something that can be started.
    ///
    /// # Errors
    /// As [`process::executable`].
    pub fn new(name: &str, path: &Path) -> Result<Self, Error> {
        let path = process::executable(path)?;
        Ok(Self { name: name.to_owned(), path, handler: "minimal".to_owned(), answer: ANSWER_OF_MINIMAL.to_owned() })
    }

    /// What is wrong with `response`, if it is not the answer.
    ///
    /// # Errors
    /// Both, as text.
    pub fn check(&self, response: &[u8]) -> Result<(), String> {
        let json = |bytes| serde_json::from_slice::<serde_json::Value>(bytes);
        match (json(response), json(self.answer.as_bytes())) {
            (Ok(answered), Ok(wanted)) if answered == wanted => Ok(()),
            _ => Err(format!("it answered {} and not {}", String::from_utf8_lossy(response), self.answer)),
        }
    }

    /// From `PATH` or `PATH=NAME`. Without a name it goes by its file's, or, as every bootstrap is called bootstrap, by its folder's.
    ///
    /// # Errors
    /// As [`Contestant::new`].
    pub fn parse(argument: &str) -> Result<Self, Error> {
        match argument.rsplit_once('=') {
            Some((path, name)) if !name.is_empty() && !name.contains('/') => Self::new(name, Path::new(path)),
            _ => Self::new(&name_of(Path::new(argument)), Path::new(argument)),
        }
    }
}

/// Those of `arguments`, and those under `peers`, in the order of their names: `NAME/bootstrap`, or `NAME/needs.txt`, which says why there is none.
///
/// # Errors
/// As [`Contestant::new`], [`Error::File`], [`Error::ColdStart`] where two have one name.
pub fn gather(own: Vec<Contestant>, arguments: &[String], peers: &Path) -> Result<(Vec<Contestant>, Vec<Absent>), Error> {
    let mut contestants = own;
    for argument in arguments {
        contestants.push(Contestant::parse(argument)?);
    }
    let mut absent = Vec::new();
    for folder in folders(peers).map_err(|error| Error::file(peers, error))? {
        let name = name_of(&folder);
        let bootstrap = folder.join("bootstrap");
        if bootstrap.exists() {
            contestants.push(Contestant::new(&name, &bootstrap)?);
        } else if let Some(needs) = needs(&folder)? {
            absent.push(Absent { name, needs });
        }
    }
    for (index, contestant) in contestants.iter().enumerate() {
        if contestants.iter().take(index).any(|other| other.name == contestant.name) {
            let path = contestant.path.display();
            return Err(Error::cold_start(&contestant.name, format!("two have this name. Give this one another: {path}=NAME")));
        }
    }
    Ok((contestants, absent))
}

/// What the `needs.txt` in `folder` says, if there is one.
///
/// # Errors
/// [`Error::File`].
pub fn needs(folder: &Path) -> Result<Option<String>, Error> {
    let path = folder.join("needs.txt");
    if !path.exists() {
        return Ok(None);
    }
    let needs = fs::read_to_string(&path).map_err(|error| Error::file(&path, error))?;
    // The line begins with that word, and so does what is said of it.
    let words = needs.split_whitespace().skip_while(|word| *word == "needs");
    Ok(Some(words.collect::<Vec<_>>().join(" ")))
}

/// What a program or a folder goes by.
#[must_use]
pub fn name_of(path: &Path) -> String {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let parent = absolute.parent().and_then(Path::file_name);
    let name = match (absolute.file_name(), parent) {
        (Some(file), Some(parent)) if file == "bootstrap" => parent,
        (Some(file), _) => file,
        (None, _) => absolute.as_os_str(),
    };
    name.to_string_lossy().into_owned()
}

/// The folders in `path`, sorted; none where it does not exist.
///
/// # Errors
/// The system's.
pub fn folders(path: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut names = entries.map(|entry| Ok(entry?.file_name())).collect::<io::Result<Vec<OsString>>>()?;
    names.sort();
    Ok(names.into_iter().map(|name| path.join(name)).filter(|path| path.is_dir()).collect())
}

#[cfg(test)]
mod tests {
    use super::{Absent, Contestant, gather, name_of};
    use std::os::unix::fs::PermissionsExt as _;
    use std::path::Path;

    fn program(path: &Path) -> String {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, "#!/bin/sh\n").unwrap();
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
        path.to_str().unwrap().to_owned()
    }

    #[test]
    fn a_program_has_the_name_it_is_given_or_its_own() {
        assert_eq!(name_of(Path::new("/a/zig/bootstrap")), "zig");
        assert_eq!(name_of(Path::new("/a/zig/server")), "server");
        let folder = tempfile::tempdir().unwrap();
        let path = program(&folder.path().join("a=b/bootstrap"));
        assert_eq!(Contestant::parse(&path).unwrap().name, "a=b");
        let named = Contestant::parse(&format!("{path}=my own")).unwrap();
        assert_eq!((named.name.as_str(), named.path.to_str()), ("my own", Some(path.as_str())));
        assert!(Contestant::parse("/none/bootstrap").is_err());
    }

    #[test]
    fn peers_are_measured_or_say_what_they_need() {
        let folder = tempfile::tempdir().unwrap();
        let peers = folder.path().join("peers");
        assert_eq!(gather(Vec::new(), &[], &peers).unwrap(), (Vec::new(), Vec::new()));
        program(&peers.join("go/bootstrap"));
        std::fs::create_dir_all(peers.join("zig")).unwrap();
        std::fs::write(peers.join("zig/needs.txt"), "needs zig 0.15,\nfrom ziglang.org\n").unwrap();
        std::fs::create_dir_all(peers.join("sources")).unwrap();
        let own = program(&folder.path().join("own/bootstrap"));
        let (contestants, absent) = gather(vec![Contestant::parse(&own).unwrap()], &[], &peers).unwrap();
        assert_eq!(contestants.iter().map(|contestant| contestant.name.as_str()).collect::<Vec<_>>(), ["own", "go"]);
        assert_eq!(absent, [Absent { name: "zig".to_owned(), needs: "zig 0.15, from ziglang.org".to_owned() }]);
        let twice = gather(vec![Contestant::parse(&own).unwrap()], &[own], &peers).unwrap_err().to_string();
        assert!(twice.contains("own: two have this name"), "{twice}");
    }

    #[test]
    fn an_answer_is_the_same_in_any_spelling() {
        let folder = tempfile::tempdir().unwrap();
        let contestant = Contestant::parse(&program(&folder.path().join("own/bootstrap"))).unwrap();
        assert_eq!(contestant.check(br#"{ "body": "ok", "statusCode": 200 }"#), Ok(()));
        for wrong in ["", "{}", r#"{"statusCode":200,"body":"no"}"#] {
            let said = contestant.check(wrong.as_bytes()).unwrap_err();
            assert!(said.contains(&format!("it answered {wrong} and not")), "{said}");
        }
    }
}
