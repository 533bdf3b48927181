//! Changes to what may not be changed, and looks at what may not be seen.
use std::os::unix::fs::symlink;

use serde_json::json;
use toolward_tests::{Installation, World, guest};

/// Truncating is writing: the decision comes before the effect.
#[test]
pub(crate) fn truncate_denied() {
    let outcome = World::new().run("truncate_denied");
    outcome.got_nothing().changed_nothing();
    outcome
        .recorded_refusal("files write /repo/read-only.txt")
        .names_the_rule("files write /repo/read-only.txt", "/repo/read-only.txt");
}

const HOST_EXECUTES: &str = r#"
[[files]]
path = "/repo/.git/**"
deny = ["write"]
why = "the host runs what lies there"
"#;

/// A `deny` of `write` denies `create` and `delete` there too.
#[test]
pub(crate) fn create_denied_names() {
    let world = World::new().rule(HOST_EXECUTES).folder("repo/.git/hooks").folder("repo/private/empty");
    let outcome = world.run("create_denied_names");
    outcome.got_nothing().changed_nothing().recorded_refusals_of("files");
    outcome.recorded_refusal("files create /repo/.git/hooks/pre-commit");
    outcome.names_the_rule("files create /repo/.git/hooks/pre-commit", "/repo/.git/**");
}

/// Setting times is writing.
#[test]
pub(crate) fn set_times_on_denied() {
    let rule = "\n[[files]]\npath = \"/repo/readable/**\"\ndeny = [\"write\"]\nwhy = \"may be read\"\n";
    let world = World::new().rule(rule).file("repo/readable/file", "x").symlink("repo/pub/to-env", "../.env");
    let outcome = world.run("set_times_on_denied");
    outcome.got_nothing().changed_nothing().recorded_refusal("files write /repo/read-only.txt");
}

/// A listing leaves out the entries whose `list` is denied.
#[test]
pub(crate) fn listing_hides_denied() {
    let world = World::new().secret("repo/pub/.env");
    world.run("listing_hides_denied").exits(0).changed_nothing();
}

/// A denied name looks the same whether it exists or not.
#[test]
pub(crate) fn existence_oracle() {
    let world = World::new().secret("repo/private/dir/key").symlink("repo/private/link", "key");
    world.run("existence_oracle").exits(0).changed_nothing().recorded_refusals_of("files");
}

const SEALED: &str = r#"
[[files]]
path = "/repo/pub/**"
allow = ["read", "list", "create", "write", "delete"]
why = "drafts"

[[files]]
path = "/repo/sealed/*"
allow = ["read", "list", "create"]
why = "a file is made there once"

[[files]]
path = "/repo/*.sealed"
allow = ["read", "list", "create"]
why = "a file is made there once"
"#;

/// A name that may be created and not written gets its content when it is made, and never again.
#[test]
pub(crate) fn create_only_names() {
    let world = World::new().rules(SEALED).folder("repo/sealed");
    let outcome = world.run("create_only_names");
    outcome
        .got_nothing()
        .recorded_refusal("files create /repo/sealed/a")
        .recorded_refusal("files create /repo/sealed/b");
    outcome.changed_only(&["repo/pub/draft", "repo/sealed/c"]);
    assert_eq!(std::fs::read(world.path("repo/sealed/c")).unwrap(), b"third");
}

/// Neither its numbers nor a failure to remove it tell what a directory hides.
#[test]
pub(crate) fn hidden_in_directory() {
    let rule = "\n[[files]]\npath = \"/repo/kept\"\ndeny = [\"delete\"]\nwhy = \"it stays\"\n";
    let world = World::new().rule(rule).folder("repo/kept").folder("repo/empty").secret("repo/holds-file/.env");
    let world = world.folder("repo/holds-dirs/.env.d/a").folder("repo/holds-dirs/.env.e");
    let outcome = world.run("hidden_in_directory");
    outcome
        .exits(0)
        .recorded_refusal("files delete /repo/holds-file")
        .recorded_refusal("files delete /repo/holds-dirs");
    outcome.left_alone(&["repo/holds-file/.env", "repo/holds-dirs/.env.d"]);
}

