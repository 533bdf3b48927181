//! Rules: a resource, and lists of operations that are allowed, asked about or refused on it.
mod addresses;
mod bind;
mod http;
mod ops;
mod order;
mod resource;
mod rules;
mod tcp;
mod tool;

use std::sync::Arc;

pub(crate) use addresses::{Addresses, Target};
pub(crate) use bind::{Binder, Found, Resource, Written, located};
pub(crate) use http::{Headers, HttpTemplate, Request};
pub(crate) use ops::{CallTool, Connect, FileOps, Lookup, Ops, ReadEnv};
pub(crate) use order::Order;
pub(crate) use resource::{EnvTemplate, SecretTemplate, SecretTravel};
pub(crate) use rules::{BoundRules, Rules};
pub(crate) use tcp::{Connection, TcpTemplate};
pub(crate) use tool::{ToolPattern, ToolTemplate};

use crate::scope::Taint;
use crate::verdict::RuleRef;

/// What a rule, a layer or a scope says, from the weakest to the strictest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Word {
    Allow,
    Ask,
    Deny,
}

/// One rule on resources `R` with operations `O`.
#[derive(Debug, Clone)]
pub(crate) struct Rule<R, O> {
    pub(crate) on: R,
    pub(crate) allow: Option<List<O>>,
    pub(crate) ask: Option<List<O>>,
    pub(crate) deny: Option<List<O>>,
    /// Whether its `ask` and `deny` hold only once the task is tainted.
    pub(crate) tainted: bool,
}

/// One list of a rule, and the line that a verdict by it points at.
#[derive(Debug, Clone)]
pub(crate) struct List<O> {
    pub(crate) ops: O,
    pub(crate) at: Arc<RuleRef>,
}

/// What a bound resource matches.
pub(crate) trait Matches<A: ?Sized> {
    /// For `allow`: exact text, every condition proved.
    fn allows(&self, asked: &A) -> bool;
    /// For `ask` and `deny`: in any case and Unicode form, no condition disproved.
    fn catches(&self, asked: &A) -> bool;
    /// What keeps an `allow` from matching that names the resource, each in words.
    fn obstacles(&self, _asked: &A) -> Vec<String> {
        Vec::new()
    }
}

impl<R, O: Ops> Rule<R, O> {
    /// What the rule says of an operation on a resource: `deny` before `ask` before `allow`.
    pub(crate) fn says<A: ?Sized>(&self, op: &O::Asked, asked: &A, taint: Taint) -> Option<(Word, &Arc<RuleRef>)>
    where
        R: Matches<A>,
    {
        if self.tainted && taint == Taint::Clean {
            return None;
        }
        for (word, list) in [(Word::Deny, &self.deny), (Word::Ask, &self.ask)] {
            if let Some(list) = list.as_ref().filter(|list| list.ops.catches(op))
                && self.on.catches(asked)
            {
                return Some((word, &list.at));
            }
        }
        let list = self.allow.as_ref().filter(|list| list.ops.has(op))?;
        self.on.allows(asked).then_some((Word::Allow, &list.at))
    }

    /// The line of an `allow` that names operation and resource, and what keeps it from matching.
    pub(crate) fn nearly_allows<A: ?Sized>(&self, op: &O::Asked, asked: &A) -> Option<(&Arc<RuleRef>, Vec<String>)>
    where
        R: Matches<A>,
    {
        let list = self.allow.as_ref().filter(|list| list.ops.has(op))?;
        let obstacles = self.on.obstacles(asked);
        (!obstacles.is_empty()).then_some((&list.at, obstacles))
    }

    /// The same lists on another resource.
    pub(crate) fn on<B>(&self, on: B) -> Rule<B, O> {
        Rule { on, allow: self.allow.clone(), ask: self.ask.clone(), deny: self.deny.clone(), tainted: self.tainted }
    }
}
