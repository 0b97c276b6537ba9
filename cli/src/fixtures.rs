//! Fixtures: events, and the expected responses of a function. `CASE.event.json` in a function's
//! folder of fixtures is sent, and one of these files has the expected result:
//!
//! - `CASE.response.json`: JSON. The order of members is ignored; the string `"<any>"` matches any
//!   value.
//! - `CASE.response.txt`: text that is not JSON. A final newline is ignored.
//! - `CASE.error.json`: the invocation fails, with this `errorType` and `errorMessage`; `"<any>"`
//!   as above.
//!
//! The file `environment` has environment variables of all cases, as `NAME=value` lines.

pub mod answer;
pub mod difference;
mod expected;
pub mod run;

use crate::environment::check_not_reserved;
use crate::{Error, encoding, env_file, event};
use answer::Answer;
pub use expected::Expected;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The name of the file with environment variables.
const ENVIRONMENT: &str = "environment";
/// The endings of the files' names.
const EVENT: &str = ".event.json";
const RESPONSE: &str = ".response.json";
const TEXT: &str = ".response.txt";
const ERROR: &str = ".error.json";
const ENDINGS: [&str; 4] = [EVENT, RESPONSE, TEXT, ERROR];

/// One event, and what is expected of it.
#[derive(Debug)]
pub struct Case {
    /// The prefix of its files' names.
    pub name: String,
    /// JSON.
    pub event: Vec<u8>,
    /// Nothing where no file says.
    pub expected: Option<Expected>,
    folder: PathBuf,
}

/// The cases in `folder`, in the order of their names; empty if the folder does not exist.
///
/// # Errors
/// [`Error::Fixture`]: a file that belongs to no case; [`Error::NotJson`]; [`Error::File`].
pub fn read(folder: &Path) -> Result<Vec<Case>, Error> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let mut cases: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for entry in fs::read_dir(folder).map_err(|error| Error::file(folder, error))? {
        let path = entry.map_err(|error| Error::file(folder, error))?.path();
        if !is_editors(&path) && !is_environment(&path) {
            let (case, ending) = parts(&path)?;
            cases.entry(case).or_default().push(ending);
        }
    }
    cases.into_iter().map(|(name, endings)| case(folder, name, &endings)).collect()
}

/// The environment variables of the cases in `folder`; none without the file.
///
/// # Errors
/// As [`env_file::read`]; [`Error::Fixture`] for a name that Lambda refuses.
pub fn environment(folder: &Path) -> Result<BTreeMap<String, String>, Error> {
    let path = folder.join(ENVIRONMENT);
    let variables = if path.exists() { env_file::read(&path)? } else { BTreeMap::new() };
    for name in variables.keys() {
        check_not_reserved(name).map_err(|reason| Error::fixture(&path, reason))?;
    }
    Ok(variables)
}

fn is_environment(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == ENVIRONMENT)
}

/// Returns true for a file that an editor keeps next to the edited one: a swap file, a backup,
/// a new version before its rename, or the `4913` by which vim tests that it may write.
fn is_editors(path: &Path) -> bool {
    let file = path.file_name().unwrap_or_default().to_string_lossy();
    let is_derived = ENDINGS.iter().any(|ending| file.contains(ending) && !file.ends_with(ending));
    file.starts_with(['.', '#']) || file.ends_with('~') || file.bytes().all(|byte| byte.is_ascii_digit()) || is_derived
}

/// Returns true if the file at `path` is part of a case, or the environment of all cases,
/// classified by its name.
#[must_use]
pub fn is_of_case(path: &Path) -> bool {
    !is_editors(path) && (is_environment(path) || parts(path).is_ok())
}

/// The case that a file belongs to, and what it is of it.
fn parts(path: &Path) -> Result<(String, &'static str), Error> {
    let file = path.file_name().unwrap_or_default().to_string_lossy();
    let found = ENDINGS.into_iter().find_map(|ending| Some((file.strip_suffix(ending)?.to_owned(), ending)));
    found.ok_or_else(|| {
        let reason = "not a fixture; expected CASE.event.json, with CASE.response.json, CASE.response.txt or CASE.error.json";
        Error::fixture(path, reason)
    })
}

