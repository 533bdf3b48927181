//! `toolward call`: one call of one tool in a task.
use std::io::Write;

use super::{Context, plain, progress, stdout_closed};
use crate::broker::CallRequest;
use crate::call;
use crate::failure::{Exit, Failure};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The tool; of a typed one a function, as `text.diff`.
    tool: String,
    /// Its input: JSON, `@FILE`, or `-` for standard input.
    #[arg(long, value_name = "JSON|@FILE|-", allow_hyphen_values = true)]
    input: Option<String>,
    /// Standard output verbatim instead of one JSON object.
    #[arg(long)]
    raw: bool,
    #[command(flatten)]
    task: super::handle::TaskArg,
}

pub(super) fn run(args: &Args, cx: &Context) -> Result<Exit, Failure> {
    let broker = cx.broker()?;
    let task = broker.task(&args.task.text()?)?;
    let loader = broker.loader(Box::new(progress::ToStderr::new()))?;
    let request = CallRequest { tool: &args.tool, input: args.input.as_deref() };
    let answer = broker.call(task, &request, &loader, &call::drive)?;
    if let Some((stdout, stderr)) = answer.streams.as_ref().filter(|_| args.raw) {
        cx.out().write_all(stdout).map_err(stdout_closed)?;
        // Where standard error is closed there is nobody to tell.
        drop(std::io::stderr().write_all(stderr));
        return Ok(answer.exit);
    }
    writeln!(cx.out(), "{}", plain::json(&answer.value)?).map_err(stdout_closed)?;
    Ok(answer.exit)
}
