//! The same tools on the plain host of this crate's library, within this process.
use std::fs;
use std::path::PathBuf;

use anyhow::Result;
use toolward_benches::{Blocking, Plain, Program, Start};

use crate::world::World;

/// One tool, compiled by the plain engine.
pub(crate) struct Baseline {
    plain: Plain,
    program: Program,
    /// Where the compiled component lies.
    pub(crate) compiled: PathBuf,
    name: String,
    repo: PathBuf,
}

impl Baseline {
    pub(crate) fn new(world: &World, name: &str) -> Result<Self> {
        let plain = Plain::new()?;
        let bytes = fs::read(world.installation.tool(name)?.component_path())?;
        let compiled = world.path(name).with_extension("cwasm");
        fs::write(&compiled, plain.precompile(&bytes)?)?;
        let program = plain.load(&compiled)?;
        Ok(Self { plain, program, compiled, name: name.to_owned(), repo: world.repo() })
    }

    /// Maps and links it anew.
    pub(crate) fn load_again(&mut self) -> Result<()> {
        self.program = self.plain.load(&self.compiled)?;
        Ok(())
    }

    /// One run in a fresh instance.
    pub(crate) async fn run(&self, args: &[&str], stdin: &str, blocking: Blocking) -> Result<Vec<u8>> {
        let args = std::iter::once(self.name.as_str()).chain(args.iter().copied()).map(str::to_owned).collect();
        let start = Start { args, stdin: stdin.as_bytes().to_vec(), repo: self.repo.clone(), blocking };
        Ok(self.plain.run(&self.program, &start).await?)
    }
}
