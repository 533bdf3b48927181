//! A small world for a tool's tests, and the check that its schema in `manifests/` is in step with its types.

#![expect(clippy::unwrap_used, clippy::panic, reason = "test support: a failure here is a failed test")]

use std::fs;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;

use crate::{Op, Root};

/// A temporary directory that stands for the guest's file system.
#[derive(Debug)]
pub struct World {
    dir: tempfile::TempDir,
    refused: Vec<(Op, PathBuf)>,
}

impl World {
    /// A world with these files: guest path and content.
    #[must_use]
    pub fn with<C: AsRef<[u8]>>(files: &[(&str, C)]) -> Self {
        let world = Self { dir: tempfile::tempdir().unwrap(), refused: Vec::new() };
        for (path, content) in files {
            world.put(path, content);
        }
        world
    }

    /// Refuses `op` at the guest path `path` and below it, as a scope would.
    #[must_use]
    pub fn refusing(mut self, op: Op, path: &str) -> Self {
        let real = self.real(path);
        self.refused.push((op, real));
        self
    }

    /// Writes a file, with the directories above it.
    pub fn put(&self, path: &str, content: impl AsRef<[u8]>) {
        let real = self.real(path);
        fs::create_dir_all(real.parent().unwrap()).unwrap();
        fs::write(real, content).unwrap();
    }

    /// What a file holds now.
    #[must_use]
    pub fn content(&self, path: &str) -> Vec<u8> {
        fs::read(self.real(path)).unwrap()
    }

    /// The names in a directory, sorted.
    #[must_use]
    pub fn names(&self, path: &str) -> Vec<String> {
        let entries = fs::read_dir(self.real(path)).unwrap();
        let mut names: Vec<_> = entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// Where a guest path lies on this machine.
    #[must_use]
    pub fn real(&self, path: &str) -> PathBuf {
        self.dir.path().join(path.trim_start_matches('/'))
    }

    /// The world as a tool is given it.
    #[must_use]
    pub fn root(&self) -> Root {
        Root { base: self.dir.path().to_owned(), refused: self.refused.clone(), ..Root::default() }
    }
}

/// Fails unless `manifests/TOOL.input.json` is the schema of `I`. With `BLESS=1` in the environment it writes the file.
pub fn schema_is_in_step<I: JsonSchema>(tool: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../manifests/{tool}.input.json"));
    let text = serde_json::to_string_pretty(&schemars::schema_for!(I)).unwrap() + "\n";
    if std::env::var_os("BLESS").is_some() {
        fs::write(&file, &text).unwrap();
    }
    let shipped = fs::read_to_string(&file).unwrap_or_default();
    if shipped != text {
        panic!("manifests/{tool}.input.json is not the schema of the tool's input type: BLESS=1 cargo test writes it");
    }
}
