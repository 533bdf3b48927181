//! Whoever answers an `ask`.
use std::future::Future;
use std::pin::Pin;

use toolward_manifests::{Access, Allow, Ask};

/// A human's answer to one `ask`.
pub trait Approver: Send + Sync {
    /// Asks; `None` where the answer was no, or none came.
    fn approve<'a>(&'a self, access: &'a Access, ask: Ask) -> Pin<Box<dyn Future<Output = Option<Allow>> + Send + 'a>>;
}

/// Refuses every `ask` at once: there is nobody to ask.
#[derive(Debug, Clone, Copy)]
pub struct NobodyThere;

impl Approver for NobodyThere {
    fn approve<'a>(&'a self, _: &'a Access, _: Ask) -> Pin<Box<dyn Future<Output = Option<Allow>> + Send + 'a>> {
        Box::pin(std::future::ready(None))
    }
}
