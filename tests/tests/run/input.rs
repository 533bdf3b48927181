//! What is given to a guest: input of every size, and what is not within its limit.
use std::fs;

use toolward_tests::{Outcome, World};

fn with_input(world: World, bytes: &[u8]) -> Outcome {
    let file = world.path("tmp/input");
    fs::write(&file, bytes).unwrap();
    world.option("--input").option(format!("@{}", file.display())).run("stdin_exhaustion")
}

/// The guest gets the bytes as they are.
#[test]
fn the_input_is_the_bytes_of_the_file() {
    let outcome = with_input(World::new(), b" {\"a\": 1}\n\0\xff");
    outcome.exits(0).changed_nothing();
    assert!(outcome.ended.stdout.contains("bytes 12\n"), "{outcome}");
}

/// Up to the limit.
#[test]
fn an_input_of_the_limit_is_taken() {
    let outcome = with_input(World::new().limits("input = \"64KiB\"\n"), &[b'x'; 65_536]);
    outcome.exits(0);
    assert!(outcome.ended.stdout.contains("bytes 65536\n"), "{outcome}");
}

/// A byte more is refused before the guest starts.
#[test]
fn an_input_beyond_the_limit_is_refused() {
    let outcome = with_input(World::new().limits("input = \"64KiB\"\n"), &[b'x'; 65_537]);
    assert!(matches!(outcome.ended.code, Some(124 | 125)), "{outcome}");
    assert!(outcome.ended.stderr.starts_with("error: ") && outcome.ended.stdout.is_empty(), "{outcome}");
}

/// 100 MiB are one clear line, and are not held in memory first.
#[test]
fn a_hundred_mebibytes_are_refused() {
    let outcome = with_input(World::new(), &vec![b'x'; 100 << 20]);
    assert!(matches!(outcome.ended.code, Some(124 | 125)), "{outcome}");
    assert!(outcome.ended.stderr.starts_with("error: ") && outcome.ended.stdout.is_empty(), "{outcome}");
    outcome.ended_within(std::time::Duration::from_secs(5)).changed_nothing();
}

#[test]
fn an_input_file_that_is_missing() {
    let world = World::new();
    let missing = format!("@{}", world.path("tmp/missing").display());
    world.option("--input").option(missing).run("stdin_exhaustion").could_not_run("missing").changed_nothing();
}

/// An input that never ends is cut at the limit, not waited for.
#[test]
fn an_input_without_end() {
    let outcome = World::new().option("--input").option("@/dev/zero").run("stdin_exhaustion");
    assert!(matches!(outcome.ended.code, Some(124 | 125)), "{outcome}");
    outcome.ended_within(std::time::Duration::from_secs(5)).changed_nothing();
}
