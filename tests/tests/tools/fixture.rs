//! The small repository, and a task in it.
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;
use toolward_tests::{Installation, OpenTask};

/// The tools that ship, by the names of their manifests.
pub(crate) const SHIPPED: [&str; 9] = ["edit", "fetch", "list", "query", "read", "rg", "sd", "search", "text"];

/// ```text
/// README.md          # A repository
/// src/main.rs        fn main() {}
/// src/lib.rs         two TODOs
/// notes.txt          a TODO, lower case too
/// built/out.txt      a TODO, named by .gitignore
/// data/              config.json  config.toml  config.yaml  rows.jsonl
/// .env               a secret, denied by the example policy
/// ```
pub(crate) fn repository() -> Installation {
    let installation =
        Installation::new().file("repo/src/lib.rs", "//! A library.\n// TODO: one\npub fn one() {}\n// TODO: two\n");
    let installation = installation.file("repo/notes.txt", "todo\nTODO\n").file("repo/.gitignore", "built/\n");
    let installation = installation
        .file("repo/built/out.txt", "TODO\n")
        .file("repo/data/config.json", r#"{"name": "site", "n": 9007199254740993}"#);
    let installation = installation
        .file("repo/data/config.toml", "name = \"site\"\n\n[[server]]\nport = 80\n\n[[server]]\nport = 443\n");
    let installation = installation.file("repo/data/config.yaml", "name: site\nports: [80, 443]\n");
    installation.file("repo/data/rows.jsonl", "{\"a\":1}\n{\"a\":2}\n")
}

/// The repository with one tool, and a task of the example policy's type `edit`.
pub(crate) fn with(tool: &str) -> (Installation, OpenTask) {
    let installation = repository().shipped(tool);
    let task = installation.open("edit");
    (installation, task)
}

/// The output of a call that is `ok`.
pub(crate) fn output(task: &OpenTask, tool: &str, input: &Value) -> Value {
    task.call(tool, input).answers("ok")["output"].clone()
}

/// All files below a folder, with their content.
pub(crate) fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
                files.insert(name, fs::read(path).unwrap());
            }
        }
    }
    files
}
