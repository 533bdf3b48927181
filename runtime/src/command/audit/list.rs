//! `toolward audit list`: the last records.
use super::output::{Array, Stop, row};
use super::{Context, Which};
use crate::audit::read;
use crate::failure::{Exit, Failure};

/// What to list.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    which: Which,
    /// How many, counted from the newest
    #[arg(long, default_value_t = 50)]
    last: usize,
}

/// Lists them, the oldest first.
///
/// # Errors
/// [`Failure`] where the store cannot be read.
pub(super) fn run(args: &Args, cx: &Context) -> Result<Exit, Failure> {
    show(args, cx).or_else(Stop::exit)
}

fn show(args: &Args, cx: &Context) -> Result<Exit, Stop> {
    let state = cx.open_state()?;
    let records = read::last(&state.db, &args.which.choice(), args.last)?;
    let mut out = cx.out();
    if cx.json {
        let mut array = Array::open(out)?;
        records.iter().try_for_each(|record| array.add(record))?;
        array.close()?;
    } else {
        records.iter().try_for_each(|record| row(&mut out, record))?;
    }
    Ok(Exit::Done)
}
