//! `toolward run COMPONENT --function NAME`: one exported function, its result as JSON.
use std::fs;
use std::process::Command;

use toolward_tests::{Said, World, typed_guest};

fn command(world: &World, arguments: &[&str]) -> Command {
    let mut command = toolward_tests::program::command(&world.path("tmp"));
    command.arg("run").arg(typed_guest()).arg("--home").arg(world.home()).args(arguments);
    command
}

fn run(world: &World, arguments: &[&str]) -> Said {
    Said::by(&mut command(world, arguments))
}

/// Without a manifest: a function of the world, or of the one interface that has it, or by its whole name.
#[test]
fn by_its_name() {
    let world = World::new();
    let plain = run(&world, &["--function", "plain", "--input", r#"{"text": "x"}"#]);
    assert_eq!(plain.exits(0).0.stdout, "\"plain x\"\n");
    for name in ["u8s", "toolward:typed/echo#u8s", "toolward:typed/echo@0.1.0#u8s"] {
        assert_eq!(run(&world, &["--function", name, "--input", r#"{"value": 7}"#]).exits(0).0.stdout, "7\n");
    }
    assert_eq!(run(&world, &["--function", "nothing"]).exits(0).0.stdout, "null\n", "without an input it is empty");
    let piped = Said::to(&mut command(&world, &["--function", "chars", "--input", "-"]), br#"{"value": "x"}"#);
    assert_eq!(piped.exits(0).0.stdout, "\"x\"\n");
}

/// Its own failure is 1, with what it gave on standard output.
#[test]
fn its_own_failure() {
    let world = World::new();
    let said = run(&world, &["--function", "divide", "--input", r#"{"dividend": 1, "divisor": 0}"#]);
    assert_eq!(said.exits(1).0.stdout, "\"other\"\n");
}

/// What it writes is told on standard error; arguments reach it.
#[test]
fn what_it_writes() {
    let world = World::new();
    let said = run(&world, &["--function", "talk", "--", "more"]);
    assert_eq!(said.exits(0).0.stdout, "\"the answer\"\n");
    assert_eq!(said.0.stderr, "to stderr, to stdout, and [\"typed.talk\", \"more\"]\n");
}

/// No access without a manifest; with one what it says.
#[test]
fn its_access() {
    let world = World::new();
    let mount = format!("/repo={}", world.path("repo").display());
    let read = ["--function", "read", "--input", r#"{"path": "/repo/pub/open.txt"}"#, "--mount", &mount];
    let said = run(&world, &read);
    said.exits(1).says("not-there");
    assert!(said.0.stderr.contains("toolward: denied: files read /repo/pub/open.txt"), "{said}");
    let functions = "\n[functions.read]\nexport = \"toolward:typed/work#read\"\ndescription = \"x\"\n";
    fs::write(world.path("tool/manifest.toml"), format!("{}{functions}", world.manifest())).unwrap();
    let manifest = world.path("tool/manifest.toml");
    let under = ["--manifest", manifest.to_str().unwrap()];
    assert_eq!(run(&world, &[&read[..], &under].concat()).exits(0).0.stdout, "\"open\"\n");
    run(&world, &[&["--function", "talk"][..], &under].concat()).fails(125, "`probe` has no function `talk`");
    run(&world, &under).fails(125, "`probe` is a typed tool");
}

/// A name that means nothing: what there is, is listed.
#[test]
fn a_name_that_means_nothing() {
    let world = World::new();
    let listed = |said: &Said| {
        let help = said.0.stderr.lines().find(|line| line.starts_with("help: ")).unwrap_or_default();
        assert!(help.contains("`plain`") && help.contains("`toolward:typed/work@0.1.0#divide`"), "{said}");
        assert!(!help.contains("[method]"), "{said}");
    };
    for name in
        ["nope", "toolward:typed/echo#nope", "toolward:typed/nope#u8s", "echo#u8s", "toolward:typed/echo@9.9.9#u8s"]
    {
        let said = run(&world, &["--function", name]);
        listed(said.fails(125, &format!("exports no function `{name}`")));
    }
    listed(run(&world, &[]).fails(125, "is no command"));
}

#[test]
fn an_input_that_does_not_fit() {
    let world = World::new();
    run(&world, &["--function", "u8s", "--input", r#"{"value": -1}"#]).fails(125, "`/value`");
    run(&world, &["--function", "u8s"]).fails(125, "`/value` does not fit: it is missing");
    run(&world, &["--function", "u8s", "--input", "no json"]).fails(125, "the input is no JSON");
}

/// Handles are no data.
#[test]
fn resources() {
    let world = World::new();
    run(&world, &["--function", "open", "--input", r#"{"text": "x"}"#]).fails(125, "its result is a resource");
    run(&world, &["--function", "size"]).fails(125, "its parameter `of` is a resource");
    run(&world, &["--function", "nested"]).fails(125, "its parameter `options` at `/*/1/some` is a resource");
}
