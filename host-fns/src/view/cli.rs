//! `wasi:cli/environment`: the variables that rules open, the arguments, the first mount as working directory.
use wasmtime::component::HasData;
use wasmtime_wasi::p2::bindings::cli::environment;

use super::fault::ending;
use crate::door::{Fault, Reply, Request};
use crate::guest::Guest;

/// Marks the view for the linker.
pub(super) struct Environment;

impl HasData for Environment {
    type Data<'a> = EnvironmentView<'a>;
}

pub(super) struct EnvironmentView<'a>(pub(super) &'a mut Guest);

impl environment::Host for EnvironmentView<'_> {
    fn get_environment(&mut self) -> wasmtime::Result<Vec<(String, String)>> {
        match self.0.door.perform_now(Request::Environment) {
            Reply::Environment(variables) => Ok(variables),
            Reply::Fault(fault) => Err(ending(fault)),
            _ => Err(ending(Fault::Broken)),
        }
    }

    fn get_arguments(&mut self) -> wasmtime::Result<Vec<String>> {
        Ok(self.0.start.args.clone())
    }

    fn initial_cwd(&mut self) -> wasmtime::Result<Option<String>> {
        Ok(self.0.start.cwd.clone())
    }
}
