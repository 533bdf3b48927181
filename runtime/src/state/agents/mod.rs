//! Agents: who may act, what proves that it is they, and whether they were revoked.
mod name;
mod rows;
mod store;

pub use name::AgentName;

use super::{Error, Moment, PublicKey, Time};

/// An agent as the store keeps it. One that was tainted or revoked before it was added has no key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agent {
    /// Its name.
    pub name: String,
    /// Who answers for it.
    pub owner: Option<String>,
    /// When the store first heard of it.
    pub added: Time,
    /// Since when it is revoked: for good.
    pub revoked_at: Option<Time>,
    /// What proves it, the oldest first.
    pub keys: Vec<AgentKey>,
    /// Until when it is tainted, where the policy says that taint outlasts a task.
    pub tainted_until: Option<Time>,
}

/// The public half of what an agent proves itself with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentKey {
    /// The key.
    pub public: PublicKey,
    /// Since when.
    pub added: Time,
    /// When it stops to prove anything, where another has taken its place.
    pub until: Option<Time>,
}

/// What came of adding an agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Added {
    /// It has its key now.
    Yes,
    /// Nothing was changed: it has a key already.
    HasKey,
    /// Nothing was changed: it was revoked, and the name is used up.
    Revoked(Time),
    /// Nothing was changed: an agent has or had this very key.
    KeyInUse,
}

/// What came of giving an agent another key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rotated {
    /// The new key proves it; those before do until their time is over.
    Yes,
    /// Nothing was changed: there is no such agent, or it has no key yet.
    NoKey,
    /// Nothing was changed: it was revoked.
    Revoked(Time),
    /// Nothing was changed: an agent has or had this very key.
    KeyInUse,
}

/// What came of revoking an agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revoked {
    /// Since when it was revoked already, if it was.
    pub before: Option<Time>,
    /// How many tasks were ended.
    pub tasks: usize,
}

/// The agents of an installation.
pub trait Agents {
    /// Adds an agent with its key.
    ///
    /// # Errors
    /// [`Error`] where it cannot be written.
    fn add(&self, name: &str, owner: Option<&str>, key: &PublicKey, now: Time) -> Result<Added, Error>;

    /// The agent of a name.
    ///
    /// # Errors
    /// [`Error`] where the store cannot be read.
    fn agent(&self, name: &str) -> Result<Option<Agent>, Error>;

    /// All agents, by name.
    ///
    /// # Errors
    /// [`Error`] where the store cannot be read.
    fn agents(&self) -> Result<Vec<Agent>, Error>;

    /// Gives an agent another key. Those it has hold until `until`, and none for longer than it did.
    ///
    /// # Errors
    /// [`Error`] where it cannot be written.
    fn rotate(&self, name: &str, key: &PublicKey, until: Time, now: Time) -> Result<Rotated, Error>;

    /// Revokes an agent for good and ends its open tasks: all of it or nothing. The agent need not have been added.
    ///
    /// # Errors
    /// [`Error`] where it cannot be written.
    fn revoke_agent(&self, name: &str, now: &Moment) -> Result<Revoked, Error>;

    /// How many tasks an agent has open.
    ///
    /// # Errors
    /// [`Error`] where the store cannot be read.
    fn open_tasks_of(&self, name: &str, now: Time) -> Result<u64, Error>;
}

impl Agent {
    /// The key of this agent that is `public`, whether or not its time is over.
    #[must_use]
    pub fn key(&self, public: &PublicKey) -> Option<&AgentKey> {
        self.keys.iter().find(|key| key.public == *public)
    }
}

impl AgentKey {
    /// Whether it still proves the agent.
    #[must_use]
    pub fn holds(&self, now: Time) -> bool {
        self.until.is_none_or(|until| now < until)
    }
}
