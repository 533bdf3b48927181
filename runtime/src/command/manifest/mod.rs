//! `toolward manifest`: manifests, policies and grants as files.
mod check;
mod schema;

use clap::Subcommand;

use super::Context;
use crate::failure::{Exit, Failure};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check files: each must be enforceable exactly as written.
    Check(check::Args),
    /// Print the JSON Schema of manifests, policies or grants.
    Schema(schema::Args),
}

pub(super) fn run(args: &Args, cx: &Context) -> Result<Exit, Failure> {
    match &args.command {
        Command::Check(args) => check::run(args, cx),
        Command::Schema(args) => schema::run(args, cx),
    }
}
