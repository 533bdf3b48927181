//! Limits: the manifest's value or its default; policy and grant can only lower it.
use std::time::Duration;

use toolward_manifests::Limits;

use crate::world::World;

#[test]
fn a_limit_is_the_manifests_or_its_default() {
    assert_eq!(World::new().scope().limits(), Limits::default());
    let limits = World::new().manifest("[limits]\nmemory = \"1GiB\"\ntime = \"1m\"\n").scope().limits();
    assert_eq!((limits.memory, limits.time, limits.output), (1 << 30, Duration::from_mins(1), 4 << 20));
}

#[test]
fn policy_and_grant_only_lower() {
    let world = World::new().manifest("[limits]\nmemory = \"100MiB\"\n");
    let world = world.policy("limits = { memory = \"50MiB\", output = \"1GiB\", records = 10 }\n");
    let limits = world.scope().limits();
    assert_eq!((limits.memory, limits.output, limits.records), (50 << 20, 4 << 20, 10));
    let limits = world.grant("[limits]\nmemory = \"60MiB\"\nrecords = 5\n").scope().limits();
    assert_eq!((limits.memory, limits.records), (50 << 20, 5));
}

#[test]
fn the_defaults_are_what_this_platform_holds() {
    assert_eq!(Limits::default().lowered_by(Limits::MOST), Limits::default());
}
