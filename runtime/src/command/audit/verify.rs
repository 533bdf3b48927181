//! `toolward audit verify`: whether the log holds.
use std::fs::File;
use std::io::{BufReader, Write};

use super::Context;
use super::output::Stop as Written;
use crate::audit::Shown;
use crate::audit::verify::{Bad, Checkpoints, Report, Stop, verify_export, verify_store};
use crate::failure::{Exit, Failure};
use crate::state::{Keys, PublicKey};

/// What to verify.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A copied export; without it, the store of this home
    export: Option<String>,
    /// The key that must have signed, or a file that holds it; without it, the key of this home
    #[arg(long)]
    key: Option<String>,
    /// A file of checkpoints to hold the log against (may be given several times)
    #[arg(long = "checkpoint", value_name = "FILE")]
    checkpoints: Vec<String>,
}

/// Verifies: exit 0, or 1 with the first thing that does not hold.
///
/// # Errors
/// [`Failure`] with exit 1 where the log does not hold or there is no key; with another where it cannot be read.
pub(super) fn run(args: &Args, cx: &Context) -> Result<Exit, Failure> {
    let key = key(args, cx)?;
    match verify(args, cx, &key) {
        Ok(report) => holds(&report, !args.checkpoints.is_empty(), cx).or_else(Written::exit),
        Err(Stop::Bad(bad)) if cx.json => does_not_hold(&bad, cx),
        Err(Stop::Bad(bad)) => {
            Err(Failure::new(Exit::ToolFailed, format!("the log does not hold: {}", Shown(&bad.to_string()))))
        }
        Err(Stop::Failed(failure)) => Err(failure),
    }
}

fn key(args: &Args, cx: &Context) -> Result<PublicKey, Failure> {
    match &args.key {
        Some(key) => PublicKey::from_text_or_file(key).map_err(Failure::usage),
        None => Keys::load(cx.home.dir()).map(|keys| keys.signing.public()).map_err(|error| {
            Failure::new(Exit::ToolFailed, format!("there is no key to check against: {error}"))
                .help("give the key that `toolward audit key` printed where the log was made: `--key ed25519:…`")
        }),
    }
}

fn verify(args: &Args, cx: &Context, key: &PublicKey) -> Result<Report, Stop> {
    let mut checkpoints = Checkpoints::default();
    for file in &args.checkpoints {
        checkpoints.read(file, key)?;
    }
    match &args.export {
        Some(name) => {
            let file = File::open(name).map_err(Failure::at(name))?;
            verify_export(BufReader::new(file), key, &checkpoints)
        }
        None => verify_store(&cx.open_state()?.db, &checkpoints),
    }
}

fn does_not_hold(bad: &Bad, cx: &Context) -> Result<Exit, Failure> {
    cx.print(&serde_json::json!({ "holds": false, "at": bad.at, "what": bad.what }), bad)?;
    Ok(Exit::ToolFailed)
}

fn holds(report: &Report, checkpoints_given: bool, cx: &Context) -> Result<Exit, Written> {
    let mut out = cx.out();
    if cx.json {
        let report = serde_json::json!({ "holds": true, "report": report });
        writeln!(out, "{report}")?;
        return Ok(Exit::Done);
    }
    let Report { records, tasks, ledger, checkpointed, part, archived, open_intents } = report;
    writeln!(out, "the log holds: records {records}, tasks {tasks}, ledger entries {ledger}")?;
    match checkpointed {
        Some(reached) => writeln!(out, "checkpoints reach ledger entry {reached} of {ledger}")?,
        None if checkpoints_given => writeln!(out, "no checkpoint is old enough to say anything of this export")?,
        None => writeln!(out, "no checkpoint was given: that its tail was cut off would not show")?,
    }
    if *archived > 0 {
        writeln!(out, "records of {archived} tasks lie in archives: `toolward audit verify FILE` checks each")?;
    }
    if *part {
        writeln!(out, "it is one call's records: what lies between them is not vouched for")?;
    }
    for intent in open_intents {
        writeln!(out, "no outcome: task {} seq {}: the process ended in between", Shown(&intent.task), intent.seq)?;
    }
    Ok(Exit::Done)
}
