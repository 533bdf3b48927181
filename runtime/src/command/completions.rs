//! `toolward completions SHELL`.
use std::io::Write;

use clap_complete::Shell;

use super::{Context, stdout_closed};
use crate::failure::{Exit, Failure};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Which shell.
    shell: Shell,
}

pub(super) fn run(args: &Args, cx: &Context) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    // Into memory first: it panics where it cannot write.
    clap_complete::generate(args.shell, &mut super::command_line(), "toolward", &mut script);
    cx.quiet_out().write_all(&script).map_err(stdout_closed)?;
    Ok(Exit::Done)
}
