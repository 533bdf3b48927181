//! `wasi:config`: the values that the tool's manifest gives it. They are read, never written, and reach nothing.
use wasmtime::StoreContextMut;
use wasmtime::component::{ComponentType, Lift, Linker, Lower};

use crate::guest::Guest;

/// The interface, as tools of today import it (the draft of phase 2).
const INTERFACES: [&str; 2] = ["wasi:config/store@0.2.0-rc.1", "wasi:config/store@0.2.0-draft"];

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

pub(super) fn add_to_linker(linker: &mut Linker<Guest>) -> wasmtime::Result<()> {
    for name in INTERFACES {
        let mut interface = linker.instance(name)?;
        interface.func_wrap("get", |store: StoreContextMut<'_, Guest>, (key,): (String,)| {
            let value: Result<Option<String>, Failed> = Ok(store.data().start.config.get(&key).cloned());
            Ok((value,))
        })?;
        interface.func_wrap("get-all", |store: StoreContextMut<'_, Guest>, (): ()| {
            let values = store.data().start.config.iter().map(|(key, value)| (key.clone(), value.clone()));
            let values: Values = Ok(values.collect());
            Ok((values,))
        })?;
    }
    Ok(())
}
