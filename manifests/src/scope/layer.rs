//! One layer of a scope, and what its rules say of an access.
use std::sync::Arc;

use smallvec::SmallVec;

use super::tools::ToolIndex;
use super::{RuleId, Taint};
use crate::access::{Access, Call, Kind, SecretOp};
use crate::pattern::{BadHost, Host};
use crate::policy::Unmatched;
use crate::rule::{
    BoundRules, CallTool, Connect, Connection, Lookup, Matches, Ops, ReadEnv, Request, Rule, SecretTravel, Target,
    ToolPattern, Word,
};
use crate::verdict::{Layer, RuleRef};

/// A layer with the task's parameters bound. Its rules for files are kept with those of the other layers.
#[derive(Debug)]
pub(super) struct BoundLayer {
    pub(super) layer: Layer,
    pub(super) rules: BoundRules,
    pub(super) unmatched: Unmatched,
    tools: ToolIndex,
}

/// What a layer says, and by which rule.
#[derive(Debug, Clone, Copy)]
pub(super) struct Said<'s> {
    pub(super) word: Word,
    /// `None` where no rule matched.
    pub(super) rule: Option<&'s Arc<RuleRef>>,
}

/// Rules with `times` that a call counts against.
pub(super) type Counted = SmallVec<[RuleId; 4]>;

/// An `allow` that names the resource, and what keeps it from matching.
pub(super) type Missed<'s> = (&'s Arc<RuleRef>, String);

impl BoundLayer {
    pub(super) fn new(layer: Layer, rules: BoundRules, unmatched: Unmatched) -> Self {
        let tools = ToolIndex::new(&rules.tools);
        Self { layer, rules, unmatched, tools }
    }

    /// The rules that can be about a tool or a function of it, in the layer's order.
    pub(super) fn about(&self, tool: &str) -> impl Iterator<Item = &Rule<ToolPattern, CallTool>> {
        self.tools.about(tool).into_iter().filter_map(|at| self.rules.tools.get(at))
    }

    /// Whether the layer decides accesses of a kind: calls of tools are decided by the policy, and by a grant that names
    /// any. What a manifest says of tools is what its tool may call.
    pub(super) fn decides(&self, kind: Kind) -> bool {
        match (kind, self.layer) {
            (Kind::Tools, Layer::Manifest) => false,
            (Kind::Tools, Layer::Grant) => !self.rules.tools.is_empty(),
            _ => true,
        }
    }

