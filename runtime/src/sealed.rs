//! Bytes in memory that has a descriptor and no name: written once, then sealed, so that what was checked is what is used.
use std::fs::File;
use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::path::PathBuf;

use rustix::fs::{MemfdFlags, SealFlags};

/// Memory that is still written.
#[derive(Debug)]
pub struct Memory(File);

/// Memory that nobody can change any more, this process included.
#[derive(Debug)]
pub struct Sealed(File);

impl Memory {
    /// Empty memory. The name is for whoever looks at this process from outside.
    ///
    /// # Errors
    /// Where there is none.
    pub fn new(name: &str) -> io::Result<Self> {
        let fd = rustix::fs::memfd_create(format!("toolward-{name}"), MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING)?;
        Ok(Self(File::from(fd)))
    }

    /// To be written.
    #[must_use]
    pub fn file(&self) -> &File {
        &self.0
    }

    /// Seals it: for good.
    ///
    /// # Errors
    /// Where somebody still has it mapped for writing.
    pub fn seal(self) -> io::Result<Sealed> {
        let seals = SealFlags::WRITE | SealFlags::GROW | SealFlags::SHRINK | SealFlags::SEAL;
        rustix::fs::fcntl_add_seals(&self.0, seals)?;
        Ok(Sealed(self.0))
    }
}

impl Sealed {
    /// Memory that was sealed in another process, and handed over.
    ///
    /// # Errors
    /// Where it is not sealed.
    pub fn received(descriptor: OwnedFd) -> io::Result<Self> {
        if rustix::fs::fcntl_get_seals(&descriptor)?.contains(SealFlags::WRITE | SealFlags::SHRINK | SealFlags::SEAL) {
            return Ok(Self(File::from(descriptor)));
        }
        Err(io::Error::other("memory that somebody could still change"))
    }

    /// To be read.
    #[must_use]
    pub fn file(&self) -> &File {
        &self.0
    }

    /// A path by which this process can open it.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        format!("/proc/self/fd/{}", self.0.as_raw_fd()).into()
    }
}
