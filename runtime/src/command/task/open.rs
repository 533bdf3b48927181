//! `toolward task open`: a task of one type, for one agent, with its mounts and parameters, until its time is up.
use std::path::PathBuf;

use serde_json::json;

use crate::broker::{OpenRequest, OpenedTask};
use crate::command::mounts::{self, MountArg, Pair};
use crate::command::{Context, duration};
use crate::failure::{Exit, Failure};

/// What task.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Who acts. This version takes the caller's word for it.
    #[arg(long, value_name = "NAME")]
    agent: String,
    /// The type of task, as the policy names it
    #[arg(long = "type", value_name = "TYPE")]
    kind: String,
    /// When it ends by itself: `15m`, `1h`; never later than the policy says
    #[arg(long, value_name = "DURATION", value_parser = duration::parse)]
    ttl: Option<std::time::Duration>,
    /// Show a host directory at a guest path; `:ro` keeps it as it is
    #[arg(long = "mount", value_name = "GUEST=HOST[:ro]")]
    mounts: Vec<MountArg>,
    /// A parameter of the task
    #[arg(long = "set", value_name = "NAME=VALUE")]
    set: Vec<Pair>,
    /// One layer more, for this task alone: a file of rules
    #[arg(long, value_name = "FILE")]
    grant: Option<PathBuf>,
}

/// Opens it and prints its handle alone.
///
/// # Errors
/// [`Failure`] where the policy does not let this agent have this task.
pub(super) fn run(args: &Args, cx: &Context) -> Result<Exit, Failure> {
    let broker = cx.broker()?;
    let hosts = args.mounts.iter().map(|mount| {
        let host = mount.host.canonicalize();
        host.map_err(|error| Failure::usage(format!("`{}`: {error}", mount.host.display())))
    });
    let hosts = hosts.collect::<Result<Vec<_>, _>>()?;
    let opened = broker.open(OpenRequest {
        agent: args.agent.clone(),
        opened_by: "operator".to_owned(),
        kind: args.kind.clone(),
        ttl: args.ttl,
        mounts: mounts::open(&args.mounts, cx.home.dir())?,
        hosts,
        parameters: mounts::by_name("--set", &args.set)?,
        grant: args.grant.as_deref().map(crate::tool::source).transpose()?,
    })?;
    told(&opened, cx)
}

/// Prints the handle alone, or all that is known of the task.
pub(super) fn told(opened: &OpenedTask, cx: &Context) -> Result<Exit, Failure> {
    let OpenedTask { id, handle, expires } = opened;
    let value = json!({ "task": id, "handle": handle.reveal(), "expires": expires.to_string() });
    cx.print(&value, handle.reveal())?;
    Ok(Exit::Done)
}
