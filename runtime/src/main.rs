//! The `toolward` command.
#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    toolward::command::main(std::env::args_os())
}
