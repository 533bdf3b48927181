//! `toolward audit checkpoint`: notes outside the home where the log stands.
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::Context;
use crate::audit::checkpoint;
use crate::failure::{Exit, Failure};

/// Where to note it.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The file to append to: best where who runs tools cannot write
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
}

/// Appends one signed line.
///
/// # Errors
/// [`Failure`] where the file lies in the home, or something cannot be read or written.
pub(super) fn run(args: &Args, cx: &Context) -> Result<Exit, Failure> {
    let state = cx.open_state()?;
    let failed = Failure::at(&args.to);
    if lies_in(&args.to, cx.home.dir()).map_err(failed)? {
        let failure = Failure::usage(format!("`{}` lies in the home that it is to vouch for", args.to.display()));
        return Err(failure.help("keep checkpoints where a restored or rewritten home does not take them along"));
    }
    let (checkpoint, line) = checkpoint::make(&state)?;
    append(&args.to, &line).map_err(failed)?;
    let value = serde_json::json!({ "ledger": checkpoint.ledger, "time": checkpoint.time });
    cx.print(&value, format!("the log stands at ledger entry {} ({})", checkpoint.ledger, checkpoint.time))?;
    Ok(Exit::Done)
}

fn lies_in(file: &Path, home: &Path) -> io::Result<bool> {
    let directory = file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let place = fs::canonicalize(file).or_else(|_| fs::canonicalize(directory))?;
    Ok(place.starts_with(fs::canonicalize(home)?))
}

/// One write, so that lines of several processes do not mix; on the disk before it is said to be there.
fn append(path: &Path, line: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().append(true).create(true).open(path)?;
    file.write_all(format!("{line}\n").as_bytes())?;
    file.sync_all()
}
