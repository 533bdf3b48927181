//! The audit log as an export shows it.
use std::path::Path;

use serde_json::Value;

use crate::program::{self, Ended};

/// One record of the log.
#[derive(Debug, Clone)]
pub struct Record(Value);

impl Record {
    /// A field's text; empty where the record has none.
    #[must_use]
    pub fn text(&self, field: &str) -> &str {
        self.0.get(field).and_then(Value::as_str).unwrap_or_default()
    }

    /// A field's number; `None` where the record has none.
    #[must_use]
    pub fn number(&self, field: &str) -> Option<u64> {
        self.0.get(field).and_then(Value::as_u64)
    }

    /// All of it, as JSON.
    #[must_use]
    pub fn line(&self) -> String {
        self.0.to_string()
    }

    /// Kind, operation and resource, in the words of the vocabulary.
    #[must_use]
    pub fn access(&self) -> String {
        format!("{} {} {}", self.text("kind"), self.text("op"), self.text("resource"))
    }

    /// It is of a refused access.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        self.text("verdict") == "deny"
    }
}

/// Everything that the log of this home holds about accesses, in order. What an export adds of its own, as the signed heads
/// at its end, is left out, and so is what the installation's own chain holds.
///
/// # Panics
/// Where the log cannot be exported or does not verify, or where a line is no JSON.
#[must_use]
pub fn records(home: &Path, tmp: &Path) -> Vec<Record> {
    let verified = toolward(home, tmp, &["audit", "verify"]);
    assert_eq!(verified.code, Some(0), "the log does not verify: {verified:?}");
    let export = toolward(home, tmp, &["audit", "export", "--format", "jsonl"]);
    assert_eq!(export.code, Some(0), "the log cannot be exported: {export:?}");
    let lines =
        export.stdout.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")));
    let of_task = |record: &Record| !record.text("resource").is_empty() && record.text("task") != "installation";
    lines.map(Record).filter(of_task).collect()
}

/// Runs a command on this home.
///
/// # Panics
/// As [`program::run`].
#[must_use]
pub fn toolward(home: &Path, tmp: &Path, arguments: &[&str]) -> Ended {
    program::run(program::command(tmp).args(arguments).arg("--home").arg(home))
}
