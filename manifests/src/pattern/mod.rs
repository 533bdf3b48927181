//! Patterns: sets of paths, hosts, ports, URLs, methods, names and texts, each parsed from text once.
//!
//! A *template* is a pattern as written, with `{name}` for the task's parameters; binding puts their values in as literal
//! text and gives the *pattern*. A pattern matches exactly for `allow`, and folded (in any case and Unicode form) for
//! `ask` and `deny`; whatever matches exactly also matches folded.
mod binding;
mod class;
mod email;
mod error;
mod escape;
mod fold;
mod glob;
mod host;
mod host_pattern;
mod index;
mod index_build;
mod kin;
mod lex;
mod method;
mod name;
mod network;
mod path;
mod port;
mod reading;
mod sample;
mod segments;
mod sequence;
mod symbols;
mod text;
mod token;
mod units;
mod url;
mod url_path;

pub use binding::{Binding, Bindings};
pub use email::{EmailPattern, EmailTemplate};
pub use error::PatternError;
pub(crate) use escape::decode_unreserved;
pub(crate) use fold::fold;
pub use host::{BadHost, Host};
pub use host_pattern::{HostPattern, HostTemplate};
pub use index::{PathIndex, Residue};
pub use lex::is_parameter_name;
pub use method::MethodPattern;
pub(crate) use method::is_token_byte;
pub use name::{NameKind, NamePattern, NameTemplate};
pub(crate) use network::Network;
pub use path::{PathPattern, PathTemplate};
pub use port::PortPattern;
pub use segments::{Flavour, Segments};
pub use text::{TextPattern, TextTemplate};
pub use url::{UrlPattern, UrlTemplate};
pub(crate) use url_path::UrlPath;
