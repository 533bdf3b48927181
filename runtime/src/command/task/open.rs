//! `toolward task open`: a task of one type, for one agent, with its mounts and parameters, until its time is up.
use std::path::PathBuf;

use serde_json::json;
use sha2::{Digest as _, Sha256};
use toolward_host_fns::files::MountMode;

use crate::broker::{OpenRequest, OpenedTask};
use crate::command::mounts::{self, MountArg, Pair};
use crate::command::{Context, duration};
use crate::failure::{Exit, Failure};
use crate::identity::{self, Opening};

/// What task.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Who acts
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
    /// What proves that the opener is the agent; without it the task is opened by the operator's authority
    #[arg(long, value_name = "FILE", env = "TOOLWARD_CREDENTIAL")]
    credential: Option<PathBuf>,
}

/// Opens it and prints its handle alone.
///
/// # Errors
/// [`Failure`] where the policy does not let this agent have this task.
pub(super) fn run(args: &Args, cx: &Context) -> Result<Exit, Failure> {
    let broker = cx.broker()?;
    let mounts = mounts::open(&args.mounts, cx.home.dir())?;
    let grant = args.grant.as_deref().map(crate::tool::source).transpose()?;
    let mut asked = Opening {
        agent: args.agent.clone(),
        kind: args.kind.clone(),
        ttl: args.ttl,
        mounts: Vec::new(),
        set: mounts::by_name("--set", &args.set)?,
        grant_sha256: grant.as_ref().map(|grant| Sha256::digest(&grant.text).into()),
    };
    let mut hosts = Vec::new();
    for mount in &args.mounts {
        let host = mount.host.canonicalize();
        let host = host.map_err(|error| Failure::usage(format!("`{}`: {error}", mount.host.display())))?;
        let text = host.to_str().ok_or_else(|| Failure::usage(format!("`{}` is not UTF-8", host.display())))?;
        asked.mounts.push((mount.guest.to_string(), text.to_owned(), mount.mode == MountMode::ReadOnly));
        hosts.push(host);
    }
    let opened_by = identity::prove(&broker.state, args.credential.as_deref(), &asked)?.to_string();
    let Opening { agent, kind, ttl, set: parameters, .. } = asked;
    told(&broker.open(OpenRequest { agent, opened_by, kind, ttl, mounts, hosts, parameters, grant })?, cx)
}

/// Prints the handle alone, or all that is known of the task.
pub(super) fn told(opened: &OpenedTask, cx: &Context) -> Result<Exit, Failure> {
    let OpenedTask { id, handle, expires } = opened;
    let value = json!({ "task": id, "handle": handle.reveal(), "expires": expires.to_string() });
    cx.print(&value, handle.reveal())?;
    Ok(Exit::Done)
}
