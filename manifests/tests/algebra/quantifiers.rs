//! Conditions on arrays, on what is absent, `null` or empty, and on fields that no condition names: each random input is
//! decided as a slow reference decides it, under `allow`, `ask` and `deny`.
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::Config;
use serde_json::{Map, Value, json};
use toolward_manifests::scope::History;
use toolward_manifests::{Access, Call, Scope, ScopeTexts};

use crate::algebra::texts::{source, typed};

/// One step of a field's path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Name(&'static str),
    Each,
}

/// A condition on one field, and whether the tool's schema allows `null` everywhere on its path.
#[derive(Debug, Clone)]
struct Condition {
    path: &'static str,
    pattern: &'static str,
    optional: bool,
    null_is_allowed: bool,
}

/// What stands at the end of a path.
enum Leaf<'v> {
    Nothing,
    Unreachable,
    Value(&'v Value),
}

fn steps(path: &'static str) -> Vec<Step> {
    let part = |part: &'static str| {
        let name = part.trim_end_matches("[]");
        let each = (part.len() - name.len()) / 2;
        std::iter::once(Step::Name(name)).chain(std::iter::repeat_n(Step::Each, each))
    };
    path.split('.').flat_map(part).collect()
}

impl Condition {
    fn toml(&self) -> String {
        let optional = if self.optional { ", optional = true" } else { "" };
        format!("{:?} = {{ pattern = {:?}{optional} }}", self.path, self.pattern)
    }

    /// A schema of the whole input.
    fn schema(&self) -> Value {
        let around = |inner: Value, step: &Step| {
            let or_null = |kind: &str| if self.null_is_allowed { json!([kind, "null"]) } else { json!(kind) };
            match step {
                Step::Name(name) => json!({ "type": or_null("object"), "properties": { *name: inner } }),
                Step::Each => json!({ "type": or_null("array"), "items": inner }),
            }
        };
        let text = if self.null_is_allowed { json!({ "type": ["string", "null"] }) } else { json!({}) };
        steps(self.path).iter().rev().fold(text, around)
    }

    fn leaves<'v>(&self, value: Option<&'v Value>, steps: &[Step], found: &mut Vec<Leaf<'v>>) {
        let value = value.filter(|value| !(self.null_is_allowed && value.is_null()));
        let (Some(there), Some((step, rest))) = (value, steps.split_first()) else {
            return found.push(value.map_or(Leaf::Nothing, Leaf::Value));
        };
        match (step, there) {
            (Step::Name(name), Value::Object(fields)) => self.leaves(fields.get(*name), rest, found),
            (Step::Each, Value::Array(items)) if items.is_empty() => found.push(Leaf::Nothing),
            (Step::Each, Value::Array(items)) => items.iter().for_each(|item| self.leaves(Some(item), rest, found)),
            _ => found.push(Leaf::Unreachable),
        }
    }

    /// Whether a text fits, and whether it does in any case.
    fn fits(&self, text: &str) -> (bool, bool) {
        let fits = |text: &str| match self.pattern.strip_suffix('*') {
            Some(begin) => text.starts_with(begin),
            None => text == self.pattern,
        };
        (fits(text), fits(&text.to_lowercase()))
    }

    /// Every value fits: nothing only where the condition is optional, and what cannot be reached never.
    fn is_proved(&self, input: &Value) -> bool {
        let mut leaves = Vec::new();
        self.leaves(Some(input), &steps(self.path), &mut leaves);
        leaves.iter().all(|leaf| match leaf {
            Leaf::Nothing => self.optional,
            Leaf::Value(Value::String(text)) => self.fits(text).0,
            Leaf::Value(_) | Leaf::Unreachable => false,
        })
    }

    /// Any value fits, or may.
    fn is_possible(&self, input: &Value) -> bool {
        let mut leaves = Vec::new();
        self.leaves(Some(input), &steps(self.path), &mut leaves);
        leaves.iter().any(|leaf| match leaf {
            Leaf::Nothing => !self.optional,
            Leaf::Value(Value::String(text)) => self.fits(text).1,
            Leaf::Value(_) | Leaf::Unreachable => true,
        })
    }

    /// Whether each scalar and each empty container lies on the path, or the path leads on from it.
    fn covers(&self, input: &Value) -> bool {
        let path = steps(self.path);
        let mut places = Vec::new();
        ends(input, &mut Vec::new(), &mut places);
        places.iter().all(|(place, end)| {
            let next = if path.starts_with(place) { path.get(place.len()) } else { None };
            place.starts_with(&path)
                || match (end, next) {
                    (Value::Object(_), Some(Step::Name(_))) | (Value::Array(_), Some(Step::Each)) => true,
                    (Value::Null, Some(_)) => self.null_is_allowed,
                    _ => false,
                }
        })
    }

    fn decided(&self, word: &str, input: &Value) -> &'static str {
        let rules = format!(
            "tools = [{{ name = \"read\", {word} = [\"call\"], input = {{ {} }} }}{}]\n",
            self.toml(),
            if word == "allow" { "" } else { ", { name = \"read\", allow = [\"call\"] }" },
        );
        let policy = format!("schema = 1\nagents.a = {{}}\n[types.t]\nagents = [\"a\"]\n{rules}");
        let texts = ScopeTexts { policies: vec![typed(source("policy.toml", policy))], ..ScopeTexts::default() };
        let scope = Scope::build(&texts).unwrap_or_else(|errors| panic!("{}: {texts:#?}", errors[0]));
        let scope = scope.with_input_schema("read", &self.schema());
        let history = Some(History::new());
        let call = Call { tool: "read".to_owned(), sha256: None, input: input.clone(), history };
        scope.decide(&Access::Tools(call)).word()
    }
}

