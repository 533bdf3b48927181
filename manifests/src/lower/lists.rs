//! The lists of a rule: `allow`, `ask` and `deny`.
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::ops::Range;
use std::sync::Arc;

use super::Lowering;
use crate::file::{At, Lists, Ops as OpsFile, RuleFile};
use crate::rule::{List, Ops, Resource, Rule};
use crate::verdict::{Layer, RuleRef};

const WORDS: [&str; 3] = ["allow", "ask", "deny"];

/// The operations that each list of one rule names: what is compared with other lists and other rules.
type Named<O> = [Vec<<O as Ops>::Op>; 3];

/// A rule, the operations that it names, and where it stands.
pub(super) struct Lowered<R, O: Ops> {
    pub(super) rule: Rule<R, O>,
    named: Named<O>,
    span: Range<usize>,
}

impl Lowering<'_> {
    /// A rule on a resource that is lowered already: `None` where that had errors.
    pub(super) fn rule<R, O: Ops>(
        &mut self,
        written: &At<impl RuleFile>,
        on: Option<R>,
        shown: &str,
    ) -> Option<Lowered<R, O>> {
        self.why(written);
        let Lists { allow, ask, deny } = written.lists();
        let lists = [allow, ask, deny];
        if lists.iter().all(Option::is_none) {
            let help = "add a list: `allow`, `ask` or `deny`".to_owned();
            self.error_with_help(&written.span, "the rule says nothing", help);
        }
        let named = self.named::<O>(lists);
        let [allowed, asked, denied] = named.clone();
        let tainted = self.tainted(written);
        let shown = if tainted { format!("`{shown}`, once tainted") } else { format!("`{shown}`") };
        let list = |word: &str, written: Option<&OpsFile>, ops: O| {
            written.map(|written| List { ops, at: self.rule_ref(word, written, &shown) })
        };
        let rule = Rule {
            on: on?,
            allow: list("allow", allow, O::allowing(allowed)),
            ask: list("ask", ask, O::catching(asked)),
            deny: list("deny", deny, O::catching(denied)),
            tainted,
        };
        Some(Lowered { rule, named, span: written.span.clone() })
    }

    fn tainted(&mut self, written: &At<impl RuleFile>) -> bool {
        let Some(tainted) = written.tainted() else { return false };
        if !tainted.value {
            self.error_with_help(&tainted.span, "`tainted = false` says nothing", "leave it out".to_owned());
        }
        if written.lists().allow.is_some() {
            let help =
                "taint takes leave away and gives none: write the `ask` or `deny` as a rule of its own".to_owned();
            self.error_with_help(&tainted.span, "`tainted` stands beside an `allow`", help);
        }
        true
    }

    fn why(&mut self, written: &At<impl RuleFile>) {
        match written.why() {
            Some(why) if why.trim().is_empty() => self.error(&why.span, "`why` is empty"),
            None if self.layer == Layer::Manifest => {
                let help = "say what the tool needs it for: `why = \"…\"`".to_owned();
                self.error_with_help(&written.span, "the rule has no `why`", help);
            }
            Some(_) | None => {}
        }
    }

    /// The operations of the three lists; each operation is named once in a rule.
    fn named<O: Ops>(&mut self, lists: [Option<&OpsFile>; 3]) -> Named<O> {
        let mut named: Named<O> = [const { Vec::new() }; 3];
        let mut known: HashMap<String, &str> = HashMap::new();
        for (at, list) in lists.into_iter().enumerate() {
            let Some(list) = list else { continue };
            let word = WORDS.get(at).copied().unwrap_or_default();
            if list.is_empty() {
                let help = "leave the list out, or name an operation".to_owned();
                self.error_with_help(&list.span, format!("`{word}` is empty"), help);
            }
            for written in list.iter() {
                let Some(op) = self.pattern(&written.span, O::op(written)) else { continue };
                match known.entry(format!("{op:?}")) {
                    Entry::Occupied(before) => self.named_before(written, word, before.get()),
                    Entry::Vacant(place) => drop(place.insert(word)),
                }
                if let Some(ops) = named.get_mut(at) {
                    ops.push(op);
                }
            }
        }
        named
    }

    fn named_before(&mut self, written: &At<String>, word: &str, before: &str) {
        let op = written.escape_debug();
        let message = match word == before {
            true => format!("`{op}` stands twice in `{word}`"),
            false => format!("`{op}` stands in `{before}` and in `{word}` of one rule"),
        };
        self.error_with_help(&written.span, message, "name an operation once".to_owned());
    }

    pub(super) fn rule_ref(&self, word: &str, list: &OpsFile, shown: &str) -> Arc<RuleRef> {
        let ops: Vec<_> = list.iter().map(|op| format!("\"{}\"", op.value)).collect();
        Arc::new(RuleRef {
            file: self.source.name.as_str().into(),
            line: self.line(&list.span),
            text: format!("`{word} = [{}]` on {shown}", ops.join(", ")).into(),
        })
    }

    /// Two rules of one table that name the same operation, of the same resource, in the same list.
    pub(super) fn duplicates<R: Resource, O: Ops>(&mut self, rules: &[Lowered<R, O>]) {
        let mut known: HashMap<_, &Range<usize>> = HashMap::new();
        for later in rules {
            let key: Arc<str> = later.rule.on.key().into();
            let mut earliest: Option<&Range<usize>> = None;
            for (list, ops) in later.named.iter().enumerate() {
                for op in ops {
                    match known.entry((Arc::clone(&key), later.rule.tainted, list, format!("{op:?}"))) {
                        Entry::Occupied(earlier) if *earlier.get() != &later.span => {
                            let earlier = *earlier.get();
                            earliest = Some(earliest.filter(|at| at.start < earlier.start).unwrap_or(earlier));
                        }
                        Entry::Occupied(_) => {}
                        Entry::Vacant(place) => drop(place.insert(&later.span)),
                    }
                }
            }
            if let Some(earlier) = earliest {
                let help = format!("line {} names the same operation of the same resource", self.line(earlier));
                self.error_with_help(&later.span, "duplicate rule", help);
            }
        }
    }
}
