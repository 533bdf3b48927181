//! The files as they are written: one type for each table, with the place of everything that a message may point at.
//!
//! Reading, printing and the JSON Schemas come from these types.
mod address;
mod at;
mod budget;
mod command;
mod condition;
mod earlier;
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
pub use budget::BudgetFile;
pub use command::{ArgFile, CommandFile, EndFile, FieldFile, MappedFile, OutputFile, StdinFile, StdinWord};
pub use condition::{ConditionFile, TypeWord, WhereFile};
pub use earlier::{EarlierCallFile, EarlierFile};
pub use grant::GrantFile;
pub use limits::LimitsFile;
pub use manifest::{FunctionFile, ManifestFile, ToolFile};
pub use policy::{
    AgentFile, CallFile, ExampleFile, MountFile, MountMode, ParameterFile, PolicyFile, TasksFile, TypeFile,
    UnmatchedFile, UntrustedFile, VerdictFile,
};
pub use rule::{
    DnsRule, EnvRule, FilesRule, HttpRule, Lists, Ops, OtherFields, RuleFile, SecretsRule, TcpRule, ToolsRule,
};
pub use rules::{RuleTables, RulesFile};
pub use value::{OneOrMore, PortFile, ScalarFile};

pub(crate) use escapes::within;
pub(crate) use read::{FileKind, read};
