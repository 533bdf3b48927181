//! What a `[[tools]]` rule is about: a tool, its input, how often, and what came before.
use std::collections::{BTreeMap, BTreeSet};

use super::Matches;
use super::bind::{Binder, Found, Resource, Written};
use super::order::Order;
use crate::access::Call;
use crate::condition::{Conditions, ConditionsTemplate, Earlier, EarlierTemplate, FieldPath, Known, Proof};
use crate::diagnostic::Diagnostic;
use crate::input_schema::Place;
use crate::pattern::{NamePattern, NameTemplate, fold};
use crate::scope::{MarkId, RuleId, Sighting, Source, Wording};
use crate::value_type::ValueType;

/// Tool and input of a `[[tools]]` rule; how often it allows a call is no part of what it is about.
#[derive(Debug, Clone)]
pub(crate) struct ToolTemplate {
    pub(crate) wording: Wording,
    pub(crate) name: Written<NameTemplate>,
    pub(crate) sha256: Option<String>,
    pub(crate) input: Option<ConditionsTemplate>,
    pub(crate) times: Option<u64>,
    /// Every pattern of earlier calls that it asks about: those of `after`, of `not_after`, and of its conditions.
    pub(crate) earlier: Vec<EarlierTemplate>,
    pub(crate) order: Order<Wording>,
}

impl ToolTemplate {
    /// Its own wording where its uses are counted, and that of each pattern of earlier calls that it asks about.
    pub(crate) fn wordings(&self) -> impl Iterator<Item = Wording> {
        let counted = self.times.map(|_| self.wording);
        counted.into_iter().chain(self.earlier.iter().map(|earlier| earlier.mark))
    }

    /// Gives the patterns that name no digest those that are known of their tool; a pattern with others is another pattern.
    pub(crate) fn name_digests(&mut self, digests: &BTreeMap<String, BTreeSet<String>>) {
        let mut renamed = BTreeMap::new();
        for earlier in self.earlier.iter_mut().filter(|earlier| earlier.sha256.is_none()) {
            let Some(known) = digests.get(&earlier.tool) else { continue };
            let before = earlier.mark;
            earlier.known = known.iter().cloned().collect();
            earlier.mark = before.with_digests(&earlier.known);
            renamed.insert(before, earlier.mark);
        }
        let new = |mark: Wording| renamed.get(&mark).copied().unwrap_or(mark);
        self.order.rename(&new);
        for (_, test) in self.input.iter_mut().flat_map(|input| &mut input.fields) {
            test.rename_marks(&new);
        }
    }
}

impl PartialEq for ToolTemplate {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.sha256 == other.sha256 && self.input == other.input && self.order == other.order
    }
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
    order: Order<MarkId>,
}

impl Resource for ToolTemplate {
    type Bound = ToolPattern;

    fn key(&self) -> String {
        format!("{:?}", (&self.name, &self.sha256, &self.input, &self.order))
    }