/// Every scalar and every empty container but the input itself, with the way to it.
fn ends<'v>(value: &'v Value, way: &mut Vec<Step>, found: &mut Vec<(Vec<Step>, &'v Value)>) {
    let mut below = |step: Step, value: &'v Value, found: &mut Vec<_>| {
        way.push(step);
        ends(value, way, found);
        way.pop();
    };
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            fields.iter().for_each(|(name, value)| below(Step::Name(known(name)), value, found));
        }
        Value::Array(items) if !items.is_empty() => items.iter().for_each(|item| below(Step::Each, item, found)),
        _ if way.is_empty() => {}
        _ => found.push((way.clone(), value)),
    }
}

fn known(name: &str) -> &'static str {
    ["to", "rows", "other", "a"].into_iter().find(|known| *known == name).unwrap()
}

fn value() -> BoxedStrategy<Value> {
    let leaf = select(vec![json!(null), json!("eve"), json!("EVE"), json!("ana"), json!(1), json!([]), json!({})]);
    leaf.prop_recursive(3, 12, 3, |inner| {
        let field = (select(vec!["to", "rows", "a"]), inner.clone());
        prop_oneof![
            prop::collection::vec(inner, 0..3).prop_map(Value::Array),
            prop::collection::vec(field, 0..3).prop_map(object),
        ]
    })
    .boxed()
}

fn object(fields: Vec<(&str, Value)>) -> Value {
    Value::Object(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>())
}

/// What the condition's path leads to more often than not.
fn input() -> impl Strategy<Value = Value> {
    let rows = prop_oneof![
        value(),
        prop::collection::vec(value(), 0..3).prop_map(Value::Array),
        prop::collection::vec(value().prop_map(|to| json!({ "to": to })), 0..3).prop_map(Value::Array),
    ];
    let other =
        select(vec![None, None, None, Some(json!({})), Some(json!([[]])), Some(json!({ "a": {} })), Some(json!(null))]);
    (prop::option::of(value()), prop::option::of(rows), other).prop_map(|(to, rows, other)| {
        let fields = [("to", to), ("rows", rows), ("other", other)];
        object(fields.into_iter().filter_map(|(name, value)| Some((name, value?))).collect())
    })
}

fn condition() -> impl Strategy<Value = Condition> {
    let path = select(vec!["to", "to[]", "rows[].to", "rows[].to[]", "rows", "rows[]", "rows[][]", "to.a"]);
    (path, select(vec!["eve", "e*", "*"]), any::<bool>(), any::<bool>())
        .prop_map(|(path, pattern, optional, null_is_allowed)| Condition { path, pattern, optional, null_is_allowed })
}

proptest! {
    #![proptest_config(Config { cases: 1024, failure_persistence: None, ..Config::default() })]

    /// An `allow` matches where every element does, an `ask` and a `deny` where any does; nothing that is there passes
    /// unnamed.
    #[test]
    fn conditions_quantify_as_the_reference_does(condition in condition(), input in input()) {
        let allows = condition.is_proved(&input) && condition.covers(&input);
        prop_assert_eq!(condition.decided("allow", &input), if allows { "allow" } else { "deny" }, "{:?} {}", condition, input);
        let matches = condition.is_possible(&input);
        prop_assert_eq!(condition.decided("ask", &input), if matches { "ask" } else { "allow" }, "{:?} {}", condition, input);
        prop_assert_eq!(condition.decided("deny", &input), if matches { "deny" } else { "allow" }, "{:?} {}", condition, input);
    }
}
