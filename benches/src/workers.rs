//! Workers: what the second wall costs a call, a file, a search; and what an idle one holds.
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::json;
use tokio::runtime::Runtime;
use toolward::audit::Mode;
use toolward::broker::{Broker, CallRequest, Given};
use toolward::call;
use toolward::isolation::IsolationConfig;
use toolward::state::tasks::Handle;

use crate::calls::Prepared;
use crate::figure::{Figure, Row, Shown};
use crate::load::loader;
use crate::stats::{Samples, in_turns};
use crate::world::World;

const CALLS: usize = 2_000;
const READ: &str = r#"{"path":"/repo/src/file-00"}"#;
const ROUNDS: usize = 11;
const TIMES: u32 = 4_000;
const FOLDERS: usize = 100;
const IN_EACH: usize = 50;
const TASKS: usize = 100;
const BEYOND: Duration = Duration::from_micros(80);
/// In MiB.
const OWN: f64 = 8.0;
const ALL: f64 = 900.0;

pub(crate) fn measure() -> Result<Figure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let world = World::new()?;
    let mut rows = vec![warm(&world, &runtime)?, through_the_broker(&world, &runtime)?, search(&runtime)?];
    rows.extend(memory(&world)?);
    Ok(Figure { title: "Workers", rows, definition: definition() })
}

fn warm(world: &World, runtime: &Runtime) -> Result<Row> {
    let (worker, here) = (Prepared::in_worker(world, "read")?, Prepared::new(world, "read")?);
    let mut in_worker = || runtime.block_on(worker.call(READ)).map(drop);
    let mut in_process = || runtime.block_on(here.call(READ)).map(drop);
    let [worker, here] = in_turns(CALLS, [&mut in_worker, &mut in_process])?;
    Ok(beyond("warm call of `read` in a worker", worker.median(), here.median()))
}

/// The guest of "Open and read": each of its files is found, decided and opened by the broker.
fn through_the_broker(world: &World, runtime: &Runtime) -> Result<Row> {
    let (worker, here) = (Prepared::in_worker(world, "open-read")?, Prepared::new(world, "open-read")?);
    let input = |times: u32| json!({ "times": times }).to_string();
    let in_worker = |times| runtime.block_on(worker.call(&input(times))).map(drop);
    let in_process = |times| runtime.block_on(here.call(&input(times))).map(drop);
    let [worker, here, no_worker, no_here] = in_turns(
        ROUNDS,
        [&mut || in_worker(TIMES), &mut || in_process(TIMES), &mut || in_worker(0), &mut || in_process(0)],
    )?;
    let each = |with: &Samples, without: &Samples| with.median().saturating_sub(without.median()) / TIMES;
    let (worker, here) = (each(&worker, &no_worker), each(&here, &no_here));
    let row = Row::times("open + read 4 KiB + close through the broker, in a worker", worker, here);
    Ok(row.goal(format!("within {}", Shown(BEYOND)), worker < BEYOND))
}

fn search(runtime: &Runtime) -> Result<Row> {
    let world = World::new()?;
    for folder in 0..FOLDERS {
        let folder = world.repo().join(format!("folder-{folder:02}"));
        fs::create_dir(&folder)?;
        for n in 0..IN_EACH {
            fs::write(folder.join(format!("file-{n:02}.txt")), "what a file of the repository says\n".repeat(30))?;
        }
    }
    let (worker, here) = (Prepared::in_worker(&world, "rg")?, Prepared::new(&world, "rg")?);
    const INPUT: &str = r#"{"pattern":"nowhere to be found"}"#;
    let mut in_worker = || runtime.block_on(worker.call(INPUT)).map(drop);
    let mut in_process = || runtime.block_on(here.call(INPUT)).map(drop);
    let [worker, here] = in_turns(ROUNDS, [&mut in_worker, &mut in_process])?;
    let what = format!("`rg` over {} files in a worker", FOLDERS * IN_EACH);
    Ok(Row::times(what, worker.median(), here.median()).within(1.5))
}