    /// What the rules say of an access to anything but files; `None` where none matches.
    pub(super) fn say(&self, access: &Access, taint: Taint) -> Result<Option<Said<'_>>, BadHost> {
        let rules = &self.rules;
        Ok(match access {
            Access::Files { .. } => None,
            Access::Http { method, url, carries, address } => {
                strictest(&rules.http, method.as_str(), &Request { url, carries, address: *address }, taint)
            }
            Access::Tcp { host, port, address } => {
                let target = Target { host: &Host::parse(host)?, address: *address };
                strictest(&rules.tcp, &Connect, &Connection { target, port: *port }, taint)
            }
            Access::Dns { name } => strictest(&rules.dns, &Lookup, &Host::parse(name)?, taint),
            Access::Secrets { op, name, to } => {
                let travel = SecretTravel { name, to: to.as_ref(), travels: *op == SecretOp::Use };
                strictest(&rules.secrets, op, &travel, taint)
            }
            Access::Env { name } => strictest(&rules.env, &ReadEnv, name.as_str(), taint),
            Access::Tools(call) => self.say_of_call(call, taint, &mut Counted::new()),
        })
    }

    /// The first `allow` that a request or a connection misses only by where it leads or what it carries, and by what.
    pub(super) fn nearly_allows(&self, access: &Access) -> Option<Missed<'_>> {
        let rules = &self.rules;
        match access {
            Access::Http { method, url, carries, address } => {
                missed(&rules.http, method.as_str(), &Request { url, carries, address: *address })
            }
            Access::Tcp { host, port, address } => {
                let target = Target { host: &Host::parse(host).ok()?, address: *address };
                missed(&rules.tcp, &Connect, &Connection { target, port: *port })
            }
            Access::Tools(call) => missed(self.about(&call.tool), &CallTool, call),
            Access::Files { .. } | Access::Dns { .. } | Access::Secrets { .. } | Access::Env { .. } => None,
        }
    }

    /// What the layer says where no rule matches.
    pub(super) fn nothing(&self, kind: Kind) -> Said<'_> {
        let said = self.unmatched.get(&kind).map(|(word, rule)| Said { word: *word, rule: Some(rule) });
        said.unwrap_or(Said { word: Word::Deny, rule: None })
    }

    /// Whether some `allow` or `ask` is about a tool, whatever its input, and nothing refuses it whatever its input.
    pub(super) fn may_call(&self, tool: &str, sha256: Option<&str>) -> bool {
        let opens = |rule: &Rule<ToolPattern, CallTool>| {
            rule.allow.is_some() && rule.on.is_about_exactly(tool, sha256)
                || rule.ask.is_some() && !rule.tainted && rule.on.is_about(tool, sha256)
        };
        let closes = |rule: &Rule<ToolPattern, CallTool>| {
            rule.deny.is_some() && !rule.tainted && rule.on.is_unconditional() && rule.on.is_about(tool, sha256)
        };
        let asks_of_others = self.nothing(Kind::Tools).word == Word::Ask;
        (asks_of_others || self.about(tool).any(opens)) && !self.about(tool).any(closes)
    }

    /// The same of a call: with the rules with `times` that it counts against.
    pub(super) fn say_of_call(&self, call: &Call, taint: Taint, counted: &mut Counted) -> Option<Said<'_>> {
        let count = |rule: &ToolPattern, word| {
            if word == Word::Allow && rule.times.is_some() {
                counted.push(rule.id);
            }
        };
        strictest_of(self.about(&call.tool), &CallTool, call, taint, count)
    }
}

/// The strictest word of all rules that match, by the rule that comes first in its file. An `ask` of the tainted alone opens
/// nothing that was not open before: it is as if no rule matched.
fn strictest<'r, R: Matches<A> + 'r, O: Ops + 'r, A: ?Sized>(
    rules: impl IntoIterator<Item = &'r Rule<R, O>>,
    op: &O::Asked,
    asked: &A,
    taint: Taint,
) -> Option<Said<'r>> {
    strictest_of(rules, op, asked, taint, |_, _| {})
}

/// The same; each rule that matches is `told` of, with its word.
fn strictest_of<'r, R: Matches<A> + 'r, O: Ops + 'r, A: ?Sized>(
    rules: impl IntoIterator<Item = &'r Rule<R, O>>,
    op: &O::Asked,
    asked: &A,
    taint: Taint,
    mut told: impl FnMut(&R, Word),
) -> Option<Said<'r>> {
    let mut strictest: Option<Said<'r>> = None;
    let mut whatever_the_taint = false;
    for rule in rules {
        let Some((word, at)) = rule.says(op, asked, taint) else { continue };
        told(&rule.on, word);
        whatever_the_taint |= !rule.tainted;
        if strictest.is_none_or(|said| word > said.word) {
            strictest = Some(Said { word, rule: Some(at) });
        }
    }
    strictest.filter(|said| whatever_the_taint || said.word == Word::Deny)
}

/// The `allow` that least keeps from matching: of two the one that comes first in its file.
fn missed<'r, R: Matches<A> + 'r, O: Ops + 'r, A: ?Sized>(
    rules: impl IntoIterator<Item = &'r Rule<R, O>>,
    op: &O::Asked,
    asked: &A,
) -> Option<Missed<'r>> {
    let mut nearest: Option<(&Arc<RuleRef>, Vec<String>)> = None;
    for (at, obstacles) in rules.into_iter().filter_map(|rule| rule.nearly_allows(op, asked)) {
        if nearest.as_ref().is_none_or(|(_, fewest)| obstacles.len() < fewest.len()) {
            let is_one = obstacles.len() == 1;
            nearest = Some((at, obstacles));
            if is_one {
                break;
            }
        }
    }
    nearest.map(|(at, obstacles)| (at, obstacles.join("; ")))
}
