//! The rules for tools of a layer, by the name that they are about.
use std::collections::HashMap;

use smallvec::SmallVec;

use crate::pattern::fold;
use crate::rule::{CallTool, Rule, ToolPattern};

/// The places of rules in their layer, in its order.
type Places = SmallVec<[usize; 8]>;

/// Where the rules stand that can be about a tool.
#[derive(Debug, Default)]
pub(super) struct ToolIndex {
    /// By the one name that a rule is about, folded.
    by_name: HashMap<String, Places>,
    /// Rules about several names.
    others: Places,
}

impl ToolIndex {
    pub(super) fn new(rules: &[Rule<ToolPattern, CallTool>]) -> Self {
        let mut index = Self::default();
        for (at, rule) in rules.iter().enumerate() {
            match rule.on.only_name() {
                Some(name) => index.by_name.entry(name).or_default().push(at),
                None => index.others.push(at),
            }
        }
        index
    }

    /// The rules that can be about a tool, or about the tool that it is a function of, in the layer's order.
    pub(super) fn about(&self, tool: &str) -> Places {
        let whole = tool.split_once('.').map(|(whole, _)| whole);
        let named = [Some(tool), whole].into_iter().flatten().filter_map(|name| self.by_name.get(fold(name).as_ref()));
        let mut places: Places = named.flatten().chain(&self.others).copied().collect();
        places.sort_unstable();
        places
    }
}