fn case(folder: &Path, name: String, endings: &[&str]) -> Result<Case, Error> {
    let path = |ending: &str| folder.join(format!("{name}{ending}"));
    if !endings.contains(&EVENT) {
        return Err(Error::fixture(&path(EVENT), "the event is missing; a file with its expected result exists"));
    }
    let event = event::read_file(&path(EVENT))?;
    let mut expectations = endings.iter().filter(|ending| **ending != EVENT);
    let expected = expectations.next().map(|ending| expectation(&path(ending), ending)).transpose()?;
    if let Some(second) = expectations.next() {
        return Err(Error::fixture(&path(second), "another file has a different expectation for the same event. Delete one"));
    }
    Ok(Case { event, expected, folder: folder.to_owned(), name })
}

fn expectation(path: &Path, ending: &str) -> Result<Expected, Error> {
    let bytes = fs::read(path).map_err(|error| Error::file(path, error))?;
    let bytes = encoding::to_utf8(bytes).map_err(|reason| Error::Encoding { place: path.display().to_string(), reason })?;
    if ending == TEXT {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        return Ok(Expected::Text(text.strip_suffix('\n').map(str::to_owned).unwrap_or(text)));
    }
    let value = serde_json::from_slice(&bytes).map_err(|error| Error::NotJson { place: path.display().to_string(), error })?;
    if ending == RESPONSE {
        return Ok(Expected::Json(value));
    }
    let is_error = value.as_object().is_some_and(|error| {
        error.len() == 2 && ["errorType", "errorMessage"].iter().all(|member| error.get(*member).is_some_and(Value::is_string))
    });
    if is_error {
        return Ok(Expected::Error(value));
    }
    Err(Error::fixture(path, r#"a failure is expected by {"errorType": "Function.…", "errorMessage": "…"}, and nothing else"#))
}

impl Case {
    /// Returns the path of the file that expects `answer`.
    #[must_use]
    pub fn expectation_of(&self, answer: &Answer) -> PathBuf {
        self.folder.join(self.name.clone() + ending(answer))
    }

    /// Makes `answer` what is expected; `"<any>"` stays where it was. Returns the file that says
    /// so.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn accept(&self, answer: &Answer) -> Result<PathBuf, Error> {
        for other in ENDINGS.into_iter().filter(|other| *other != EVENT && *other != ending(answer)) {
            let path = self.folder.join(self.name.clone() + other);
            if path.exists() {
                fs::remove_file(&path).map_err(|error| Error::file(&path, error))?;
            }
        }
        let path = self.expectation_of(answer);
        let text = match (answer.json(), &self.expected) {
            (Some(received), Some(Expected::Json(expected) | Expected::Error(expected))) => {
                format!("{:#}\n", difference::kept(expected, received))
            }
            (Some(received), _) => format!("{received:#}\n"),
            (None, _) => format!("{}\n", answer.text()),
        };
        fs::write(&path, text).map_err(|error| Error::file(&path, error))?;
        Ok(path)
    }
}

fn ending(answer: &Answer) -> &'static str {
    match answer {
        Answer::Json { .. } => RESPONSE,
        Answer::Text(_) => TEXT,
        Answer::Error(_) => ERROR,
    }
}

