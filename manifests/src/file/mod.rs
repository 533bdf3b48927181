//! The files as they are written: one type for each table, with the place of everything that a message may point at.
//!
//! Reading, printing and the JSON Schemas come from these types.
mod address;
mod at;
mod command;
mod condition;
mod escapes;
mod explain;
mod grant;
mod limits;
mod manifest;
mod policy;
mod read;
mod rule;
mod rules;
pub(crate) mod value;

pub use address::AddressFile;
pub use at::At;
pub use command::{ArgFile, CommandFile, EndFile, FieldFile, MappedFile, OutputFile, StdinFile, StdinWord};
pub use condition::{ConditionFile, WhereFile};
pub use grant::GrantFile;
pub use limits::LimitsFile;
pub use manifest::{FunctionFile, ManifestFile, ToolFile};
pub use policy::{
    AgentFile, BudgetFile, CallFile, ExampleFile, MountFile, MountMode, ParameterFile, PolicyFile, TypeFile,
    UnmatchedFile, VerdictFile,
};
pub use rule::{
    DnsRule, EnvRule, FilesRule, HttpRule, Lists, Ops, OtherFields, RuleFile, SecretsRule, TcpRule, ToolsRule,
};
pub use rules::{RuleTables, RulesFile};
pub use value::{PortFile, ScalarFile};

pub(crate) use escapes::within;
pub(crate) use read::read;
