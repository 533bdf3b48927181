//! `toolward audit export`: a copy of the log that verifies anywhere.
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::Context;
use super::output::Stop;
use crate::audit::{Choice, ExportError, export};
use crate::failure::{Exit, Failure};
use crate::state::State;

/// The formats of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// One record a line, as JSON
    Jsonl,
}

/// What to export.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The format
    #[arg(long, value_enum, default_value_t = Format::Jsonl)]
    format: Format,
    /// Only this task
    #[arg(long, value_name = "t_…")]
    task: Option<String>,
    /// Only this call
    #[arg(long, value_name = "c_…")]
    call: Option<String>,
    /// The file to make; without it, stdout
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
}

/// Exports.
///
/// # Errors
/// [`Failure`] where there are no such records, or something cannot be read or written.
pub(super) fn run(args: &Args, cx: &Context) -> Result<Exit, Failure> {
    copy(args, cx).or_else(Stop::exit)
}

fn copy(args: &Args, cx: &Context) -> Result<Exit, Stop> {
    let Format::Jsonl = args.format;
    let state = cx.open_state()?;
    let choice = Choice { task: args.task.clone(), call: args.call.clone(), ..Choice::default() };
    let Some(file) = &args.to else {
        export(&state, &choice, &mut BufWriter::new(cx.out()))?;
        return Ok(Exit::Done);
    };
    let records = to_file(&state, &choice, file)?;
    let value = serde_json::json!({ "records": records, "file": file.to_string_lossy() });
    cx.print(&value, format!("exported {records} records to `{}`", file.display()))?;
    Ok(Exit::Done)
}

/// The file appears when it is whole; one that exists is left alone.
fn to_file(state: &State, choice: &Choice, path: &Path) -> Result<u64, Stop> {
    let failed = Failure::at(path);
    // An export is recorded; what cannot be kept is not made.
    if path.symlink_metadata().is_ok() {
        return Err(failed(std::io::ErrorKind::AlreadyExists.into()).into());
    }
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(parent).map_err(failed)?;
    let records = export(state, choice, &mut BufWriter::new(file.as_file_mut()))?;
    file.as_file().sync_all().map_err(failed)?;
    file.persist_noclobber(path).map_err(|error| failed(error.error))?;
    Ok(records)
}

impl From<ExportError> for Stop {
    fn from(error: ExportError) -> Self {
        match error {
            ExportError::State(error) => error.into(),
            ExportError::Io(error) => error.into(),
            ExportError::Nothing => Failure::usage(error.to_string()).into(),
        }
    }
}
