//! Typed components that lie about their values, take more than they may, or hold what is no data.
use std::time::Duration;

use toolward_tests::component::{assemble, function};
use toolward_tests::{Outcome, World, typed_guest};

const FUNCTION: &str = "\n[functions.f]\nexport = \"EXPORT\"\ndescription = \"It is under test.\"\n";

fn world(export: &str, input: &str) -> World {
    let world = World::new().rule(&FUNCTION.replace("EXPORT", export));
    world.option("--function").option("f").option("--input").option(input)
}

/// Runs a function of the typed guest that should not do what it does.
fn misbehave(name: &str, input: &str, limits: &str) -> Outcome {
    let export = format!("toolward:typed/misbehave#{name}");
    world(&export, input).limits(limits).run_bytes(&std::fs::read(typed_guest()).unwrap())
}

/// Runs the function `f` of a component.
fn run(component: &[u8]) -> Outcome {
    world("f", "{}").run_bytes(component)
}

fn reached(outcome: &Outcome, limit: &str) {
    outcome.exits(124).changed_nothing();
    assert!(outcome.ended.stderr.contains(&format!("the limit `{limit}` was reached")), "{outcome}");
    assert_eq!(outcome.ended.stdout, "", "{outcome}");
}

fn trapped(outcome: &Outcome) {
    outcome.exits(134).changed_nothing();
    assert_eq!(outcome.ended.stdout, "", "{outcome}");
}

#[test]
fn a_trap() {
    trapped(&misbehave("trap", "{}", ""));
    // It ends without what its type promises.
    trapped(&misbehave("leave", "{}", ""));
}

