//! `toolward agent`: who may act, with a key of its own each.
mod add;
mod list;
mod place;
mod revoke;
mod rotate;
mod show;
mod text;

use clap::Subcommand;

use super::Context;
use crate::failure::{Exit, Failure};
use crate::installation::Installation;
use crate::state::PublicKey;

/// Which subcommand.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Add an agent with an owner and a key of its own
    Add(add::Args),
    /// List the agents
    List(list::Args),
    /// Show an agent: its owner, its keys, how many tasks it has open
    Show(show::Args),
    /// Revoke an agent for good: its tasks end at once, and it opens none any more
    Revoke(revoke::Args),
    /// Give an agent another key; the one it has holds a while longer
    Rotate(rotate::Args),
}

/// Runs a subcommand.
///
/// # Errors
/// [`Failure`] as the subcommand says.
pub(super) fn run(args: &Args, cx: &Context) -> Result<Exit, Failure> {
    match &args.command {
        Command::Add(args) => add::run(args, cx),
        Command::List(args) => list::run(args, cx),
        Command::Show(args) => show::run(args, cx),
        Command::Revoke(args) => revoke::run(args, cx),
        Command::Rotate(args) => rotate::run(args, cx),
    }
}

/// Where an agent's key comes from.
#[derive(Debug, clap::Args)]
struct KeyArgs {
    /// The public half of a key that its framework made itself; no credential is written
    #[arg(long, value_name = "ed25519:…", conflicts_with = "credential")]
    key: Option<PublicKey>,
    /// Where to write the credential, outside of every mount [default: `agents/NAME.credential` in the home]
    #[arg(long, value_name = "FILE")]
    credential: Option<std::path::PathBuf>,
}

/// The policy, where there is one that loads: for hints alone.
fn policy(cx: &Context) -> Option<Installation> {
    Installation::load(&cx.home).ok()
}

/// There is no such agent.
fn unknown(name: &str) -> Failure {
    Failure::usage(format!("there is no agent `{name}`")).help("`toolward agent list` shows the agents")
}

/// The very key that an agent has or had.
fn key_in_use() -> Failure {
    Failure::usage("an agent has or had this key already").help("every agent has keys of its own, each used once")
}
