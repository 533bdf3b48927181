//! A typed program: one exported function of a component, called with values.
use wasmtime::component::types::ComponentFunc;
use wasmtime::component::{Component, ComponentExportIndex, InstancePre, Linker, Type, Val};
use wasmtime::{Result, Store};

use super::exports::{self, NoFunction};
use super::{bytes, link};
use crate::guest::Guest;

/// An argument or a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Datum {
    /// `list<u8>`: as a [`Val`] each byte takes forty.
    Bytes(Vec<u8>),
    /// Any other value.
    Val(Val),
}

/// What a function gave: a value, or none. A function whose result is a `result` says by it whether it failed.
pub type Answer = std::result::Result<Option<Datum>, Option<Datum>>;

/// A function whose component's imports exist.
#[derive(Clone)]
pub struct Function {
    component: InstancePre<Guest>,
    export: ComponentExportIndex,
    ty: ComponentFunc,
    /// For signatures of which the Rust types are known: bytes are copied as they lie.
    fast: Option<bytes::Caller>,
}

impl Function {
    /// Links a component for one of its functions.
    ///
    /// # Errors
    /// [`NoFunction`] among them, and where it imports what does not exist for a guest.
    pub fn link(linker: &Linker<Guest>, component: &Component, name: &str) -> Result<Self> {
        let (ty, export) = exports::find(component, name).map_err(|none: NoFunction| wasmtime::Error::new(none))?;
        wasmtime::ensure!(!ty.async_(), "its function `{name}` is `async`, which is not run yet");
        let fast = bytes::caller(&ty);
        Ok(Self { component: link(linker, component)?, export, ty, fast })
    }

    /// Its type.
    #[must_use]
    pub fn ty(&self) -> &ComponentFunc {
        &self.ty
    }

    /// Calls it in a fresh instance. What it returned is taken before its `post-return` is run; a trap there is a trap.
    ///
    /// # Errors
    /// What it trapped with; a [`crate::guest::LimitReached`] or [`crate::guest::HostBroken`] among them.
    pub async fn call(&self, store: &mut Store<Guest>, arguments: Vec<Datum>) -> Result<Answer> {
        let instance = self.component.instantiate_async(&mut *store).await?;
        let function = instance.get_func(&mut *store, self.export);
        let function = function.ok_or_else(|| wasmtime::Error::msg("its function is not there"))?;
        if let Some(fast) = self.fast {
            return fast(function, store, arguments).await;
        }
        let arguments: Vec<Val> = arguments.into_iter().map(Val::from).collect();
        let mut results = vec![Val::Bool(false); self.ty.results().len()];
        function.call_async(&mut *store, &arguments, &mut results).await?;
        let returns_a_result = self.ty.results().next().is_some_and(|ty| matches!(ty, Type::Result(_)));
        Ok(match results.pop() {
            Some(Val::Result(result)) if returns_a_result => {
                let datum = |value: Option<Box<Val>>| value.map(|value| Datum::Val(*value));
                result.map(datum).map_err(datum)
            }
            other => Ok(other.map(Datum::Val)),
        })
    }
}

impl From<Datum> for Val {
    fn from(datum: Datum) -> Self {
        match datum {
            Datum::Bytes(bytes) => Self::List(bytes.into_iter().map(Val::U8).collect()),
            Datum::Val(value) => value,
        }
    }
}
