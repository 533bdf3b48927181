//! An `allow` that a `deny` leaves nothing of, in whatever order the two stand.
use std::ops::Range;

use super::{Lint, Table};
use crate::diagnostic::Lines;
use crate::file::{At, FilesRule, HttpRule, Ops, RuleTables};
use crate::path::GuestPath;
use crate::pattern::{Binding, Bindings, PathPattern, PathTemplate, UrlPattern, UrlTemplate};
use crate::scope::Source;
use crate::url::HttpUrl;

/// The most pairs of rules that are compared: what is looked for are rules that a person wrote.
const MAX_PAIRS: usize = 250_000;

/// A `deny` without a condition.
struct Deny<'a, P> {
    source: &'a Source,
    span: Range<usize>,
    ops: &'a Ops,
    on: P,
}

impl Lint<'_> {
    /// Every `allow` of these rules that a `deny` of the same rules, or of those that hold `beside` them, takes back.
    pub(super) fn dead(&mut self, rules: RuleTables<'_>, beside: &[Table<'_>]) {
        let own = (self.source, rules);
        let mut all = vec![own];
        all.extend(beside.iter().filter(|(_, other)| !std::ptr::eq(other.files, rules.files)).copied());
        let files: Vec<Deny<'_, PathPattern>> =
            all.iter().flat_map(|(source, rules)| denied_files(source, rules)).collect();
        for rule in rules.files.iter().take(MAX_PAIRS / files.len().max(1)) {
            let Some(samples) = rule.allow.as_ref().and_then(|_| Some(path(&rule.path)?.samples())) else { continue };
            let covers = |deny: &Deny<'_, PathPattern>| {
                !samples.is_empty() && samples.iter().all(|sample| deny.on.matches_folded(sample))
            };
            self.dead_rule(&rule.path.span, rule.allow.as_ref(), &files, covers, covers_file_op);
        }
        let http: Vec<Deny<'_, UrlPattern>> =
            all.iter().flat_map(|(source, rules)| denied_http(source, rules)).collect();
        for rule in rules.http.iter().take(MAX_PAIRS / http.len().max(1)) {
            let Some(samples) = rule.allow.as_ref().and_then(|_| Some(url(&rule.url)?.samples())) else { continue };
            let covers = |deny: &Deny<'_, UrlPattern>| {
                !samples.is_empty() && samples.iter().all(|sample| deny.on.matches_folded(sample))
            };
            let covers_op = |denied: &str, allowed: &str| denied == "*" || denied.eq_ignore_ascii_case(allowed);
            self.dead_rule(&rule.url.span, rule.allow.as_ref(), &http, covers, covers_op);
        }
    }

    fn dead_rule<P>(
        &mut self,
        span: &Range<usize>,
        allow: Option<&Ops>,
        denies: &[Deny<'_, P>],
        covers: impl Fn(&Deny<'_, P>) -> bool,
        covers_op: impl Fn(&str, &str) -> bool,
    ) {
        let Some(allow) = allow else { return };
        let denied = |deny: &&Deny<'_, P>| {
            let op_denied = |allowed: &At<String>| deny.ops.iter().any(|denied| covers_op(denied, allowed));
            !allow.is_empty() && allow.iter().all(op_denied) && covers(deny)
        };
        let Some(deny) = denies.iter().find(denied) else { return };
        let line = Lines::of(&deny.source.text).line(deny.span.start);
        let message =
            format!("{}:{line} denies all that this `allow` names, and `deny` beats `allow`", deny.source.name);
        self.found(
            span,
            message,
            "the order of rules does not matter: narrow the `deny`, or leave the `allow` out".to_owned(),
        );
    }
}

/// A `deny` of `write` covers `create` and `delete`.
fn covers_file_op(denied: &str, allowed: &str) -> bool {
    denied == allowed || denied == "write" && matches!(allowed, "create" | "delete")
}

fn denied_files<'a>(source: &'a Source, rules: &RuleTables<'a>) -> impl Iterator<Item = Deny<'a, PathPattern>> {
    let is_plain = |rule: &&At<FilesRule>| rule.tainted.is_none();
    rules.files.iter().filter(is_plain).filter_map(|rule| {
        Some(Deny { source, span: rule.path.span.clone(), ops: rule.deny.as_ref()?, on: path(&rule.path)? })
    })
}

fn denied_http<'a>(source: &'a Source, rules: &RuleTables<'a>) -> impl Iterator<Item = Deny<'a, UrlPattern>> {
    let is_plain = |rule: &&At<HttpRule>| rule.tainted.is_none() && rule.query.is_none();
    rules.http.iter().filter(is_plain).filter_map(|rule| {
        Some(Deny { source, span: rule.url.span.clone(), ops: rule.deny.as_ref()?, on: url(&rule.url)? })
    })
}

/// The pattern with each parameter bound to a name that no other text has.
fn path(text: &str) -> Option<PathPattern> {
    let template = PathTemplate::parse(text).ok()?;
    let root = text.starts_with('{').then(|| template.parameters().next().map(str::to_owned)).flatten();
    let mut bindings = bound(template.parameters());
    if let Some(binding) = root.and_then(|root| bindings.get_mut(&root)) {
        binding.text.insert(0, '/');
    }
    template.bind(&bindings).ok()
}

fn url(text: &str) -> Option<UrlPattern> {
    let template = UrlTemplate::parse(text).ok()?;
    template.bind(&bound(template.parameters())).ok()
}

fn bound<'p>(parameters: impl Iterator<Item = &'p str>) -> Bindings {
    let bind = |name: &str| (name.to_owned(), Binding { text: format!("parameter-{name}"), slash_ok: false });
    parameters.map(bind).collect()
}

impl PathPattern {
    /// Paths that it matches.
    fn samples(&self) -> Vec<GuestPath> {
        self.sample_texts().iter().filter_map(|text| GuestPath::parse(text).ok()).collect()
    }
}

impl UrlPattern {
    /// URLs that it matches; none where it names no one host or port.
    fn samples(&self) -> Vec<HttpUrl> {
        self.sample_texts().iter().filter_map(|text| HttpUrl::parse(text).ok()).collect()
    }
}
