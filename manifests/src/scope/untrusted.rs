//! Sources that a policy marks untrusted: a task that reads from one is tainted.
//!
//! What is read from an untrusted place of files is the content of files, the names in directories, the texts of links, and
//! the metadata of what lies in it. A name that the policy itself spells (`mail` in `/repo/mail/**`) tells nothing new: to see
//! it in the directory above, or its metadata, does not taint; to list it does.
use std::sync::Arc;

use crate::access::{Access, FileOp};
use crate::diagnostic::Diagnostic;
use crate::path::GuestPath;
use crate::pattern::{
    Flavour, Host, HostPattern, HostTemplate, NamePattern, NameTemplate, PathIndex, PathPattern, PathTemplate,
    Segments, UrlPattern, UrlTemplate,
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
#[derive(Debug)]
pub(crate) struct Untrusted {
    files: Listed<PathPattern>,
    /// The patterns of files, for what they match below a path.
    below: PathIndex,
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
        let files: Listed<PathPattern> =
            self.files.iter().map(|(p, at)| Ok((p.bind(binder)?, Arc::clone(at)))).collect::<Result<_, _>>()?;
        let patterns = files.iter().zip(0..).map(|((pattern, _), id)| (Flavour::Folded, pattern, id));
        Ok(Untrusted {
            below: PathIndex::new(patterns),
            files,
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
            Access::Files { op: FileOp::List, path } => {
                first(&self.files, |pattern| pattern.matches_folded(path) && !spells(pattern, path))
            }
            // A pattern of an address marks a name that leads to it.
            Access::Http { url, address, .. } => first(&self.http, |pattern| {
                pattern.matches_folded(url) || address.is_some_and(|ip| pattern.names_folded(url, ip))
            }),
            // A connection to the host of an untrusted URL may read from it.
            Access::Tcp { host, address, .. } => {
                let host = Host::parse(host).ok()?;
                let leads = |pattern: &HostPattern| {
                    pattern.matches_folded(&host) || address.is_some_and(|ip| pattern.names_folded(ip))
                };
                first(&self.tcp, leads).or_else(|| first(&self.http, |pattern| leads(pattern.host())))
            }
            // Who answers for a name chooses its addresses.
            Access::Dns { name } => {
                let host = Host::parse(name).ok()?;
                let names = |pattern: &HostPattern| pattern.matches_folded(&host);
                first(&self.tcp, names).or_else(|| first(&self.http, |pattern| names(pattern.host())))
            }
            // A pattern of a tool marks its functions too.
            Access::Tools(call) => {
                let tool = call.tool.split_once('.').map_or(call.tool.as_str(), |(tool, _)| tool);
                first(&self.tools, |pattern| pattern.matches_folded(&call.tool) || pattern.matches_folded(tool))
            }
            Access::Files { .. } | Access::Secrets { .. } | Access::Env { .. } => None,
        }
    }

    /// The line that marks something below one path which it does not mark below the other.
    pub(crate) fn marks_below(&self, path: &GuestPath, other: &GuestPath) -> Option<&Arc<RuleRef>> {
        if !self.below.residue(path).exceeds(&self.below.residue(other)) {
            return None;
        }
        let segments = Segments::new(path);
        let below = first(&self.files, |pattern| pattern.may_match_below(&segments, Flavour::Folded));
        below.or_else(|| self.files.first().map(|(_, at)| at))
    }
}

/// Whether a pattern marks a path by the very name that it spells, so that the place of that name is not untrusted itself.
fn spells(pattern: &PathPattern, path: &GuestPath) -> bool {
    let is_untrusted = |path: &GuestPath| pattern.matches_folded(path);
    let above = path.as_str().rsplit_once('/').map(|(above, _)| if above.is_empty() { "/" } else { above });
    let above = above.and_then(|above| GuestPath::parse(above).ok()).filter(|above| above != path);
    pattern.ends_in_a_name() && !above.as_ref().is_some_and(is_untrusted)
}

fn first<T>(listed: &Listed<T>, matches: impl Fn(&T) -> bool) -> Option<&Arc<RuleRef>> {
    listed.iter().find(|(pattern, _)| matches(pattern)).map(|(_, at)| at)
}
