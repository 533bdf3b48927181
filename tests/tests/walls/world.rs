//! A place to attack from: a mount with something to read and something that is denied, and a program whose workers attack.
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;
use toolward_tests::guest;
use toolward_tests::program::{self, Ended};

/// What the attackers' tool may do: read what it may not write, and not even read all of that.
const MANIFEST: &str = r#"schema = 1

[tool]
name = "probe"
description = "Attacks."
component = "probe.wasm"

[limits]
time = "5s"

[[files]]
path = "/repo/**"
allow = ["read", "list"]
why = "something has to be there"

[[files]]
path = "/repo/secret/**"
deny = ["read", "list"]
why = "something must not be had"
"#;

/// What a tool may do that writes.
const WRITER: &str = r#"schema = 1

[tool]
name = "writer"
description = "Writes."
component = "writer.wasm"

[limits]
time = "5s"

[[files]]
path = "/repo/**"
allow = ["read", "list", "create", "write"]
why = "something is to be done"
"#;

pub(crate) struct World {
    dir: TempDir,
}

impl World {
    pub(crate) fn new() -> Self {
        let dir = tempfile::Builder::new().prefix("toolward-walls-").tempdir().unwrap();
        let world = Self { dir };
        fs::create_dir_all(world.path("repo/secret")).unwrap();
        fs::write(world.path("repo/notes"), "something to read\n").unwrap();
        fs::write(world.path("repo/secret/key"), "something that must not be had\n").unwrap();
        fs::write(world.path("probe.toml"), MANIFEST).unwrap();
        fs::write(world.path("writer.toml"), WRITER).unwrap();
        // Any component: its code is loaded, and never run.
        fs::copy(guest("absolute_paths"), world.path("probe.wasm")).unwrap();
        world
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Makes one attack, and answers how the command ended.
    pub(crate) fn attack(&self, name: &str, thread: &str) -> Ended {
        let mount = format!("/repo={}", self.path("repo").display());
        let mut probe = self.probe();
        let run = ["run", "probe.wasm", "--manifest", "probe.toml", "--mount", &mount, "--", name, thread];
        program::run(probe.args(run))
    }

    /// The program, in an environment of its own.
    pub(crate) fn probe(&self) -> Command {
        let mut probe = Command::new(path());
        probe.current_dir(self.dir.path()).env_clear().env("TOOLWARD_HOME", self.path("home"));
        probe
    }
}

/// `toolward-probe` lies beside `toolward`.
pub(crate) fn path() -> PathBuf {
    let path = program::path().with_file_name("toolward-probe");
    assert!(
        path.is_file(),
        "there is no program `{}`\nhelp: `cargo build --workspace --bins` makes it",
        path.display()
    );
    path
}
