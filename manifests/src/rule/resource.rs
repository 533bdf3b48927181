//! What rules of the kinds are about: with templates as written, and with patterns once bound.
use std::collections::{BTreeMap, BTreeSet};

use super::Matches;
use super::bind::{Binder, Found, Resource, Written};
use crate::access::Call;
use crate::condition::{Conditions, ConditionsTemplate, Earlier, EarlierTemplate, FieldPath, Proof};
use crate::diagnostic::Diagnostic;
use crate::pattern::{Host, HostPattern, NamePattern, NameTemplate, PathPattern, UrlPattern, UrlTemplate};
use crate::scope::{MarkId, RuleId, Sighting, Source};
use crate::url::HttpUrl;

/// Name and destination of a `[[secrets]]` rule.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SecretTemplate {
    pub(crate) name: Written<NameTemplate>,
    pub(crate) to: Option<Written<UrlTemplate>>,
}

/// Name and value of an `[[env]]` rule; the value is no part of what it is about.
#[derive(Debug, Clone)]
pub(crate) struct EnvTemplate {
    pub(crate) name: Written<NameTemplate>,
    pub(crate) value: Option<String>,
}

impl PartialEq for EnvTemplate {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

/// Tool and input of a `[[tools]]` rule; how often it allows a call is no part of what it is about.
#[derive(Debug, Clone)]
pub(crate) struct ToolTemplate {
    pub(crate) id: RuleId,
    pub(crate) name: Written<NameTemplate>,
    pub(crate) sha256: Option<String>,
    pub(crate) input: Option<ConditionsTemplate>,
    pub(crate) times: Option<u64>,
    /// Every pattern of earlier calls that it asks about: those of `after`, of `not_after`, and of its conditions.
    pub(crate) earlier: Vec<EarlierTemplate>,
    pub(crate) after: Vec<MarkId>,
    pub(crate) not_after: Vec<MarkId>,
}

impl ToolTemplate {
    /// Gives the patterns that name no digest those that are known of their tool; a pattern with others is another pattern.
    pub(crate) fn name_digests(&mut self, digests: &BTreeMap<String, BTreeSet<String>>) {
        let mut renamed = BTreeMap::new();
        for earlier in self.earlier.iter_mut().filter(|earlier| earlier.sha256.is_none()) {
            let Some(known) = digests.get(&earlier.tool) else { continue };
            let before = earlier.mark;
            earlier.known = known.iter().cloned().collect();
            earlier.mark = before.of_digests(&earlier.known);
            renamed.insert(before, earlier.mark);
        }
        let new = |mark: MarkId| renamed.get(&mark).copied().unwrap_or(mark);
        self.after.iter_mut().chain(&mut self.not_after).for_each(|mark| *mark = new(*mark));
        for (_, test) in self.input.iter_mut().flat_map(|input| &mut input.fields) {
            test.rename_marks(&new);
        }
    }
}

impl PartialEq for ToolTemplate {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
            && self.sha256 == other.sha256
            && self.input == other.input
            && self.after == other.after
            && self.not_after == other.not_after
    }
}

/// A secret's name and the request that it would travel in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SecretTravel<'a> {
    pub(crate) name: &'a str,
    pub(crate) to: Option<&'a HttpUrl>,
    /// Whether it would travel at all, or be shown to the guest.
    pub(crate) travels: bool,
}

/// Bound [`SecretTemplate`].
#[derive(Debug, Clone)]
pub(crate) struct SecretPattern(NamePattern, Option<UrlPattern>);

/// Bound [`EnvTemplate`].
#[derive(Debug, Clone)]
pub(crate) struct EnvPattern {
    pub(crate) name: NamePattern,
    pub(crate) value: Option<String>,
}

/// Bound [`ToolTemplate`].
#[derive(Debug, Clone)]
pub(crate) struct ToolPattern {
    pub(crate) id: RuleId,
    name: NamePattern,
    sha256: Option<String>,
    input: Option<Conditions>,
    pub(crate) times: Option<u64>,
    earlier: Vec<Earlier>,
    after: Vec<MarkId>,
    not_after: Vec<MarkId>,
}

