//! The `toolward` command.
use std::process::ExitCode;

fn main() -> ExitCode {
    toolward::command::main(std::env::args_os())
}
