//! A component, loaded from the cache; the first time it is compiled by the `toolward` that lies beside this program.
use std::path::Path;

use anyhow::Result;
use toolward::component::Component;
use toolward::engine::{Cache, CompileLimits, Compiler, Engine, Loader};
use toolward::state::State;
use toolward_host_fns::program::Command;

use crate::cold;

pub(crate) fn load(engine: &Engine, component: &Component, loader: &Loader) -> Result<Command> {
    let command = engine.load(component, loader);
    Ok(command.map_err(|unfit| unfit.failure(component.path()))?)
}

pub(crate) fn loader(cache: &Path, state: &State) -> Result<Loader> {
    let cache = Cache::new(cache, state.keys.code_cache.0);
    let compiler = Compiler::new(cold::beside("toolward")?, CompileLimits::default());
    Ok(Loader::new(cache, compiler))
}
