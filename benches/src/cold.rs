//! A cold call: the whole process, from `argv` to its end.
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use toolward::state::tasks::Handle;

use crate::act;
use crate::baseline::Baseline;
use crate::figure::{Figure, Row, Shown};
use crate::stats::in_turns;
use crate::world::World;

const ROUNDS: usize = 200;
const INPUT: &str = r#"{"path":"/repo/src/file-00"}"#;
const WITHIN_ACT: f64 = 0.5;
const UNDER: Duration = Duration::from_millis(10);

pub(crate) fn measure() -> Result<Figure> {
    let world = World::new()?;
    let (_, handle) = world.open_task()?;
    let compiled = Baseline::new(&world, "read")?.compiled;
    let mut call = call(&world, &handle, "read", INPUT)?;
    let mut plain = minimal(&world, &compiled, "read", INPUT)?;
    same_answer(&mut call, &mut plain)?;

    let mut act = act::call(&world, INPUT).context("there is no `act`: `scripts/act` makes it")?;
    fs::create_dir_all(world.path("act"))?;
    same_answer(&mut call, &mut act)?;

    let (mut of_call, mut of_plain) = (|| run(&mut call), || run(&mut plain));
    let mut of_act = || act::run(&mut act);
    let [call, plain, act] = in_turns(ROUNDS, [&mut of_call, &mut of_plain, &mut of_act])?;
    let row = Row::times("cold `toolward call read`, whole process, in a worker", call.median(), plain.median());
    let row = row.goal(format!("under {}", Shown(UNDER)), call.median() < UNDER);
    let beside_act = Row::times("the same beside `act call`", call.median(), act.median()).within(WITHIN_ACT);
    let spread = Row::alone("the same, 9 of 10 below", Shown(call.at(90)))
        .beside(Shown(plain.at(90)), call.at(90).as_secs_f64() / plain.at(90).as_secs_f64());
    Ok(Figure { title: "Cold call", rows: vec![row, beside_act, spread], definition: definition() })
}

fn definition() -> String {
    format!(
        "The tool `read` of this repository reads one file of 4 KiB and answers JSON. Measured: the time from starting the \
         process `toolward call read --input …` to having waited for its end, its compiled component in the cache, in a home \
         whose policy is the one that `init` writes. All of it is in there: reading policy, manifest and component, hashing the \
         component, verifying the cache entry's MAC, checking the input against its schema, deciding, two commits to the store, and a worker that is \
         started, walled in, given the code, and ended. \
         Baseline: the same for `benches/src/minimal.rs`, which maps the same component as compiled by plain wasmtime 48 \
         (`deserialize_file`), links wasmtime-wasi, opens the same directory and runs once, blocking on its own thread. `act call`: \
         ACT's command-line host 0.14.6 (its vendor's build, wasmtime 49) runs our own `read` as its component (`benches/act`), its cache warm. \
         Medians of {ROUNDS} runs each, in turns."
    )
}

/// `toolward call`, in an empty environment.
pub(crate) fn call(world: &World, handle: &Handle, tool: &str, input: &str) -> Result<Command> {
    let mut call = command("toolward")?;
    call.args(["call", tool, "--input", input, "--home"]).arg(world.home.dir());
    call.env_clear().env("TOOLWARD_TASK", handle.reveal());
    Ok(call)
}

/// The baseline of the same.
pub(crate) fn minimal(world: &World, compiled: &Path, tool: &str, input: &str) -> Result<Command> {
    let mut plain = command("toolward-bench-minimal")?;
    plain.arg(compiled).arg(tool).arg(world.repo()).arg(input).env_clear();
    Ok(plain)
}

/// A program that lies beside this one.
#[expect(clippy::disallowed_methods, reason = "whole processes are what is measured")]
fn command(name: &str) -> Result<Command> {
    Ok(Command::new(beside(name)?))
}

pub(crate) fn beside(name: &str) -> Result<PathBuf> {
    let this = std::env::current_exe()?;
    let path = this.parent().unwrap_or(Path::new(".")).join(name);
    ensure!(path.is_file(), "there is no program `{name}` beside this one: `make bench` builds all of them");
    Ok(path)
}

pub(crate) fn run(command: &mut Command) -> Result<()> {
    let ended = command.stdout(Stdio::null()).status()?;
    ensure!(ended.success(), "`{}` ended with {ended}", command.get_program().display());
    Ok(())
}

/// Both do the same work: what the tool says is the same.
pub(crate) fn same_answer(call: &mut Command, plain: &mut Command) -> Result<()> {
    let (mut answer, plain) = (json(call)?, json(plain)?);
    let output = answer.get_mut("output").context("an answer has an output")?.take();
    ensure!(output == plain, "the tool said `{output}` to one and `{plain}` to the other");
    Ok(())
}

fn json(command: &mut Command) -> Result<serde_json::Value> {
    let output = command.output()?;
    let name = Path::new(command.get_program()).file_name().unwrap_or(OsStr::new("?")).display().to_string();
    ensure!(output.status.success(), "`{name}` failed: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).with_context(|| format!("what `{name}` says is no JSON"))
}