impl Resource for SecretTemplate {
    type Bound = SecretPattern;

    fn bind(&self, binder: Binder<'_>) -> Result<SecretPattern, Diagnostic> {
        let to = self.to.as_ref().map(|to| to.bind(binder)).transpose()?;
        Ok(SecretPattern(self.name.bind(binder)?, to))
    }

    fn parameters(&self, sources: &[Source], found: Found<'_>) {
        self.name.parameters(sources, found);
        if let Some(to) = &self.to {
            to.parameters(sources, found);
        }
    }
}

impl Resource for EnvTemplate {
    type Bound = EnvPattern;

    fn bind(&self, binder: Binder<'_>) -> Result<EnvPattern, Diagnostic> {
        Ok(EnvPattern { name: self.name.bind(binder)?, value: self.value.clone() })
    }

    fn parameters(&self, sources: &[Source], found: Found<'_>) {
        self.name.parameters(sources, found);
    }
}

impl Resource for ToolTemplate {
    type Bound = ToolPattern;

    fn bind(&self, binder: Binder<'_>) -> Result<ToolPattern, Diagnostic> {
        Ok(ToolPattern {
            id: self.id,
            name: self.name.bind(binder)?,
            sha256: self.sha256.clone(),
            input: self.input.as_ref().map(|input| input.bind(binder)).transpose()?,
            times: self.times,
            earlier: self.earlier.iter().map(|earlier| earlier.bind(binder)).collect::<Result<_, _>>()?,
            after: self.after.clone(),
            not_after: self.not_after.clone(),
        })
    }

    fn parameters(&self, sources: &[Source], found: Found<'_>) {
        self.name.parameters(sources, found);
        if let Some(input) = &self.input {
            input.parameters(sources, found);
        }
        self.earlier.iter().for_each(|earlier| earlier.parameters(sources, found));
    }
}

impl Matches<crate::path::GuestPath> for PathPattern {
    fn allows(&self, path: &crate::path::GuestPath) -> bool {
        self.matches(path)
    }

    fn catches(&self, path: &crate::path::GuestPath) -> bool {
        self.matches_folded(path)
    }
}

impl Matches<Host> for HostPattern {
    fn allows(&self, host: &Host) -> bool {
        self.matches(host)
    }

    fn catches(&self, host: &Host) -> bool {
        self.matches_folded(host)
    }
}

impl Matches<SecretTravel<'_>> for SecretPattern {
    fn allows(&self, asked: &SecretTravel<'_>) -> bool {
        let arrives = || self.1.as_ref().zip(asked.to).is_some_and(|(pattern, url)| pattern.matches(url));
        self.0.matches(asked.name) && (!asked.travels || arrives())
    }

    fn catches(&self, asked: &SecretTravel<'_>) -> bool {
        let elsewhere = || self.1.as_ref().zip(asked.to).is_some_and(|(pattern, url)| !pattern.matches_folded(url));
        self.0.matches_folded(asked.name) && !(asked.travels && elsewhere())
    }
}

impl Matches<str> for EnvPattern {
    fn allows(&self, name: &str) -> bool {
        self.name.matches(name)
    }

    fn catches(&self, name: &str) -> bool {
        self.name.matches_folded(name)
    }
}

impl Matches<Call> for ToolPattern {
    fn allows(&self, call: &Call) -> bool {
        self.name.matches(&call.tool)
            && self.sha256.as_ref().is_none_or(|own| call.sha256.as_ref() == Some(own))
            && self.input.as_ref().is_none_or(|input| input.leaves_nothing_open(&call.input))
            && self.input.as_ref().is_none_or(|input| input.test(&call.input, call.history.as_ref()) == Proof::Proved)
            && self.times.is_none_or(|times| self.used(call).is_some_and(|used| used < times))
            && self.order_is_proved(call)
    }

