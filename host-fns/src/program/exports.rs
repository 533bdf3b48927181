//! The functions that a component exports, by the names that a manifest writes: `diff`, or `acme:text/text#diff`.
use std::fmt;

use wasmtime::component::types::{ComponentFunc, ComponentItem};
use wasmtime::component::{Component, ComponentExportIndex};

/// There is no function of this name, or more than one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoFunction {
    /// The name that was looked for.
    pub name: String,
    /// All functions that there are.
    pub functions: Vec<String>,
}

impl fmt::Display for NoFunction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "it exports no one function `{}`", self.name)
    }
}

impl std::error::Error for NoFunction {}

/// All functions that a component exports, those of its interfaces as `INTERFACE#FUNCTION`. Methods of resources are none.
#[must_use]
pub fn functions(component: &Component) -> Vec<String> {
    all(component).into_iter().map(|found| found.name()).collect()
}

/// One exported function.
struct Found {
    interface: Option<String>,
    function: String,
    ty: ComponentFunc,
}

impl Found {
    fn name(&self) -> String {
        match &self.interface {
            Some(interface) => format!("{interface}#{}", self.function),
            None => self.function.clone(),
        }
    }

    /// Whether a manifest's name means this function: the interface's version, and the interface itself, may be left out.
    fn is(&self, name: &str) -> bool {
        match (name.split_once('#'), &self.interface) {
            (Some((interface, function)), Some(own)) => {
                let unversioned = own.split_once('@').map_or(own.as_str(), |(name, _)| name);
                function == self.function && (interface == own || interface == unversioned)
            }
            (Some(_), None) => false,
            (None, _) => name == self.function,
        }
    }
}

/// The one function that a name means.
///
/// # Errors
/// Where there is none, or more than one.
pub(super) fn find(component: &Component, name: &str) -> Result<(ComponentFunc, ComponentExportIndex), NoFunction> {
    let all = all(component);
    // A function of the world itself goes before those of its interfaces.
    let (own, others): (Vec<&Found>, Vec<&Found>) =
        all.iter().filter(|found| found.is(name)).partition(|found| found.interface.is_none());
    let found = match (own.as_slice(), others.as_slice()) {
        ([own], _) => Some(own),
        ([], [other]) => Some(other),
        _ => None,
    };
    let index = found.and_then(|found| {
        let interface = found.interface.as_deref();
        let instance = interface.map(|name| component.get_export_index(None, name).ok_or(())).transpose().ok()?;
        Some((found.ty.clone(), component.get_export_index(instance.as_ref(), &found.function)?))
    });
    index.ok_or_else(|| NoFunction { name: name.to_owned(), functions: all.iter().map(Found::name).collect() })
}

fn all(component: &Component) -> Vec<Found> {
    let engine = component.engine();
    let component_type = component.component_type();
    let mut all = Vec::new();
    for (name, export) in component_type.exports(engine) {
        match export.ty {
            ComponentItem::ComponentFunc(ty) => all.push(Found { interface: None, function: name.to_owned(), ty }),
            ComponentItem::ComponentInstance(instance) => {
                for (function, export) in instance.exports(engine) {
                    let ComponentItem::ComponentFunc(ty) = export.ty else { continue };
                    all.push(Found { interface: Some(name.to_owned()), function: function.to_owned(), ty });
                }
            }
            _ => {}
        }
    }
    // `[method]blob.read`, `[constructor]blob`: they need a handle.
    all.retain(|found| !found.function.starts_with('['));
    all
}