const LISTED: &str = r#"
[[files]]
path = "/repo/**"
allow = ["list"]
why = "names may be seen"

[[files]]
path = "/repo/open/**"
allow = ["read", "list", "create", "write", "delete"]
why = "where something could be moved to"
"#;

/// What is not there, or is of another kind, is no refusal where its name may be listed.
#[test]
pub(crate) fn missing_names() {
    let world = World::new().rules(LISTED).folder("repo/open").folder("repo/dir").file("repo/file", "x");
    let outcome = world.symlink("repo/dangling", "none").run("missing_names");
    outcome.got_nothing().changed_nothing();
    let refused: Vec<String> = outcome.refusals().iter().map(|record| record.access()).collect();
    assert_eq!(refused, ["files write /repo/file", "files delete /repo/file", "files create /repo/new"], "{outcome}");
}

const HIDDEN: &str = r#"schema = 1
development = true
agents.coder = {}

[types.work]
agents = ["coder"]
mounts."/repo" = { under = "{root}", mode = "rw" }
files = [
  { path = "/repo/**", allow = ["read", "list", "create", "write", "delete"] },
  { path = "/repo/hidden/**", deny = ["read", "list", "write"] },
]
tools = [{ name = "*", allow = ["call"] }]
"#;

const PROBE: &str = r#"input = "probe.input.json"

[command]
args = [{ field = "way" }, { field = "name" }]

[[files]]
path = "/repo/**"
allow = ["read", "list", "create", "write", "delete"]
why = "all of it"
"#;

const WAYS: &str = r#"{ "type": "object", "properties": { "way": { "type": "string" }, "name": { "type": "string" } },
  "required": ["way", "name"], "additionalProperties": false }"#;

/// What an agent reads in `denied` does not tell whether a denied name exists, nor what stands under it.
#[test]
pub(crate) fn told_by_denials() {
    let component = std::fs::read(guest("told_by_denials")).unwrap();
    let installation = Installation::new().policy(HIDDEN).tool("probe", component, PROBE);
    let installation = installation
        .file("toolward/manifests/probe.input.json", WAYS)
        .file("repo/hidden/file", "x")
        .file("repo/visible", "x");
    std::fs::create_dir(installation.path("repo/hidden/dir")).unwrap();
    symlink("file", installation.path("repo/hidden/link")).unwrap();
    let task = installation.open("work");
    for (way, op) in [
        ("read", "read"),
        ("list", "list"),
        ("write", "write"),
        ("create", "write"),
        ("create-read", "read"),
        ("create-both", "read"),
        ("create-truncate", "write"),
        ("create-new", "create"),
        ("create-new-both", "read"),
        ("create-nothing", "list"),
        ("nothing", "list"),
        ("rename", "create"),
        ("rename-slash", "create"),
        ("slash-rename", "create"),
    ] {
        for name in ["none", "file", "dir", "link"] {
            let said = task.call("probe", &json!({"way": way, "name": format!("hidden/{name}")}));
            let said = said.answers("ok");
            let denied: Vec<&str> =
                said["denied"].as_array().unwrap().iter().filter_map(|denial| denial["access"].as_str()).collect();
            assert_eq!(denied, [format!("files {op} /repo/hidden/{name}")], "{way}: {said}");
        }
    }
}

/// What was counted as written is in the file, also where the guest does not wait for it.
#[test]
pub(crate) fn exits_while_writing() {
    let world = World::new();
    let outcome = world.run("exits_while_writing");
    outcome.exits(0);
    for name in ["repo/pub/dropped", "repo/pub/appended"] {
        assert_eq!(std::fs::read_to_string(world.path(name)).unwrap(), "written", "{outcome}");
    }
}