    fn bind(&self, binder: Binder<'_>) -> Result<ToolPattern, Diagnostic> {
        Ok(ToolPattern {
            id: binder.owner.rule(self.wording),
            name: self.name.bind(binder)?,
            sha256: self.sha256.clone(),
            input: self.input.as_ref().map(|input| input.bind(binder)).transpose()?,
            times: self.times,
            earlier: self.earlier.iter().map(|earlier| earlier.bind(binder)).collect::<Result<_, _>>()?,
            order: self.order.bind(binder),
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

impl Matches<Call> for ToolPattern {
    fn allows(&self, call: &Call) -> bool {
        let history = call.history.as_ref();
        self.name.matches(&call.tool)
            && self.sha256.as_ref().is_none_or(|own| call.sha256.as_ref() == Some(own))
            && self.is_left(call)
            && self.order.test(history) == Proof::Proved
            && self.input.as_ref().is_none_or(|input| input.are_proved(&call.input, history))
    }

    /// A rule for a tool catches its functions too.
    fn catches(&self, call: &Call) -> bool {
        let history = call.history.as_ref();
        let is_disproved = |input: &Conditions| input.are_disproved(&call.input, history);
        self.names(&call.tool)
            && self.can_be(call.sha256.as_deref())
            && self.order.test(history) != Proof::Disproved
            && !self.input.as_ref().is_some_and(is_disproved)
    }

    fn obstacles(&self, call: &Call) -> Vec<String> {
        if !self.name.matches(&call.tool) {
            return Vec::new();
        }
        let tool_of = |mark: MarkId| self.tool_of(mark);
        let mut obstacles = Vec::new();
        if self.sha256.as_ref().is_some_and(|own| call.sha256.as_ref() != Some(own)) {
            obstacles.push("the component has another digest".to_owned());
        }
        if let Some(input) = &self.input {
            obstacles.extend(input.obstacles(&call.input, Known { history: call.history.as_ref(), tool_of: &tool_of }));
        }
        if let Some(times) = self.times.filter(|_| !self.is_left(call)) {
            let unseen = call.history.as_ref().map_or(0, |history| history.unseen_by(self.id.layer));
            let counted =
                if unseen == 0 { String::new() } else { format!(", and {unseen} made before it held may be") };
            obstacles.push(format!("it allows no more than {times} of such calls{counted}"));
        }
        obstacles.extend(self.order.obstacles(call, &tool_of));
        obstacles
    }
}

impl ToolPattern {
    /// The patterns of earlier calls that it asks about.
    pub(crate) fn earlier(&self) -> &[Earlier] {
        &self.earlier
    }

    /// Notes what the schema of a tool's input says, in the conditions that are about calls of that tool.
    pub(crate) fn describe_input(&mut self, tool: &str, schema: &Place<'_>) {
        let of_rule = if self.names(tool) { self.input.as_mut() } else { None };
        let of_earlier = self.earlier.iter_mut().filter(|earlier| earlier.may_be_of(tool));
        let conditions = of_rule.into_iter().chain(of_earlier.filter_map(|earlier| earlier.input.as_mut()));
        conditions.for_each(|conditions| conditions.describe(schema));
    }

    /// The types that its conditions give to texts in the input.
    pub(crate) fn value_types(&self, found: &mut dyn FnMut(&FieldPath, ValueType)) {
        self.input.iter().for_each(|input| input.value_types(found));
    }

    /// The types that its questions about earlier calls of a tool give to texts in their input.
    pub(crate) fn value_types_of_earlier(&self, tool: &str, found: &mut dyn FnMut(&FieldPath, ValueType)) {
        let earlier = self.earlier.iter().filter(|earlier| earlier.may_be_of(tool));
        earlier.filter_map(|earlier| earlier.input.as_ref()).for_each(|input| input.value_types(found));
    }

    /// What its conditions want earlier calls to have supplied for a call of its tool.
    pub(crate) fn sightings(&self, call: &Call, found: &mut dyn FnMut(&FieldPath, Sighting)) {
        if let Some(input) = self.input.as_ref().filter(|_| self.name.matches(&call.tool)) {
            input.sightings(&call.input, found);
        }
    }

    /// Whether an `ask` or `deny` of it is about a tool with this digest, whatever the input.
    pub(crate) fn is_about(&self, tool: &str, sha256: Option<&str>) -> bool {
        self.names(tool) && self.can_be(sha256)
    }

    /// The same of an `allow`.
    pub(crate) fn is_about_exactly(&self, tool: &str, sha256: Option<&str>) -> bool {
        self.name.matches(tool) && self.can_be(sha256)
    }

    fn can_be(&self, sha256: Option<&str>) -> bool {
        self.sha256.as_deref().is_none_or(|own| sha256.is_none_or(|asked| asked == own))
    }

    /// Whether it matches whatever the input and the history are.
    pub(crate) fn is_unconditional(&self) -> bool {
        self.input.is_none() && self.times.is_none() && self.order.is_empty()
    }

    /// The folded name of its tool, where it is about one alone.
    pub(crate) fn only_name(&self) -> Option<String> {
        self.name.literal().map(|name| fold(name).into_owned())
    }

    /// Whether it names a tool, or the tool that this is a function of, in any case.
    fn names(&self, tool: &str) -> bool {
        let whole = tool.split_once('.').map(|(whole, _)| whole);
        [Some(tool), whole].into_iter().flatten().any(|name| self.name.matches_folded(name))
    }

    fn tool_of(&self, mark: MarkId) -> Option<&str> {
        self.earlier.iter().find(|earlier| earlier.mark == mark).map(|earlier| earlier.tool.as_str())
    }

    /// Whether it allows one call more; not where nobody knows how many there were.
    fn is_left(&self, call: &Call) -> bool {
        let used = || call.history.as_ref().map(|history| history.used(self.id));
        self.times.is_none_or(|times| used().is_some_and(|used| used < times))
    }
}
