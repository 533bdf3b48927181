//! `toolward task open`: the policy says which agent may have which task, with what, and for how long.
use serde_json::json;
use toolward_tests::{Installation, Said};

use super::fixture::{EVERYTHING, POLICY, three_tools};

fn open(installation: &Installation, options: &[&str]) -> Said {
    installation.run(&[&["task", "open", "--agent", "coder", "--type", "work"], options].concat())
}

/// It prints the handle alone: an opaque secret of 256 random bits.
#[test]
fn it_prints_the_handle_alone() {
    let installation = three_tools();
    let (one, other) = (installation.open("work"), installation.open("work"));
    let digits = one.handle().strip_prefix("tw_").unwrap();
    assert!(digits.len() == 64 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()), "{digits}");
    assert_ne!(one.handle(), other.handle());
}

/// With `--json`: task, handle, expires.
#[test]
fn as_json() {
    let value = open(&three_tools(), &["--json"]).exits(0).json();
    assert!(value["task"].as_str().unwrap().starts_with("t_") && value["handle"].as_str().unwrap().starts_with("tw_"));
    assert!(value["expires"].as_str().unwrap().ends_with('Z'), "{value}");
    assert_eq!(value.as_object().unwrap().len(), 3);
}

/// Only its SHA-256 is stored.
#[test]
fn the_handle_is_not_kept() {
    let installation = three_tools();
    let task = installation.open("work");
    task.call("good", &json!({})).answers("ok");
    let secret = task.handle().strip_prefix("tw_").unwrap().as_bytes();
    for file in ["home/state.db", "home/state.db-wal"] {
        let bytes = std::fs::read(installation.path(file)).unwrap_or_default();
        assert!(!bytes.windows(secret.len()).any(|window| window == secret), "{file}");
    }
    for arguments in [&["task", "list", "--json"][..], &["task", "show"], &["audit", "list", "--json"]] {
        task.run(arguments).exits(0).does_not_say(task.handle());
    }
}

#[test]
fn an_unknown_agent() {
    let said = three_tools().run(&["task", "open", "--agent", "codr", "--type", "work"]);
    said.fails(3, "`codr`");
}

#[test]
fn an_unknown_type() {
    three_tools().run(&["task", "open", "--agent", "coder", "--type", "wrok"]).fails(3, "`wrok`");
}

#[test]
fn an_agent_that_may_not_have_this_type() {
    let policy = POLICY.replace("agents.coder =", "agents.other = { owner = \"bo@example.com\" }\nagents.coder =");
    let installation = Installation::new().policy(&policy);
    installation.run(&["task", "open", "--agent", "other", "--type", "work"]).fails(3, "`other`");
}

#[test]
fn without_an_agent_or_a_type_it_is_wrong_usage() {
    three_tools().run(&["task", "open", "--agent", "coder"]).fails(2, "");
    three_tools().run(&["task", "open", "--type", "work"]).fails(2, "");
}

/// A mount that the policy has not.
#[test]
fn an_unknown_mount() {
    let installation = three_tools();
    open(&installation, &["--mount", &installation.mount("/other", "repo")]).fails(3, "`/other`");
}

/// What is mounted lies where the policy says that it lies, however it is spelled.
#[test]
fn a_mount_outside_its_place() {
    let installation = Installation::new().policy(&POLICY.replace("{root}", "{root}/repo"));
    open(&installation, &["--mount", &installation.mount("/repo", "repo")]).exits(0);
    open(&installation, &["--mount", &installation.mount("/repo", "repo/src")]).exits(0);
    std::os::unix::fs::symlink(installation.path("tmp"), installation.path("repo/link")).unwrap();
    for place in ["tmp", "repo/../tmp", "repo/link"] {
        open(&installation, &["--mount", &installation.mount("/repo", place)]).fails(3, "`/repo`");
    }
}

