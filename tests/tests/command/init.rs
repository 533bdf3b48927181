//! `toolward init`: home, keys, and here a folder `toolward/` with an example policy and `manifests/`.
use std::os::unix::fs::PermissionsExt;

use toolward_tests::{Installation, Said};

/// In the working directory there is a folder `toolward/` afterwards, with a policy that holds.
#[test]
fn it_makes_a_home_and_a_folder_here() {
    let installation = Installation::bare();
    let said = installation.run(&["init"]);
    said.exits(0).says("policy.toml").says("manifests");
    assert!(installation.text("tmp/toolward/policy.toml").contains("schema = 1"));
    assert!(installation.path("tmp/toolward/manifests").is_dir());
    installation.run(&["manifest", "check"]).exits(0);
}

/// What lies in the home is the user's alone.
#[test]
fn keys_and_store_are_private() {
    let installation = Installation::bare();
    installation.run(&["init"]).exits(0);
    let mode = |name: &str| installation.path(name).metadata().unwrap().permissions().mode() & 0o077;
    for name in ["home", "home/keys", "home/keys/signing", "home/keys/digest", "home/keys/code-cache", "home/state.db"]
    {
        assert_eq!(mode(name), 0, "{name}");
    }
}

/// A second time nothing changes: neither the keys nor a policy that was edited.
#[test]
fn twice_is_as_once() {
    let installation = Installation::with_a_cache_of_its_own().policy_too("# edited\n");
    let key = installation.run(&["audit", "key"]).exits(0).result().to_owned();
    let folder = installation.path("toolward");
    let again = installation.run(&["init", "--folder", folder.to_str().unwrap()]);
    again.exits(0);
    assert!(installation.text("toolward/policy.toml").ends_with("# edited\n"));
    assert_eq!(installation.run(&["audit", "key"]).result(), key);
}

/// `--power`: records survive a power cut, from now on; running `init` again does not take that back.
#[test]
fn records_that_survive_a_power_cut() {
    let installation = Installation::with_a_cache_of_its_own().policy(super::fixture::POLICY);
    let installation = installation.tool("good", super::fixture::answering("i32.const 0"), "");
    let durability = || {
        let answer = installation.open("work").call("good", &serde_json::json!({})).answers("ok");
        let records = installation.run(&["audit", "show", answer["task"].as_str().unwrap(), "--json"]).exits(0).json();
        let first = records.as_array().unwrap().iter().find(|record| record["task"] != "installation").unwrap();
        first["durability"].as_str().unwrap().to_owned()
    };
    assert_eq!(durability(), "process");
    let folder = installation.path("toolward");
    installation.run(&["init", "--power", "--folder", folder.to_str().unwrap()]).exits(0);
    assert_eq!(durability(), "power");
    installation.run(&["init", "--folder", folder.to_str().unwrap()]).exits(0);
    assert_eq!(durability(), "power");
}

/// One home has one policy: another folder for it is an error, and is not made.
#[test]
fn another_folder_is_an_error() {
    let installation = Installation::new();
    let said = installation.run(&["init", "--folder", "elsewhere"]);
    said.fails(2, "works with");
    assert!(!installation.path("tmp/elsewhere/policy.toml").exists());
    installation.run(&["manifest", "check"]).exits(0).says(installation.path("toolward").to_str().unwrap());
}

/// The absolute paths of policy and manifests are in the home: nothing is looked up from the working directory.
#[test]
fn nothing_is_looked_up_from_the_working_directory() {
    let installation = Installation::new().file("tmp/toolward/policy.toml", "not a policy");
    installation.run(&["manifest", "check"]).exits(0);
    let config = installation.text("home/config.toml");
    assert!(config.contains(installation.path("toolward/policy.toml").to_str().unwrap()), "{config}");
}

