//! `toolward audit show`: one call, refusal or task, with what decided.
use std::io::Write;

use super::Context;
use super::output::{Array, Stop, reason, row};
use crate::audit::{Choice, Stored, read};
use crate::failure::{Exit, Failure};
use crate::state::Db;

/// What to show.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A call, a refusal or a task
    #[arg(value_name = "c_…|d_…|t_…")]
    id: String,
}

/// Shows it.
///
/// # Errors
/// [`Failure`] where there is no such thing, or the store cannot be read.
pub(super) fn run(args: &Args, cx: &Context) -> Result<Exit, Failure> {
    show(args, cx).or_else(Stop::exit)
}

fn show(args: &Args, cx: &Context) -> Result<Exit, Stop> {
    let state = cx.open_state()?;
    let mut out = cx.out();
    let found = if cx.json {
        let mut array = Array::open(&mut out)?;
        let found = records(&state.db, &args.id, |record| Ok(array.add(record)?))?;
        array.close()?;
        found
    } else {
        let found = records(&state.db, &args.id, |record| {
            row(&mut out, record)?;
            Ok(reason(&mut out, record)?)
        })?;
        out.flush()?;
        found
    };
    if found == 0 {
        let failure = Failure::usage(format!("there are no records of `{}`", args.id.escape_debug()));
        return Err(failure.help("name a call (`c_…`), a refusal (`d_…`) or a task (`t_…`)").into());
    }
    Ok(Exit::Done)
}

fn records(db: &Db, id: &str, mut each: impl FnMut(&Stored) -> Result<(), Stop>) -> Result<u64, Stop> {
    let all = Choice::default();
    if id.starts_with("d_") {
        let found = read::refusal(db, id)?;
        found.iter().try_for_each(&mut each)?;
        return Ok(u64::from(found.is_some()));
    }
    if id.starts_with("c_") {
        return read::each(db, &Choice { call: Some(id.to_owned()), ..all }, 0, each);
    }
    read::each(db, &Choice { task: Some(id.to_owned()), ..all }, 0, each)
}
