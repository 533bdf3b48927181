//! `toolward audit follow`: records as they are made.
use std::io::Write;
use std::thread;
use std::time::Duration;

use super::output::{Stop, alone, header, row};
use super::{Context, Which};
use crate::audit::read;
use crate::failure::{Exit, Failure};
use crate::state::LocalClock;

/// What to follow.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    which: Which,
}

/// How often to ask whether anything was committed: one integer read from shared memory.
const PAUSE: Duration = Duration::from_millis(100);

/// Shows what is new until the process is interrupted or nobody reads any more. With `--json`, one record a line.
///
/// # Errors
/// [`Failure`] where the store cannot be read.
pub(super) fn run(args: &Args, cx: &Context) -> Result<Exit, Failure> {
    follow(args, cx).or_else(Stop::exit)
}

fn follow(args: &Args, cx: &Context) -> Result<Exit, Stop> {
    let state = cx.open_state()?;
    let (choice, clock) = (args.which.choice()?, LocalClock::new()?);
    let mut out = cx.out();
    let mut last = read::newest(&state.db)?;
    let mut version = None;
    if !cx.json {
        header(&mut out)?;
        out.flush()?;
    }
    loop {
        let now = state.db.version()?;
        if version.replace(now) == Some(now) {
            thread::sleep(PAUSE);
            continue;
        }
        let newest = read::newest(&state.db)?;
        read::each(&state.db, &choice, last + 1, |record| {
            last = last.max(record.n);
            if cx.json {
                out.write_all(&[record.line(), b"\n".to_vec()].concat())?;
            } else {
                alone(&mut out, &row(record, &clock)?)?;
            }
            Ok::<_, Stop>(())
        })?;
        last = last.max(newest);
        out.flush()?;
    }
}
