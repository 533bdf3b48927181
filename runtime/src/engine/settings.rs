//! What compiled code depends on beside its component: version and settings of the engine, as a short text.
use std::hash::{Hash, Hasher};
use std::sync::OnceLock;

/// Of the engine that this process would make: the stack, the one setting that differs, does not matter to code.
pub(super) fn settings() -> &'static str {
    static SETTINGS: OnceLock<String> = OnceLock::new();
    SETTINGS.get_or_init(|| {
        let mut hasher = Collect(blake3::Hasher::new());
        match super::config(toolward_manifests::Limits::default().stack).and_then(|c| wasmtime::Engine::new(&c)) {
            Ok(engine) => engine.precompile_compatibility_hash().hash(&mut hasher),
            // There is no code for an engine that cannot be made.
            Err(error) => tracing::error!("no engine can be made here: {error:#}"),
        }
        hasher.0.finalize().to_hex().as_str().chars().take(16).collect()
    })
}

/// Takes what a type feeds a hasher, whole.
struct Collect(blake3::Hasher);

impl Hasher for Collect {
    fn finish(&self) -> u64 {
        0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }
}
