//! `toolward audit show`: one call, refusal or task, with what decided.
use std::io::Write;

use super::Context;
use super::now::Policies;
use super::output::{Array, Stop, alone, header, reason, row};
use crate::audit::archive::place_of;
use crate::audit::{Choice, Shown, Stored, View, read};
use crate::failure::{Exit, Failure};
use crate::state::{Db, LocalClock, State};

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
        for_people(&state, &args.id, cx, &mut out)?
    };
    if let Some((file, time)) = place_of(&state, &args.id)? {
        let note = format!("toolward: records of `{}` were moved to `{}` at {time}", args.id, Shown(&file));
        // Where standard error is closed there is nobody to tell.
        drop(writeln!(std::io::stderr(), "{note}"));
    } else if found == 0 {
        let failure = Failure::usage(format!("there are no records of `{}`", args.id.escape_debug()));
        return Err(failure.help("name a call (`c_…`), a refusal (`d_…`) or a task (`t_…`)").into());
    }
    Ok(Exit::Done)
}

fn for_people(state: &State, id: &str, cx: &Context, out: &mut impl Write) -> Result<u64, Stop> {
    let (mut policies, clock) = (Policies::new(cx)?, LocalClock::new()?);
    let mut any = false;
    let found = records(&state.db, id, |record| {
        if !std::mem::replace(&mut any, true) {
            header(out)?;
        }
        alone(out, &row(record, &clock)?)?;
        let Some(view) = View::parse(&record.body) else { return Ok(()) };
        reason(out, &view)?;
        if let Some(changed) = policies.told(&view)? {
            writeln!(out, "    since  {}", Shown(&changed))?;
        }
        Ok(())
    })?;
    out.flush()?;
    Ok(found)
}

fn records(db: &Db, id: &str, mut each: impl FnMut(&Stored) -> Result<(), Stop>) -> Result<u64, Stop> {
    let all = Choice { with_installation: true, ..Choice::default() };
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
