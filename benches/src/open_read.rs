//! Opening a file and reading 4 KiB of it, as a guest does: mediated and recorded, and by wasmtime-wasi directly.
use std::time::Duration;

use anyhow::Result;
use toolward_benches::Blocking;

use crate::baseline::Baseline;
use crate::calls::Prepared;
use crate::figure::{Figure, Row};
use crate::stats::{Samples, in_turns};
use crate::world::World;

const ROUNDS: usize = 15;
const TIMES: u32 = 4_000;
const WITHIN_DEFAULT: f64 = 0.5;
const WITHIN_HERE: f64 = 2.0;

pub(crate) fn measure() -> Result<Figure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let world = World::new()?;
    let (toolward, plain) = (Prepared::new(&world, "open-read")?, Baseline::new(&world, "open-read")?);
    let toolward = |times: u32| runtime.block_on(toolward.call(&format!(r#"{{"times":{times}}}"#))).map(drop);
    let plain = |times: u32, how| runtime.block_on(plain.run(&[&times.to_string()], "", how)).map(drop);
    let [mediated, default, here, no_mediated, no_default, no_here] = in_turns(
        ROUNDS,
        [
            &mut || toolward(TIMES),
            &mut || plain(TIMES, Blocking::Elsewhere),
            &mut || plain(TIMES, Blocking::Here),
            &mut || toolward(0),
            &mut || plain(0, Blocking::Elsewhere),
            &mut || plain(0, Blocking::Here),
        ],
    )?;
    let mediated = each(&mediated, &no_mediated);
    let what = "open + read 4 KiB, mediated and recorded";
    let rows = vec![
        Row::times(format!("{what}; wasmtime-wasi's default"), mediated, each(&default, &no_default))
            .within(WITHIN_DEFAULT),
        Row::times(format!("{what}; wasmtime-wasi blocking on its thread"), mediated, each(&here, &no_here))
            .within(WITHIN_HERE),
    ];
    Ok(Figure { title: "Open and read", rows, definition: definition() })
}

/// One of the many, without what the call itself takes.
fn each(with: &Samples, without: &Samples) -> Duration {
    with.median().saturating_sub(without.median()) / TIMES
}

fn definition() -> String {
    format!(
        "A guest (`benches/guests/src/bin/open_read.rs`, Rust's `std::fs`) opens a file by its path, reads 4,096 bytes and closes \
         it, {TIMES} times in one call over 64 files. The median of {ROUNDS} such calls less that of calls that read nothing, \
         divided by {TIMES}. Each read is decided by the tool's manifest and the policy that `init` writes, and leaves a record \
         with a BLAKE3 digest of what passed; committing all of them is in the figure. Baselines: the same component on plain \
         wasmtime-wasi 48 as it comes, and with `allow_blocking_current_thread(true)`, which Toolward sets too."
    )
}
