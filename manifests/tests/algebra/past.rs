//! What a task did before, and what it has read: every scope of small layers, in every state, decides as a slow reference
//! does; and no layer more, no taint more and no doubt more opens anything.
use toolward_manifests::scope::{History, Marked, Taint};
use toolward_manifests::{Access, Call, Scope, ScopeTexts};

use crate::algebra::rule::Word;
use crate::algebra::texts::{source, typed};

/// When a rule holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    Always,
    After,
    NotAfter,
    /// After one call, and not after another.
    Between,
}

/// One rule for the tool `pay`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Rule {
    word: Word,
    order: Order,
    tainted: bool,
}

/// What is known of the calls of `ok` and of `go`; `None` where nothing is.
type Past = Option<[Known; 2]>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    Nothing,
    Began,
    Succeeded,
}

const KNOWN: [Known; 3] = [Known::Nothing, Known::Began, Known::Succeeded];
const TAINTS: [Taint; 3] = [Taint::Clean, Taint::Tainted, Taint::Unknown];

fn rules() -> Vec<Rule> {
    let mut rules = Vec::new();
    for word in Word::ALL {
        for order in [Order::Always, Order::After, Order::NotAfter, Order::Between] {
            let taints: &[bool] = if word == Word::Allow { &[false] } else { &[false, true] };
            rules.extend(taints.iter().map(|&tainted| Rule { word, order, tainted }));
        }
    }
    rules
}

fn states() -> Vec<(Past, Taint)> {
    let known = KNOWN.into_iter().flat_map(|ok| KNOWN.map(|go| Some([ok, go])));
    known.chain([None]).flat_map(|past| TAINTS.map(|taint| (past, taint))).collect()
}

/// The layers of a scope: policies, the first of which asks where no rule matches, or does not; and grants.
#[derive(Debug, Clone, Default)]
struct Layers {
    asks: bool,
    policies: Vec<Vec<Rule>>,
    grants: Vec<Vec<Rule>>,
}

impl Layers {
    fn scope(&self) -> Scope {
        let policy = |(at, rules): (usize, &Vec<Rule>)| {
            let unmatched = if at == 0 && self.asks { "unmatched.tools = \"ask\"\n" } else { "" };
            let head = format!("schema = 1\nagents.a = {{}}\n{unmatched}[types.t]\nagents = [\"a\"]\n");
            typed(source("policy.toml", format!("{head}{}", tables(rules))))
        };
        let grant = |rules: &Vec<Rule>| source("grant.toml", format!("schema = 1\n{}", tables(rules)));
        let texts = ScopeTexts {
            policies: self.policies.iter().enumerate().map(policy).collect(),
            grants: self.grants.iter().map(grant).collect(),
            ..ScopeTexts::default()
        };
        Scope::build(&texts).unwrap_or_else(|errors| panic!("{}: {texts:#?}", errors[0]))
    }

    /// What the reference says, in every state.
    fn expected(&self) -> Vec<Word> {
        let layers = |(past, taint): (Past, Taint)| {
            let unmatched = |at: usize| if at == 0 && self.asks { Word::Ask } else { Word::Deny };
            let policies = self.policies.iter().enumerate().map(|(at, own)| layer(own, past, taint, unmatched(at)));
            let grants = self.grants.iter().filter(|own| !own.is_empty());
            let words: Vec<_> = policies.chain(grants.map(|own| layer(own, past, taint, Word::Deny))).collect();
            words.into_iter().max().unwrap_or(Word::Deny)
        };
        states().into_iter().map(layers).collect()
    }

    /// What the scope says, in every state.
    fn decided(&self) -> Vec<Word> {
        let scope = self.scope();
        states().into_iter().map(|(past, taint)| decide(&scope, past, taint)).collect()
    }
}

fn tables(rules: &[Rule]) -> String {
    let rules: String = rules.iter().map(|rule| format!("  {},\n", toml(rule))).collect();
    if rules.is_empty() { rules } else { format!("tools = [\n{rules}]\n") }
}

fn toml(rule: &Rule) -> String {
    let order = match rule.order {
        Order::Always => "",
        Order::After => ", after = \"ok\"",
        Order::NotAfter => ", not_after = \"ok\"",
        Order::Between => ", after = \"ok\", not_after = \"go\"",
    };
    let tainted = if rule.tainted { ", tainted = true" } else { "" };
    format!("{{ name = \"pay\", {} = [\"call\"]{order}{tainted} }}", rule.word.text())
}

fn call(tool: &str, history: Option<History>) -> Call {
    Call { tool: tool.to_owned(), sha256: None, input: serde_json::json!({}), history }
}

fn decide(scope: &Scope, past: Past, taint: Taint) -> Word {
    let marks = |known: [Known; 2]| {
        let of = |(tool, known): (&str, Known)| {
            let marked = Marked { began: known != Known::Nothing, succeeded: known == Known::Succeeded };
            scope.marks(&call(tool, None)).began.into_iter().map(move |mark| (mark, marked)).collect::<Vec<_>>()
        };
        ["ok", "go"].into_iter().zip(known).flat_map(of).collect()
    };
    let history = past.map(|known| History { marks: marks(known), ..History::new() });
    Word::of(&scope.decide_when(&Access::Tools(call("pay", history)), taint))
}

/// What one layer says. An `ask` of the tainted alone opens nothing.
fn layer(rules: &[Rule], past: Past, taint: Taint, unmatched: Word) -> Word {
    let matching: Vec<&Rule> = rules.iter().filter(|rule| matches(rule, past, taint)).collect();
    let strictest = |rules: &mut dyn Iterator<Item = &&Rule>| rules.map(|rule| rule.word).max();
    let clean = strictest(&mut matching.iter().filter(|rule| !rule.tainted)).unwrap_or(unmatched);
    strictest(&mut matching.iter().filter(|rule| rule.tainted)).map_or(clean, |tainted| tainted.max(clean))
}

