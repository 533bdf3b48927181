//! `toolward task open`: a task of one type, for one agent, with its mounts and parameters, until its time is up.
use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::json;
use sha2::{Digest as _, Sha256};
use toolward_host_fns::files::{MountMode, Mounts};
use toolward_manifests::{Source, TaskTerms};

use crate::command::mounts::{self, MountArg, Pair};
use crate::command::terms;
use crate::command::{Context, duration};
use crate::failure::{Exit, Failure};
use crate::identity::{self, Opening};
use crate::installation::{Installation, Terms};
use crate::state::tasks::{Handle, Mount, NewTask, Tasks};
use crate::state::{Time, fresh_id};

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
    let installation = Installation::load(&cx.home)?;
    let state = cx.open_state()?;
    let parameters = mounts::by_name("--set", &args.set)?;
    let grant = args.grant.as_deref().map(crate::tool::source).transpose()?;
    let opened = mounts::open(&args.mounts, cx.home.dir())?;
    let _opened_by = identity::prove(&state, args.credential.as_deref(), &asked(args, &parameters, grant.as_ref())?)?;
    let terms = terms::check(&installation, &args.agent, &args.kind, args.ttl, &opened, &parameters)?;
    // Everything that a call will need is built once now, so that a wrong grant is found here.
    let for_scope = Terms { kind: args.kind.clone(), parameters: parameters.clone(), grant: grant.clone() };
    installation.scope(None, &for_scope)?;

    let (now, handle) = (Time::now(), Handle::fresh()?);
    let task = NewTask {
        id: fresh_id("t_")?,
        handle: handle.digest(),
        agent: Some(args.agent.clone()),
        owner: identity::owner(&state.db, &args.agent, installation.policy.owner(&args.agent))?,
        kind: args.kind.clone(),
        policy: installation.config.policy.clone(),
        policy_sha256: Sha256::digest(&installation.source.text).into(),
        grant,
        parameters,
        mounts: kept(&args.mounts, &opened, &terms)?,
        opened: now,
        expires: after(now, terms.ttl),
        budget_calls: terms.budget_calls,
    };
    state.db.create(&task)?;
    let value = json!({ "task": task.id, "handle": handle.reveal(), "expires": task.expires.to_string() });
    cx.print(&value, handle.reveal())?;
    Ok(Exit::Done)
}

/// What the agent signs.
fn asked(args: &Args, parameters: &BTreeMap<String, String>, grant: Option<&Source>) -> Result<Opening, Failure> {
    let mount = |mount: &MountArg| {
        let host = mount.host.canonicalize();
        let host = host.map_err(|error| Failure::usage(format!("`{}`: {error}", mount.host.display())))?;
        let not_text = || Failure::usage(format!("`{}` is not UTF-8", mount.host.display()));
        let host = host.into_os_string().into_string().map_err(|_| not_text())?;
        Ok((mount.guest.to_string(), host, mount.mode == MountMode::ReadOnly))
    };
    Ok(Opening {
        agent: args.agent.clone(),
        kind: args.kind.clone(),
        ttl: args.ttl,
        mounts: args.mounts.iter().map(mount).collect::<Result<_, Failure>>()?,
        set: parameters.clone(),
        grant_sha256: grant.map(|grant| Sha256::digest(&grant.text).into()),
    })
}

fn after(now: Time, ttl: std::time::Duration) -> Time {
    Time::from_micros(now.micros().saturating_add(i64::try_from(ttl.as_micros()).unwrap_or(i64::MAX)))
}

/// The mounts as the task keeps them: where the policy says read-only they are, whatever was asked for.
fn kept(args: &[MountArg], opened: &Mounts, terms: &TaskTerms) -> Result<Vec<Mount>, Failure> {
    let keep = |(arg, mount): (&MountArg, &toolward_host_fns::files::Mount)| {
        let host = arg.host.canonicalize();
        let host = host.map_err(|error| Failure::usage(format!("`{}`: {error}", arg.host.display())))?;
        let (guest, (dev, ino)) = (arg.guest.to_string(), mount.identity());
        // Not to be found here would be a mistake of ours: then nothing is written through it.
        let read_only = terms.mounts.get(&guest).is_none_or(|mount| mount.read_only);
        Ok(Mount { guest, host, dev, ino, read_only })
    };
    args.iter().zip(opened.iter()).map(keep).collect()
}
