//! The rules for files of all layers, behind one index.
use std::cmp::Reverse;
use std::sync::Arc;

use super::layer::Said;
use super::{LAYERS, Taint};
use crate::access::FileOp;
use crate::path::GuestPath;
use crate::pattern::{Flavour, PathIndex, PathPattern, Residue, Segments};
use crate::rule::{FileOps, List, Rule, Word};
use crate::verdict::RuleRef;

#[derive(Debug)]
pub(super) struct FileRules {
    index: PathIndex,
    rules: Vec<FileRule>,
}

#[derive(Debug)]
struct FileRule {
    /// The place of its layer among those of the scope.
    layer: usize,
    on: PathPattern,
    allow: Option<List<FileOps>>,
    ask: Option<List<FileOps>>,
    deny: Option<List<FileOps>>,
    tainted: bool,
}

impl FileRules {
    /// The rules of each layer, in the layers' order.
    pub(super) fn new(layers: Vec<Vec<Rule<PathPattern, FileOps>>>) -> Self {
        let of_layer = |(layer, rules): (usize, Vec<_>)| rules.into_iter().map(move |rule| (layer, rule));
        let all: Vec<(usize, Rule<PathPattern, FileOps>)> = layers.into_iter().enumerate().flat_map(of_layer).collect();
        let patterns = all.iter().zip(0..).flat_map(|((_, rule), id)| {
            let exact = rule.allow.is_some().then_some((Flavour::Exact, &rule.on, id));
            let folded = (rule.ask.is_some() || rule.deny.is_some()).then_some((Flavour::Folded, &rule.on, id));
            exact.into_iter().chain(folded)
        });
        let index = PathIndex::new(patterns);
        let keep = |(layer, rule): (usize, Rule<_, _>)| FileRule {
            layer,
            on: rule.on,
            allow: rule.allow,
            ask: rule.ask,
            deny: rule.deny,
            tainted: rule.tainted,
        };
        Self { index, rules: all.into_iter().map(keep).collect() }
    }

    /// What each layer's rules say of an operation: the strictest word, by the rule that comes first in its file. An `ask`
    /// of the tainted alone opens nothing that was not open before: it is as if no rule matched.
    pub(super) fn say(&self, path: &GuestPath, op: FileOp, taint: Taint) -> [Option<Said<'_>>; LAYERS] {
        let mut words: [Option<(Word, Reverse<u32>)>; LAYERS] = [None; LAYERS];
        let mut whatever_the_taint = [false; LAYERS];
        self.index.visit(&Segments::new(path), |flavour, id| {
            let Some(rule) = self.rule(id) else { return };
            let Some(word) = rule.word(flavour, op, taint) else { return };
            if let (Some(best), Some(untainted)) = (words.get_mut(rule.layer), whatever_the_taint.get_mut(rule.layer)) {
                *best = (*best).max(Some((word, Reverse(id))));
                *untainted |= !rule.tainted;
            }
        });
        let mut untainted = whatever_the_taint.into_iter();
        words.map(|best| {
            let untainted = untainted.next().unwrap_or(false);
            let (word, Reverse(id)) = best.filter(|(word, _)| untainted || *word == Word::Deny)?;
            Some(Said { word, rule: Some(self.rule(id)?.at(word)?) })
        })
    }

    /// What the rules leave below a path.
    pub(super) fn residue(&self, path: &GuestPath) -> Residue {
        self.index.residue(path)
    }

    /// Whether each of the first `layers` layers allows an operation on every path below this one, tainted or not. `false`
    /// where the rules do not show it.
    pub(super) fn allow_below(&self, layers: usize, op: FileOp, path: &GuestPath) -> bool {
        let path = Segments::new(path);
        let has = |list: &Option<List<FileOps>>| list.as_ref().is_some_and(|list| list.ops.contains(op));
        let restricts =
            |rule: &FileRule| (has(&rule.ask) || has(&rule.deny)) && rule.on.may_match_below(&path, Flavour::Folded);
        let allows_all =
            |rule: &FileRule| has(&rule.allow) && !rule.tainted && rule.on.matches_all_below(&path, Flavour::Exact);
        let is_allowed_by = |layer| self.rules.iter().any(|rule| rule.layer == layer && allows_all(rule));
        !self.rules.iter().any(restricts) && (0..layers).all(is_allowed_by)
    }

    /// Whether a layer refuses an operation on every path below this one by a `deny`, tainted or not. `false` where the rules do
    /// not show it.
    pub(super) fn deny_below(&self, layer: usize, op: FileOp, path: &GuestPath) -> bool {
        let path = Segments::new(path);
        let denies = |rule: &FileRule| rule.deny.as_ref().is_some_and(|list| list.ops.contains(op)) && !rule.tainted;
        let mut rules = self.rules.iter().filter(|rule| rule.layer == layer && denies(rule));
        rules.any(|rule| rule.on.matches_all_below(&path, Flavour::Folded))
    }

    /// Whether some rule of a layer may open an operation on some path below this one.
    pub(super) fn may_open_below(&self, layer: usize, op: FileOp, path: &GuestPath) -> bool {
        let path = Segments::new(path);
        let has = |list: &Option<List<FileOps>>| list.as_ref().is_some_and(|list| list.ops.contains(op));
        let mut rules = self.rules.iter().filter(|rule| rule.layer == layer);
        rules.any(|rule| {
            has(&rule.allow) && rule.on.may_match_below(&path, Flavour::Exact)
                || has(&rule.ask) && rule.on.may_match_below(&path, Flavour::Folded)
        })
    }

    /// Whether any rule holds only once a task is tainted.
    pub(super) fn ask_taint(&self) -> bool {
        self.rules.iter().any(|rule| rule.tainted)
    }

    /// Whether any rule of a layer lets a file be made, written or deleted, or asks whether it may be.
    pub(super) fn may_write(&self, layer: usize) -> bool {
        let changes = [FileOp::Create, FileOp::Write, FileOp::Delete];
        let opens = |list: &List<FileOps>| changes.iter().any(|op| list.ops.contains(*op));
        let rules = self.rules.iter().filter(|rule| rule.layer == layer);
        rules.flat_map(|rule| rule.allow.iter().chain(&rule.ask)).any(opens)
    }

    fn rule(&self, id: u32) -> Option<&FileRule> {
        self.rules.get(usize::try_from(id).ok()?)
    }
}

impl FileRule {
    fn word(&self, flavour: Flavour, op: FileOp, taint: Taint) -> Option<Word> {
        if self.tainted && taint == Taint::Clean {
            return None;
        }
        let has = |list: &Option<List<FileOps>>| list.as_ref().is_some_and(|list| list.ops.contains(op));
        match flavour {
            Flavour::Exact if has(&self.allow) => Some(Word::Allow),
            Flavour::Folded if has(&self.deny) => Some(Word::Deny),
            Flavour::Folded if has(&self.ask) => Some(Word::Ask),
            Flavour::Exact | Flavour::Folded => None,
        }
    }

    fn at(&self, word: Word) -> Option<&Arc<RuleRef>> {
        let list = match word {
            Word::Allow => &self.allow,
            Word::Ask => &self.ask,
            Word::Deny => &self.deny,
        };
        list.as_ref().map(|list| &list.at)
    }
}
