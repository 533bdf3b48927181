//! Capability manifests, policies and grants: text → types → verdict.
//!
//! Pure: no I/O, no clock, no async, no wasmtime. [`Scope::decide`] is the only place where an allow is born.
pub mod access;
pub mod diagnostic;
pub mod limits;
pub mod path;
pub mod pattern;
pub mod scope;
pub mod url;
pub mod verdict;

pub use access::{Access, Call, FileOp, Kind, SecretOp};
pub use diagnostic::Diagnostic;
pub use limits::Limits;
pub use path::GuestPath;
pub use scope::{Scope, ScopeTexts, Source};
pub use verdict::{Allow, Ask, Layer, Reason, RuleRef, Verdict};
