//! `toolward run`: one component under one manifest, for tool authors.
use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use toolward_host_fns::files::{MountMode, Protected};
use toolward_host_fns::guest::Start;
use toolward_host_fns::in_process::Behind;
use toolward_host_fns::mediate::{Denial, NobodyThere};
use toolward_host_fns::net::Network;
use toolward_host_fns::program::Ended;
use toolward_host_fns::record::Word;
use toolward_manifests::command::Command;
use toolward_manifests::{Layer, Reason, Scope, ScopeTexts};

use super::mounts::{self, MountArg, Pair};
use super::{Context, ExitStatus, stdout_closed};
use crate::audit::{Log, Mode, Shown, TaskRef};
use crate::call::{self, CallRecorder, Ending, Invocation, Loading, Outcome, Program};
use crate::callable::Callable;
use crate::component::Component;
use crate::failure::{Exit, Failure};
use crate::input::Input;
use crate::own_files;
use crate::state::fresh_id;
use crate::tool::{Tool, unloadable};
use crate::typed::Artifact;
use crate::worker::User;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The component: a WASM file, of the world `wasi:cli/command` unless a function is named.
    component: PathBuf,
    /// Call this exported function: of those that the manifest names, or without one any of the component.
    #[arg(long, value_name = "NAME")]
    function: Option<String>,
    /// The tool's manifest. Without one it has no access at all.
    #[arg(long, value_name = "FILE")]
    manifest: Option<PathBuf>,
    /// Show a host directory at a guest path; `:ro` keeps it as it is.
    #[arg(long = "mount", value_name = "GUEST=HOST[:ro]")]
    mounts: Vec<MountArg>,
    /// Bind a parameter of the manifest.
    #[arg(long = "set", value_name = "NAME=VALUE")]
    set: Vec<Pair>,
    /// Give a variable that the manifest allows.
    #[arg(long = "env", value_name = "NAME=VALUE")]
    env: Vec<Pair>,
    /// What the tool reads from standard input: JSON or any text, `@FILE`, or `-`; for a function its JSON.
    #[arg(long, value_name = "JSON|@FILE|-", allow_hyphen_values = true)]
    input: Option<String>,
    /// The tool's own arguments.
    #[arg(last = true)]
    args: Vec<String>,
}

/// A failure of ours is 125: every other code is the tool's.
pub(super) fn as_run(failure: Failure) -> Failure {
    Failure { exit: Exit::RunUsage, ..failure }
}

/// Exit codes from here on say how Toolward ended the tool; of a tool's own they arrive as 1.
const FIRST_OWN: u8 = 124;

pub(super) fn run(args: &Args, cx: &Context) -> Result<ExitStatus, Failure> {
    crate::prerequisites::check()?;
    let isolation = cx.home.isolation()?;
    isolation.gives(None)?;
    isolation.prepare();
    let tool = args.manifest.as_deref().map(Tool::read).transpose()?;
    let scope = scope(args, tool.as_ref())?;
    let environment = scope.environment_with(&mounts::by_name("--env", &args.env)?).map_err(Failure::usage)?;
    let state = cx.open_or_create_state()?;
    let low_water = cx.home.low_water()?;
    low_water.holds()?;
    let loader = cx.loader(&state)?;
    let component = Component::open(&args.component, loader.cache())?;
    if let Some(tool) = &tool {
        tool.is_of(&component)?;
    }
    let callable = tool.map(|tool| Callable::of(tool, args.function.as_deref())).transpose()?;
    let mounts = mounts::open(&args.mounts, &cx.home)?;
    let protected = protected(args, cx)?;

    let limits = scope.limits();
    let name = name(args, callable.as_ref());
    // Of a manifest the functions that it names; without one any of the component.
    let function = callable.as_ref().map_or(args.function.as_deref(), Callable::export);
    let wanted = Loading {
        artifact: Artifact { component: &component, loader: &loader },
        function,
        limits: &limits,
        writes: scope.may_write() && mounts.iter().any(|mount| mount.mode() == MountMode::ReadWrite),
        user: &User::of_nobody(&name),
    };
    let mut program = Program::new(&isolation, wanted);
    let (input, start) = match program.signature()? {
        Some(signature) => {
            let input = crate::input::input(args.input.as_deref(), limits.input)?;
            // What its author runs need not be a tool of this home, so the schema stands here.
            let help = || format!("its input is {}", signature.input_schema());
            signature.arguments_of(&name, &input.value).map_err(|failure| failure.help(help()))?;
            (input, bare(args, &name))
        }
        None => (Input::parse("{}")?, start(args, callable.as_ref(), &name, limits.input)?),
    };
    let answers_with_json = function.is_some();
    let program = program.ready(&name, &input)?;

    let task = TaskRef::of_nobody(&fresh_id("t_")?);
    let log = Log::new(&state, Mode::SingleUser);
    let recorder = CallRecorder::new(log, task, fresh_id("c_")?.into(), name.as_str().into(), true);
    let recorder = Arc::new(recorder.isolated(&isolation).while_room(low_water));
    let invocation = Invocation {
        program,
        scope: Arc::new(scope),
        behind: Behind {
            mounts: Arc::new(mounts),
            protected: Arc::new(protected),
            environment: environment.into_iter().collect(),
            network: network(cx)?,
            tool: name.as_str().into(),
        },
        start: Start { tool: name.clone(), config: config(callable.as_ref()), ..start },
        recorder: Arc::clone(&recorder),
        approver: Arc::new(NobodyThere),
        task: None,
    };
    let outcome = call::drive(invocation)?;
    let reason = Reason { layer: Layer::Builtin, rule: None, note: Some("run by its author".into()) };
    let command = callable.as_ref().map(|callable| callable.tool.manifest.command());
    let success = command.map(Command::success).unwrap_or_default();
    let entry = call::entry(&name, Word::Allow, reason, call::recorded(&outcome, outcome.status(success)));
    let bound = recorder.note_call(entry, Some(outcome.took), None).and_then(|()| recorder.bind());
    bound.map_err(|error| Failure::internal(error.to_string()))?;
    finish(&outcome, answers_with_json, cx)
}

