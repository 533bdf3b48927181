//! `toolward task open`: a task of one type, for one agent, with its mounts and parameters, until its time is up.
use std::io::Write;
use std::os::fd::AsFd;
use std::path::PathBuf;

use serde_json::json;
use sha2::{Digest as _, Sha256};
use toolward_host_fns::files::MountMode;
use toolward_manifests::Source;

use crate::audit::Shown;
use crate::broker::{OpenRequest, OpenedTask, proof_name};
use crate::client::{Client, unasked};
use crate::command::mounts::{self, MountArg, Pair};
use crate::command::{Context, duration};
use crate::failure::{Exit, Failure};
use crate::identity::{self, Challenge, Claim, Opening};
use crate::protocol::{Answer, Request};
use crate::state::Time;

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
        let host = host.map_err(Failure::at(&mount.host))?;
        let text = host.to_str().ok_or_else(|| Failure::usage(format!("`{}` is not UTF-8", host.display())))?;
        asked.mounts.push((mount.guest.to_string(), text.to_owned(), mount.mode == MountMode::ReadOnly));
        hosts.push(host);
    }
    if let Some(client) = cx.client()? {
        return told_by_broker(by_client(args, client, asked, grant)?, cx);
    }
    let broker = cx.broker()?;
    let mounts = mounts::open(&args.mounts, &cx.home)?;
    let proved = identity::prove(&broker.state, args.credential.as_deref(), &asked);
    let refused = |failure: &Failure| broker.opening_refused(&asked.agent, &asked.kind, None, failure);
    let opened_by = proved.inspect_err(refused)?.to_string();
    let Opening { agent, kind, ttl, set: parameters, .. } = asked;
    let held = Vec::new();
    let opened = broker.open(OpenRequest { agent, opened_by, kind, ttl, mounts, hosts, parameters, grant, held });
    // Who opens it by an agent's credential is that agent, whoever else it may be.
    let for_agent = |failure: Failure| if args.credential.is_some() { failure.for_agent() } else { failure };
    told(&opened.map_err(for_agent)?, cx)
}

/// Proves to a broker that this is the agent, and passes it the mounts: that they could be opened here is what gives them away.
fn by_client(args: &Args, mut client: Client, asked: Opening, grant: Option<Source>) -> Result<Answer, Failure> {
    let credential = args.credential.as_deref().ok_or_else(|| {
        Failure::usage("a broker opens tasks for agents that prove themselves")
            .help("give the agent's credential with `--credential`, or by `TOOLWARD_CREDENTIAL`")
    })?;
    let credential = identity::credential_for(credential, &asked)?;
    let mounts = args.mounts.iter().map(|mount| {
        let failed = Failure::at(&mount.host);
        std::fs::File::open(&mount.host).map_err(failed)
    });
    let mounts = mounts.collect::<Result<Vec<_>, _>>()?;
    let Answer::Challenge { audience, nonce } = client.ask(&Request::Challenge {})? else { return Err(unasked()) };
    let nonce = hex::decode(nonce).ok().and_then(|nonce| nonce.try_into().ok()).ok_or_else(unasked)?;
    let challenge = Challenge { audience: audience.parse().map_err(|_| unasked())?, nonce };
    let claim = Claim::new(&asked, &challenge, Time::now());
    let signature = hex::encode(claim.sign(&credential)?);
    let _proofs = Proofs::make(&args.mounts, &challenge);
    let Opening { agent, kind, ttl, mounts: named, set, .. } = asked;
    let request = Request::Open { claim, signature, mounts: named, agent, kind, ttl, set, grant };
    client.ask_with(&request, &mounts.iter().map(AsFd::as_fd).collect::<Vec<_>>())
}

/// Files that show a broker that this user may write in what is mounted; they are removed with this.
struct Proofs(Vec<PathBuf>);

impl Proofs {
    /// Makes one in each directory that is not to be read-only. Where that fails the broker says what is missing, if it is.
    fn make(mounts: &[MountArg], challenge: &Challenge) -> Self {
        let read_write = mounts.iter().filter(|mount| mount.mode == MountMode::ReadWrite);
        let proof = |mount: &MountArg| mount.host.join(proof_name(&challenge.nonce));
        let make = |proof: &PathBuf| std::fs::File::create_new(proof).is_ok();
        Self(read_write.map(proof).filter(make).collect())
    }
}

impl Drop for Proofs {
    fn drop(&mut self) {
        for proof in &self.0 {
            if let Err(error) = std::fs::remove_file(proof) {
                tracing::warn!(%error, "`{}` was not removed", proof.display());
            }
        }
    }
}

/// Prints the handle alone, or all that is known of the task.
pub(super) fn told(opened: &OpenedTask, cx: &Context) -> Result<Exit, Failure> {
    let OpenedTask { id, handle, expires, unreachable } = opened;
    handed_over(id, handle.reveal(), &expires.to_string(), unreachable, cx)
}

/// The same of a task that a broker has opened.
pub(super) fn told_by_broker(answer: Answer, cx: &Context) -> Result<Exit, Failure> {
    let Answer::Opened { task, handle, expires, unreachable } = answer else { return Err(unasked()) };
    handed_over(&task, &handle, &expires, &unreachable, cx)
}

fn handed_over(task: &str, handle: &str, expires: &str, unreachable: &[String], cx: &Context) -> Result<Exit, Failure> {
    for path in unreachable {
        let path = Shown(path);
        let warning = format!("warning: another file system is mounted at `{path}`, and the task cannot enter it\n");
        let help = format!("help: `--mount {path}=HOST` mounts it, where the policy lets it be mounted\n");
        // Where standard error is closed there is nobody to tell.
        drop(std::io::stderr().write_all(format!("{warning}{help}").as_bytes()));
    }
    let mut value = json!({ "task": task, "handle": handle, "expires": expires });
    if let (false, Some(fields)) = (unreachable.is_empty(), value.as_object_mut()) {
        fields.insert("unreachable".into(), json!(unreachable));
    }
    cx.print(&value, handle)?;
    Ok(Exit::Done)
}
