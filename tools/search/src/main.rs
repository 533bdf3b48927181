//! The component: input on stdin, output on stdout.

use std::process::ExitCode;

fn main() -> ExitCode {
    guest::run(search::run)
}
