//! `toolward completions SHELL`.
use clap_complete::Shell;

use super::Context;
use crate::failure::{Exit, Failure};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Which shell.
    shell: Shell,
}

pub(super) fn run(args: &Args, cx: &Context) -> Result<Exit, Failure> {
    clap_complete::generate(args.shell, &mut super::command_line(), "toolward", &mut cx.out());
    Ok(Exit::Done)
}
