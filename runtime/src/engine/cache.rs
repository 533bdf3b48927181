//! Compiled components, kept by digest, engine and settings, each sealed with a MAC.
//!
//! Compiled code is trusted completely by whoever loads it. So an entry that is edited, truncated or not ours is
//! compiled anew and never run; and it is loaded from memory, since a mapped file can be changed under a running process.
use std::hash::{Hash, Hasher};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};
use wasmtime::Engine;
use wasmtime::component::Component;

const MAC: usize = blake3::OUT_LEN;

/// SHA-256 of a component's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// Of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// Lower-case hex.
    #[must_use]
    pub fn hex(&self) -> String {
        hex::encode(self.0)
    }
}

/// A directory of compiled components.
#[derive(Debug, Clone)]
pub struct Cache {
    dir: PathBuf,
    key: [u8; 32],
}

impl Cache {
    /// The cache in a directory, sealed with this key.
    #[must_use]
    pub fn new(dir: &Path, key: [u8; 32]) -> Self {
        Self { dir: dir.to_owned(), key }
    }

    /// A component of this digest, compiled by this very engine; `None` where there is none that can be trusted.
    pub(super) fn get(&self, engine: &Engine, digest: &Digest) -> Option<Component> {
        let path = self.path(engine, digest);
        let entry = std::fs::read(&path).ok()?;
        let (mac, code) = entry.split_at_checked(MAC)?;
        // `blake3::Hash` compares in constant time.
        if self.mac(engine, digest, code) != blake3::Hash::from_slice(mac).ok()? {
            tracing::warn!(path = %path.display(), "a cache entry is not what was stored; compiling anew");
            return None;
        }
        load_compiled(engine, code)
    }

    /// Keeps a component. A cache that cannot be written costs time, nothing else.
    pub(super) fn put(&self, engine: &Engine, digest: &Digest, component: &Component) {
        if let Err(error) = self.store(engine, digest, component) {
            tracing::warn!(%error, "the compiled component could not be kept");
        }
    }

    fn store(&self, engine: &Engine, digest: &Digest, component: &Component) -> anyhow::Result<()> {
        let code = component.serialize()?;
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.dir)?;
        let mut file = tempfile::NamedTempFile::new_in(&self.dir)?;
        file.as_file().set_permissions(std::fs::Permissions::from_mode(0o600))?;
        file.write_all(self.mac(engine, digest, &code).as_bytes())?;
        file.write_all(&code)?;
        file.persist(self.path(engine, digest))?;
        Ok(())
    }

    fn mac(&self, engine: &Engine, digest: &Digest, code: &[u8]) -> blake3::Hash {
        let mut mac = blake3::Hasher::new_keyed(&self.key);
        mac.update(self.name(engine, digest).as_bytes()).update(code);
        mac.finalize()
    }

    fn path(&self, engine: &Engine, digest: &Digest) -> PathBuf {
        self.dir.join(self.name(engine, digest))
    }

    /// Component, engine version, settings: all that compiled code depends on.
    fn name(&self, engine: &Engine, digest: &Digest) -> String {
        let mut hasher = Collect(blake3::Hasher::new());
        engine.precompile_compatibility_hash().hash(&mut hasher);
        let settings = hasher.0.finalize().to_hex();
        let settings = settings.get(..16).unwrap_or_default();
        format!("{}-{}-{settings}.cwasm", digest.hex(), crate::ENGINE_VERSION)
    }
}

/// Loads compiled code.
#[expect(unsafe_code, reason = "loading compiled code; its MAC was checked by the only caller")]
fn load_compiled(engine: &Engine, code: &[u8]) -> Option<Component> {
    // SAFETY: `deserialize` trusts its bytes. These were written by `Cache::put` of this installation: their MAC, under
    // a key that only this user can read, was just verified over the component's digest, the engine's full version and
    // settings, and every byte of `code`, which lies in this process's memory.
    unsafe { Component::deserialize(engine, code) }.ok()
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
