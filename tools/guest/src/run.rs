//! The whole of a tool's `main`.

use std::io::{self, Read, Write};
use std::process::ExitCode;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Failure, Root};

/// Reads the input from stdin, runs `tool` on the files that the sandbox shows, and writes its output to stdout.
/// Anything that fails is one line on stderr, and exit code 1.
pub fn run<I: DeserializeOwned, O: Serialize>(tool: impl FnOnce(&Root, I) -> Result<O, Failure>) -> ExitCode {
    match answer(tool) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // Nobody is left to tell where stderr is closed.
            drop(writeln!(io::stderr(), "error: {failure}"));
            ExitCode::FAILURE
        }
    }
}

fn answer<I: DeserializeOwned, O: Serialize>(tool: impl FnOnce(&Root, I) -> Result<O, Failure>) -> Result<(), Failure> {
    let mut text = String::new();
    io::stdin().read_to_string(&mut text).map_err(|e| Failure::new(format!("cannot read the input: {e}")))?;
    let input = serde_json::from_str(&text).map_err(|e| Failure::new(format!("the input does not fit: {e}")))?;
    let mut output = serde_json::to_vec(&tool(&Root::guest(), input)?)
        .map_err(|e| Failure::new(format!("cannot write the output as JSON: {e}")))?;
    output.push(b'\n');
    let mut stdout = io::stdout().lock();
    stdout
        .write_all(&output)
        .and_then(|()| stdout.flush())
        .map_err(|e| Failure::new(format!("cannot write the output: {e}")))
}
