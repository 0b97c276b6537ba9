//! A client and a handler on it: one function under test.

use super::answer::Answer;
use crate::Error;
use crate::cold_start::candidate::{Absent, Candidate, folders, name_of, needs};
use serde_json::Value;
use std::path::Path;

/// The client with which all others are compared.
pub const OURS: &str = "ours";
/// The handler of each client that ignores its event.
pub const MINIMAL: &str = "minimal";
/// The handlers in other clients' files, and our equivalent: `router` with the client's own crate
/// for HTTP, `router_struct` with its struct for this event.
const OF_PEERS: [(&str, &str); 3] = [(MINIMAL, MINIMAL), ("router", "router"), ("router_struct", "router")];
/// The file in the folder of another client.
const PEERS_FILE: &str = "http";

/// A function that is started and measured.
#[derive(Clone, Debug)]
pub struct Pair {
    pub client: String,
    /// Our handler with which it is compared; for ours, its own name.
    pub like: String,
    pub candidate: Candidate,
    pub answer: Answer,
}

impl Pair {
    fn new(client: &str, handler: &str, like: &str, path: &Path, answers: &Value) -> Result<Self, Error> {
        let name = format!("{client} {handler}");
        let expected = answers.get(like).ok_or_else(|| Error::cold_start(&name, format!("no expected answer for handler `{like}`")))?;
        let candidate = Candidate { name, handler: handler.to_owned(), ..Candidate::new(client, path)? };
        Ok(Self { client: client.to_owned(), like: like.to_owned(), candidate, answer: Answer::new(expected.clone()) })
    }
}

/// Returns ours, each given as `HANDLER=PROGRAM`; then those of other clients under `peers`, in the
/// order of their names.
///
/// # Errors
/// The errors of [`Candidate::new`]; `Error::ColdStart` if a handler has no answer in `answers`,
/// or our `minimal` is missing.
pub fn gather(ours: &[String], peers: &Path, answers: &Value) -> Result<(Vec<Pair>, Vec<Absent>), Error> {
    let mut pairs = Vec::new();
    for argument in ours {
        let (handler, path) = argument.split_once('=').ok_or_else(|| Error::cold_start(argument, "expected HANDLER=PROGRAM"))?;
        pairs.push(Pair::new(OURS, handler, handler, Path::new(path), answers)?);
    }
    if !pairs.iter().any(|pair| pair.like == MINIMAL) {
        return Err(Error::cold_start(OURS, format!("missing the handler to compare with: add {MINIMAL}=PROGRAM")));
    }
    let mut absent = Vec::new();
    for folder in folders(peers).map_err(|error| Error::file(peers, error))? {
        let (client, path) = (name_of(&folder), folder.join(PEERS_FILE));
        if path.exists() {
            for (handler, like) in OF_PEERS {
                pairs.push(Pair::new(&client, handler, like, &path, answers)?);
            }
        } else if let Some(needs) = needs(&folder)? {
            absent.push(Absent { name: client, needs });
        }
    }
    Ok((pairs, absent))
}

#[cfg(test)]
mod tests {
    use super::gather;
    use serde_json::json;
    use std::path::Path;

    #[test]
    fn gather_returns_ours_and_peers() {
        let folder = tempfile::tempdir().unwrap();
        let peers = folder.path().join("peers");
        for name in ["tokio", "cpp", "zig"] {
            std::fs::create_dir_all(peers.join(name)).unwrap();
        }
        // Any executable file.
        std::os::unix::fs::symlink("/bin/true", peers.join("tokio/http")).unwrap();
        std::os::unix::fs::symlink("/bin/true", peers.join("cpp/bootstrap")).unwrap();
        std::fs::write(peers.join("zig/needs.txt"), "needs zig\n").unwrap();
        let answers = json!({ "minimal": {}, "router": {} });
        let gathered = |ours: &[&str]| {
            let ours: Vec<String> = ours.iter().map(ToString::to_string).collect();
            gather(&ours, &peers, &answers)
        };
        let (pairs, absent) = gathered(&["minimal=/bin/true", "router=/bin/true"]).unwrap();
        let names: Vec<_> = pairs.iter().map(|pair| (pair.candidate.name.as_str(), pair.like.as_str())).collect();
        let ours = [("ours minimal", "minimal"), ("ours router", "router")];
        let theirs = [("tokio minimal", "minimal"), ("tokio router", "router"), ("tokio router_struct", "router")];
        assert_eq!(names, [&ours[..], &theirs].concat());
        assert_eq!(absent.iter().map(|absent| (absent.name.as_str(), absent.needs.as_str())).collect::<Vec<_>>(), [("zig", "zig")]);
        for (ours, expected) in [
            (&["minimal"][..], "HANDLER=PROGRAM"),
            (&["router=/bin/true"], "add minimal=PROGRAM"),
            (&["other=/bin/true"], "no expected answer for handler `other`"),
        ] {
            let error = gathered(ours).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
        assert!(gather(&["minimal=/none/bootstrap".to_owned()], Path::new("/none"), &answers).is_err());
    }
}
