//! The guest's own world: output, environment, arguments, input, and what every tool may use.
use toolward_tests::World;

/// A guest's output is its own, and no record comes of it.
#[test]
pub(crate) fn forged_stdout() {
    let outcome = World::new().run("forged_stdout");
    outcome.exits(0).changed_nothing();
    assert!(outcome.ended.stdout.contains("t_forged"), "`run` passes stdout through verbatim: {outcome}");
    assert!(outcome.records().iter().all(|record| record.text("resource") != "/forged"), "{outcome}");
}

/// The environment is empty unless a rule says otherwise; the arguments are the tool's name and what the author gave.
#[test]
pub(crate) fn snooping() {
    let outcome = World::new().argument("--given").run("snooping");
    outcome.got_nothing().changed_nothing();
    assert!(outcome.ended.stdout.contains(r#"arguments ["probe", "--given"]"#), "{outcome}");
    assert!(!outcome.ended.stdout.lines().any(|line| line.starts_with("variable ")), "{outcome}");
    assert!(outcome.ended.stdout.contains("input \"\""), "{outcome}");
}

const GREETING: &str = "\n[[env]]\nname = \"GREETING\"\nallow = [\"read\"]\nwhy = \"it greets\"\n";

/// The author gives a variable by `--env`, where a rule allows it.
#[test]
fn a_variable_with_a_rule_arrives() {
    let outcome = World::new().rule(GREETING).option("--env").option("GREETING=hello").run("snooping");
    outcome.got_nothing();
    assert!(outcome.ended.stdout.contains("variable GREETING=hello"), "{outcome}");
}

/// A variable without a rule is an error.
#[test]
fn a_variable_without_a_rule_is_an_error() {
    World::new().option("--env").option("GREETING=hello").run("snooping").could_not_run("GREETING");
}

/// The input ends, and stays at its end.
#[test]
pub(crate) fn stdin_exhaustion() {
    let world = World::new().file("tmp/input", "{\"n\":1}");
    let input = format!("@{}", world.path("tmp/input").display());
    let outcome = world.option("--input").option(input).run("stdin_exhaustion");
    outcome.exits(0).changed_nothing();
    assert!(outcome.ended.stdout.contains("bytes 7\n"), "{outcome}");
}

/// Clocks, random numbers and output are given to every tool.
#[test]
pub(crate) fn every_import() {
    let outcome = World::new().rules("").without_mounts().run("every_import");
    outcome.exits(0).changed_nothing();
    assert_eq!(outcome.ended.stdout, "written\n");
    assert!(outcome.refusals().is_empty(), "{outcome}");
}
