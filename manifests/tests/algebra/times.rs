//! Rules with `times`: what a task did before can close a rule, and not knowing it opens none.
use toolward_manifests::scope::{History, LayerId, RuleId};
use toolward_manifests::{Access, Call, Scope, ScopeTexts, Verdict};

use crate::algebra::rule::Word;
use crate::algebra::texts::{source, typed};

fn scope(policy_times: u32, grant_times: u32) -> Scope {
    let rule = |times| format!("tools = [{{ name = \"s\", allow = [\"call\"], times = {times} }}]\n");
    let policy = format!("schema = 1\nagents.a = {{}}\n[types.t]\nagents = [\"a\"]\n{}", rule(policy_times));
    let texts = ScopeTexts {
        policies: vec![typed(source("policy.toml", policy))],
        grants: vec![source("grant.toml", format!("schema = 1\n{}", rule(grant_times)))],
        ..ScopeTexts::default()
    };
    Scope::build(&texts).unwrap()
}

fn decide(scope: &Scope, history: Option<History>) -> Verdict {
    let input = serde_json::json!({});
    scope.decide(&Access::Tools(Call { tool: "s".into(), sha256: None, input, history }))
}

/// A task's calls one after the other, counted as the verdicts say.
fn calls_allowed(scope: &Scope) -> u64 {
    let mut history = History::new();
    for calls in 0.. {
        let Verdict::Allow(allow) = decide(scope, Some(history.clone())) else { return calls };
        assert_eq!(allow.counted().len(), 2, "each of the two rules counts");
        allow.counted().iter().for_each(|rule| *history.uses.entry(*rule).or_default() += 1);
    }
    0
}

#[test]
fn the_lowest_times_binds() {
    for policy in 1..5 {
        for grant in 1..5 {
            let scope = scope(policy, grant);
            assert_eq!(calls_allowed(&scope), u64::from(policy.min(grant)));
            assert_eq!(Word::of(&decide(&scope, None)), Word::Deny, "nothing is known of the history");
            let unknown_rule = RuleId { layer: LayerId([7; 32]), rule: [7; 32] };
            let unknown_rule = History { uses: [(unknown_rule, 100)].into(), ..History::new() };
            assert_eq!(Word::of(&decide(&scope, Some(unknown_rule))), Word::Allow);
        }
    }
}
