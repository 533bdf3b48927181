//! The disk is full at some moment of a call: what was made until then is in the log, and nothing more is made.
use std::process::Command;

use serde_json::json;
use toolward_tests::{Installation, Said};

use super::fixture::{effects_are_recorded, is_clear, with_tools};

/// Whether this user may mount a small file system where only it sees that.
fn may_mount() -> bool {
    let tried = Command::new("unshare").args(["--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]).output();
    let may = tried.is_ok_and(|output| output.status.success());
    if !may {
        toolward_tests::skipped("no way to make a small file system here");
    }
    may
}

/// The home lies on a file system that has so much room left, in KiB.
#[test]
fn a_disk_that_becomes_full() {
    if !may_mount() {
        return;
    }
    for room in [0, 16, 200] {
        // The cache of a call is its own too: what is copied to the small file system is no link.
        let installation = with_tools(Installation::with_a_cache_of_its_own());
        // Without a low-water mark: what is tested here is what is beyond it.
        let config = format!("{}\n[audit]\nlow_water = \"0B\"\n", installation.text("home/config.toml"));
        installation.write("home/config.toml", config);
        let task = installation.open("work");
        task.call("good", &json!({})).answers("ok");
        task.call("writer", &json!({"name": "warm"})).answers("ok");
        let home = installation.path("home").display().to_string();
        let around = format!(
            "set -e; cp -a {home} {home}-copy; mount -t tmpfs -o size=48m tmpfs {home}; cp -a {home}-copy/. {home}\n\
             head -c {room}K /dev/zero > {home}/room; dd if=/dev/zero of={home}/filler bs=4k 2>/dev/null || :\n\
             rm {home}/room; code=0; \"$0\" \"$@\" || code=$?\n\
             rm {home}/filler; rm -rf {home}-copy; cp -a {home} {home}-copy; umount {home}\n\
             rm -rf {home}; mv {home}-copy {home}; exit $code"
        );
        let inner = task.command(&["call", "writer", "--input", "{\"name\": \"full\"}"]);
        let mut command = Command::new("unshare");
        command.args(["--mount", "sh", "-c", &around]).arg(inner.get_program()).args(inner.get_args()).env_clear();
        command.current_dir(installation.path("tmp"));
        command.envs(inner.get_envs().filter_map(|(name, value)| Some((name, value?))));
        command.env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        let said = Said::by(&mut command);
        println!("{room} KiB: {:?}: {}", said.0.code, said.0.stderr);
        assert!(is_clear(&said) && said.0.stderr.starts_with("error: "), "{said}");
        let made = effects_are_recorded(&installation);
        println!("{made} files");
        task.call("writer", &json!({"name": "again"})).answers("ok");
        effects_are_recorded(&installation);
    }
}