#[test]
fn its_limits() {
    let outcome = misbehave("spin", "{}", "time = \"200ms\"\n");
    reached(outcome.ended_within(Duration::from_secs(5)), "time");
    reached(&misbehave("recurse", r#"{"depth": 4294967295}"#, ""), "stack");
    reached(&misbehave("take-memory", "{}", "memory = \"8MiB\"\n"), "memory");
}

/// What is given counts as output, however it is typed: as JSON, and as what it takes in the host's memory before that.
#[test]
fn more_than_it_may_give() {
    let limits = "output = \"64KiB\"\n";
    misbehave("many-bytes", r#"{"count": 48000}"#, limits).exits(0);
    reached(&misbehave("many-bytes", r#"{"count": 50000}"#, limits), "output");
    misbehave("many-numbers", r#"{"count": 30000}"#, limits).exits(0);
    for count in [33_000, 1_000_000, 20_000_000] {
        reached(&misbehave("many-numbers", &format!("{{\"count\": {count}}}"), limits), "output");
    }
    misbehave("many-texts", r#"{"count": 20000}"#, limits).exits(0);
    reached(&misbehave("many-texts", r#"{"count": 1000000}"#, limits), "output");
}

/// What it gave is withheld where it traps while it cleans up.
#[test]
fn a_trap_in_post_return() {
    let module = r#"(func (export "f") (result i32) (i32.store (i32.const 0) (i32.const 8)) (i32.store (i32.const 4) (i32.const 1))
        (i32.store8 (i32.const 8) (i32.const 65)) i32.const 0) (func (export "post") (param i32) unreachable)"#;
    trapped(&run(&function("(result string)", module, r#"(post-return (core func $i "post"))"#)));
    let calm = module.replace("unreachable", "nop");
    let outcome = run(&function("(result string)", &calm, r#"(post-return (core func $i "post"))"#));
    assert_eq!(outcome.exits(0).ended.stdout, "\"A\"\n");
}

/// A function of this result, that says that the result lies at 0, and puts these words there.
fn lying(ty: &str, words: [u32; 4]) -> Vec<u8> {
    let stores: String = words
        .iter()
        .enumerate()
        .map(|(at, word)| format!("(i32.store (i32.const {}) (i32.const {word}))", at * 4))
        .collect();
    function(&format!("(result {ty})"), &format!(r#"(func (export "f") (result i32) {stores} i32.const 0)"#), "")
}

/// Values that are none, and places that it does not have.
#[test]
fn values_that_lie() {
    for (ty, words) in [
        // Beyond its memory; so long that the end wraps round; where no such value can lie.
        ("string", [0x10000, 1, 0, 0]),
        ("(list u8)", [8, u32::MAX, 0, 0]),
        ("(list u64)", [8, 0x2000_0000, 0, 0]),
        ("(list (list (list u8)))", [8, u32::MAX / 8, 0, 0]),
        ("(list u32)", [1, 1, 0, 0]),
        // No UTF-8, no character, no case.
        ("string", [8, 1, 0xff, 0]),
        ("(tuple char char)", [0xd800, 0, 0, 0]),
        ("(tuple char char)", [0x0011_0000, 0, 0, 0]),
        ("(option u64)", [2, 0, 0, 0]),
        ("(result u64 (error u64))", [9, 0, 0, 0]),
    ] {
        trapped(&run(&lying(ty, words)));
    }
    // Its own list is as long as it says, and lies in itself: no more is read than may be given.
    let outcome = run(&lying("(list (list (list u8)))", [0, 8000, 0, 8000]));
    assert!(matches!(outcome.ended.code, Some(124 | 134)), "{outcome}");
}

/// The guest's allocator answers whatever it likes.
#[test]
fn an_allocator_that_lies() {
    for answer in ["i32.const -1", "i32.const 65535", "i32.const 1", "unreachable", "(loop $l (br $l)) i32.const 0"] {
        let component = assemble(&format!(
            r#"(component
                (core module $m
                    (memory (export "memory") 1)
                    (func (export "realloc") (param i32 i32 i32 i32) (result i32) {answer})
                    (func (export "f") (param i32 i32)))
                (core instance $i (instantiate $m))
                (func (export "f") (param "x" (list u64)) (canon lift (core func $i "f")
                    (memory (core memory $i "memory")) (realloc (core func $i "realloc")))))"#
        ));
        let outcome = world("f", r#"{"x": [1, 2, 3]}"#).limits("time = \"200ms\"\n").run_bytes(&component);
        assert!(matches!(outcome.ended.code, Some(124 | 134)), "{answer}: {outcome}");
    }
}

/// A type of which some lines spell millions, or a nest without end: refused at load, and soon.
#[test]
fn types_without_end() {
    let deep = format!("{}u8{}", "(tuple ".repeat(60), ")".repeat(60));
    let module = r#"(func (export "f") (param i32))"#;
    run(&function(&format!("(param \"x\" {deep})"), module, "")).could_not_run("nests deeper than");

    let mut types = "(type $t0 (tuple u8 u8))".to_owned();
    for n in 1..18 {
        types.push_str(&format!("(type $t{n} (tuple $t{0} $t{0}))", n - 1));
    }
    let wide = assemble(&format!(
        r#"(component {types}
            (core module $m (memory (export "memory") 1)
                (func (export "realloc") (param i32 i32 i32 i32) (result i32) i32.const 1024) {module})
            (core instance $i (instantiate $m))
            (func (export "f") (param "x" $t17) (canon lift (core func $i "f")
                (memory (core memory $i "memory")) (realloc (core func $i "realloc")))))"#
    ));
    run(&wide).could_not_run("types and names").ended_within(Duration::from_secs(10));
}

/// Maps are given by key; a key that a guest gives twice means its last value.
#[test]
fn a_map_with_a_key_twice() {
    let stores: String = [(0, 16), (4, 2), (16, 64), (20, 1), (24, 7), (28, 64), (32, 1), (36, 8), (64, 97)]
        .map(|(at, word)| format!("(i32.store (i32.const {at}) (i32.const {word}))"))
        .concat();
    let module = format!(r#"(func (export "f") (result i32) {stores} i32.const 0)"#);
    let outcome = run(&function("(result (map string u32))", &module, ""));
    assert_eq!(outcome.exits(0).ended.stdout, "{\"a\":8}\n", "{outcome}");
}

/// Streams and futures belong to a world that is not run here.
#[test]
fn streams_and_futures() {
    for ty in ["(stream u8)", "(future u8)", "error-context"] {
        let module = r#"(func (export "f") (param i32))"#;
        run(&function(&format!("(param \"x\" {ty})"), module, "")).could_not_run("guest.wasm");
    }
}

/// What it imports is no more there for a function than for a command.
#[test]
fn an_import_that_nobody_provides() {
    let component = assemble(
        r#"(component
            (import "acme:vault/keys@1.0.0" (instance (export "all" (func (result (list string))))))
            (core module $m (func (export "f")))
            (core instance $i (instantiate $m))
            (func (export "f") (canon lift (core func $i "f"))))"#,
    );
    run(&component).could_not_run("acme:vault/keys");
}
