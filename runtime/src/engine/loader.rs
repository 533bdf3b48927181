//! Where compiled components come from: the cache, else a compiler, whose work the cache then keeps.
use wasmtime::Engine;
use wasmtime::component::Component as Compiled;

use super::compile::Compiler;
use super::{Cache, Unfit};
use crate::component::Component;
use crate::failure::Failure;
use crate::sealed::Sealed;

/// A cache, and what fills it.
pub struct Loader {
    cache: Option<Cache>,
    compiler: Compiler,
}

impl Loader {
    /// Takes from this cache, and has compiled what is not there.
    #[must_use]
    pub fn new(cache: Cache, compiler: Compiler) -> Self {
        Self { cache: Some(cache), compiler }
    }

    /// Has everything compiled, and keeps nothing: where there is no home.
    #[must_use]
    pub fn without_cache(compiler: Compiler) -> Self {
        Self { cache: None, compiler }
    }

    /// The cache, where there is one.
    #[must_use]
    pub fn cache(&self) -> Option<&Cache> {
        self.cache.as_ref()
    }

    pub(super) fn load(&self, engine: &Engine, component: &Component) -> Result<Compiled, Unfit> {
        load_compiled(engine, &self.code(component)?).map_err(|error| {
            Unfit::Failed(Failure::internal(format!("the compiled component does not load: {error:#}")))
        })
    }

    /// Sees that the cache has a component's code; answers whether it had to be compiled.
    ///
    /// # Errors
    /// [`Unfit`].
    pub fn warm(&self, component: &Component) -> Result<bool, Unfit> {
        if self.cache().is_some_and(|cache| cache.get(super::settings(), component.digest()).is_some()) {
            return Ok(false);
        }
        self.code(component).map(|_| true)
    }

    /// The code of a component, as it is handed to whoever runs it: this process does not look into it.
    ///
    /// # Errors
    /// [`Unfit`].
    pub fn code(&self, component: &Component) -> Result<Sealed, Unfit> {
        let (digest, settings) = (component.digest(), super::settings());
        if let Some(code) = self.cache().and_then(|cache| cache.get(settings, digest)) {
            return Ok(code);
        }
        let code = self.compiler.compile(component)?;
        if let Some(cache) = &self.cache {
            cache.put(settings, digest, &code);
        }
        Ok(code)
    }
}

/// Loads compiled code.
#[expect(unsafe_code, reason = "loading compiled code, which comes from our own compiler or under our own MAC")]
pub(super) fn load_compiled(engine: &Engine, code: &Sealed) -> wasmtime::Result<Compiled> {
    // SAFETY: `deserialize_file` trusts the bytes, and that they stay as they are. They were written by the compiler that
    // this process started from its own program, or by `Cache::put` of this installation: then their MAC, under a key that
    // only this user can read, was verified over the component's digest, the engine's full version and settings, and over
    // every byte as it was written to this memory. The memory has no name, and is sealed: nobody can change or shorten it.
    unsafe { Compiled::deserialize_file(engine, code.path()) }
}
