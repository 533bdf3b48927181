//! `toolward task narrow`: a handle for a sub-agent, never wider and never longer.
use std::path::PathBuf;

use super::open::{told, told_by_broker};
use crate::broker::NarrowRequest;
use crate::command::handle::TaskArg;
use crate::command::{Context, duration};
use crate::failure::{Exit, Failure};
use crate::protocol::Request;

/// What of the task.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    task: TaskArg,
    /// When it ends by itself: never later than the task itself
    #[arg(long, value_name = "DURATION", value_parser = duration::parse)]
    ttl: Option<std::time::Duration>,
    /// One layer more, for the narrower task alone: a file of rules, and of a budget
    #[arg(long, value_name = "FILE")]
    grant: Option<PathBuf>,
}

/// Narrows it and prints the new handle alone.
///
/// # Errors
/// [`Failure`] where the task is over, or may not be narrowed so.
pub(super) fn run(args: &Args, cx: &Context) -> Result<Exit, Failure> {
    let handle = args.task.text()?;
    let grant = args.grant.as_deref().map(crate::tool::source).transpose()?;
    if let Some(mut client) = cx.client()? {
        return told_by_broker(client.ask(&Request::Narrow { handle, ttl: args.ttl, grant })?, cx);
    }
    let broker = cx.broker()?;
    let task = broker.task(&handle).map_err(Failure::for_agent)?;
    told(&broker.narrow(&task, NarrowRequest { ttl: args.ttl, grant }).map_err(Failure::for_agent)?, cx)
}
