//! The exit codes of `run`: the guest's own, and 124, 125 and 134 for what Toolward has to say.
use toolward_tests::World;
use toolward_tests::component::command;

fn answering(module: &str) -> Vec<u8> {
    command(&format!(r#"(func (export "run") (result i32) {module})"#))
}

/// 0: the tool says that it is done.
#[test]
fn success_is_0() {
    let outcome = World::new().run_bytes(&answering("i32.const 0"));
    outcome.exits(0).changed_nothing();
    assert_eq!((outcome.ended.stdout.as_str(), outcome.ended.stderr.as_str()), ("", ""));
}

/// 1: the tool says that it failed.
#[test]
fn failure_is_1() {
    World::new().run_bytes(&answering("i32.const 1")).exits(1).changed_nothing();
}

/// 124: a limit ended it, and it says which.
#[test]
fn a_limit_is_124() {
    let outcome = World::new().limits("time = \"200ms\"\n").run_bytes(&answering("(loop $l (br $l)) i32.const 0"));
    outcome.exits(124).changed_nothing();
    assert!(outcome.ended.stderr.contains("200ms") || outcome.ended.stderr.contains("time"), "{outcome}");
}

/// 125: Toolward could not run it.
#[test]
fn wrong_usage_is_125() {
    World::new().option("--no-such-option").run_bytes(&answering("i32.const 0")).exits(125).changed_nothing();
}

/// 134: it trapped.
#[test]
fn a_trap_is_134() {
    World::new().run_bytes(&answering("unreachable")).exits(134).changed_nothing();
    World::new().run_bytes(&answering("(i32.div_u (i32.const 1) (i32.const 0))")).exits(134).changed_nothing();
}

/// Standard output is passed through verbatim, also that of a tool that fails; what was refused is told on standard error.
#[test]
fn output_is_passed_through_and_refusals_are_told() {
    let outcome = World::new().run("denied_in_all_spellings");
    outcome.exits(0);
    assert!(outcome.ended.stdout.starts_with("refused .env: "), "{outcome}");
    assert!(outcome.told_of("files read /repo/.env").contains("manifest.toml:"), "{outcome}");
}
