//! `toolward audit`: looks at the log, copies it, and says whether it holds.
mod checkpoint;
mod export;
mod follow;
mod key;
mod list;
mod output;
mod show;
mod verify;

use clap::Subcommand;

use super::Context;
use crate::audit::Choice;
use crate::failure::{Exit, Failure};

/// Which subcommand.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the last records
    List(list::Args),
    /// Show a call (`c_…`), a refusal (`d_…`) or a task (`t_…`), with the rule that decided
    Show(show::Args),
    /// Show records as they are made, until interrupted
    Follow(follow::Args),
    /// Check every record, or those of a copied export: exit 0, or 1 with the first that does not hold
    Verify(verify::Args),
    /// Copy records out, one a line, with signed heads as the last line
    Export(export::Args),
    /// Print the public half of the key that signs exports and checkpoints
    Key(key::Args),
    /// Append a signed note of where the log stands to a file outside the home
    Checkpoint(checkpoint::Args),
}

/// Runs a subcommand.
///
/// # Errors
/// [`Failure`] as the subcommand says.
pub(super) fn run(args: &Args, cx: &Context) -> Result<Exit, Failure> {
    match &args.command {
        Command::List(args) => list::run(args, cx),
        Command::Show(args) => show::run(args, cx),
        Command::Follow(args) => follow::run(args, cx),
        Command::Verify(args) => verify::run(args, cx),
        Command::Export(args) => export::run(args, cx),
        Command::Key(args) => key::run(args, cx),
        Command::Checkpoint(args) => checkpoint::run(args, cx),
    }
}

/// Which records.
#[derive(Debug, clap::Args)]
struct Which {
    /// Only of this task
    #[arg(long, value_name = "t_…")]
    task: Option<String>,
    /// Only of this call
    #[arg(long, value_name = "c_…")]
    call: Option<String>,
    /// Only with this verdict
    #[arg(long, value_parser = ["allow", "ask", "deny"])]
    verdict: Option<String>,
}

impl Which {
    fn choice(&self) -> Choice {
        Choice { task: self.task.clone(), call: self.call.clone(), verdict: self.verdict.clone() }
    }
}
