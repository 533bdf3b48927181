//! Limits: the manifest's value or its default, which policy and grant can only lower.
use toolward_manifests::{Limits, Scope, ScopeTexts};

use crate::algebra::texts::{source, typed};

/// A limit, two values of it, the lower first, and how to read it.
type Limit = (&'static str, [&'static str; 2], fn(&Limits) -> u128);

const ALL: [Limit; 15] = [
    ("memory", ["\"1MiB\"", "\"1GiB\""], |limits| limits.memory.into()),
    ("table_elements", ["10", "1_000_000"], |limits| limits.table_elements.into()),
    ("instances", ["1", "900"], |limits| limits.instances.into()),
    ("stack", ["\"64KiB\"", "\"1MiB\""], |limits| limits.stack.into()),
    ("time", ["\"10ms\"", "\"1h\""], |limits| limits.time.as_nanos()),
    ("output", ["\"1KiB\"", "\"1GiB\""], |limits| limits.output.into()),
    ("open_files", ["1", "60_000"], |limits| limits.open_files.into()),
    ("handles", ["16", "900_000"], |limits| limits.handles.into()),
    ("records", ["1", "9_000_000"], |limits| limits.records.into()),
    ("log", ["\"1KiB\"", "\"1GiB\""], |limits| limits.log.into()),
    ("input", ["\"1B\"", "\"1GiB\""], |limits| limits.input.into()),
    ("requests", ["1", "100_000"], |limits| limits.requests.into()),
    ("sent", ["\"1B\"", "\"64GiB\""], |limits| limits.sent.into()),
    ("received", ["\"1KiB\"", "\"1GiB\""], |limits| limits.received.into()),
    ("connections", ["1", "1_024"], |limits| limits.connections.into()),
];

/// The limits of a scope whose layers say this of one limit, where they say anything.
fn limits(name: &str, [manifest, policy, grant]: [Option<&str>; 3]) -> Limits {
    let table = |table: &str, value: Option<&str>| {
        value.map(|value| format!("[{table}]\n{name} = {value}\n")).unwrap_or_default()
    };
    let tool = "schema = 1\n[tool]\nname = \"t\"\ndescription = \"A test.\"\ncomponent = \"t.wasm\"\n";
    let task = "schema = 1\nagents.a = {}\n[types.t]\nagents = [\"a\"]\n";
    let texts = ScopeTexts {
        manifest: Some(source("tool.toml", format!("{tool}{}", table("limits", manifest)))),
        policies: vec![typed(source("policy.toml", format!("{task}{}", table("types.t.limits", policy))))],
        grants: vec![source("grant.toml", format!("schema = 1\n{}", table("limits", grant)))],
        ..ScopeTexts::default()
    };
    Scope::build(&texts).unwrap().limits()
}

/// Every limit, with every layer saying nothing, a low value or a high one.
#[test]
fn lowering_a_limit_never_raises_one() {
    let default = Limits::default();
    for (name, [low, high], value) in ALL {
        let written = [None, Some(low), Some(high)];
        // What each of the two values is, as a manifest's own.
        let own = |text| value(&limits(name, [Some(text), None, None]));
        assert!(own(low) < value(&default) && value(&default) < own(high), "{name}");
        for manifest in written {
            for policy in written {
                for grant in written {
                    let start = manifest.map_or(value(&default), own);
                    let lowered = [policy, grant].into_iter().flatten().map(own).fold(start, u128::min);
                    let found = limits(name, [manifest, policy, grant]);
                    assert_eq!(value(&found), lowered, "{name}: {manifest:?} {policy:?} {grant:?}");
                    let others = ALL.iter().filter(|(other, ..)| *other != name);
                    others.for_each(|(_, _, other)| assert_eq!(other(&found), other(&default)));
                }
            }
        }
    }
}
