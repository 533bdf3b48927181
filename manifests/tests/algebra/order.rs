//! Where rules stand: neither their order nor the part of the policy that holds them changes a verdict.
use toolward_manifests::{Policy, Scope};

use crate::algebra::rule::{Rule, Word};
use crate::algebra::texts::{PolicyRules, Rules, source};
use crate::algebra::universe::{Layers, Universe};
use crate::decided::choices;
use crate::kinds;

fn universe() -> Universe {
    kinds::files(&["/**", "/a/**", "/*/B"], &[&["read", "write"], &["create"]])
}

fn words(universe: &Universe, scope: &Scope) -> Vec<Word> {
    universe.accesses.iter().map(|access| Word::of(&scope.decide(access))).collect()
}

/// Every order of every three rules.
#[test]
fn the_order_of_rules_is_irrelevant() {
    let universe = universe();
    for chosen in choices(&universe, 3) {
        let &[a, b, c] = &chosen[..] else { continue };
        let expected = universe.expected(&policy(chosen));
        for order in [[a, c, b], [b, a, c], [b, c, a], [c, a, b], [c, b, a]] {
            assert_eq!(universe.decided(&policy(order.to_vec())), expected);
        }
    }
}

fn policy(chosen: Vec<usize>) -> Layers {
    Layers { chosen: [None, Some(chosen), None], asks: false }
}

/// Every two rules in every two of: the type, a set it uses, the rules for all types; or in a set and a type that have
/// nothing to do with it, which is nowhere.
#[test]
fn sets_and_rules_for_all_types_are_part_of_the_policy() {
    let universe = universe();
    for chosen in choices(&universe, 2) {
        for places in [[0, 1], [0, 2], [1, 2], [2, 2], [1, 1], [0, 3], [3, 1], [2, 3], [3, 3]] {
            let mut rules = PolicyRules::default();
            let mut in_force = Vec::new();
            for (&rule, place) in chosen.iter().zip(places) {
                let parts = [&mut rules.own, &mut rules.used, &mut rules.all, &mut rules.elsewhere];
                parts.into_iter().nth(place).unwrap().push(universe.rules[rule].clone());
                in_force.extend((place != 3).then_some(rule));
            }
            let scope = Scope::build(&Rules { policy: Some(rules), ..Rules::default() }.texts()).unwrap();
            assert_eq!(words(&universe, &scope), universe.expected(&policy(in_force)));
        }
    }
}

/// The parser refuses what the enumeration leaves out: an operation of one resource twice in the same list.
#[test]
fn the_same_rule_twice_is_refused() {
    let universe = universe();
    for rule in &universe.rules {
        assert!(!rule.goes_with(rule));
        let twice: Vec<Rule> = vec![rule.clone(), rule.clone()];
        let texts = Rules { grants: vec![twice], ..Rules::default() }.texts();
        assert_eq!(Scope::build(&texts).unwrap_err()[0].message, "duplicate rule");
        // Where two parts of a policy say the same, each may.
        let parts = PolicyRules { own: vec![rule.clone()], all: vec![rule.clone()], ..PolicyRules::default() };
        let texts = Rules { policy: Some(parts), ..Rules::default() }.texts();
        assert!(Policy::parse(&source("policy.toml", texts.policies[0].0[0].text.clone())).is_ok());
    }
}
