//! `toolward call`: one call of one tool in a task.
use std::io::Write;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::json;

use super::{Context, plain, progress, stdout_closed};
use crate::broker::{CallRequest, Given, Streams};
use crate::call;
use crate::client::unasked;
use crate::failure::{Exit, Failure};
use crate::protocol::{Answer, MOST_ASKED, Request};

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

/// Standard output is one JSON object in every case, also where nothing could be called; with `--raw` it is the tool's alone.
pub(super) fn run(args: &Args, cx: &Context) -> Result<Exit, Failure> {
    let called = called(args, cx);
    if let Err(failure) = &called
        && !args.raw
    {
        let error = json!({ "code": failure.code(), "message": plain::line(&failure.message) });
        let answer = plain::json(&json!({ "tool": args.tool, "status": "error", "error": error }))?;
        writeln!(cx.quiet_out(), "{answer}").map_err(stdout_closed)?;
    }
    called
}

fn called(args: &Args, cx: &Context) -> Result<Exit, Failure> {
    let handle = args.task.text()?;
    let (exit, text, streams) = match &cx.socket {
        Some(_) => by_client(args, handle, cx)?,
        None => {
            let isolation = cx.home.isolation()?;
            isolation.prepare();
            let broker = cx.broker_with(isolation)?;
            let task = broker.task(&handle).map_err(Failure::for_agent)?;
            let loader = broker.loader(Box::new(progress::ToStderr::new()))?;
            let request = CallRequest { tool: &args.tool, input: Given::Argument(args.input.as_deref()), held: 0 };
            let answer = broker.call(task, &request, &loader, &call::drive).map_err(Failure::for_agent)?;
            (answer.exit, plain::json(&answer)?, answer.streams)
        }
    };
    if let Some((stdout, stderr)) = streams.filter(|_| args.raw) {
        cx.quiet_out().write_all(&stdout).map_err(stdout_closed)?;
        // Where standard error is closed there is nobody to tell.
        drop(std::io::stderr().write_all(&stderr));
        return Ok(exit);
    }
    writeln!(cx.quiet_out(), "{text}").map_err(stdout_closed)?;
    Ok(exit)
}

/// Asks a broker. The input is read here: its files are not the broker's to open.
fn by_client(args: &Args, handle: String, cx: &Context) -> Result<(Exit, String, Option<Streams>), Failure> {
    let input = crate::input::bytes(args.input.as_deref(), MOST_ASKED as u64 / 2)?;
    let input = String::from_utf8(input).map_err(|_| Failure::usage("the input is not UTF-8"))?;
    let input = Some(input).filter(|_| args.input.is_some());
    // Only now: a broker does not wait for long.
    let mut client = cx.client()?.ok_or_else(unasked)?;
    let answer = client.ask(&Request::Call { handle, tool: args.tool.clone(), input })?;
    let Answer::Called { exit, value, streams } = answer else { return Err(unasked()) };
    let decode = |text: String| BASE64_STANDARD.decode(text).map_err(|_| unasked());
    let streams = match streams {
        Some((stdout, stderr)) => Some((decode(stdout)?, decode(stderr)?)),
        None => None,
    };
    Ok((Exit::of(exit), plain::json(&value)?, streams))
}
