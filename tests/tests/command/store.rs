//! If the log cannot be written, the access is denied, and the call says so: Toolward could not do its work, 6.
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::json;
use toolward_tests::{Installation, OpenTask, Said};

use super::fixture::POLICY;

const EDIT: &str = r#"{"path": "/repo/README.md", "old": "A repository", "new": "Changed"}"#;

fn installation() -> Installation {
    let installation = Installation::with_a_cache_of_its_own().policy(POLICY).shipped("edit").shipped("read");
    // Without a low-water mark: what is tested here is what is beyond it.
    let config = format!("{}\n[audit]\nlow_water = \"0B\"\n", installation.text("home/config.toml"));
    installation.write("home/config.toml", config);
    let task = installation.open("work");
    task.call("read", &json!({"path": "/repo/README.md"})).answers("ok");
    task.call_with("edit", r#"{"path": "/repo/src/main.rs", "old": "main", "new": "start"}"#).answers("ok");
    installation
}

/// The call says so in one line, nothing is changed, and no result leaves.
fn withholds(installation: &Installation, call: impl Fn(&[&str]) -> Said) {
    for arguments in
        [&["call", "edit", "--input", EDIT][..], &["call", "read", "--input", r#"{"path": "/repo/README.md"}"#]]
    {
        let said = call(arguments);
        said.fails(6, "");
        assert!(!said.0.stderr.contains("A repository"), "a result came out: {said}");
    }
    assert_eq!(installation.text("repo/README.md"), "# A repository\n");
    let names: Vec<_> =
        fs::read_dir(installation.path("repo")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names.len(), 3, "nothing temporary is left: {names:?}");
}

/// The command line as a shell runs it, after `first`.
fn in_a_shell(installation: &Installation, task: &OpenTask, prefix: &[&str], first: &str, arguments: &[&str]) -> Said {
    let inner = task.command(arguments);
    let mut command = Command::new(prefix[0]);
    command.args(&prefix[1..]).args(["sh", "-c", &format!("{first}\nexec \"$0\" \"$@\"")]);
    command.arg(inner.get_program()).args(inner.get_args()).env_clear().current_dir(installation.path("tmp"));
    for (name, value) in inner.get_envs() {
        if let Some(value) = value {
            command.env(name, value);
        }
    }
    command.env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    Said::by(&mut command)
}

/// The store may not grow any more.
#[test]
fn a_limit_on_the_size_of_files() {
    let installation = installation();
    let task = installation.open("work");
    // In blocks of 512 bytes. Toolward ignores the signal, so that writing fails instead.
    withholds(&installation, |arguments| in_a_shell(&installation, &task, &["env"], "ulimit -f 1", arguments));
    task.call_with("edit", EDIT).answers("ok");
    installation.run(&["audit", "verify"]).exits(0);
}

/// The home lies on a file system without any room.
#[test]
fn a_full_disk() {
    let Some(own) = mounts_of_its_own() else { return };
    let installation = installation();
    let task = installation.open("work");
    let home = installation.path("home").display().to_string();
    let full = format!(
        "set -e; cp -a {home} {home}-copy; mount -t tmpfs -o size=2m tmpfs {home}; cp -a {home}-copy/. {home}\n\
         rm -rf {home}-copy; dd if=/dev/zero of={home}/filler bs=4k 2>/dev/null || :"
    );
    withholds(&installation, |arguments| in_a_shell(&installation, &task, own, &full, arguments));
}

/// The home is read-only.
#[test]
fn a_read_only_home() {
    let Some(own) = mounts_of_its_own() else { return };
    let installation = installation();
    let task = installation.open("work");
    let home = installation.path("home").display().to_string();
    let read_only = format!("set -e; mount --bind {home} {home}; mount -o remount,bind,ro {home}");
    withholds(&installation, |arguments| in_a_shell(&installation, &task, own, &read_only, arguments));
}

/// Another process holds the store, and does not let go.
#[test]
fn a_store_that_is_locked() {
    let installation = installation();
    let task = installation.open("work");
    let hold = "import sqlite3, sys\nstore = sqlite3.connect(sys.argv[1], isolation_level=None)\n\
                store.execute('begin immediate')\nprint('held', flush=True)\nsys.stdin.read()";
    let mut holder = Command::new("python3");
    holder.args(["-c", hold]).arg(installation.path("home/state.db")).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut holder = holder.spawn().unwrap();
    let mut said = String::new();
    BufReader::new(holder.stdout.take().unwrap()).read_line(&mut said).unwrap();
    assert_eq!(said, "held\n");
    // One call is enough: each waits some seconds for the store.
    task.call_with("edit", EDIT).fails(6, "busy");
    assert_eq!(installation.text("repo/README.md"), "# A repository\n");
    drop(holder.stdin.take());
    assert!(holder.wait().unwrap().success());
    task.call_with("edit", EDIT).answers("ok");
}

#[test]
fn a_store_that_is_no_store() {
    let installation = installation();
    let task = installation.open("work");
    for name in ["state.db-wal", "state.db-shm"] {
        drop(fs::remove_file(installation.path("home").join(name)));
    }
    fs::write(installation.path("home/state.db"), "not a database, but a text that is long enough to look at").unwrap();
    withholds(&installation, |arguments| task.run(arguments));
}

/// Keys that others may read are not used.
#[test]
fn keys_that_others_may_read() {
    use std::os::unix::fs::PermissionsExt;
    let installation = installation();
    let task = installation.open("work");
    fs::set_permissions(installation.path("home/keys/signing"), fs::Permissions::from_mode(0o644)).unwrap();
    withholds(&installation, |arguments| task.run(arguments));
}

/// How to run something with mounts that only it sees: as root, or in a user namespace. Where neither works the test is
/// skipped, loudly.
fn mounts_of_its_own() -> Option<&'static [&'static str]> {
    const WAYS: [&[&str]; 2] = [&["unshare", "--mount"], &["unshare", "--user", "--map-root-user", "--mount"]];
    let works = |way: &&[&str]| {
        let tried = Command::new(way[0]).args(&way[1..]).args(["mount", "-t", "tmpfs", "tmpfs", "/mnt"]).output();
        Path::new("/mnt").is_dir() && tried.is_ok_and(|output| output.status.success())
    };
    let found = WAYS.into_iter().find(works);
    if found.is_none() {
        toolward_tests::skipped(
            "no way to make a small or read-only file system here (neither root nor user namespaces)",
        );
    }
    found
}
