//! The rule tables of one layer, or of one part of a policy.
use super::at::At;
use super::rule::{DnsRule, EnvRule, FilesRule, HttpRule, SecretsRule, TcpRule, ToolsRule};

/// Rule tables, borrowed from whichever file type holds them.
#[derive(Debug, Clone, Copy)]
pub struct RuleTables<'a> {
    /// `[[files]]`.
    pub files: &'a [At<FilesRule>],
    /// `[[http]]`.
    pub http: &'a [At<HttpRule>],
    /// `[[tcp]]`.
    pub tcp: &'a [At<TcpRule>],
    /// `[[dns]]`.
    pub dns: &'a [At<DnsRule>],
    /// `[[secrets]]`.
    pub secrets: &'a [At<SecretsRule>],
    /// `[[env]]`.
    pub env: &'a [At<EnvRule>],
    /// `[[tools]]`.
    pub tools: &'a [At<ToolsRule>],
}

/// Makes a file type that has the rule tables of every kind beside its own keys.
macro_rules! with_rule_tables {
    ($(#[$doc:meta])* $name:ident { $($(#[$meta:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $($(#[$meta])* pub $field: $type,)*
            /// Rules for files.
            #[serde(default, skip_serializing_if = "Vec::is_empty")]
            pub files: Vec<$crate::file::At<$crate::file::FilesRule>>,
            /// Rules for HTTP requests.
            #[serde(default, skip_serializing_if = "Vec::is_empty")]
            pub http: Vec<$crate::file::At<$crate::file::HttpRule>>,
            /// Rules for TCP connections.
            #[serde(default, skip_serializing_if = "Vec::is_empty")]
            pub tcp: Vec<$crate::file::At<$crate::file::TcpRule>>,
            /// Rules for name lookups.
            #[serde(default, skip_serializing_if = "Vec::is_empty")]
            pub dns: Vec<$crate::file::At<$crate::file::DnsRule>>,
            /// Rules for secrets.
            #[serde(default, skip_serializing_if = "Vec::is_empty")]
            pub secrets: Vec<$crate::file::At<$crate::file::SecretsRule>>,
            /// Rules for environment variables.
            #[serde(default, skip_serializing_if = "Vec::is_empty")]
            pub env: Vec<$crate::file::At<$crate::file::EnvRule>>,
            /// Rules for calls of tools.
            #[serde(default, skip_serializing_if = "Vec::is_empty")]
            pub tools: Vec<$crate::file::At<$crate::file::ToolsRule>>,
        }

        impl $name {
            /// Its rule tables.
            #[must_use]
            pub fn rules(&self) -> $crate::file::RuleTables<'_> {
                $crate::file::RuleTables {
                    files: &self.files,
                    http: &self.http,
                    tcp: &self.tcp,
                    dns: &self.dns,
                    secrets: &self.secrets,
                    env: &self.env,
                    tools: &self.tools,
                }
            }
        }
    };
}

pub(crate) use with_rule_tables;

with_rule_tables! {
    /// Rule tables and nothing else: a set, or the rules for all types.
    RulesFile {}
}
