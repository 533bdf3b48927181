//! A warm call: a fresh instance in a process that has done it before.
use anyhow::Result;
use tokio::runtime::Runtime;
use toolward_benches::Blocking;

use crate::baseline::Baseline;
use crate::calls::Prepared;
use crate::figure::{Figure, Row};
use crate::stats::in_turns;
use crate::world::World;

const ROUNDS: usize = 5_000;
const READ: &str = r#"{"path":"/repo/src/file-00"}"#;
const WITHIN: f64 = 1.3;

pub(crate) fn measure() -> Result<Figure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let world = World::new()?;
    let rows = vec![
        row(&world, &runtime, "warm call of `read`, fresh instance, recorded", "read", READ)?,
        row(&world, &runtime, "warm call of a guest that does nothing", "nothing", "{}")?,
    ];
    Ok(Figure { title: "Warm call", rows, definition: definition() })
}

fn row(world: &World, runtime: &Runtime, what: &str, tool: &str, input: &str) -> Result<Row> {
    let (toolward, plain) = (Prepared::new(world, tool)?, Baseline::new(world, tool)?);
    let mut of_toolward = || runtime.block_on(toolward.call(input)).map(drop);
    let mut of_plain = || runtime.block_on(plain.run(&[], input, Blocking::Here)).map(drop);
    let [toolward, plain] = in_turns(ROUNDS, [&mut of_toolward, &mut of_plain])?;
    Ok(Row::times(what, toolward.median(), plain.median()).within(WITHIN))
}

fn definition() -> String {
    format!(
        "Measured: what `toolward call` does for each call, through the library: the input parsed, the task's history read, the \
         call decided and counted (a commit), a fresh identifier, arguments and standard input as the manifest maps them, \
         `call::make` (door, store, instance, run, timers), the call's own record, `bind` (a commit), standard output parsed as \
         the tool's JSON. Not in there, since it is done once for a tool in a task: reading policy, manifest and component, \
         building the scope, opening mounts, store and engine, loading the compiled component; and checking the input against \
         its schema. Baseline: the same component in a fresh instance of plain wasmtime 48 with wasmtime-wasi, on the same \
         thread and runtime, its directory preopened, blocking on its own thread. Medians of {ROUNDS} each, in turns."
    )
}