fn scope(args: &Args, tool: Option<&Tool>) -> Result<Scope, Failure> {
    let parameters = mounts::by_name("--set", &args.set)?;
    let source = tool.map(|tool| tool.source.clone());
    let texts = ScopeTexts { manifest: source.clone(), parameters, ..ScopeTexts::default() };
    Scope::build(&texts).map_err(|diagnostics| unloadable(&diagnostics, &source.unwrap_or_default()))
}

fn name(args: &Args, callable: Option<&Callable>) -> String {
    let stem = || args.component.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    match (callable, &args.function) {
        (Some(callable), _) => callable.name(),
        (None, Some(function)) => format!("{}.{function}", stem()),
        (None, None) => stem(),
    }
}

/// With the manifest's mapping where there is one and no arguments were given; else the input as it is.
fn start(args: &Args, callable: Option<&Callable>, name: &str, limit: u64) -> Result<Start, Failure> {
    let stdin = crate::input::bytes(args.input.as_deref(), limit)?;
    let mapping = callable.map(|callable| callable.tool.manifest.command());
    let mapping = mapping.filter(|_| args.args.is_empty() && args.input.is_some());
    let start = bare(args, name);
    if let Some(command) = mapping.filter(|command| command.maps_input()) {
        let text = String::from_utf8(stdin).map_err(|_| Failure::usage("the input is not UTF-8"))?;
        return crate::call::start(command, &crate::input::Input::parse(&text)?, name, start.cwd);
    }
    Ok(Start { stdin, ..start })
}

/// The arguments that were given and the first mount, without an input.
fn bare(args: &Args, name: &str) -> Start {
    let cwd = args.mounts.first().map(|mount| mount.guest.to_string());
    let args = std::iter::once(name.to_owned()).chain(args.args.iter().cloned()).collect();
    Start { args, stdin: Vec::new(), cwd, ..Start::default() }
}

/// The network as the home's configuration says, where there is one.
fn network(cx: &Context) -> Result<Arc<Network>, Failure> {
    cx.home.config()?.map(|config| config.network).unwrap_or_default().network()
}

fn config(callable: Option<&Callable>) -> BTreeMap<String, String> {
    callable.map(|callable| callable.tool.manifest.config().clone()).unwrap_or_default()
}

fn protected(args: &Args, cx: &Context) -> Result<Protected, Failure> {
    let mut protected = Protected::default();
    for file in std::iter::once(&args.component).chain(&args.manifest) {
        protected.add(file).map_err(Failure::at(file))?;
    }
    own_files::protect(&mut protected, &cx.home, cx.home.config()?.as_ref(), None)?;
    Ok(protected)
}

/// What the tool wrote to standard error, so that no line of it can pass for one of ours or steer a terminal.
fn told(stderr: &[u8]) -> Vec<u8> {
    let mut told = Vec::with_capacity(stderr.len());
    for line in String::from_utf8_lossy(stderr).lines() {
        let mark = if line.trim_start().starts_with("toolward") { "tool: " } else { "" };
        told.extend(format!("{mark}{}\n", Shown(line)).into_bytes());
    }
    told
}

/// Passes on what the tool wrote, tells the author what was refused and by which rule, and ends as the tool did.
fn finish(outcome: &Outcome, with_json: bool, cx: &Context) -> Result<ExitStatus, Failure> {
    let mut out = cx.quiet_out();
    let end: &[u8] = if with_json && !outcome.stdout.is_empty() { b"\n" } else { b"" };
    let written = out.write_all(&outcome.stdout).and_then(|()| out.write_all(end)).and_then(|()| out.flush());
    written.map_err(stdout_closed)?;
    let mut notes = told(&outcome.stderr);
    for Denial { access, verdict, reason, .. } in &outcome.denials {
        let word = if *verdict == Word::Ask { "needs a human" } else { "denied" };
        notes.extend(format!("toolward: {word}: {} — {}\n", Shown(access), Shown(&reason.to_string())).into_bytes());
    }
    let status = match &outcome.ending {
        Ending::Exit(Ended::Success) => ExitStatus(0),
        Ending::Exit(Ended::Code(code)) if *code < FIRST_OWN => ExitStatus(*code),
        Ending::Exit(Ended::Failure | Ended::Code(_)) => ExitStatus(1),
        Ending::Trap(trap) => {
            notes.extend(format!("toolward: the tool trapped: {trap}\n").into_bytes());
            Exit::RunTrapped.into()
        }
        Ending::Limit(_) => {
            let reached = outcome.reached.as_ref().map(ToString::to_string).unwrap_or_default();
            notes.extend(format!("toolward: {reached}\n").into_bytes());
            Exit::RunLimit.into()
        }
        Ending::Cancelled => Exit::Cancelled.into(),
        Ending::Worker { how, .. } => return Err(Failure::internal(format!("the tool's worker ended: {how}"))),
        // A run belongs to no task that could be over.
        Ending::Broken(_) | Ending::Over => return Err(outcome.broken_off()),
    };
    // Where standard error is closed there is nobody to tell.
    drop(std::io::stderr().write_all(&notes));
    Ok(status)
}
