//! Whose past a rule asks about: only the layer that wrote it reads what was counted and marked for it.
use toolward_manifests::scope::{CallMarks, History, Marked, RuleId};
use toolward_manifests::{Access, Call, Scope, Verdict};

use crate::world::{World, call};

const TWICE: &str =
    "tools = [{ name = \"pay\", allow = [\"call\"], times = 2 }, { name = \"check\", allow = [\"call\"] }]\n";
const AFTER: &str =
    "tools = [{ name = \"pay\", allow = [\"call\"], after = \"check\" }, { name = \"check\", allow = [\"call\"] }]\n";

fn counted(world: &World) -> Vec<RuleId> {
    match world.scope().decide(&call("pay", "{}", Some(History::new()))) {
        Verdict::Allow(allow) => allow.counted().to_vec(),
        other => panic!("{other:?}"),
    }
}

fn marks_of_check(scope: &Scope) -> CallMarks {
    let Access::Tools(check) = call("check", "{}", None) else { unreachable!() };
    scope.marks(&Call { ..check })
}

fn word(world: &World, history: History) -> &'static str {
    world.scope().decide(&call("pay", "{}", Some(history))).word()
}

#[test]
fn each_layer_counts_and_marks_for_itself() {
    let layers = World::new().policy(TWICE).grant(TWICE).narrowed(TWICE);
    let ids = counted(&layers);
    assert_eq!(ids.len(), 3);
    assert!(ids.iter().all(|id| ids.iter().filter(|other| other.layer == id.layer).count() == 1));
    let scope = World::new().policy(AFTER).grant(AFTER).narrowed(AFTER).scope();
    let marks = marks_of_check(&scope).succeeded;
    assert_eq!(marks.len(), 3);
    // What one layer has marked satisfies no other.
    for mark in &marks {
        let own = [(*mark, Marked { began: true, succeeded: true })].into();
        let history = History { marks: own, ..History::new() };
        assert_eq!(scope.decide(&call("pay", "{}", Some(history))).word(), "deny");
    }
    let all = marks.into_iter().map(|mark| (mark, Marked { began: true, succeeded: true })).collect();
    assert_eq!(scope.decide(&call("pay", "{}", Some(History { marks: all, ..History::new() }))).word(), "allow");
}

#[test]
fn a_rule_with_the_same_words_in_both_policies_is_one() {
    let other = TWICE.replace("times = 2", "times = 5, why = \"w\"");
    let (then, both) = (counted(&World::new().policy(TWICE)), World::new().policy(&other).old_policy(TWICE));
    assert_eq!((then.len(), counted(&both).len()), (1, 1));
    // It has the identity that it has in the policy of the opening, which is named by its texts.
    assert_eq!(counted(&both)[0].rule, then[0].rule);
    assert_ne!(Some(counted(&both)[0].layer), both.scope().witnesses().changed);
    let changed = TWICE.replace("name = \"pay\"", "name = \"pa*\"");
    let both = World::new().policy(&changed).old_policy(TWICE);
    assert_eq!(counted(&both).len(), 2);
    assert!(counted(&both).iter().any(|id| Some(id.layer) == both.scope().witnesses().changed));
}

#[test]
fn of_calls_that_a_policy_did_not_see_nothing_is_known() {
    let rule = |more: &str| format!("tools = [{{ name = \"pay\", allow = [\"call\"]{more} }}]\n");
    let unseen = |world: &World, calls| {
        let changed = world.scope().witnesses().changed.unwrap();
        History { unseen: [(changed, calls)].into(), ..History::new() }
    };
    let then = rule("");
    for (now, calls, expected) in [
        (rule(", times = 3"), 0, "allow"),
        (rule(", times = 3"), 2, "allow"),
        (rule(", times = 3"), 3, "deny"),
        (rule(", not_after = \"check\""), 0, "allow"),
        (rule(", not_after = \"check\""), 1, "deny"),
        (rule(", after = \"check\""), 1, "deny"),
        (rule(" }, { name = \"pay\", deny = [\"call\"], after = \"check\""), 0, "allow"),
        (rule(" }, { name = \"pay\", deny = [\"call\"], after = \"check\""), 1, "deny"),
        (rule(" }, { name = \"pay\", deny = [\"call\"], not_after = \"check\""), 1, "deny"),
    ] {
        let world = World::new().policy(&now).old_policy(&then);
        let history = if calls == 0 { History::new() } else { unseen(&world, calls) };
        assert_eq!(word(&world, history), expected, "{now} after {calls} calls");
    }
    // The policy of the opening has seen them all.
    let world = World::new().policy(&then).old_policy(&rule(", times = 1"));
    assert_eq!(word(&world, unseen(&world, 100)), "allow");
}
