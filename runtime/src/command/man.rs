//! `toolward man DIR`: the manual pages, one a subcommand.
use std::path::PathBuf;

use super::Context;
use crate::failure::{Exit, Failure};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The folder that they are written to.
    dir: PathBuf,
}

pub(super) fn run(args: &Args, _: &Context) -> Result<Exit, Failure> {
    let failed = Failure::at(&args.dir);
    std::fs::create_dir_all(&args.dir).map_err(failed)?;
    clap_mangen::generate_to(super::command_line(), &args.dir).map_err(failed)?;
    Ok(Exit::Done)
}
