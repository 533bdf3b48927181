//! Compiled components, kept by digest, engine and settings; and the digests of large components, kept by a hash that is
//! faster than SHA-256. Each entry is sealed with a MAC.
//!
//! Compiled code is trusted completely by whoever loads it. So an entry that is edited, truncated or not ours is
//! compiled anew and never run. An entry's file can be changed under a running process: so it is copied into memory, hashed
//! on the way, and only that memory is mapped, sealed.
use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::os::unix::fs::{DirBuilderExt, FileExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::copy::{copy, hash};
use crate::component::{Digest, regular_itself};
use crate::sealed::{Memory, Sealed};

const MAC: usize = blake3::OUT_LEN;
/// The most bytes of one component's compiled code: several times what the largest component can become.
const MAX_CODE_BYTES: u64 = 2 << 30;

/// A directory of compiled components. An entry is the code, then its MAC.
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

    /// The SHA-256 of what is in a file, where it was kept: of these very bytes, as they are read now.
    pub(crate) fn digest(&self, file: &File, size: u64) -> Option<Digest> {
        let hash = hash(file, size).ok()?;
        let entry = regular_itself(&self.digest_path(&hash)).ok()?;
        let (mut digest, mut mac) = ([0; 32], [0; MAC]);
        entry.read_exact_at(&mut digest, 0).and_then(|()| entry.read_exact_at(&mut mac, 32)).ok()?;
        let digest = Digest(digest);
        // `blake3::Hash` compares in constant time.
        (entry.metadata().ok()?.len() == 64 && self.digest_mac(&hash, &digest) == mac).then_some(digest)
    }

    /// Keeps the SHA-256 of these bytes.
    pub(crate) fn keep_digest(&self, bytes: &Sealed, digest: &Digest) {
        let kept = bytes.file().metadata().and_then(|metadata| hash(bytes.file(), metadata.len())).and_then(|hash| {
            let entry = [digest.0, *self.digest_mac(&hash, digest).as_bytes()].concat();
            self.write(&self.digest_path(&hash), |file| file.write_all(&entry))
        });
        if let Err(error) = kept {
            tracing::warn!(%error, "the digest of a component could not be kept");
        }
    }

    fn digest_path(&self, hash: &blake3::Hash) -> PathBuf {
        self.dir.join(format!("{}.sha256", hash.to_hex()))
    }

    /// Begins as no MAC of code does: what that is over begins with hexadecimal digits.
    fn digest_mac(&self, hash: &blake3::Hash, digest: &Digest) -> blake3::Hash {
        let mut mac = blake3::Hasher::new_keyed(&self.key);
        mac.update(b"SHA-256 of").update(hash.as_bytes()).update(&digest.0);
        mac.finalize()
    }

    /// The code of a component of this digest, compiled by this very engine; `None` where there is none that can be trusted.
    pub(super) fn get(&self, settings: &str, digest: &Digest) -> Option<Sealed> {
        let path = self.path(settings, digest);
        let entry = regular_itself(&path).ok()?;
        match self.verified(&entry, &self.name(settings, digest)) {
            Ok(Some(code)) => return Some(code),
            Ok(None) => tracing::warn!(path = %path.display(), "a cache entry is not what was stored; compiling anew"),
            // Whoever compiles it anew meets the same, if it lasts, and says so.
            Err(error) => tracing::debug!(%error, path = %path.display(), "a cache entry cannot be read"),
        }
        None
    }

    fn verified(&self, entry: &File, name: &str) -> io::Result<Option<Sealed>> {
        let size = entry.metadata()?.len().checked_sub(MAC as u64);
        // A larger one was not written by us: it is not copied into memory to find that out.
        let Some(size) = size.filter(|size| *size <= MAX_CODE_BYTES) else { return Ok(None) };
        let memory = Memory::new("code")?;
        let hash = copy(entry, memory.file(), size)?;
        let mut mac = [0; MAC];
        entry.read_exact_at(&mut mac, size)?;
        // `blake3::Hash` compares in constant time.
        if self.mac(name, &hash) == mac { memory.seal().map(Some) } else { Ok(None) }
    }

    /// Keeps a component's code. A cache that cannot be written costs time, nothing else.
    pub(super) fn put(&self, settings: &str, digest: &Digest, code: &Sealed) {
        if let Err(error) = self.store(settings, digest, code) {
            tracing::warn!(%error, "the compiled component could not be kept");
        }
    }

    fn store(&self, settings: &str, digest: &Digest, code: &Sealed) -> io::Result<()> {
        self.write(&self.path(settings, digest), |file| {
            let hash = copy(code.file(), file, code.file().metadata()?.len())?;
            file.seek(SeekFrom::End(0))?;
            file.write_all(self.mac(&self.name(settings, digest), &hash).as_bytes())
        })
    }

    /// Writes an entry, which is there whole or not at all.
    fn write(&self, path: &Path, content: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<()> {
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.dir)?;
        let mut file = tempfile::NamedTempFile::new_in(&self.dir)?;
        file.as_file().set_permissions(std::fs::Permissions::from_mode(0o600))?;
        content(file.as_file_mut())?;
        file.persist(path).map(|_| ()).map_err(|failed| failed.error)
    }

    /// A name has one length, so that it cannot run into the hash.
    fn mac(&self, name: &str, code: &blake3::Hash) -> blake3::Hash {
        let mut mac = blake3::Hasher::new_keyed(&self.key);
        mac.update(name.as_bytes()).update(code.as_bytes());
        mac.finalize()
    }

    fn path(&self, settings: &str, digest: &Digest) -> PathBuf {
        self.dir.join(self.name(settings, digest))
    }

    /// Component, engine version, settings: all that compiled code depends on.
    fn name(&self, settings: &str, digest: &Digest) -> String {
        format!("{}-{}-{settings}.cwasm", digest.hex(), crate::ENGINE_VERSION)
    }
}