    /// A rule for a tool catches its functions too.
    fn catches(&self, call: &Call) -> bool {
        let tool = call.tool.split_once('.').map(|(tool, _)| tool);
        [Some(call.tool.as_str()), tool].into_iter().flatten().any(|name| self.name.matches_folded(name))
            && self.sha256.as_ref().is_none_or(|own| call.sha256.as_ref().is_none_or(|asked| asked == own))
            && self
                .input
                .as_ref()
                .is_none_or(|input| input.test(&call.input, call.history.as_ref()) != Proof::Disproved)
            && !self.order_is_disproved(call)
    }

    fn obstacle(&self, call: &Call) -> Option<String> {
        if !self.name.matches(&call.tool) {
            return None;
        }
        if self.sha256.as_ref().is_some_and(|own| call.sha256.as_ref() != Some(own)) {
            return Some("the component has another digest".to_owned());
        }
        if let Some(input) = &self.input {
            if let Some(path) = input.unproved(&call.input, call.history.as_ref()) {
                return Some(format!("the field `{path}` is not what the rule says"));
            }
            if !input.leaves_nothing_open(&call.input) {
                return Some("the input has a field that the rule does not name".to_owned());
            }
        }
        if self.times.is_some_and(|times| self.used(call).is_none_or(|used| used >= times)) {
            return Some("the rule has allowed as many calls as it does".to_owned());
        }
        let history = call.history.as_ref();
        let missing = self.after.iter().find(|mark| history.is_none_or(|history| !history.marked(**mark).succeeded));
        if let Some(tool) = missing.and_then(|mark| self.tool_of(*mark)) {
            return Some(format!("no such call of `{tool}` has succeeded before"));
        }
        let begun = self.not_after.iter().find(|mark| history.is_none_or(|history| history.marked(**mark).began));
        begun.and_then(|mark| self.tool_of(*mark)).map(|tool| format!("`{tool}` was called before"))
    }
}

impl ToolPattern {
    /// The patterns of earlier calls that it asks about.
    pub(crate) fn earlier(&self) -> &[Earlier] {
        &self.earlier
    }

    /// What its conditions want earlier calls to have supplied for a call of its tool.
    pub(crate) fn sightings(&self, call: &Call, found: &mut dyn FnMut(&FieldPath, Sighting)) {
        if let Some(input) = self.input.as_ref().filter(|_| self.name.matches(&call.tool)) {
            input.sightings(&call.input, found);
        }
    }

    /// Whether it is about a tool with this digest, whatever the input.
    pub(crate) fn is_about(&self, tool: &str, sha256: Option<&str>) -> bool {
        let whole = tool.split_once('.').map_or(tool, |(tool, _)| tool);
        (self.name.matches(tool) || self.name.matches_folded(whole))
            && self.sha256.as_deref().is_none_or(|own| sha256.is_none_or(|asked| asked == own))
    }

    /// Whether it matches whatever the input and the history are.
    pub(crate) fn is_unconditional(&self) -> bool {
        self.input.is_none() && self.times.is_none() && self.after.is_empty() && self.not_after.is_empty()
    }

    /// For an `allow`: each of `after` has succeeded, and none of `not_after` may have begun.
    fn order_is_proved(&self, call: &Call) -> bool {
        if self.after.is_empty() && self.not_after.is_empty() {
            return true;
        }
        call.history.as_ref().is_some_and(|history| {
            self.after.iter().all(|mark| history.marked(*mark).succeeded)
                && !self.not_after.iter().any(|mark| history.marked(*mark).began)
        })
    }

    /// For an `ask` or `deny`: of some of `after` none can have begun, or some of `not_after` has succeeded.
    fn order_is_disproved(&self, call: &Call) -> bool {
        call.history.as_ref().is_some_and(|history| {
            self.after.iter().any(|mark| !history.marked(*mark).began)
                || self.not_after.iter().any(|mark| history.marked(*mark).succeeded)
        })
    }

    fn tool_of(&self, mark: MarkId) -> Option<&str> {
        self.earlier.iter().find(|earlier| earlier.mark == mark).map(|earlier| earlier.tool.as_str())
    }

    /// How many calls the task has made under this rule; `None` where that is not known.
    fn used(&self, call: &Call) -> Option<u64> {
        call.history.as_ref().map(|history| history.uses.get(&self.id).copied().unwrap_or(0))
    }
}
