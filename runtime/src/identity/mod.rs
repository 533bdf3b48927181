//! Identity: how a framework proves that it is an agent, by the agent's own key and never by the operator's authority.
mod claim;
mod credential;
mod prove;

pub use claim::{Challenge, Claim, Opening, Unproved};
pub use credential::Credential;
pub use prove::{OpenedBy, credential_for, owner, prove, prove_agent, prove_claim, revoked};
