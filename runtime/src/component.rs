//! A component's file, known by its digest. Its bytes are read into memory only where they have to be compiled.
use std::fs::File;
use std::io;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;
use sha2::{Digest as _, Sha256};

use crate::engine::Cache;
use crate::failure::Failure;
use crate::sealed::{Memory, Sealed};

/// The largest component that is read, in bytes.
const MAX: u64 = 256 << 20;
/// From this size on, in bytes, a digest is worth keeping.
const LARGE: u64 = 2 << 20;
/// What is read at once, in bytes: small enough to be hashed while it is in the processor's cache.
const CHUNK: u64 = 128 << 10;

/// SHA-256 of a component's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// Lower-case hex.
    #[must_use]
    pub fn hex(&self) -> String {
        hex::encode(self.0)
    }
}

/// A component that lies in a regular file.
#[derive(Debug)]
pub struct Component {
    path: PathBuf,
    file: File,
    digest: Digest,
    size: u64,
}

impl Component {
    /// Reads a component's file for its digest; that of a large one is kept in the cache.
    ///
    /// # Errors
    /// Where it cannot be read, is no regular file, or is too large.
    pub fn open(path: &Path, cache: Option<&Cache>) -> Result<Self, Failure> {
        Self::opened(path, cache).map_err(|error| unreadable(path, &error))
    }

    fn opened(path: &Path, cache: Option<&Cache>) -> io::Result<Self> {
        let file = regular(path)?;
        let size = file.metadata()?.len();
        let this = |file, digest, size| Self { path: path.to_owned(), file, digest, size };
        let Some(cache) = cache.filter(|_| (LARGE..=MAX).contains(&size)) else {
            let (digest, size) = read(&file, |_| Ok(()))?;
            return Ok(this(file, digest, size));
        };
        if let Some(digest) = cache.digest(&file, size) {
            return Ok(this(file, digest, size));
        }
        let (bytes, digest, size) = in_memory(&file)?;
        cache.keep_digest(&bytes, &digest);
        Ok(this(file, digest, size))
    }

    /// Where it lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Of its bytes.
    #[must_use]
    pub fn digest(&self) -> &Digest {
        &self.digest
    }

    /// In bytes.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Whether the file begins as a component does (component-model `Binary.md`, "Component Definitions").
    ///
    /// # Errors
    /// Where it is a core module, as for wasm32-wasip1, or no WebAssembly at all.
    pub fn is_a_component(&self) -> Result<(), Failure> {
        let mut head = [0; 8];
        let read = self.file.read_at(&mut head, 0).map_err(|error| unreadable(&self.path, &error))?;
        let name = self.path.display();
        let wrong = match head {
            [0, b'a', b's', b'm', _, _, 1, 0] if read == head.len() => return Ok(()),
            [0, b'a', b's', b'm', _, _, 0, 0] => format!("`{name}` is a core module and no component"),
            _ => format!("`{name}` is no component that can be run: it is no WebAssembly"),
        };
        Err(Failure::usage(wrong).help("build it for the target wasm32-wasip2"))
    }

    /// Its bytes: the very ones that the digest is of.
    ///
    /// # Errors
    /// Where they cannot be read, or are others by now.
    pub fn bytes(&self) -> Result<Sealed, Failure> {
        let (bytes, digest, _) = in_memory(&self.file).map_err(|error| unreadable(&self.path, &error))?;
        if digest == self.digest {
            return Ok(bytes);
        }
        Err(Failure::usage(format!("`{}` was changed while it was read", self.path.display())))
    }
}

/// A file's bytes with their digest and their size.
fn in_memory(file: &File) -> io::Result<(Sealed, Digest, u64)> {
    let memory = Memory::new("component")?;
    let mut at = 0;
    let (digest, size) = read(file, |chunk| {
        memory.file().write_all_at(chunk, at)?;
        at += chunk.len() as u64;
        Ok(())
    })?;
    Ok((memory.seal()?, digest, size))
}

/// Opens a regular file. Anything else could block, or never end; even opening it could.
pub(crate) fn regular(path: &Path) -> io::Result<File> {
    regular_with(path, OFlags::NONBLOCK)
}

/// Opens a regular file that lies there itself, and not behind a symbolic link.
pub(crate) fn regular_itself(path: &Path) -> io::Result<File> {
    regular_with(path, OFlags::NONBLOCK | OFlags::NOFOLLOW)
}

fn regular_with(path: &Path, flags: OFlags) -> io::Result<File> {
    let flags = i32::try_from(flags.bits()).unwrap_or_default();
    let file = File::options().read(true).custom_flags(flags).open(path)?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(io::Error::other("it is no regular file")) }
}

/// Reads a file from its beginning, chunk by chunk; answers its digest and how much it was.
fn read(file: &File, mut each: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<(Digest, u64)> {
    let room = file.metadata()?.len().clamp(1, CHUNK);
    let mut buffer = vec![0; usize::try_from(room).map_err(io::Error::other)?];
    let mut hasher = Sha256::new();
    let mut size = 0;
    loop {
        let got = file.read_at(&mut buffer, size)?;
        let chunk = buffer.get(..got).unwrap_or_default();
        if chunk.is_empty() {
            return Ok((Digest(hasher.finalize().into()), size));
        }
        size += chunk.len() as u64;
        if size > MAX {
            return Err(io::Error::other(format!("it is larger than {} MiB", MAX >> 20)));
        }
        hasher.update(chunk);
        each(chunk)?;
    }
}

fn unreadable(path: &Path, error: &io::Error) -> Failure {
    Failure::of_io(format_args!("cannot read the component `{}`", path.display()), error)
}
