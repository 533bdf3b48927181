//! `toolward manifest check`.
use std::path::{Path, PathBuf};

use serde_json::json;
use toolward_manifests::{Diagnostic, Grant, Manifest, Policy, Source};

use crate::command::Context;
use crate::failure::{Exit, Failure};
use crate::tool::{Tool, source, unloadable};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Files or folders; without any, the policy and the manifests of this home.
    paths: Vec<PathBuf>,
}

/// What a file is, by what stands in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Manifest,
    Policy,
    Grant,
}

/// Checks every file; the first that does not hold is the failure, and all others are told before it.
pub(super) fn run(args: &Args, cx: &Context) -> Result<Exit, Failure> {
    let mut files = Vec::new();
    if args.paths.is_empty() {
        let config = cx.home.initialised()?;
        files.push(config.policy);
        in_folder(&config.manifests, &mut files)?;
    }
    for path in &args.paths {
        if path.is_dir() { in_folder(path, &mut files)? } else { files.push(path.clone()) }
    }
    let (mut values, mut people, mut failures) = (Vec::new(), String::new(), Vec::new());
    for file in &files {
        let checked = check(file);
        // A file of something else in a folder is told and passed over; one that was named is not.
        if checked.is_err() && !args.paths.contains(file) && is_of_another(file) {
            people.push_str(&format!("--  {} (no file of toolward: passed over)\n", file.display()));
            continue;
        }
        let error = checked.as_ref().err().map(|failure| failure.message.clone());
        let findings: Vec<String> = checked.iter().flat_map(|checked| checked.findings.iter()).map(shown).collect();
        values.push(json!({ "file": file, "ok": checked.is_ok(), "error": error, "findings": findings }));
        match checked {
            Ok(checked) => {
                people.push_str(&format!("ok  {} ({})\n", file.display(), checked.form));
                for (finding, text) in checked.findings {
                    people.push_str(&format!("warning: {}\n", finding.render(&text)));
                }
            }
            Err(failure) => failures.push(failure),
        }
    }
    if cx.json || !people.is_empty() {
        cx.print(&values, people)?;
    }
    let mut failures = failures.into_iter();
    let Some(mut first) = failures.next() else { return Ok(Exit::Done) };
    for other in failures {
        let detail = first.detail.take().unwrap_or_default();
        first.detail = Some(format!("{detail}\n\n{other}"));
    }
    Err(first)
}

fn in_folder(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let failed = Failure::at(folder);
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            found.push(path);
        }
    }
    found.sort();
    files.extend(found);
    Ok(())
}

/// A file that holds: what it is, and the rules in it that read differently from what they do, each with its file's text.
struct Checked {
    form: &'static str,
    findings: Vec<(Diagnostic, String)>,
}

/// A finding on one line.
fn shown((finding, _): &(Diagnostic, String)) -> String {
    finding.to_string()
}

fn check(path: &Path) -> Result<Checked, Failure> {
    let source = source(path)?;
    let unfit = |diagnostics: Vec<_>| unloadable(&diagnostics, &source);
    let checked = |form, findings: Vec<Diagnostic>| {
        let with_text = |finding| (finding, source.text.clone());
        Ok(Checked { form, findings: findings.into_iter().map(with_text).collect() })
    };
    match form(&source) {
        Form::Policy => checked("policy", Policy::parse(&source).map_err(unfit)?.findings()),
        Form::Grant => checked("grant", Grant::parse(&source).map_err(unfit)?.findings()),
        Form::Manifest => {
            let findings = Manifest::parse(&source).map_err(unfit)?.findings();
            let tool = Tool::read(path)?;
            // Its schema is part of what it says; the component may not be built yet.
            tool.input_schema()?;
            if tool.component_path().is_file() && tool.manifest.component_sha256().is_some() {
                tool.component(false, None)?;
            }
            checked("manifest", findings)
        }
    }
}

/// A manifest has a `[tool]`; a policy has agents, types or rules for all; what is left is a grant.
fn form(source: &Source) -> Form {
    let Ok(table) = source.text.parse::<toml::Table>() else {
        // It does not even parse: every form says the same of it.
        return Form::Manifest;
    };
    let has = |keys: &[&str]| keys.iter().any(|key| table.contains_key(*key));
    if has(&["tool", "command", "limits"]) {
        Form::Manifest
    } else if has(&["agents", "types", "all", "sets", "example", "unmatched", "development"]) {
        Form::Policy
    } else {
        Form::Grant
    }
}

/// Whether a file is well-formed and has none of the keys that begin one of ours: a `Cargo.toml` beside the manifests.
fn is_of_another(path: &Path) -> bool {
    const OURS: [&str; 12] =
        ["schema", "tool", "limits", "files", "http", "tcp", "dns", "secrets", "env", "tools", "agents", "types"];
    let table = source(path).ok().and_then(|source| source.text.parse::<toml::Table>().ok());
    table.is_some_and(|table| !OURS.iter().any(|key| table.contains_key(*key)))
}
