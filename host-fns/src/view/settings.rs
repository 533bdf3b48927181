//! `wasi:config`: the values that the tool's manifest gives it. They are read, never written, and reach nothing.
use wasmtime::StoreContextMut;
use wasmtime::component::{ComponentType, Lift, Linker, Lower};

use crate::guest::Guest;

/// The interface's error: a store that is not there, or input and output that fail. It never does here.
#[derive(Debug, Clone, ComponentType, Lift, Lower)]
#[component(variant)]
enum Failed {
    #[component(name = "upstream")]
    Upstream(String),
    #[component(name = "io")]
    Io(String),
}

type Values = Result<Vec<(String, String)>, Failed>;

/// Links the interface under one of the versions by which tools import it (drafts of phase 2).
pub(super) fn add_to_linker(linker: &mut Linker<Guest>, name: &str) -> wasmtime::Result<()> {
    let mut interface = linker.instance(name)?;
    interface.func_wrap("get", |store: StoreContextMut<'_, Guest>, (key,): (String,)| {
        let value: Result<Option<String>, Failed> = Ok(store.data().start.config.get(&key).cloned());
        Ok((value,))
    })?;
    interface.func_wrap("get-all", |store: StoreContextMut<'_, Guest>, (): ()| {
        let values = store.data().start.config.iter().map(|(key, value)| (key.clone(), value.clone()));
        let values: Values = Ok(values.collect());
        Ok((values,))
    })
}
