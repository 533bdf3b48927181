//! `toolward manifest check`: loads each file as a call does, and says what else is worth knowing of it.
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::json;
use toolward_manifests::{Diagnostic, Grant, Source};

use crate::callable::{Callable, load};
use crate::command::Context;
use crate::engine::{Compiler, Loader};
use crate::failure::{Exit, Failure};
use crate::isolation::Isolation;
use crate::policy::Loaded;
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

/// A file that loads.
struct Checked {
    form: &'static str,
    /// What is no error, and probably not meant.
    findings: Vec<Finding>,
}

/// What is worth knowing of a file that loads: on one line, and with the line of the file below it.
struct Finding {
    line: String,
    shown: String,
}

/// What files are checked with.
struct Checker {
    isolation: Isolation,
    loader: Loader,
    /// Whether a manifest may name no digest; `None` where no policy says.
    development: Option<bool>,
    /// All that a rule for tools can name; empty where that is not known.
    callables: Vec<String>,
    /// The files that policies include.
    parts: Vec<PathBuf>,
    /// The folder of this home's manifests, where each file is a tool's.
    manifests: Option<PathBuf>,
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
        if path.is_dir() { in_folder_and_below(path, &mut files)? } else { files.push(path.clone()) }
    }
    let checker = Checker::new(&files, cx)?;
    let (mut values, mut people, mut failures) = (Vec::new(), String::new(), Vec::new());
    for file in &files {
        let is_named = args.paths.contains(file);
        let checked = checker.check(file, is_named);
        // A file of something else in a folder is told and passed over; one that was named is not.
        if checked.is_err() && !is_named && is_of_another(file) {
            people.push_str(&format!("--  {} (no file of toolward: passed over)\n", file.display()));
            continue;
        }
        let error = checked.as_ref().err().map(|failure| failure.message.clone());
        let findings: Vec<&String> =
            checked.iter().flat_map(|checked| &checked.findings).map(|found| &found.line).collect();
        values.push(json!({ "file": file, "ok": checked.is_ok(), "error": error, "findings": findings }));
        match checked {
            Ok(Checked { form, findings }) => {
                people.push_str(&format!("ok  {} ({form})\n", file.display()));
                findings.iter().for_each(|found| people.push_str(&format!("warning: {}\n", found.shown)));
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

/// The TOML files in a folder and below it, but for hidden folders. A folder without any was hardly meant.
fn in_folder_and_below(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let (before, mut folders) = (files.len(), vec![folder.to_owned()]);
    while let Some(next) = folders.pop() {
        in_folder(&next, files)?;
        let failed = Failure::at(&next);
        for entry in std::fs::read_dir(&next).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            // Links are not followed: they may lead in circles.
            let is_folder = entry.file_type().map_err(failed)?.is_dir();
            if is_folder && !entry.file_name().as_encoded_bytes().starts_with(b".") {
                folders.push(entry.path());
            }
        }
    }
    if files.len() == before {
        let message = format!("there is no TOML file in `{}`", folder.display());
        return Err(Failure::usage(message).help("name a manifest, a policy or a grant, or a folder that holds some"));
    }
    Ok(())
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

impl Checker {
    fn new(files: &[PathBuf], cx: &Context) -> Result<Self, Failure> {
        let config = cx.home.config()?;
        let loader = match &config {
            Some(_) => cx.loader(&cx.open_state()?)?,
            None => Loader::without_cache(Compiler::own(Default::default())),
        };
        let of_form =
            |wanted| files.iter().filter(move |file| source(file).is_ok_and(|source| form(&source) == wanted));
        let at_hand: Vec<(PathBuf, Loaded)> =
            of_form(Form::Policy).filter_map(|path| Some((path.clone(), Loaded::read(path).ok()?))).collect();
        let of_home = || config.as_ref().and_then(|config| Loaded::read(&config.policy).ok());
        let development = match at_hand.as_slice() {
            [] => of_home().map(|loaded| loaded.policy.development()),
            policies => Some(policies.iter().any(|(_, loaded)| loaded.policy.development())),
        };
        let folder = |path: &Path| path.parent().unwrap_or(Path::new(".")).to_owned();
        let included = |(path, loaded): &(PathBuf, Loaded)| {
            loaded.texts.iter().skip(1).map(|part| folder(path).join(&part.name)).collect::<Vec<_>>()
        };
        let folder_of_manifests = config.as_ref().and_then(|config| config.manifests.canonicalize().ok());
        // Of another policy than the home's only the manifests beside it in the list are known.
        let mut manifests: Vec<PathBuf> = of_form(Form::Manifest).cloned().collect();
        if let Some(config) = config.filter(|config| files.contains(&config.policy)) {
            in_folder(&config.manifests, &mut manifests)?;
        }
        let tools = manifests.iter().filter_map(|path| Tool::read(path).ok());
        let named = |tool: Tool| {
            let functions = Callable::all_of(&tool).into_iter().map(|(name, _)| name);
            functions.chain([tool.manifest.name().to_owned()]).collect::<Vec<_>>()
        };
        Ok(Self {
            isolation: cx.home.isolation()?,
            loader,
            development,
            callables: tools.flat_map(named).collect::<BTreeSet<_>>().into_iter().collect(),
            manifests: folder_of_manifests,
            parts: at_hand.iter().flat_map(included).collect(),
        })
    }

    /// Loads a file. One that is found in a folder is found by a call too, by its name.
    fn check(&self, path: &Path, is_named: bool) -> Result<Checked, Failure> {
        let source = source(path)?;
        let mut findings = Vec::new();
        let is_tools = self.manifests.is_some()
            && path.parent().and_then(|folder| folder.canonicalize().ok()).as_ref() == self.manifests.as_ref();
        let form = match if is_tools { Form::Manifest } else { form(&source) } {
            _ if self.parts.iter().any(|part| part == path) => "part of a policy",
            Form::Policy => {
                let Loaded { texts, policy } = Loaded::read(path)?;
                findings.extend(policy.findings().iter().map(|found| finding(found, &texts)));
                if !self.callables.is_empty() {
                    findings.extend(policy.unknown_tools(&self.callables).iter().map(|found| finding(found, &texts)));
                }
                "policy"
            }
            Form::Grant => {
                let grant = Grant::parse(&source).map_err(|diagnostics: Vec<_>| unloadable(&diagnostics, &source))?;
                findings.extend(grant.findings().iter().map(|found| finding(found, std::slice::from_ref(&source))));
                "grant"
            }
            Form::Manifest => {
                let tool = Tool::read(path)?;
                if !is_named || is_tools {
                    tool.has_the_name_of_its_file()?;
                }
                if self.development.is_none() && tool.manifest.component_sha256().is_none() {
                    let only = "only under a policy with `development = true` may it be";
                    let line = format!("{}: `component_sha256` is missing: {only}", source.name);
                    findings.push(Finding { shown: line.clone(), line });
                }
                findings
                    .extend(tool.manifest.findings().iter().map(|found| finding(found, std::slice::from_ref(&source))));
                load(&tool, self.development.unwrap_or(true), &self.isolation, &self.loader)?;
                "manifest"
            }
        };
        Ok(Checked { form, findings })
    }
}

fn finding(diagnostic: &Diagnostic, texts: &[Source]) -> Finding {
    let line = match &diagnostic.help {
        Some(help) => format!("{diagnostic} ({help})"),
        None => diagnostic.to_string(),
    };
    let text = texts.iter().find(|text| text.name == diagnostic.file);
    Finding { shown: text.map_or_else(|| line.clone(), |text| diagnostic.render(&text.text)), line }
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
