//! Cargo's JSON messages about a build: rustc's diagnostics, and the files that were made.
//! Pure.

use super::remarks::{self, Remark};
use crate::Error;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// rustc's code for a second definition of what a program has one of.
const DUPLICATE_LANG_ITEM: &str = "E0152";

/// One message of rustc's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub is_error: bool,
    /// `E0152`, for example.
    pub code: Option<String>,
    /// As rustc prints it.
    pub rendered: String,
    /// The crate that was compiled.
    pub target: String,
    /// The file of the primary span.
    pub file: Option<String>,
    pub line: usize,
}

/// A crate that was compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifact {
    pub package: String,
    /// The crate's name in Rust.
    pub name: String,
    pub files: Vec<PathBuf>,
    /// The linked file, of a binary.
    pub executable: Option<PathBuf>,
}

/// The report of one build.
#[derive(Clone, Debug, Default)]
pub struct Report {
    pub messages: Vec<Message>,
    pub artifacts: Vec<Artifact>,
    /// LLVM's remarks on loops.
    pub remarks: Vec<Remark>,
}

impl Report {
    /// Reads what cargo prints with `--message-format json`.
    #[must_use]
    pub fn parse(printed: &str) -> Self {
        let mut report = Self::default();
        for line in printed.lines() {
            let Ok(value) = serde_json::from_str::<Value>(line) else { continue };
            match value["reason"].as_str() {
                Some("compiler-message") => {
                    report.messages.extend(message(&value));
                    report.remarks.extend(value["message"]["message"].as_str().and_then(remarks::parse));
                }
                Some("compiler-artifact") => report.artifacts.extend(artifact(&value)),
                _ => {}
            }
        }
        report
    }

    /// The linked file of the binary called `name`.
    ///
    /// # Errors
    /// [`Error::Refused`] if cargo reports none.
    pub fn executable(&self, name: &str) -> Result<&Path, Error> {
        let name = name.replace('-', "_");
        let mut files =
            self.artifacts.iter().filter(|artifact| artifact.name == name).filter_map(|artifact| artifact.executable.as_deref());
        files.next_back().ok_or_else(|| Error::Refused(format!("cargo reports no file of {name}")))
    }

    /// Returns true if rustc found a second panic handler: std's in addition to the
    /// runtime's.
    #[must_use]
    pub fn needs_std(&self) -> bool {
        self.of_level(true).any(|message| message.code.as_deref() == Some(DUPLICATE_LANG_ITEM))
    }

    /// The errors or the warnings, without those that sum others up.
    pub fn of_level(&self, is_error: bool) -> impl Iterator<Item = &Message> {
        self.messages.iter().filter(move |message| message.is_error == is_error)
    }
}

fn message(value: &Value) -> Option<Message> {
    let message = &value["message"];
    let level = message["level"].as_str()?;
    let text = message["message"].as_str()?;
    let sums_up =
        text.starts_with("aborting due to") || text.ends_with("emitted") && message["spans"].as_array().is_some_and(Vec::is_empty);
    if !(level.starts_with("error") || level == "warning") || sums_up {
        return None;
    }
    let span = message["spans"].as_array().into_iter().flatten().find(|span| span["is_primary"] == true);
    Some(Message {
        is_error: level.starts_with("error"),
        code: message["code"]["code"].as_str().map(str::to_owned),
        rendered: message["rendered"].as_str().unwrap_or(text).to_owned(),
        target: value["target"]["name"].as_str().unwrap_or_default().to_owned(),
        file: span.and_then(|span| span["file_name"].as_str()).map(str::to_owned),
        line: span.and_then(|span| span["line_start"].as_u64()).and_then(|line| line.try_into().ok()).unwrap_or(0),
    })
}

fn artifact(value: &Value) -> Option<Artifact> {
    let files = value["filenames"].as_array()?.iter().filter_map(Value::as_str).map(PathBuf::from).collect();
    Some(Artifact {
        package: value["package_id"].as_str()?.to_owned(),
        name: value["target"]["name"].as_str()?.replace('-', "_"),
        files,
        executable: value["executable"].as_str().map(PathBuf::from),
    })
}

#[cfg(test)]
mod tests {
    use super::{Remark, Report};
    use serde_json::json;

    #[test]
    fn report_has_messages_and_files_and_no_summaries() {
        let message = |level: &str, text: &str, spans: serde_json::Value| {
            json!({"reason": "compiler-message", "target": {"name": "function_a"},
                   "message": {"level": level, "message": text, "rendered": format!("{level}: {text}\n"), "code": {"code": "E0308"}, "spans": spans}})
        };
        let span = json!([{"is_primary": true, "file_name": "functions/a.rs", "line_start": 3}]);
        let lines = [
            message("error", "mismatched types", span).to_string(),
            message("error", "aborting due to 1 previous error", json!([])).to_string(),
            message("warning", "1 warning emitted", json!([])).to_string(),
            message("note", "a.rs:2:5 loop-vectorize (analysis): loop not vectorized: a call", json!([])).to_string(),
            message("failure-note", "Some errors have detailed explanations", json!([])).to_string(),
            json!({"reason": "compiler-artifact", "package_id": "registry+x#uuid@1.0.0", "target": {"name": "uuid"}, "filenames": ["/t/libuuid-1.rlib"], "executable": null})
            .to_string(),
            "not JSON".to_owned(),
        ];
        let report = Report::parse(&lines.join("\n"));
        assert_eq!(report.messages.len(), 1);
        let message = &report.messages[0];
        assert_eq!(
            (message.is_error, message.file.as_deref(), message.line, message.code.as_deref()),
            (true, Some("functions/a.rs"), 3, Some("E0308"))
        );
        let artifact = &report.artifacts[0];
        assert_eq!((report.artifacts.len(), artifact.name.as_str(), artifact.package.as_str()), (1, "uuid", "registry+x#uuid@1.0.0"));
        assert_eq!(report.remarks, [Remark { file: "a.rs".to_owned(), line: 2, reason: "a call".to_owned() }]);
    }
}
