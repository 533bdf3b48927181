//! The component: one JSON value in on stdin, one out on stdout, an error on stderr with exit code 1.

use std::io;
use std::process::ExitCode;

fn main() -> ExitCode {
    match answer() {
        Ok(output) => {
            println!("{output}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn answer() -> Result<String, String> {
    let input = serde_json::from_reader(io::stdin()).map_err(|error| format!("the input does not fit: {error}"))?;
    let output = tool::run(&input)?;
    serde_json::to_string(&output).map_err(|error| error.to_string())
}