#[test]
fn as_json() {
    let installation = Installation::bare();
    let value = installation.run(&["init", "--json"]).exits(0).json();
    assert_eq!(value["home"], installation.path("home").to_str().unwrap());
    assert_eq!(value["policy"], installation.path("tmp/toolward/policy.toml").to_str().unwrap());
    assert_eq!(value["manifests"], installation.path("tmp/toolward/manifests").to_str().unwrap());
}

/// `--home DIR` comes before `TOOLWARD_HOME`, and that before the XDG state directory.
#[test]
fn where_the_home_is() {
    let installation = Installation::bare();
    let home_of =
        |command: &mut std::process::Command| Said::by(command).exits(0).json()["home"].as_str().unwrap().to_owned();
    let path = |name: &str| installation.path(name).to_str().unwrap().to_owned();
    let in_folder = |name: &str| ["init".to_owned(), "--json".to_owned(), "--folder".to_owned(), path(name)];
    let command = |name: &str| installation.command(&in_folder(name).each_ref().map(String::as_str));
    assert_eq!(home_of(command("a").arg("--home").arg(path("asked"))), path("asked"));
    assert_eq!(home_of(&mut command("b")), path("home"));
    let state = path("state");
    assert_eq!(home_of(command("c").env_remove("TOOLWARD_HOME").env("XDG_STATE_HOME", &state)), path("state/toolward"));
    let user = path("user");
    let home = home_of(command("d").env_remove("TOOLWARD_HOME").env("HOME", &user));
    assert_eq!(home, path("user/.local/state/toolward"));
}

/// Without a home a command that needs one says so, and how to make one.
#[test]
fn without_it_most_commands_say_so() {
    let installation = Installation::bare();
    for (arguments, code) in [
        (&["tool", "list"][..], 2),
        (&["manifest", "check"], 2),
        (&["task", "list"], 6),
        (&["call", "x", "--task", "x"], 6),
        (&["audit", "list"], 6),
    ] {
        let said = installation.run(arguments);
        said.fails(code, "home");
        assert!(said.0.stderr.contains("toolward init"), "{said}");
    }
    assert!(!installation.path("home").exists(), "asking makes no home");
}

/// Nothing in the folder can be written through a mount, whatever the rules say.
#[test]
fn its_folder_is_written_through_no_mount() {
    let folder = "tmp/repo/toolward";
    let installation = Installation::bare().file("tmp/repo/a.txt", "a");
    installation.run(&["init", "--folder", "repo/toolward"]).exits(0);
    let installation =
        installation.file(&format!("{folder}/policy.toml"), super::fixture::POLICY.replace("{root}", "/"));
    let manifest = toolward_tests::installation::shipped_manifest("edit");
    let tools = toolward_tests::installation::repository().join("tools");
    let manifest =
        manifest.replace("\"../tools/", &format!("\"{}/", tools.display())).replace("input = ", "# input = ");
    installation.write(&format!("{folder}/manifests/edit.toml"), manifest);
    let handle = installation.run(&["task", "open", "--agent", "coder", "--type", "work", "--mount", "/repo=repo"]);
    let handle = handle.exits(0).result().to_owned();
    let call =
        |input: &str| Said::by(installation.command(&["call", "edit", "--input", input]).env("TOOLWARD_TASK", &handle));
    call(r#"{"path": "/repo/a.txt", "old": "a", "new": "b"}"#).answers("ok");
    let before = installation.text(&format!("{folder}/policy.toml"));
    for atomic in ["true", "false"] {
        let input =
            format!(r#"{{"path": "/repo/toolward/policy.toml", "old": "30m", "new": "9h", "atomic": {atomic}}}"#);
        call(&input).answers("denied");
    }
    call(r#"{"path": "/repo/toolward/manifests/more.toml", "create": true, "new": "x"}"#).answers("denied");
    assert_eq!(installation.text(&format!("{folder}/policy.toml")), before);
    assert!(!installation.path(&format!("{folder}/manifests/more.toml")).exists());
}
