//! A command: a component of the world `wasi:cli/command`, linked and ready to be started.
use wasmtime::Store;
use wasmtime::component::types::ComponentItem;
use wasmtime::component::{Component, Linker, Type};
use wasmtime_wasi::I32Exit;
use wasmtime_wasi::p2::bindings::CommandPre;

use super::{Ended, link};
use crate::guest::Guest;

/// A component whose imports exist and which can be run.
#[derive(Clone)]
pub struct Command(CommandPre<Guest>);

impl Command {
    /// Links a component.
    ///
    /// # Errors
    /// Where it imports what does not exist for a guest, or exports no `wasi:cli/run`.
    pub fn link(linker: &Linker<Guest>, component: &Component) -> wasmtime::Result<Self> {
        wasmtime::ensure!(
            has_run(component),
            "it exports no `run` of `wasi:cli/run` that takes nothing and gives a result"
        );
        Ok(Self(CommandPre::new(link(linker, component)?)?))
    }

    /// Runs it in a fresh instance.
    ///
    /// # Errors
    /// What it trapped with; a [`crate::guest::LimitReached`] or [`crate::guest::HostBroken`] among them.
    pub async fn run(&self, store: &mut Store<Guest>) -> wasmtime::Result<Ended> {
        let command = self.0.instantiate_async(&mut *store).await?;
        match command.wasi_cli_run().call_run(&mut *store).await {
            Ok(Ok(())) => Ok(Ended::Success),
            Ok(Err(())) => Ok(Ended::Failure),
            Err(error) => match error.downcast_ref::<I32Exit>() {
                Some(I32Exit(0)) => Ok(Ended::Success),
                Some(I32Exit(1)) => Ok(Ended::Failure),
                Some(I32Exit(code)) => Ok(u8::try_from(*code).map_or(Ended::Failure, Ended::Code)),
                None => Err(error),
            },
        }
    }
}

/// Whether a component exports `run: func() -> result` from `wasi:cli/run`: wasmtime looks at the type only when it runs it.
fn has_run(component: &Component) -> bool {
    let engine = component.engine();
    let component_type = component.component_type();
    component_type.exports(engine).filter(|(name, _)| name.starts_with("wasi:cli/run@")).any(|(_, export)| {
        let ComponentItem::ComponentInstance(instance) = export.ty else { return false };
        instance.exports(engine).any(|(name, export)| match export.ty {
            ComponentItem::ComponentFunc(run) if name == "run" => {
                let results: Vec<Type> = run.results().collect();
                let plain = matches!(results.as_slice(), [Type::Result(r)] if r.ok().is_none() && r.err().is_none());
                run.params().len() == 0 && plain
            }
            _ => false,
        })
    })
}
