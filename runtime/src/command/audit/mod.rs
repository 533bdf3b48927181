//! `toolward audit`: looks at the log, copies it, and says whether it holds.
mod archive;
mod checkpoint;
mod export;
mod follow;
mod key;
mod list;
mod now;
mod output;
mod show;
mod verify;

use clap::Subcommand;

use super::Context;
use crate::audit::Choice;
use crate::failure::{Exit, Failure};
use crate::state::{LocalClock, Time};

/// Which subcommand.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the last calls, or with `--all` the last records
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
    /// Move the records of tasks that are over to a file, which verifies by itself
    Archive(archive::Args),
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
        Command::Archive(args) => archive::run(args, cx),
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
    /// Only of this agent
    #[arg(long, value_name = "NAME")]
    agent: Option<String>,
    /// Only of this tool; of a typed one a function, as `text.diff`
    #[arg(long, value_name = "NAME")]
    tool: Option<String>,
    /// Only with this verdict; what `explain` was asked has none
    #[arg(long, value_parser = ["allow", "ask", "deny"])]
    verdict: Option<String>,
    /// Only of this kind
    #[arg(long, value_parser = KINDS)]
    kind: Option<String>,
    /// Only with such a resource: `*` stands for anything, and without one it may be any part
    #[arg(long, value_name = "PATTERN")]
    resource: Option<String>,
    /// Only since then: how long ago (`1h`), or a date, with or without a time
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    /// Only before then
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
}

/// What a record may be about: accesses, and what the installation's own chain holds.
const KINDS: [&str; 12] =
    ["files", "http", "tcp", "dns", "secrets", "env", "tools", "task", "agent", "policy", "worker", "log"];

impl Which {
    fn choice(&self) -> Result<Choice, Failure> {
        Ok(Choice {
            task: self.task.clone(),
            call: self.call.clone(),
            verdict: self.verdict.clone(),
            agent: self.agent.clone(),
            tool: self.tool.clone(),
            kind: self.kind.clone(),
            resource: self.resource.clone(),
            since: self.since.as_deref().map(time).transpose()?,
            until: self.until.as_deref().map(time).transpose()?,
            with_installation: true,
        })
    }
}

/// A time as a person writes it.
fn time(text: &str) -> Result<Time, Failure> {
    LocalClock::new()?.parse(text, Time::now()).map_err(Failure::usage)
}
