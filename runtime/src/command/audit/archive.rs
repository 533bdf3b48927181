//! `toolward audit archive`: moves the records of tasks that are over out of the home.
use std::io;
use std::path::PathBuf;

use serde_json::json;

use super::{Context, time};
use crate::audit::ExportError;
use crate::audit::archive::archive;
use crate::failure::{Exit, Failure};
use crate::state::Time;

/// What to move, and where to.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Only of tasks that ended before then: a date, with or without a time, or how long ago (`90d`)
    #[arg(long, value_name = "DATE")]
    before: String,
    /// The file to make
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
}

/// Moves them: the file is on the disk before anything is deleted.
///
/// # Errors
/// [`Failure`] where no task ended before then, the file is there already, or something cannot be read or written.
pub(super) fn run(args: &Args, cx: &Context) -> Result<Exit, Failure> {
    let before = time(&args.before)?;
    if before > Time::now() {
        let failure = Failure::usage(format!("`{}` is yet to come", args.before.escape_debug()));
        return Err(failure.help("only tasks that are over are archived: name a time in the past"));
    }
    let state = cx.open_state()?;
    let done = archive(&state, before, &args.to).map_err(|error| match error {
        ExportError::State(error) => error.into(),
        ExportError::Io(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            Failure::usage(format!("`{}` is there already", args.to.display()))
                .help("each archive is a file of its own")
        }
        ExportError::Io(error) => Failure::at(&args.to)(error),
        ExportError::Nothing => Failure::usage(format!("no task with records ended before {before}")),
    })?;
    let (tasks, records, file) = (done.tasks, done.records, args.to.display());
    let sha256 = hex::encode(done.sha256);
    let value = json!({
        "tasks": tasks, "records": records, "file": args.to.to_string_lossy(), "sha256": sha256, "shrunk": done.shrunk,
    });
    let shrunk = if done.shrunk { "" } else { "; the store keeps its size for now, and uses the room again" };
    cx.print(&value, format!("moved {records} records of {tasks} tasks to `{file}` (sha256 {sha256}){shrunk}"))?;
    Ok(Exit::Done)
}
