//! A bootstrap on disk to measure, with its name in the table; and the peers in a folder, or the
//! reasons for their absence.

use crate::Error;
use ruchy_lambda_cli::process;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A program that is started and measured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    pub name: String,
    /// An absolute path.
    pub path: PathBuf,
    /// The value of `_HANDLER`.
    pub handler: String,
    /// Its expected answer, compared as JSON.
    pub answer: String,
}

/// The answer of `minimal`.
const ANSWER_OF_MINIMAL: &str = r#"{"statusCode":200,"body":"ok"}"#;

/// A program that is listed but not measured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Absent {
    pub name: String,
    /// The missing requirement, without the word `needs` with which the file may begin.
    pub needs: String,
}

impl Candidate {
    /// Creates a candidate for `path` with the handler `minimal`, after checking that it can be
    /// started.
    ///
    /// # Errors
    /// The errors of [`process::executable`].
    pub fn new(name: &str, path: &Path) -> Result<Self, Error> {
        let path = process::executable(path)?;
        Ok(Self { name: name.to_owned(), path, handler: "minimal".to_owned(), answer: ANSWER_OF_MINIMAL.to_owned() })
    }

    /// Compares `response` with the expected answer.
    ///
    /// # Errors
    /// A message with both, if they differ.
    pub fn check(&self, response: &[u8]) -> Result<(), String> {
        let json = |bytes| serde_json::from_slice::<serde_json::Value>(bytes);
        match (json(response), json(self.answer.as_bytes())) {
            (Ok(answered), Ok(expected)) if answered == expected => Ok(()),
            _ => Err(format!("it answered {}, expected {}", String::from_utf8_lossy(response), self.answer)),
        }
    }

    /// Parses `PATH` or `PATH=NAME`. The default name is that of the file or, if the file is called
    /// bootstrap, that of its folder.
    ///
    /// # Errors
    /// The errors of [`Candidate::new`].
    pub fn parse(argument: &str) -> Result<Self, Error> {
        match argument.rsplit_once('=') {
            Some((path, name)) if !name.is_empty() && !name.contains('/') => Self::new(name, Path::new(path)),
            _ => Self::new(&name_of(Path::new(argument)), Path::new(argument)),
        }
    }
}

/// Returns `own`, those of `arguments`, and those under `peers`, in the order of their names:
/// `NAME/bootstrap`, or `NAME/needs.txt` with the reason for its absence.
///
/// # Errors
/// The errors of [`Candidate::new`], `Error::File`, `Error::ColdStart` if two have the same
/// name.
pub fn gather(own: Vec<Candidate>, arguments: &[String], peers: &Path) -> Result<(Vec<Candidate>, Vec<Absent>), Error> {
    let mut candidates = own;
    for argument in arguments {
        candidates.push(Candidate::parse(argument)?);
    }
    let mut absent = Vec::new();
    for folder in folders(peers).map_err(|error| Error::file(peers, error))? {
        let name = name_of(&folder);
        let bootstrap = folder.join("bootstrap");
        if bootstrap.exists() {
            candidates.push(Candidate::new(&name, &bootstrap)?);
        } else if let Some(needs) = needs(&folder)? {
            absent.push(Absent { name, needs });
        }
    }
    for (index, candidate) in candidates.iter().enumerate() {
        if candidates.iter().take(index).any(|other| other.name == candidate.name) {
            let path = candidate.path.display();
            return Err(Error::cold_start(&candidate.name, format!("duplicate name. Choose another: {path}=NAME")));
        }
    }
    Ok((candidates, absent))
}

/// Returns the content of `needs.txt` in `folder`, if it exists.
///
/// # Errors
/// `Error::File`.
pub fn needs(folder: &Path) -> Result<Option<String>, Error> {
    let path = folder.join("needs.txt");
    if !path.exists() {
        return Ok(None);
    }
    let needs = fs::read_to_string(&path).map_err(|error| Error::file(&path, error))?;
    // The line may begin with that word, and its message does too.
    let words = needs.split_whitespace().skip_while(|word| *word == "needs");
    Ok(Some(words.collect::<Vec<_>>().join(" ")))
}

/// Returns the name of a program or a folder.
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

/// Returns the folders in `path`, sorted; none if it does not exist.
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
    use super::{Absent, Candidate, gather, name_of};
    use std::os::unix::fs::PermissionsExt as _;
    use std::path::Path;

    fn program(path: &Path) -> String {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, "#!/bin/sh\n").unwrap();
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
        path.to_str().unwrap().to_owned()
    }

    #[test]
    fn candidate_is_named_by_argument_or_path() {
        assert_eq!(name_of(Path::new("/a/zig/bootstrap")), "zig");
        assert_eq!(name_of(Path::new("/a/zig/server")), "server");
        let folder = tempfile::tempdir().unwrap();
        let path = program(&folder.path().join("a=b/bootstrap"));
        assert_eq!(Candidate::parse(&path).unwrap().name, "a=b");
        let named = Candidate::parse(&format!("{path}=my own")).unwrap();
        assert_eq!((named.name.as_str(), named.path.to_str()), ("my own", Some(path.as_str())));
        assert!(Candidate::parse("/none/bootstrap").is_err());
    }

    #[test]
    fn gather_returns_peers_and_the_needs_of_absent_ones() {
        let folder = tempfile::tempdir().unwrap();
        let peers = folder.path().join("peers");
        assert_eq!(gather(Vec::new(), &[], &peers).unwrap(), (Vec::new(), Vec::new()));
        program(&peers.join("go/bootstrap"));
        std::fs::create_dir_all(peers.join("zig")).unwrap();
        std::fs::write(peers.join("zig/needs.txt"), "needs zig 0.15,\nfrom ziglang.org\n").unwrap();
        std::fs::create_dir_all(peers.join("sources")).unwrap();
        let own = program(&folder.path().join("own/bootstrap"));
        let (candidates, absent) = gather(vec![Candidate::parse(&own).unwrap()], &[], &peers).unwrap();
        assert_eq!(candidates.iter().map(|candidate| candidate.name.as_str()).collect::<Vec<_>>(), ["own", "go"]);
        assert_eq!(absent, [Absent { name: "zig".to_owned(), needs: "zig 0.15, from ziglang.org".to_owned() }]);
        let twice = gather(vec![Candidate::parse(&own).unwrap()], &[own], &peers).unwrap_err().to_string();
        assert!(twice.contains("own: duplicate name"), "{twice}");
    }

    #[test]
    fn check_compares_answers_as_json() {
        let folder = tempfile::tempdir().unwrap();
        let candidate = Candidate::parse(&program(&folder.path().join("own/bootstrap"))).unwrap();
        assert_eq!(candidate.check(br#"{ "body": "ok", "statusCode": 200 }"#), Ok(()));
        for wrong in ["", "{}", r#"{"statusCode":200,"body":"no"}"#] {
            let error = candidate.check(wrong.as_bytes()).unwrap_err();
            assert!(error.contains(&format!("it answered {wrong}, expected")), "{error}");
        }
    }
}