/// A name that only begins like the place is another place.
#[test]
fn a_sibling_with_a_longer_name_is_outside() {
    let installation = Installation::new().policy(&POLICY.replace("{root}", "{root}/repo")).file("repository/x", "x");
    open(&installation, &["--mount", &installation.mount("/repo", "repository")]).fails(3, "`/repo`");
}

#[test]
fn a_mount_that_is_not_there_or_no_directory() {
    let installation = three_tools();
    open(&installation, &["--mount", &installation.mount("/repo", "missing")]).fails(2, "missing");
    open(&installation, &["--mount", &installation.mount("/repo", "repo/README.md")]).fails(2, "README.md");
}

/// `--home` lies in no mount.
#[test]
fn a_mount_that_holds_the_home() {
    let installation = three_tools();
    open(&installation, &["--mount", &installation.mount("/repo", "")]).fails(2, "");
}

#[test]
fn a_mount_that_is_no_mount() {
    let installation = three_tools();
    for mount in ["/repo", "repo=x", "=x", "/repo=", "/repo/../x=repo"] {
        open(&installation, &["--mount", mount]).fails(2, "");
    }
    let twice = installation.mount("/repo", "repo");
    open(&installation, &["--mount", &twice, "--mount", &twice]).fails(2, "");
}

/// Where the policy says `ro`, and where the opener says `:ro`, nothing is written.
#[test]
fn read_only_by_the_policy_or_by_the_opener() {
    let by_policy = Installation::new().policy(&POLICY.replace("mode = \"rw\"", "mode = \"ro\"")).shipped("edit");
    let by_opener = Installation::new().policy(POLICY).shipped("edit");
    let mount = format!("{}:ro", by_opener.mount("/repo", "repo"));
    let handle = open(&by_opener, &["--mount", &mount]).exits(0).result().to_owned();
    let edit = r#"{"path": "/repo/README.md", "old": "repository", "new": "x", "atomic": false}"#;
    let mut command = by_opener.command(&["call", "edit", "--input", edit, "--task", &handle]);
    let answer = Said::by(&mut command).answers("denied");
    assert_eq!(answer["denied"][0]["access"], "files write /repo/README.md");
    let task = by_policy.open("work");
    assert_eq!(task.run(&["task", "show", "--json"]).json()["mounts"][0]["read_only"], true);
    task.call_with("edit", edit).answers("denied");
    assert_eq!(by_opener.text("repo/README.md"), "# A repository\n");
    assert_eq!(by_policy.text("repo/README.md"), "# A repository\n");
}

/// `--ttl` is the policy's at most, and 15 minutes where it is not given.
#[test]
fn how_long_a_task_lives() {
    let installation = three_tools();
    open(&installation, &["--ttl", "30m"]).exits(0);
    open(&installation, &["--ttl", "31m"]).fails(3, "30m");
    for wrong in ["0s", "-5m", "5", "5 m", "soon", "99999999999999999999h"] {
        let said = open(&installation, &["--ttl", wrong]);
        assert!(matches!(said.0.code, Some(2 | 3)), "{wrong}: {said}");
    }
    let minutes = |value: serde_json::Value| {
        let seconds = |field: &str| {
            let time = value[field].as_str().unwrap();
            let number = |range: std::ops::Range<usize>| time[range].parse::<i64>().unwrap();
            number(11..13) * 3600 + number(14..16) * 60 + number(17..19)
        };
        (seconds("expires") - seconds("opened")).rem_euclid(86_400) / 60
    };
    assert_eq!(minutes(installation.open("work").run(&["task", "show", "--json"]).json()), 15);
}

