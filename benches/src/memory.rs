//! Memory of a process that makes call after call.
use std::fs;

use anyhow::{Context, Result};

use crate::calls::Prepared;
use crate::figure::{Figure, Row};
use crate::world::World;

const WARM_UP: u32 = 5_000;
const CALLS: u32 = 50_000;
const INPUT: &str = r#"{"path":"/repo/src/file-00"}"#;
/// In KiB.
const UNDER: i64 = 1024;

pub(crate) fn measure() -> Result<Figure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let world = World::new()?;
    let read = Prepared::new(&world, "read")?;
    let calls = |count: u32| (0..count).try_for_each(|_| runtime.block_on(read.call(INPUT)).map(drop));
    calls(WARM_UP)?;
    let before = resident()?;
    calls(CALLS)?;
    let grown = resident()? - before;
    let row = Row::alone("growth of resident memory over 50,000 calls", format!("{grown} KiB, from {before} KiB"));
    let row = row.goal("under 1 MiB", grown < UNDER);
    Ok(Figure { title: "Memory", rows: vec![row], definition: definition() })
}

fn definition() -> String {
    format!(
        "Resident memory (`/proc/self/statm`) of the benchmark's process after {CALLS} warm calls of `read`, as defined above, \
         less what it was before them and after {WARM_UP} calls to warm up. It is the first thing that the process does."
    )
}

/// In KiB.
fn resident() -> Result<i64> {
    let text = fs::read_to_string("/proc/self/statm")?;
    let pages: i64 = text.split(' ').nth(1).context("`statm` has a second number")?.parse()?;
    Ok(pages * i64::try_from(rustix::param::page_size())? / 1024)
}
