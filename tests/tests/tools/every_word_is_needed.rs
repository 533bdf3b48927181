//! No shipped manifest holds a word that its tool does not need: without it, some use of the tool fails or gives another
//! result. The manifests are changed as text, one word of one `allow` list at a time.
use std::collections::BTreeMap;

use serde_json::{Value, json};
use toolward_tests::installation::shipped_manifest;

use super::fixture::{SHIPPED, contents, repository};
use super::web::{self, Web};

/// What a tool is used for: the names and inputs of calls in one task, one after the other.
fn uses(tool: &str) -> Vec<(String, Value)> {
    let inputs = match tool {
        "edit" => vec![
            json!({"path": "/repo/src/lib.rs", "old": "TODO: one", "new": "DONE"}),
            json!({"path": "/repo/notes.txt", "old": "todo", "new": "done", "atomic": false}),
            json!({"path": "/repo/src/new.rs", "create": true, "new": "// new\n"}),
        ],
        "fetch" => {
            let web = Web::shared();
            let both = [web.https("/page"), web.http("/page")].into_iter();
            both.flat_map(|url| ["GET", "HEAD"].map(|method| json!({"url": url, "method": method}))).collect()
        }
        "list" => vec![json!({})],
        "query" => vec![json!({"path": "/repo/data/config.toml", "filter": ".name"})],
        "read" => vec![json!({"path": "/repo/src/lib.rs"})],
        "rg" => vec![json!({"pattern": "TODO"})],
        "sd" => vec![json!({"text": "a", "find": "a", "replace": "b"})],
        "search" => vec![json!({"pattern": "TODO"})],
        "text" => {
            return vec![
                ("text.diff".to_owned(), json!({"old": "a\n", "new": "b\n"})),
                ("text.template".to_owned(), json!({"template": "{{ a }}", "values": {"pairs": [["a", "b"]]}})),
            ];
        }
        other => panic!("there is no use of `{other}` here: every tool that ships has one"),
    };
    inputs.into_iter().map(|input| (tool.to_owned(), input)).collect()
}

/// The manifest as it ships, but for `fetch` opened to the servers of the tests.
fn whole_manifest(tool: &str) -> String {
    let manifest = shipped_manifest(tool);
    if tool == "fetch" { web::opened(&manifest) } else { manifest }
}

/// What comes of it.
#[derive(Debug, PartialEq)]
struct Came {
    /// Each call's status and output.
    answers: Vec<(Value, Value)>,
    /// The files at the end.
    files: BTreeMap<String, Vec<u8>>,
}

fn outcome(tool: &str, manifest: &str) -> Came {
    let ground = if tool == "fetch" { Web::shared().installation() } else { repository() };
    let installation = ground.shipped_with(tool, manifest);
    let task = installation.open("edit");
    let call = |(name, input): (String, Value)| {
        let answer = task.call(&name, &input).json();
        (answer["status"].clone(), without_times(answer["output"].clone()))
    };
    let answers = uses(tool).into_iter().map(call).collect();
    Came { answers, files: contents(&installation.path("repo")) }
}

/// ripgrep's JSON says how long it took.
fn without_times(mut output: Value) -> Value {
    for line in output.as_array_mut().into_iter().flatten() {
        if let Some(data) = line["data"].as_object_mut() {
            data.remove("stats");
            data.remove("elapsed_total");
        }
    }
    output
}

/// Every manifest that lacks one word of one `allow` list of the text.
fn variants(manifest: &str) -> Vec<(String, String)> {
    let lines: Vec<&str> = manifest.lines().collect();
    let mut variants = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some(list) = line.strip_prefix("allow = [").and_then(|rest| rest.strip_suffix(']')) else { continue };
        let words: Vec<&str> = list.split(", ").collect();
        for word in &words {
            let rest: Vec<&str> = words.iter().copied().filter(|other| other != word).collect();
            let changed = match rest.as_slice() {
                // A rule that says nothing is an error: without its only word it goes as a whole.
                [] => without_table(&lines, at),
                rest => {
                    let mut lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
                    lines[at] = format!("allow = [{}]", rest.join(", "));
                    lines
                }
            };
            variants.push((format!("{word} of line {}", at + 1), changed.join("\n")));
        }
    }
    variants
}

fn without_table(lines: &[&str], inside: usize) -> Vec<String> {
    let begins = |line: &str| line.starts_with('[');
    let from = (0..=inside).rev().find(|at| begins(lines[*at])).unwrap();
    let to = (inside..lines.len()).find(|at| begins(lines[*at])).unwrap_or(lines.len());
    [&lines[..from], &lines[to..]].concat().iter().map(|line| (*line).to_owned()).collect()
}

#[test]
fn every_allowed_operation_is_needed() {
    for tool in SHIPPED {
        let manifest = whole_manifest(tool);
        let whole = outcome(tool, &manifest);
        assert!(whole.answers.iter().all(|(status, _)| status == "ok"), "{tool}: {whole:?}");
        assert_eq!(outcome(tool, &manifest), whole, "{tool} gives the same each time");
        let variants = variants(&manifest);
        assert_eq!(variants.is_empty(), !manifest.contains("allow"), "{tool}: its rules are written on one line each");
        for (without, variant) in variants {
            assert_ne!(outcome(tool, &variant), whole, "{tool} needs no {without}");
        }
    }
}

/// The test before this one can fail: a word that is not needed makes no difference.
#[test]
fn a_word_too_many_would_be_noticed() {
    let more = shipped_manifest("read").replace("allow = [\"read\"]", "allow = [\"read\", \"write\"]");
    let whole = outcome("read", &more);
    let needless: Vec<String> = variants(&more)
        .into_iter()
        .filter(|(_, variant)| outcome("read", variant) == whole)
        .map(|(without, _)| without)
        .collect();
    assert_eq!(needless.len(), 1, "{needless:?}");
    assert!(needless[0].starts_with("\"write\""), "{needless:?}");
}

/// Every manifest in the folder is one of these.
#[test]
fn every_manifest_is_tried() {
    let folder = toolward_tests::installation::repository().join("manifests");
    let mut manifests: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .filter_map(|entry| {
            let path = entry.unwrap().path();
            let is_manifest = path.extension().is_some_and(|end| end == "toml")
                && std::fs::read_to_string(&path).unwrap().lines().any(|line| line == "[tool]");
            is_manifest.then(|| path.file_stem().unwrap().to_str().unwrap().to_owned())
        })
        .collect();
    manifests.sort();
    assert_eq!(manifests, SHIPPED);
}
