//! A component, loaded from the cache; the first time it is compiled by the `toolward` that lies beside this program.
use std::path::Path;

use anyhow::{Result, bail};
use toolward::component::Component;
use toolward::engine::{Cache, CompileLimits, Compiler, Engine, Exported, Loader};
use toolward::state::State;
use toolward_host_fns::program::Command;

use crate::cold;

pub(crate) fn load(engine: &Engine, component: &Component, loader: &Loader) -> Result<Command> {
    let exported = engine.load(component, loader).and_then(|compiled| engine.export(&compiled, None));
    match exported.map_err(|unfit| unfit.failure(component.path()))? {
        Exported::Command(command) => Ok(command),
        Exported::Function(_) => bail!("`{}` is no command", component.path().display()),
    }
}

pub(crate) fn loader(cache: &Path, state: &State) -> Result<Loader> {
    let cache = Cache::new(cache, state.keys.code_cache.0);
    let compiler = Compiler::new(cold::beside("toolward")?, CompileLimits::default());
    Ok(Loader::new(cache, compiler))
}
