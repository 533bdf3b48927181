//! The rules of a layer, by kind.
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::Rule;
use super::bind::{Binder, Resource, Written};
use super::http::HttpTemplate;
use super::ops::{CallTool, Connect, FileOps, Lookup, Ops, ReadEnv};
use super::resource::{EnvTemplate, SecretTemplate};
use super::tcp::TcpTemplate;
use super::tool::ToolTemplate;
use crate::access::SecretOp;
use crate::diagnostic::Diagnostic;
use crate::lower::MAX_ERRORS;
use crate::pattern::{Bindings, HostTemplate, MethodPattern, PathTemplate};
use crate::scope::{Source, Wording};

/// Makes the two types, so that a kind is named once.
macro_rules! rules_by_kind {
    ($($kind:ident: $resource:ty, $ops:ty;)+) => {
        /// Rules as written.
        #[derive(Debug, Clone, Default)]
        pub(crate) struct Rules {
            $(pub(crate) $kind: Vec<Rule<$resource, $ops>>,)+
        }

        /// Rules with the parameters of a task bound.
        #[derive(Debug, Clone, Default)]
        pub(crate) struct BoundRules {
            $(pub(crate) $kind: Vec<Rule<<$resource as Resource>::Bound, $ops>>,)+
        }

        impl BoundRules {
            /// Whether any rule holds only once a task is tainted.
            pub(crate) fn ask_taint(&self) -> bool {
                false $(|| self.$kind.iter().any(|rule| rule.tainted))+
            }
        }

        impl Rules {
            /// Adds the rules of another part of the same layer.
            pub(crate) fn add(&mut self, other: &Self) {
                $(self.$kind.extend_from_slice(&other.$kind);)+
            }

            /// Binds every rule, or says which cannot be.
            pub(crate) fn bind(&self, binder: Binder<'_>) -> Result<BoundRules, Vec<Diagnostic>> {
                let mut errors = Vec::new();
                let bound = BoundRules { $($kind: bind_all(&self.$kind, binder, &mut errors),)+ };
                if errors.is_empty() { Ok(bound) } else { Err(errors) }
            }

            /// Every parameter, with the place where it stands.
            pub(crate) fn parameters(&self, sources: &[Source], mut found: impl FnMut(&str, usize, Range<usize>)) {
                $(self.$kind.iter().for_each(|rule| rule.on.parameters(sources, &mut found));)+
            }
        }
    };
}

impl Rules {
    /// The wording of each counted rule for tools, and of each pattern of earlier calls in one.
    pub(crate) fn wordings(&self) -> impl Iterator<Item = Wording> {
        self.tools.iter().flat_map(|rule| rule.on.wordings())
    }

    /// Gives each pattern of earlier calls that names no digest those that the rules name for its tool, where they name any:
    /// another component of the same name is another tool.
    pub(crate) fn name_digests(&mut self) {
        let mut digests: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for rule in self.tools.iter().filter(|rule| rule.allow.is_some()) {
            // A name with a parameter in it does not bind here: it is no name of one tool.
            let name = rule.on.name.template.bind(&Bindings::new()).ok();
            let name = name.as_ref().and_then(|name| name.literal());
            if let (Some(name), Some(sha256)) = (name, &rule.on.sha256) {
                digests.entry(name.to_owned()).or_default().insert(sha256.clone());
            }
        }
        for rule in &mut self.tools {
            rule.on.name_digests(&digests);
        }
    }
}

rules_by_kind! {
    files: Written<PathTemplate>, FileOps;
    http: HttpTemplate, Vec<MethodPattern>;
    tcp: TcpTemplate, Connect;
    dns: Written<HostTemplate>, Lookup;
    secrets: SecretTemplate, Vec<SecretOp>;
    env: EnvTemplate, ReadEnv;
    tools: ToolTemplate, CallTool;
}

fn bind_all<R: Resource, O: Ops>(
    rules: &[Rule<R, O>],
    binder: Binder<'_>,
    errors: &mut Vec<Diagnostic>,
) -> Vec<Rule<R::Bound, O>> {
    let mut bound = Vec::with_capacity(rules.len());
    for rule in rules {
        match rule.on.bind(binder) {
            Ok(on) => bound.push(rule.on(on)),
            Err(error) => errors.push(error),
        }
        if errors.len() == MAX_ERRORS {
            break;
        }
    }
    bound
}
