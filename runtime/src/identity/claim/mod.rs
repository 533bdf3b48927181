//! What an agent signs when it opens a task: everything that it asks for, of this installation, once, now.
use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Credential;
use crate::protocol::{mounts, parameters};
use crate::state::agents::Agent;
use crate::state::{Error, PublicKey, Time};

/// The sort of the signature.
const SORT: &str = "open task";
/// How far two clocks may differ, and how long a claim may be under way.
const TOLERANCE: Duration = Duration::from_secs(60);

/// A task as its opener asks for it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Opening {
    /// Who acts.
    pub agent: String,
    /// The type of task.
    pub kind: String,
    /// How long it is to live, where the opener says so. Whole milliseconds count.
    pub ttl: Option<Duration>,
    /// Guest path, host directory (absolute, without links), and whether read-only was asked for.
    pub mounts: Vec<(String, String, bool)>,
    /// The task's parameters.
    pub set: BTreeMap<String, String>,
    /// SHA-256 of the grant's text, where there is one.
    pub grant_sha256: Option<[u8; 32]>,
}

/// What a claim must answer: it is for this installation, and good once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Challenge {
    /// The installation's public key.
    pub audience: PublicKey,
    /// Random bytes, asked for once. That they are is for whoever asks to see to.
    pub nonce: [u8; 32],
}

/// A claim. What is signed is its JSON without spaces, with the fields in this order, that of their names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    agent: String,
    /// As `toolward audit key` prints it.
    audience: String,
    /// Hex.
    grant_sha256: Option<String>,
    #[serde(deserialize_with = "mounts")]
    mounts: Vec<(String, String, bool)>,
    /// Hex.
    nonce: String,
    #[serde(deserialize_with = "parameters")]
    set: BTreeMap<String, String>,
    /// Microseconds since 1970.
    time: i64,
    /// Milliseconds.
    ttl: Option<u64>,
    #[serde(rename = "type")]
    kind: String,
}

/// Why a claim proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unproved {
    /// It is another agent's.
    #[error("the claim is another agent's")]
    Agent,
    /// No key that the agent has or had signed this.
    #[error("the key is not the agent's")]
    Key,
    /// The agent was revoked.
    #[error("the agent was revoked")]
    Revoked,
    /// Another key took the place of its key, and its time is over.
    #[error("the key was replaced, and no longer holds")]
    Replaced,
    /// It is for another installation.
    #[error("the claim is for another installation")]
    Audience,
    /// It answers another challenge: perhaps it was used before.
    #[error("the claim answers another challenge")]
    Nonce,
    /// It is too old, or of a time to come.
    #[error("the claim is not of this minute")]
    Time,
}

impl Challenge {
    /// A challenge that was never asked before.
    ///
    /// # Errors
    /// [`Error::Random`] where the system gives no random bytes.
    pub fn fresh(audience: PublicKey) -> Result<Self, Error> {
        let mut nonce = [0; 32];
        getrandom::fill(&mut nonce)?;
        Ok(Self { audience, nonce })
    }
}

impl Claim {
    /// The claim that asks for this, in answer to a challenge.
    #[must_use]
    pub fn new(opening: &Opening, challenge: &Challenge, now: Time) -> Self {
        let Opening { agent, kind, ttl, mounts, set, grant_sha256 } = opening.clone();
        Self {
            agent,
            audience: challenge.audience.to_string(),
            grant_sha256: grant_sha256.map(hex::encode),
            mounts,
            nonce: hex::encode(challenge.nonce),
            set,
            time: now.micros(),
            ttl: ttl.map(|ttl| u64::try_from(ttl.as_millis()).unwrap_or(u64::MAX)),
            kind,
        }
    }

    /// The agent that it says it is of.
    #[must_use]
    pub fn agent(&self) -> &str {
        &self.agent
    }

    /// Whether it asks for exactly this: a claim that came over a wire says nothing about a request that came beside it.
    #[must_use]
    pub fn asks_for(&self, opening: &Opening, challenge: &Challenge) -> bool {
        *self == Self::new(opening, challenge, Time::from_micros(self.time))
    }

    /// Signs it.
    ///
    /// # Errors
    /// [`Error`] where it cannot be written as JSON.
    pub fn sign(&self, credential: &Credential) -> Result<[u8; 64], Error> {
        Ok(credential.sign(SORT, self.text()?.as_bytes()))
    }

    /// Which key of the agent signed this, in answer to this challenge, now.
    ///
    /// # Errors
    /// [`Unproved`] where none did, or it proves nothing.
    pub fn verify(
        &self,
        signature: &[u8; 64],
        agent: &Agent,
        expected: &Challenge,
        now: Time,
    ) -> Result<PublicKey, Unproved> {
        if self.agent != agent.name {
            return Err(Unproved::Agent);
        }
        // The signature comes first: whoever has none of the agent's keys learns nothing else about it.
        let text = self.text().map_err(|_| Unproved::Key)?;
        let signer = agent.keys.iter().find(|key| key.public.verifies(SORT, text.as_bytes(), signature));
        let signer = signer.ok_or(Unproved::Key)?;
        let time = Time::from_micros(self.time);
        match () {
            () if agent.revoked_at.is_some() => Err(Unproved::Revoked),
            () if !signer.holds(now) => Err(Unproved::Replaced),
            () if self.audience != expected.audience.to_string() => Err(Unproved::Audience),
            () if self.nonce != hex::encode(expected.nonce) => Err(Unproved::Nonce),
            () if now.since(time).max(time.since(now)) > TOLERANCE => Err(Unproved::Time),
            () => Ok(signer.public),
        }
    }

    fn text(&self) -> Result<String, Error> {
        serde_json::to_string(self).map_err(|error| Error::Unkept(error.to_string()))
    }
}

#[cfg(test)]
mod tests;
