//! `toolward tool`: the tools of this home.
mod functions;
mod list;
mod new;
mod show;
mod warm;

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
    /// List the tools and whether each can be called.
    List(list::Args),
    /// Show a tool: what it takes, what it may need, its digest.
    Show(show::Args),
    /// Start a tool of your own: a crate, a manifest, a schema and a test.
    New(new::Args),
    /// Compile tools ahead of their first call.
    Warm(warm::Args),
}

/// What a task may call, for programs and for people.
pub(crate) use list::of_a_task as tools_of_a_task;
pub(crate) use show::described as tool_described;

impl Args {
    /// Whether a broker answers it: what a task may call.
    pub(super) fn asks_a_broker(&self) -> bool {
        match &self.command {
            Command::List(args) => args.is_of_a_task(),
            Command::Show(args) => args.is_of_a_task(),
            Command::New(_) | Command::Warm(_) => false,
        }
    }
}

pub(super) fn run(args: &Args, cx: &Context) -> Result<Exit, Failure> {
    match &args.command {
        Command::List(args) => list::run(args, cx),
        Command::Show(args) => show::run(args, cx),
        Command::New(args) => new::run(args, cx),
        Command::Warm(args) => warm::run(args, cx),
    }
}
