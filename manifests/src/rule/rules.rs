//! The rules of a layer, by kind.
use std::ops::Range;

use super::Rule;
use super::bind::{Binder, Resource, Written};
use super::http::HttpTemplate;
use super::ops::{CallTool, Connect, FileOps, Lookup, Ops, ReadEnv};
use super::resource::{EnvTemplate, SecretTemplate, ToolTemplate};
use super::tcp::TcpTemplate;
use crate::access::SecretOp;
use crate::diagnostic::Diagnostic;
use crate::pattern::{HostTemplate, MethodPattern, PathTemplate};
use crate::scope::Source;

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

            /// Every parameter, with the bytes of the file where it stands.
            pub(crate) fn parameters(&self, source: &Source, mut found: impl FnMut(&str, Range<usize>)) {
                $(self.$kind.iter().for_each(|rule| rule.on.parameters(source, &mut found));)+
            }
        }
    };
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
    let bind = |rule: &Rule<R, O>| rule.on.bind(binder).map(|on| rule.on(on));
    rules.iter().filter_map(|rule| bind(rule).map_err(|error| errors.push(error)).ok()).collect()
}
