//! The rule tables of the seven kinds, as they stand in a file.
use std::collections::BTreeMap;
use std::ops::Range;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::address::AddressFile;
use super::at::At;
use super::condition::ConditionFile;
use super::earlier::EarlierFile;
use super::value::PortFile;

/// A list of operations, where it was written.
pub type Ops = At<Vec<At<String>>>;

/// What every rule table has.
pub trait RuleFile {
    /// The keys that say which operations, by verdict.
    fn lists(&self) -> Lists<'_>;
    /// Why a tool needs it.
    fn why(&self) -> Option<&At<String>>;
    /// Where the resource is named.
    fn resource(&self) -> Range<usize>;
    /// Whether it holds only once the task is tainted.
    fn tainted(&self) -> Option<&At<bool>>;
}

/// The three lists of a rule.
#[derive(Debug, Clone, Copy)]
pub struct Lists<'a> {
    /// Operations that are allowed.
    pub allow: Option<&'a Ops>,
    /// Operations that a human is asked about.
    pub ask: Option<&'a Ops>,
    /// Operations that are refused.
    pub deny: Option<&'a Ops>,
}

macro_rules! rule_file {
    ($(#[$doc:meta])* $name:ident on $on:ident { $($(#[$meta:meta])* $field:ident: $type:ty,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $($(#[$meta])* pub $field: $type,)+
            /// Operations that are allowed. Patterns match exact text.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub allow: Option<Ops>,
            /// Operations that a human is asked about. Patterns match in any case and Unicode form.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub ask: Option<Ops>,
            /// Operations that are refused. Patterns match in any case and Unicode form.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub deny: Option<Ops>,
            /// Whether its `ask` and `deny` hold only once the task has read from an untrusted source: `true`. They take leave away:
            /// an `ask` opens nothing that other rules do not.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub tainted: Option<At<bool>>,
            /// Why; required in a manifest.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub why: Option<At<String>>,
        }

        impl RuleFile for $name {
            fn lists(&self) -> Lists<'_> {
                Lists { allow: self.allow.as_ref(), ask: self.ask.as_ref(), deny: self.deny.as_ref() }
            }

            fn why(&self) -> Option<&At<String>> {
                self.why.as_ref()
            }

            fn resource(&self) -> Range<usize> {
                self.$on.span.clone()
            }

            fn tainted(&self) -> Option<&At<bool>> {
                self.tainted.as_ref()
            }
        }
    };
}

rule_file! {
    /// `[[files]]`: operations `read`, `list`, `create`, `write`, `delete` on guest paths.
    FilesRule on path {
        /// A guest path: `*` and `?` stay within a segment, `/x/**` is `/x` and all below it, `{name}` is a parameter.
        path: At<String>,
    }
}

rule_file! {
    /// `[[http]]`: request methods on URLs.
    HttpRule on url {
        /// Scheme, host, optional port, and path: `https://*.example.com/api/**`.
        url: At<String>,
        /// Conditions on the query's parameters, by name; where they are not given every query matches.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        query: Option<BTreeMap<At<String>, At<ConditionFile>>>,
        /// Whether parameters that no condition names may be there: `"closed"` (default) or `"open"`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        other_fields: Option<At<OtherFields>>,
        /// Request headers that an `allow` admits beyond the usual ones.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        headers: Option<At<Vec<At<String>>>>,
        /// Whether an `allow` admits credentials that the guest itself sends: `Authorization`, `Cookie` and their like.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        guest_credentials: Option<At<bool>>,
        /// The addresses that an `allow` reaches; where they are not given, public ones.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        address: Option<At<AddressFile>>,
    }
}

rule_file! {
    /// `[[tcp]]`: operation `connect`.
    TcpRule on host {
        /// A name, `*.example.com`, `*` for any name, an IP address, or a network like `10.0.0.0/8`.
        host: At<String>,
        /// A number, a range like `"8000-8999"`, or `"*"`.
        port: At<PortFile>,
        /// The addresses that an `allow` reaches; where they are not given, public ones.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        address: Option<At<AddressFile>>,
    }
}

rule_file! {
    /// `[[dns]]`: operation `lookup`.
    DnsRule on name {
        /// A name, `*.example.com`, or `*` for any name.
        name: At<String>,
    }
}

rule_file! {
    /// `[[secrets]]`: operations `use` (the host puts it into a request) and `reveal` (the guest sees it).
    SecretsRule on name {
        /// The secret's name.
        name: At<String>,
        /// The URLs it may travel to; required where `use` is listed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<At<String>>,
    }
}

rule_file! {
    /// `[[env]]`: operation `read`.
    EnvRule on name {
        /// The variable's name.
        name: At<String>,
        /// Its value; only in a policy or a grant.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        value: Option<At<String>>,
    }
}

rule_file! {
    /// `[[tools]]`: operation `call`.
    ToolsRule on name {
        /// The tool's name.
        name: At<String>,
        /// The component's SHA-256 in lower-case hex.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sha256: Option<At<String>>,
        /// Conditions on the call's input, by field.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        input: Option<BTreeMap<At<String>, At<ConditionFile>>>,
        /// Whether fields that no condition names may be there: `"closed"` (default) or `"open"`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        other_fields: Option<At<OtherFields>>,
        /// How many calls of a task the rule allows.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        times: Option<At<u32>>,
        /// Earlier calls of the same task that have all succeeded.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<At<EarlierFile>>,
        /// Earlier calls of the same task of which none has begun.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        not_after: Option<At<EarlierFile>>,
    }
}

/// What becomes of the fields of an input that no condition names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum OtherFields {
    /// They may be there.
    Open,
    /// Where one is there, an `allow` does not match.
    Closed,
}
