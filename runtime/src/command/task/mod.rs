//! `toolward task`: the tasks of this home. (Opening one needs the policy, and has its own file.)
mod close;
mod list;
mod narrow;
mod open;
mod revoke;
mod show;
mod text;

use std::fs;

use clap::Subcommand;

use super::Context;
use crate::failure::{Exit, Failure};
use crate::state::Db;
use crate::state::tasks::{Handle, Task, Tasks};

/// Which subcommand.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Open a task and print its handle
    Open(open::Args),
    /// Print a handle for a sub-agent: never wider, never longer
    Narrow(narrow::Args),
    /// Show a task
    Show(show::Args),
    /// List the tasks, the newest first
    List(list::Args),
    /// End a task whose work is done
    Close(close::Args),
    /// Take a task away
    Revoke(revoke::Args),
}

/// A task as programs and as people read it.
pub(crate) use text::shown_to_its_holder as task_shown_to_its_holder;

impl Args {
    /// Whether a broker answers it: what needs an agent's proof or a task's handle.
    pub(super) fn asks_a_broker(&self) -> bool {
        match &self.command {
            Command::Open(_) | Command::Narrow(_) => true,
            Command::Show(args) => args.is_own(),
            Command::Close(args) => args.is_own(),
            Command::List(_) | Command::Revoke(_) => false,
        }
    }
}

/// The value of `TOOLWARD_TASK`; `None` if it is empty, as it is in a script after `task open` has failed.
fn from_variable() -> Option<String> {
    std::env::var("TOOLWARD_TASK").ok().filter(|text| !text.is_empty())
}

/// The handle in `TOOLWARD_TASK`, for what a broker is asked of a task of one's own.
fn own_handle() -> Result<String, Failure> {
    from_variable().ok_or_else(|| {
        Failure::usage("no task is named").help("set `TOOLWARD_TASK` to its handle: a broker takes no name of one")
    })
}

/// Runs a subcommand.
///
/// # Errors
/// [`Failure`] as the subcommand says.
pub(super) fn run(args: &Args, cx: &Context) -> Result<Exit, Failure> {
    match &args.command {
        Command::Open(args) => open::run(args, cx),
        Command::Narrow(args) => narrow::run(args, cx),
        Command::Show(args) => show::run(args, cx),
        Command::List(args) => list::run(args, cx),
        Command::Close(args) => close::run(args, cx),
        Command::Revoke(args) => revoke::run(args, cx),
    }
}

/// The task that a user names: by id (`t_…`), or by handle (`@FILE`, or else the variable `TOOLWARD_TASK`).
fn find(db: &Db, named: Option<&str>) -> Result<Task, Failure> {
    let named = named.map(str::to_owned).or_else(from_variable).ok_or_else(|| {
        Failure::usage("no task is named").help("name one (`t_…`), or set `TOOLWARD_TASK` to its handle")
    })?;
    let text = match named.strip_prefix('@') {
        Some(file) => fs::read_to_string(file).map_err(Failure::at(file))?,
        None => named.clone(),
    };
    let found = match Handle::parse(&text) {
        Some(handle) => db.by_handle(&handle.digest())?,
        None => db.by_id(text.trim())?,
    };
    // A handle is a secret: it is not repeated.
    found.ok_or_else(|| {
        let unknown = match Handle::parse(&text) {
            Some(_) => Failure::usage("no task has this handle"),
            None if text.trim().starts_with(Handle::PREFIX) => {
                Failure::usage("this is no whole handle, and no task's id (`t_…`)")
            }
            None => Failure::usage(format!("there is no task `{}`", named.escape_debug())),
        };
        unknown.help("`toolward task list` shows the tasks")
    })
}
