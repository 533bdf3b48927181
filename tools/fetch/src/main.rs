//! The component: input on stdin, output on stdout, and between them what the host lets through.

use std::process::ExitCode;

fn main() -> ExitCode {
    guest::run(|_, input| fetch::run(&mut fetch::Host, &input))
}