fn matches(rule: &Rule, past: Past, taint: Taint) -> bool {
    let after = |known: Known| match known {
        Known::Nothing => Some(false),
        Known::Began => None,
        Known::Succeeded => Some(true),
    };
    let ok = past.and_then(|[ok, _]| after(ok));
    let go = past.and_then(|[_, go]| after(go));
    let holds: Vec<Option<bool>> = match rule.order {
        Order::Always => vec![],
        Order::After => vec![ok],
        Order::NotAfter => vec![ok.map(|is| !is)],
        Order::Between => vec![ok, go.map(|is| !is)],
    };
    let proved = match rule.word {
        Word::Allow => holds.iter().all(|holds| *holds == Some(true)),
        Word::Ask | Word::Deny => holds.iter().all(|holds| *holds != Some(false)),
    };
    proved && !(rule.tainted && taint == Taint::Clean)
}

/// A layer's every choice of at most two rules.
fn layers() -> Vec<Vec<Rule>> {
    let rules = rules();
    let mut layers: Vec<Vec<Rule>> = vec![vec![]];
    layers.extend(rules.iter().map(|&rule| vec![rule]));
    for (at, &first) in rules.iter().enumerate() {
        layers.extend(rules.iter().skip(at + 1).map(|&second| vec![first, second]));
    }
    layers
}

fn no_wider(before: &[Word], after: &[Word], what: &str, layers: &Layers) {
    let wider = before.iter().zip(after).position(|(before, after)| after < before);
    assert!(wider.is_none(), "{what} widens {layers:?} in {:?}", states()[wider.unwrap()]);
}

/// Every policy of two rules or fewer, alone and below every grant of one: as the reference says, and no wider.
#[test]
fn a_grant_more_opens_nothing_whatever_was_done_before() {
    let one: Vec<_> = layers().into_iter().filter(|own| own.len() < 2).collect();
    let mut decided = 0;
    for policy in layers() {
        for asks in [false, true] {
            let alone = Layers { asks, policies: vec![policy.clone()], grants: vec![] };
            let before = alone.decided();
            assert_eq!(before, alone.expected(), "{alone:?}");
            for grant in &one {
                let below = Layers { grants: vec![grant.clone()], ..alone.clone() };
                let after = below.decided();
                assert_eq!(after, below.expected(), "{below:?}");
                no_wider(&before, &after, "a grant more", &below);
                decided += after.len();
            }
        }
    }
    assert_eq!(decided, 265_860);
}

/// Every policy of one rule, old and new, below two grants of one rule or none.
#[test]
fn old_policies_and_narrowings_open_nothing() {
    let one: Vec<_> = layers().into_iter().filter(|own| own.len() < 2).collect();
    for new in &one {
        for other in &one {
            let policies = Layers { policies: vec![new.clone(), other.clone()], ..Layers::default() };
            let alone = Layers { policies: vec![new.clone()], ..Layers::default() };
            let (before, both) = (alone.decided(), policies.decided());
            assert_eq!(both, policies.expected(), "{policies:?}");
            no_wider(&before, &both, "an old policy", &policies);
            for narrowed in one.iter().step_by(2) {
                let grants = Layers { grants: vec![other.clone(), narrowed.clone()], ..alone.clone() };
                let parent = Layers { grants: vec![other.clone()], ..alone.clone() };
                let after = grants.decided();
                assert_eq!(after, grants.expected(), "{grants:?}");
                no_wider(&parent.expected(), &after, "a narrowing", &grants);
            }
        }
    }
}

/// Neither an `ask` nor a `deny` that holds once tainted; nor that the task is tainted, or that nobody knows.
#[test]
fn taint_opens_nothing() {
    for policy in layers() {
        for asks in [false, true] {
            let layers = Layers { asks, policies: vec![policy.clone()], grants: vec![] };
            let (before, scope) = (layers.decided(), layers.scope());
            for past in states().into_iter().map(|(past, _)| past) {
                let [clean, tainted, unknown] = TAINTS.map(|taint| decide(&scope, past, taint));
                assert!(clean <= tainted && tainted == unknown, "{layers:?} {past:?}");
            }
            for more in rules().into_iter().filter(|rule| rule.tainted && !policy.contains(rule)) {
                let more = Layers { policies: vec![[&policy[..], &[more]].concat()], ..layers.clone() };
                let after = more.decided();
                assert_eq!(after, more.expected(), "{more:?}");
                no_wider(&before, &after, "a tainted rule", &more);
            }
        }
    }
}

/// What is allowed in doubt is allowed whatever the truth is: where a call may have succeeded or not, or nothing is known.
#[test]
fn doubt_opens_nothing() {
    for policy in layers() {
        let layers = Layers { policies: vec![policy], ..Layers::default() };
        let scope = layers.scope();
        for doubt in KNOWN.map(|ok| Some([ok, Known::Began])).into_iter().chain([Some([Known::Began; 2]), None]) {
            for taint in TAINTS {
                if decide(&scope, doubt, taint) != Word::Allow {
                    continue;
                }
                let may_be = |own: usize, known: Known| {
                    doubt.is_none_or(|doubt| doubt[own] == Known::Began || doubt[own] == known)
                };
                for ok in KNOWN.into_iter().filter(|&known| may_be(0, known)) {
                    for go in KNOWN.into_iter().filter(|&known| may_be(1, known)) {
                        let word = decide(&scope, Some([ok, go]), taint);
                        assert_eq!(word, Word::Allow, "{layers:?} {doubt:?} {ok:?} {go:?}");
                    }
                }
            }
        }
    }
}
