//! Sources that a policy marks untrusted: a task that reads from one is tainted.
use std::sync::Arc;

use crate::access::{Access, FileOp};
use crate::diagnostic::Diagnostic;
use crate::pattern::{
    Host, HostPattern, HostTemplate, NamePattern, NameTemplate, PathPattern, PathTemplate, UrlPattern, UrlTemplate,
};
use crate::rule::{Binder, Found, Written};
use crate::scope::Source;
use crate::verdict::RuleRef;

/// One pattern of each kind, and the line that it stands on.
type Listed<T> = Vec<(T, Arc<RuleRef>)>;

/// The patterns as written.
#[derive(Debug, Clone, Default)]
pub(crate) struct UntrustedTemplate {
    pub(crate) files: Listed<Written<PathTemplate>>,
    pub(crate) http: Listed<Written<UrlTemplate>>,
    pub(crate) tcp: Listed<Written<HostTemplate>>,
    pub(crate) tools: Listed<Written<NameTemplate>>,
}

/// The patterns with the task's parameters bound. They match in any case and Unicode form.
#[derive(Debug, Clone, Default)]
pub(crate) struct Untrusted {
    files: Listed<PathPattern>,
    http: Listed<UrlPattern>,
    tcp: Listed<HostPattern>,
    tools: Listed<NamePattern>,
}

impl UntrustedTemplate {
    /// Adds those of another part of the same policy.
    pub(crate) fn add(&mut self, other: &Self) {
        self.files.extend_from_slice(&other.files);
        self.http.extend_from_slice(&other.http);
        self.tcp.extend_from_slice(&other.tcp);
        self.tools.extend_from_slice(&other.tools);
    }

    pub(crate) fn bind(&self, binder: Binder<'_>) -> Result<Untrusted, Diagnostic> {
        Ok(Untrusted {
            files: self.files.iter().map(|(p, at)| Ok((p.bind(binder)?, Arc::clone(at)))).collect::<Result<_, _>>()?,
            http: self.http.iter().map(|(p, at)| Ok((p.bind(binder)?, Arc::clone(at)))).collect::<Result<_, _>>()?,
            tcp: self.tcp.iter().map(|(p, at)| Ok((p.bind(binder)?, Arc::clone(at)))).collect::<Result<_, _>>()?,
            tools: self.tools.iter().map(|(p, at)| Ok((p.bind(binder)?, Arc::clone(at)))).collect::<Result<_, _>>()?,
        })
    }

    pub(crate) fn parameters(&self, sources: &[Source], found: Found<'_>) {
        self.files.iter().for_each(|(pattern, _)| pattern.parameters(sources, found));
        self.http.iter().for_each(|(pattern, _)| pattern.parameters(sources, found));
        self.tcp.iter().for_each(|(pattern, _)| pattern.parameters(sources, found));
        self.tools.iter().for_each(|(pattern, _)| pattern.parameters(sources, found));
    }
}

impl Untrusted {
    pub(crate) fn is_empty(&self) -> bool {
        self.files.is_empty() && self.http.is_empty() && self.tcp.is_empty() && self.tools.is_empty()
    }

    /// The line that marks what an access reads from.
    pub(crate) fn marks(&self, access: &Access) -> Option<&Arc<RuleRef>> {
        match access {
            Access::Files { op: FileOp::Read, path } => first(&self.files, |pattern| pattern.matches_folded(path)),
            // A pattern of an address marks a name that leads to it.
            Access::Http { url, address, .. } => first(&self.http, |pattern| {
                pattern.matches_folded(url) || address.is_some_and(|ip| pattern.names_folded(url, ip))
            }),
            Access::Tcp { host, address, .. } => {
                let host = Host::parse(host).ok()?;
                first(&self.tcp, |pattern| {
                    pattern.matches_folded(&host) || address.is_some_and(|ip| pattern.names_folded(ip))
                })
            }
            // A pattern of a tool marks its functions too.
            Access::Tools(call) => {
                let tool = call.tool.split_once('.').map_or(call.tool.as_str(), |(tool, _)| tool);
                first(&self.tools, |pattern| pattern.matches_folded(&call.tool) || pattern.matches_folded(tool))
            }
            Access::Files { .. } | Access::Dns { .. } | Access::Secrets { .. } | Access::Env { .. } => None,
        }
    }
}

fn first<T>(listed: &Listed<T>, matches: impl Fn(&T) -> bool) -> Option<&Arc<RuleRef>> {
    listed.iter().find(|(pattern, _)| matches(pattern)).map(|(_, at)| at)
}