/// Makes one call in each of [`TASKS`] tasks, and measures the broker and the workers that it keeps.
fn memory(world: &World) -> Result<[Row; 2]> {
    let isolation = IsolationConfig::Worker.isolation();
    let broker = Broker::new(world.home.clone(), world.state.clone(), Mode::SingleUser, isolation);
    let loader = loader(&world.home.own_cache(), &world.state)?;
    let handles = (0..TASKS).map(|_| Ok(world.open_task()?.1)).collect::<Result<Vec<Handle>>>()?;
    for handle in &handles {
        let request = CallRequest { tool: "read", input: Given::Text(Some(READ)), held: 0 };
        broker.call(broker.task(handle.reveal())?, &request, &loader, &call::drive)?;
    }
    let workers = workers()?;
    ensure!(!workers.is_empty(), "no worker of {TASKS} tasks waits");
    let own = workers.iter().map(|worker| kib(worker, "RssAnon")).sum::<Result<u64>>()?;
    let shared = workers.iter().map(|worker| kib(worker, "RssFile")).collect::<Result<Vec<u64>>>()?;
    let shared = shared.into_iter().max().unwrap_or_default();
    let broker = kib(Path::new("/proc/self"), "VmRSS")?;
    let each = mib(own) / f64::from(u32::try_from(workers.len())?);
    let all = mib(own + shared + broker);
    Ok([
        Row::alone("memory of its own of an idle worker", format!("{each:.1} MiB"))
            .goal(format!("under {OWN} MiB"), each < OWN),
        Row::alone(
            format!("{TASKS} idle tasks, the {} workers that wait for more, and their broker", workers.len()),
            format!("{all:.0} MiB"),
        )
        .goal(format!("under {ALL} MiB"), all < ALL),
    ])
}

/// The processes of all workers that this process has started.
fn workers() -> Result<Vec<PathBuf>> {
    let mut workers = Vec::new();
    for entry in fs::read_dir("/proc")? {
        let path = entry?.path();
        let is_worker = fs::read(path.join("cmdline")).is_ok_and(|line| line.starts_with(b"toolward-worker"));
        if is_worker && field_of(&path, "PPid").is_ok_and(|parent| parent == std::process::id().to_string()) {
            workers.push(path);
        }
    }
    Ok(workers)
}

/// A field of `/proc/PID/status` (proc(5)).
fn field_of(process: &Path, field: &str) -> Result<String> {
    let status = fs::read_to_string(process.join("status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'));
    let word = line.and_then(|line| line.split_whitespace().next()).context("a field of `status`")?;
    Ok(word.to_owned())
}

fn kib(process: &Path, field: &str) -> Result<u64> {
    Ok(field_of(process, field)?.parse()?)
}

fn mib(kib: u64) -> f64 {
    f64::from(u32::try_from(kib).unwrap_or(u32::MAX)) / 1024.0
}

fn beyond(what: &str, measured: Duration, baseline: Duration) -> Row {
    let more = measured.saturating_sub(baseline);
    let row = Row::times(format!("{what}: {} more", Shown(more)), measured, baseline);
    row.goal(format!("within {} of the same in this process", Shown(BEYOND)), more <= BEYOND)
}

fn definition() -> String {
    format!(
        "The same calls as above, each in a live worker of its task behind Landlock and seccomp, beside the same in the \
         benchmark's own process: medians of {CALLS} warm calls of `read`; the guest of \"Open and read\" with {TIMES} files a \
         call, less calls that open none, where the broker finds, decides, records and opens each file and passes it; `rg`, \
         unchanged, over {FOLDERS} directories of {IN_EACH} files of 1 KiB, medians of {ROUNDS}. Memory: `RssAnon` of each of the \
         workers that are kept after one call of `read` in each of {TASKS} tasks; for all together, that, the largest \
         `RssFile` once, and the broker's `VmRSS`."
    )
}
