//! The baseline of a cold call: a whole process that maps a compiled component, runs it once, and ends.
//!
//!     toolward-bench-minimal COMPILED NAME REPO INPUT [ARGUMENT…]
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};
use toolward_benches::{Blocking, Plain, Start};

fn main() -> Result<()> {
    let mut args = std::env::args().skip(1);
    let mut next = || args.next().context("usage: toolward-bench-minimal COMPILED NAME REPO INPUT [ARGUMENT…]");
    let (compiled, name, repo, input) = (next()?, next()?, next()?, next()?);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let plain = Plain::new()?;
    let program = plain.load(Path::new(&compiled))?;
    let args = std::iter::once(name).chain(args).collect();
    let start = Start { args, stdin: input.into_bytes(), repo: repo.into(), blocking: Blocking::Here };
    let stdout = runtime.block_on(plain.run(&program, &start))?;
    std::io::stdout().write_all(&stdout)?;
    Ok(())
}
