//! Capability manifests, policies and grants: text → types → verdict.
//!
//! Pure: no I/O, no clock, no async, no wasmtime. [`Scope::decide`] is the only place where an allow is born.
#![forbid(unsafe_code)]

pub mod access;
pub mod address;
pub mod budget;
pub mod command;
mod condition;
pub mod diagnostic;
mod digest;
mod email;
pub mod file;
pub mod grant;
pub mod header;
mod input_schema;
pub mod isolation;
pub mod limits;
mod lint;
mod lower;
pub mod manifest;
mod nearest;
pub mod path;
pub mod pattern;
pub mod policy;
pub mod provenance;
mod query;
mod render;
mod rule;
pub mod schema;
pub mod scope;
mod tool_name;
pub mod unit;
pub mod url;
mod value_type;
pub mod verdict;
mod work;

pub use access::{Access, Call, Carries, FileOp, Kind, SecretOp};
pub use budget::{Budget, Unit};
pub use command::Command;
pub use diagnostic::Diagnostic;
pub use grant::Grant;
pub use isolation::Isolation;
pub use limits::Limits;
pub use manifest::{Function, Manifest};
pub use path::GuestPath;
pub use policy::{MountTerms, Policy, Refused, RefusedPart, TaskTerms};
pub use scope::{Scope, ScopeTexts, Source};
pub use verdict::{Allow, Ask, Layer, Reason, RuleRef, Verdict};
