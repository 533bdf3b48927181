//! What an agent is told is one closed list of texts: no path of the host, no line of a policy, no caret.
use serde_json::json;
use toolward_tests::{Installation, Said};

use super::fixture::{POLICY, answering, credential, hostile};

const RULES: &str = r#"
[types.odd]
agents = ["coder"]
ttl = "30m"
narrow = 1
mounts."/repo" = { under = "{root}/repo", mode = "rw" }
parameters.branch = { pattern = "(?s).*" }

[[types.odd.files]]
path = "/repo/{branch}/secret-pattern/**"
allow = ["read"]

[[types.odd.tools]]
name = "*"
allow = ["call"]
"#;

fn installation() -> Installation {
    let installation = Installation::new().policy(&format!("{POLICY}{RULES}"));
    let installation = installation.tool("good", answering("i32.const 0"), "").tool("broken", b"none", "");
    let wrong_digest = format!("component_sha256 = \"{}\"\n", "0".repeat(64));
    let installation = installation.tool("other-digest", answering("i32.const 0"), &wrong_digest);
    let installation = installation.file("toolward/manifests/bad-manifest.toml", "schema = 1\nnonsense = true\n");
    let installation = installation
        .tool("bad-schema", answering("i32.const 0"), "input = \"bad-schema.json\"\n")
        .file("toolward/manifests/bad-schema.json", "{\n\"type\": 7");
    let mapping = "\n[command]\nargs = [{ field = \"first\" }]\n";
    let installation = installation.tool("mapped", hostile("snooping"), mapping);
    installation.run(&["agent", "add", "coder"]).exits(0);
    installation
}

/// The error of a command, in which nothing stands that is the host's or the operator's.
fn tells_nothing(installation: &Installation, said: &Said, because: &str) {
    let text = &said.0.stderr;
    assert_ne!(said.0.code, Some(0), "{said}");
    assert!(text.starts_with("error: ") && text.contains(because), "it does not say `{because}`: {said}");
    let root = installation.path("").display().to_string();
    for leak in [&root, "policy.toml", "manifests/", ".toml:", ".wasm", "secret-pattern", " ^", "-->", "os error"] {
        assert!(!text.contains(leak), "`{leak}` came out: {said}");
    }
}

/// With a handle.
#[test]
fn the_holder_of_a_handle_is_told_nothing_of_the_host() {
    let installation = installation();
    let task = installation.open("work");
    for (tool, input, because) in [
        ("not-there", "{}", "there is no tool `not-there`"),
        ("../../etc/passwd", "{}", "there is no tool"),
        ("good.function", "{}", "there is no tool"),
        ("broken", "{}", "the tool `broken` does not load"),
        ("other-digest", "{}", "the tool `other-digest` does not load"),
        ("bad-manifest", "{}", "the tool `bad-manifest` does not load"),
        ("bad-schema", "{}", "the tool `bad-schema` does not load"),
        ("good", "{", "the input is no JSON"),
        ("good", r#"{"a":1,"a":2}"#, "stands twice"),
        ("mapped", r#"{"first": {}}"#, "`first`"),
        ("good", "@nowhere", "nowhere"),
    ] {
        let said = task.call_with(tool, input);
        assert!(!said.0.stderr.is_empty(), "{tool}: {said}");
        // Of a file that the caller names it may read why it cannot be read.
        let own_words = if input == "@nowhere" { said.0.stderr.replace("(os error 2)", "") } else { said.0.stderr };
        let said = Said(toolward_tests::program::Ended { stderr: own_words, ..said.0 });
        tells_nothing(&installation, &said, because);
    }
    for (arguments, because) in [
        (&["task", "narrow", "--ttl", "10h"][..], "lives no longer than its parent"),
        (&["explain", "bad-manifest"], "this cannot be done now"),
        (&["explain", "not-there"], "there is no tool"),
    ] {
        tells_nothing(&installation, &task.run(arguments), because);
    }
    // What is shown of a task names no path of the host.
    let shown = task.run(&["task", "show", "--json"]).exits(0).0.stdout.clone();
    assert!(!shown.contains(&installation.path("").display().to_string()), "{shown}");
    // A policy that does not load.
    installation.write("toolward/policy.toml", "schema = 1\nbroken-key = 1\n");
    tells_nothing(&installation, &task.call("good", &json!({})), "the policy does not load");
    tells_nothing(&installation, &task.run(&["tool", "list"]), "the policy does not load");
    tells_nothing(&installation, &task.run(&["task", "narrow"]), "the policy does not load");
    task.run(&["task", "close"]).exits(0);
    tells_nothing(&installation, &task.call("good", &json!({})), "was closed");
}

/// With an agent's credential.
#[test]
fn an_agent_that_opens_a_task_is_told_nothing_of_the_policy() {
    let installation = installation();
    let credential = credential(&installation, "coder");
    let mount = installation.mount("/repo", "repo");
    let elsewhere = installation.mount("/repo", "tmp");
    let other_guest = installation.mount("/other", "repo");
    installation.write("grant.toml", "schema = 1\nfiles = [{ path = \"relative\", allow = [\"read\"] }]\n");
    let grant = installation.path("grant.toml").display().to_string();
    let open = |options: &[&str]| {
        let own = ["task", "open", "--agent", "coder", "--credential", &credential];
        installation.run(&[&own[..], options].concat())
    };
    for (options, because) in [
        (&["--type", "none"][..], "may not open a task of this type"),
        (&["--type", "odd", "--set", "branch=a\nb", "--mount", &mount], "does not fit the policy"),
        (&["--type", "odd", "--mount", &mount], "the parameters do not fit"),
        (&["--type", "odd", "--set", "branch=x", "--set", "more=y"], "the parameters do not fit"),
        (&["--type", "odd", "--set", "branch=x", "--mount", &elsewhere], "may not be mounted at `/repo`"),
        (&["--type", "work", "--mount", &other_guest], "may not be mounted at `/other`"),
        (&["--type", "work", "--ttl", "10h"], "may not live so long"),
    ] {
        tells_nothing(&installation, &open(options), because);
    }
    // What is wrong with its own grant it reads with its line.
    open(&["--type", "work", "--grant", &grant]).fails(2, "grant.toml:2").shows_with_a_caret("relative");
    // The operator is told all of it.
    let said = installation.run(&["task", "open", "--agent", "coder", "--type", "odd", "--set", "branch=a\nb"]);
    said.fails(2, "policy.toml");
}
