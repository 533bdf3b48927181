//! By whose authority a task is opened: the operator's, or an agent's own that proves itself.
use std::fmt;
use std::path::Path;

use super::{Challenge, Claim, Credential, Opening, Unproved};
use crate::failure::{Exit, Failure};
use crate::notice::Notice;
use crate::state::agents::{Agent, Agents};
use crate::state::{Db, PublicKey, State, Time};

/// By whose authority a task is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenedBy {
    /// The operator's: whoever may use the home.
    Operator,
    /// The agent's own.
    Agent {
        /// The key that proved it.
        key: PublicKey,
    },
}

impl fmt::Display for OpenedBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Operator => f.write_str("operator"),
            Self::Agent { key } => write!(f, "agent {key}"),
        }
    }
}

/// Who opens this task. Without a credential it is the operator, who alone can use the home. Nobody opens one for an agent
/// that was revoked.
///
/// # Errors
/// Where the credential does not load, a mount shows it to tools, it does not prove that it is the agent's, or the agent was
/// revoked.
pub fn prove(state: &State, credential: Option<&Path>, opening: &Opening) -> Result<OpenedBy, Failure> {
    // First the credential, then the agent: a rotation lets the store know a key before any file has it.
    let credential = credential.map(|path| loaded(path, opening)).transpose()?;
    let agent = state.db.agent(&opening.agent)?;
    match credential {
        None if agent.as_ref().is_some_and(|agent| agent.revoked_at.is_some()) => Err(revoked(&opening.agent)),
        None => Ok(OpenedBy::Operator),
        Some(credential) => by_credential(state, &credential, agent, opening).map(|key| OpenedBy::Agent { key }),
    }
}

fn loaded(path: &Path, opening: &Opening) -> Result<Credential, Failure> {
    let credential = Credential::load(path)?;
    out_of_reach(path, opening)?;
    Ok(credential)
}

/// A tool that could read the credential would be as good as the agent.
fn out_of_reach(credential: &Path, opening: &Opening) -> Result<(), Failure> {
    let place = credential.canonicalize();
    let place = place.map_err(Failure::at(credential))?;
    match opening.mounts.iter().find(|(_, host, _)| place.starts_with(host)) {
        None => Ok(()),
        Some((guest, ..)) => {
            let message = format!("the credential `{}` lies in what is mounted at `{guest}`", credential.display());
            Err(Failure::usage(message).help("keep it where no tool can read it"))
        }
    }
}

/// In one process the challenge is made and answered at once. What it proves is the same: that the key is held here.
fn by_credential(
    state: &State,
    credential: &Credential,
    agent: Option<Agent>,
    opening: &Opening,
) -> Result<PublicKey, Failure> {
    of_agent(credential, opening)?;
    let agent = agent.filter(|agent| agent.revoked_at.is_some() || !agent.keys.is_empty()).ok_or_else(|| {
        Failure::new(Exit::Denied, format!("the agent `{}` was never added", credential.agent()))
            .help("`toolward agent add` gives an agent its key")
    })?;
    let (challenge, now) = (Challenge::fresh(state.keys.signing.public())?, Time::now());
    let claim = Claim::new(opening, &challenge, now);
    let proved = claim.verify(&claim.sign(credential)?, &agent, &challenge, now);
    proved.map_err(|why| unproved(&opening.agent, why))
}

/// Proves who opens a task by a claim that came over a wire, in answer to a challenge that is used by this, whatever comes of it.
///
/// # Errors
/// Where it asks for something else, or does not prove that it is the agent's.
pub fn prove_claim(
    state: &State,
    claim: &Claim,
    signature: &str,
    asked: &Opening,
    challenge: &Challenge,
) -> Result<OpenedBy, Failure> {
    if !claim.asks_for(asked, challenge) {
        return Err(unproved(&asked.agent, Unproved::Nonce));
    }
    // An agent that is not there, and a key that is not its, are told alike.
    let agent = state.db.agent(&asked.agent)?.ok_or_else(|| unproved(&asked.agent, Unproved::Key))?;
    let signature: Option<[u8; 64]> = hex::decode(signature).ok().and_then(|bytes| bytes.try_into().ok());
    let signature = signature.ok_or_else(|| unproved(&asked.agent, Unproved::Key))?;
    let key = claim.verify(&signature, &agent, challenge, Time::now());
    key.map(|key| OpenedBy::Agent { key }).map_err(|why| unproved(&asked.agent, why))
}

/// Whether a claim is an agent's own, whatever it asks for: then its opening may be a large one.
///
/// # Errors
/// Where it proves nothing.
pub fn prove_agent(state: &State, claim: &Claim, signature: &str, challenge: &Challenge) -> Result<String, Failure> {
    let name = claim.agent();
    let agent = state.db.agent(name)?.ok_or_else(|| unproved(name, Unproved::Key))?;
    let signature: Option<[u8; 64]> = hex::decode(signature).ok().and_then(|bytes| bytes.try_into().ok());
    let signature = signature.ok_or_else(|| unproved(name, Unproved::Key))?;
    let proved = claim.verify(&signature, &agent, challenge, Time::now());
    proved.map(|_| agent.name).map_err(|why| unproved(name, why))
}

/// The credential that proves an opening, from a file that no mount of the task shows to its tools.
///
/// # Errors
/// Where it does not load, a mount shows it, or it is another agent's.
pub fn credential_for(path: &Path, opening: &Opening) -> Result<Credential, Failure> {
    let credential = loaded(path, opening)?;
    of_agent(&credential, opening)?;
    Ok(credential)
}

fn of_agent(credential: &Credential, opening: &Opening) -> Result<(), Failure> {
    if credential.agent() == opening.agent {
        return Ok(());
    }
    let (holder, asked) = (credential.agent(), opening.agent.escape_debug());
    Err(Failure::new(Exit::Denied, format!("the credential is of `{holder}`, not of `{asked}`"))
        .help("an agent opens tasks for itself alone"))
}

/// Who answers for an agent: whom the policy names, else whom it was added with.
///
/// # Errors
/// Where the store cannot be read.
pub fn owner(db: &Db, agent: &str, by_policy: Option<&str>) -> Result<Option<String>, Failure> {
    match by_policy {
        Some(owner) => Ok(Some(owner.to_owned())),
        None => Ok(db.agent(agent)?.and_then(|agent| agent.owner)),
    }
}

/// Nobody opens a task for this agent any more.
#[must_use]
pub fn revoked(agent: &str) -> Failure {
    Failure::new(Exit::Denied, format!("the agent `{}` was revoked", agent.escape_debug()))
        .help("revoking is for good: add an agent of another name")
        .notice(Notice::AgentRevoked(agent.to_owned()))
}

fn unproved(agent: &str, why: Unproved) -> Failure {
    let help = match why {
        Unproved::Revoked => return revoked(agent),
        Unproved::Replaced => "use the credential that `toolward agent rotate` wrote",
        Unproved::Key => "`toolward agent show` tells which keys the agent has",
        Unproved::Time => "the clocks differ, or it was kept: sign another",
        Unproved::Agent | Unproved::Audience | Unproved::Nonce => "sign what was asked for",
    };
    let shown: String = agent.escape_debug().take(200).collect();
    let message = format!("it is not proved that this is `{shown}`: {why}");
    Failure::new(Exit::Denied, message.clone()).help(help).notice(Notice::Unproved(message, help.to_owned()))
}
