//! What `{{name}}` does. It is an ordinary library, so its tests run natively; `main.rs` makes it a component.

use std::fs;

use serde::{Deserialize, Serialize};

/// What can be asked for. `{{name}}.input.json` says the same to agents.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// The file to count.
    pub path: String,
}

/// What is answered.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Output {
    /// Lines, the last one with or without its end.
    pub lines: usize,
    /// Words: what stands between white space.
    pub words: usize,
    /// Bytes.
    pub bytes: usize,
}

/// Counts the lines, words and bytes of a text file.
///
/// # Errors
/// One line that says what went wrong, for the agent to read.
pub fn run(input: &Input) -> Result<Output, String> {
    let text = fs::read_to_string(&input.path).map_err(|error| format!("cannot read `{}`: {error}", input.path))?;
    Ok(Output { lines: text.lines().count(), words: text.split_whitespace().count(), bytes: text.len() })
}