/// A grant is one layer more, for this task alone.
#[test]
fn a_grant_narrows_this_task() {
    let grant = "schema = 1\n\n[[files]]\npath = \"/repo/src/**\"\nallow = [\"read\"]\n";
    let installation = Installation::new().policy(POLICY).shipped("read").file("grant.toml", grant);
    let path = installation.path("grant.toml");
    let narrow = installation.open_with("work", &["--grant", path.to_str().unwrap()]);
    let wide = installation.open("work");
    let (readme, main) = (json!({"path": "/repo/README.md"}), json!({"path": "/repo/src/main.rs"}));
    wide.call("read", &readme).answers("ok");
    narrow.call("read", &main).answers("ok");
    let answer = narrow.call("read", &readme).answers("denied");
    let id = answer["denied"][0]["id"].as_str().unwrap();
    narrow.run(&["audit", "show", id]).exits(0).says("grant");
}

/// A grant that does not hold is found when the task is opened.
#[test]
fn a_grant_that_does_not_load() {
    let installation =
        three_tools().file("grant.toml", "schema = 1\n\n[[files]]\npath = \"/repo/**\"\nalow = [\"read\"]\n");
    let path = installation.path("grant.toml");
    let said = open(&installation, &["--grant", path.to_str().unwrap()]);
    said.fails(2, "grant.toml:5:1").shows_with_a_caret("alow");
    open(&installation, &["--grant", "missing.toml"]).fails(2, "missing.toml");
}

/// No policy, or a broken one: no task.
#[test]
fn without_a_policy_that_holds_there_is_no_task() {
    let installation = three_tools();
    let task = installation.open("work");
    installation.write("toolward/policy.toml", "schema = 1\nevelopment = true\n");
    open(&installation, &[]).fails(2, "policy.toml:2:1");
    task.call("good", &json!({})).fails(2, "the policy does not load");
    task.logs_why("good", 2, "policy.toml:2:1");
    std::fs::remove_file(installation.path("toolward/policy.toml")).unwrap();
    open(&installation, &[]).fails(2, "policy.toml");
    task.call("good", &json!({})).fails(2, "the policy does not load");
}

/// A directory that was put in the place of the mounted one is not mounted.
#[test]
fn a_mount_is_the_directory_that_it_was() {
    let installation =
        Installation::new().policy(POLICY).shipped("read").tool("any", super::fixture::spinning(), EVERYTHING);
    let task = installation.open("work");
    std::fs::rename(installation.path("repo"), installation.path("moved")).unwrap();
    installation.write("repo/README.md", "another");
    task.call("read", &json!({"path": "/repo/README.md"})).fails(3, "what was mounted at `/repo` is no longer there");
}

/// A file system that the host has mounted below a mount is told of when the task is opened, unless it has a mount of its own.
#[test]
fn a_volume_within_a_mount_is_told_of() {
    let policy = POLICY.replace(
        "mounts.\"/repo\" = {",
        "mounts.\"/repo/a volume\" = { under = \"{root}\", mode = \"rw\" }\nmounts.\"/repo\" = {",
    );
    let installation = three_tools().policy(&policy);
    let volume = installation.path("repo/a volume");
    std::fs::create_dir(&volume).unwrap();
    let within = |options: &[&str]| {
        let mount = installation.mount("/repo", "repo");
        let open = ["task", "open", "--agent", "coder", "--type", "work", "--json", "--mount", &mount];
        let command = installation.command(&[&open[..], options].concat());
        let script = "mount -t tmpfs none \"$1\" && touch \"$1/file\" || exit 99; shift; exec \"$@\"";
        Said::by(&mut toolward_tests::program::in_a_namespace(script, &[&volume], &command))
    };
    let said = within(&[]);
    if said.0.code == Some(99) || said.0.stderr.contains("unshare: ") {
        toolward_tests::skipped("a mount namespace takes `unshare` and user namespaces");
        return;
    }
    assert_eq!(said.exits(0).json()["unreachable"], json!(["/repo/a volume"]), "{said}");
    assert!(said.0.stderr.contains("another file system is mounted at `/repo/a volume`"), "{said}");
    let nested = installation.mount("/repo/a volume", "repo/a volume");
    let said = within(&["--mount", &nested]);
    assert_eq!((said.exits(0).json()["unreachable"].clone(), said.0.stderr.as_str()), (json!(null), ""), "{said}");
}
