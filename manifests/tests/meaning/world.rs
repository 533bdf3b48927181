//! Scopes made of short texts, and questions to them.
use toolward_manifests::scope::{History, Taint};
use toolward_manifests::{Access, Call, Policy, Scope, ScopeTexts, Source, Verdict};

/// What every manifest begins with: 7 lines.
pub(crate) const MANIFEST: &str = r#"schema = 1

[tool]
name = "tool"
description = "A tool."
component = "tool.wasm"

"#;

/// What every policy begins with: 6 lines.
pub(crate) const POLICY: &str = r#"schema = 1
agents.a = {}

[types.t]
agents = ["a"]

"#;

pub(crate) fn source(name: &str, text: String) -> Source {
    Source { name: name.to_owned(), text }
}

/// A scope's texts, layer by layer.
#[derive(Debug, Clone, Default)]
pub(crate) struct World(pub(crate) ScopeTexts);

impl World {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn manifest(mut self, rules: &str) -> Self {
        self.0.manifest = Some(source("manifest.toml", format!("{MANIFEST}{rules}")));
        self
    }

    /// A policy with one type of task, whose keys and tables these are.
    pub(crate) fn policy(mut self, rules: &str) -> Self {
        self.0.policies = vec![(vec![source("policy.toml", format!("{POLICY}{rules}"))], "t".to_owned())];
        self
    }

    /// The policy as it was when the task was opened: it decides beside the one of today.
    pub(crate) fn old_policy(mut self, rules: &str) -> Self {
        self.0.policies.push((vec![source("old.toml", format!("{POLICY}{rules}"))], "t".to_owned()));
        self
    }

    pub(crate) fn grant(mut self, rules: &str) -> Self {
        self.0.grants = vec![source("grant.toml", format!("schema = 1\n{rules}"))];
        self
    }

    /// One grant more: that of a task below.
    pub(crate) fn narrowed(mut self, rules: &str) -> Self {
        self.0.grants.push(source("narrowed.toml", format!("schema = 1\n{rules}")));
        self
    }

    pub(crate) fn set(mut self, name: &str, value: &str) -> Self {
        self.0.parameters.insert(name.to_owned(), value.to_owned());
        self
    }

    pub(crate) fn scope(&self) -> Scope {
        Scope::build(&self.0).unwrap_or_else(|errors| panic!("{errors:#?}"))
    }

    /// Why there is no such scope.
    pub(crate) fn fails(&self) -> String {
        Scope::build(&self.0).err().unwrap().iter().map(|error| format!("{error}\n")).collect()
    }

    pub(crate) fn ask(&self, access: &str) -> Verdict {
        self.scope().decide(&access.parse::<Access>().unwrap())
    }

    pub(crate) fn word(&self, access: &str) -> &'static str {
        self.ask(access).word()
    }

    /// The same of a task of which it is known whether it is tainted.
    pub(crate) fn word_when(&self, access: &str, taint: Taint) -> &'static str {
        self.scope().decide_when(&access.parse::<Access>().unwrap(), taint).word()
    }

    pub(crate) fn call(&self, input: &str) -> &'static str {
        self.scope().decide(&call("read", input, Some(History::new()))).word()
    }
}

/// A policy with one type of task, whose keys and tables these are.
pub(crate) fn policy(rules: &str) -> Policy {
    Policy::parse(&source("policy.toml", format!("{POLICY}{rules}"))).unwrap_or_else(|errors| panic!("{errors:#?}"))
}

pub(crate) fn call(tool: &str, input: &str, history: Option<History>) -> Access {
    Access::Tools(Call { tool: tool.to_owned(), sha256: None, input: serde_json::from_str(input).unwrap(), history })
}