#[cfg(test)]
mod tests {
    use super::{Answer, Expected, environment, read};
    use serde_json::json;
    use std::fs;
    use std::path::Path;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            fs::write(folder.path().join(name), text).unwrap();
        }
        folder
    }

    #[test]
    fn cases_are_read_in_the_order_of_their_names() {
        let folder = folder(&[
            ("b.event.json", "{}\n"),
            ("b.response.json", "\u{feff}{\"a\": 1}"),
            ("c.event.json", "[]"),
            ("c.response.txt", "text\n"),
            ("a.event.json", "1"),
            ("a.error.json", "{\"errorMessage\":\"no\",\"errorType\":\"Function.No\"}"),
            ("d.event.json", "2"),
            (".a.event.json.swp", ""),
            ("a.event.json~", ""),
            ("#a.event.json#", ""),
            ("a.event.json.bak", ""),
            ("a.event.json___jb_tmp___", ""),
            ("4913", ""),
        ]);
        let cases: Vec<_> = read(folder.path()).unwrap().into_iter().map(|case| (case.name, case.event, case.expected)).collect();
        assert_eq!(
            cases,
            [
                ("a".into(), b"1".to_vec(), Some(Expected::Error(json!({"errorType": "Function.No", "errorMessage": "no"})))),
                ("b".into(), b"{}\n".to_vec(), Some(Expected::Json(json!({"a": 1})))),
                ("c".into(), b"[]".to_vec(), Some(Expected::Text("text".into()))),
                ("d".into(), b"2".to_vec(), None),
            ]
        );
        assert!(read(Path::new("no/such/folder")).unwrap().is_empty());
    }

    #[test]
    fn environment_of_fixtures_is_a_file_next_to_the_cases() {
        let with = folder(&[("a.event.json", "1"), ("environment", "TABLE=orders\n")]);
        assert_eq!(read(with.path()).unwrap().len(), 1);
        assert_eq!(environment(with.path()).unwrap(), [("TABLE".to_owned(), "orders".to_owned())].into());
        assert!(environment(folder(&[]).path()).unwrap().is_empty());
        let message = environment(folder(&[("environment", "AWS_REGION=a")]).path()).unwrap_err().to_string();
        assert!(message.contains("environment: `AWS_REGION` is reserved"), "{message}");
    }

    #[test]
    fn fixtures_report_invalid_cases() {
        let event = ("a.event.json", "{}");
        let latin1 = folder(&[event]);
        fs::write(latin1.path().join("a.response.txt"), b"caf\xe9").unwrap();
        assert!(read(latin1.path()).unwrap_err().to_string().contains("a.response.txt: the byte at offset 3 is not UTF-8"));
        for (files, expected) in [
            (&[event, ("notes.md", "")][..], "notes.md: not a fixture"),
            (&[("event.json", "{}")], "event.json: not a fixture"),
            (&[("a.response.json", "{}")], "a.event.json: the event is missing"),
            (&[event, ("a.response.json", "{}"), ("a.error.json", "{\"errorType\":\"\",\"errorMessage\":\"\"}")], "Delete one"),
            (&[("a.event.json", "{name}")], "a.event.json is not JSON"),
            (&[event, ("a.response.json", "yes")], "a.response.json is not JSON"),
            (&[event, ("a.error.json", "{\"errorType\":\"Function.No\"}")], "a.error.json: a failure is expected by"),
        ] {
            let message = read(folder(files).path()).unwrap_err().to_string();
            assert!(message.contains(expected), "{files:?}: {message}");
        }
    }

    #[test]
    fn accept_replaces_the_expected_answer() {
        let folder = folder(&[("a.event.json", "1"), ("a.response.json", "{\"id\": \"<any>\", \"count\": 1}")]);
        let case = || read(folder.path()).unwrap().remove(0);
        let files = || fs::read_dir(folder.path()).unwrap().count();
        case().accept(&Answer::of_response(br#"{"id":"7","count":2}"#)).unwrap();
        assert_eq!(case().expected, Some(Expected::Json(json!({"id": "<any>", "count": 2}))));
        case().accept(&Answer::of_response(b"text")).unwrap();
        assert_eq!((case().expected, files()), (Some(Expected::Text("text".into())), 2));
        case().accept(&Answer::of_error(br#"{"errorType":"Function.No","errorMessage":"no","stackTrace":[]}"#)).unwrap();
        assert_eq!(case().expected, Some(Expected::Error(json!({"errorType": "Function.No", "errorMessage": "no"}))));
        assert_eq!(files(), 2);
    }
}
