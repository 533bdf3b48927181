//! `toolward audit list`: the last calls, or the last records.
use super::output::{Array, Stop, Table, call_row, row};
use super::{Context, Which};
use crate::audit::{Choice, fold, read};
use crate::failure::{Exit, Failure};

/// What to list.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    which: Which,
    /// Every access of a call on a line of its own, as with `--call`, `--verdict`, `--kind`, `--resource` and `--json`
    #[arg(long)]
    all: bool,
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
    let choice = args.which.choice()?;
    if cx.json {
        let mut array = Array::open(cx.out())?;
        read::last(&state.db, &choice, args.last)?.iter().try_for_each(|record| array.add(record))?;
        array.close()?;
        return Ok(Exit::Done);
    }
    let mut table = Table::new()?;
    if args.all || looks_at_accesses(&choice) {
        for record in read::last(&state.db, &choice, args.last)? {
            table.add(row(&record, table.clock())?);
        }
    } else {
        for line in fold::folded(&state.db, &choice, args.last)? {
            let cells = match &line.call {
                Some(accesses) => call_row(&line.record, accesses, table.clock())?,
                None => row(&line.record, table.clock())?,
            };
            table.add(cells);
        }
    }
    table.write(&mut cx.out())?;
    Ok(Exit::Done)
}

/// Whether what is asked for is a matter of single accesses, so that calls are not folded.
fn looks_at_accesses(choice: &Choice) -> bool {
    [&choice.call, &choice.verdict, &choice.kind, &choice.resource].iter().any(|asked| asked.is_some())
}
