//! Files and directories that only their owner may use.
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::Error;

/// Makes a directory with mode 0700, and those above it; one that exists is left as it is.
pub(crate) fn directory(path: &Path) -> Result<(), Error> {
    DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(Error::io(path))
}

/// Keeps others who ask for the same waiting, until it is dropped (flock(2)).
pub(crate) fn lock(directory: &Path) -> Result<File, Error> {
    let held = File::open(directory).map_err(Error::io(directory))?;
    held.lock().map_err(Error::io(directory))?;
    Ok(held)
}

/// Makes a file with mode 0600 where there is none.
pub(crate) fn touch(path: &Path) -> Result<(), Error> {
    OpenOptions::new().append(true).create(true).mode(0o600).open(path).map(drop).map_err(Error::io(path))
}

/// Writes a file of mode 0600 in one step: it is there whole or not at all, and one that exists is never replaced.
pub(crate) fn write_new(path: &Path, content: &[u8]) -> Result<(), Error> {
    Staged::write(path, content)?.put_new().map(drop)
}

/// A file of mode 0600 that is written and flushed, and not yet there under its name.
pub(crate) struct Staged {
    file: NamedTempFile,
    path: PathBuf,
}

impl Staged {
    /// Writes it beside where it will be. Dropped, nothing is left of it.
    pub(crate) fn write(path: &Path, content: &[u8]) -> Result<Self, Error> {
        let mut file = NamedTempFile::new_in(parent(path)).map_err(Error::io(path))?;
        file.write_all(content).and_then(|()| file.as_file().sync_all()).map_err(Error::io(path))?;
        Ok(Self { file, path: path.to_path_buf() })
    }

    /// Gives it its name where nothing has it; else answers `false` and leaves what is there.
    pub(crate) fn put_new(self) -> Result<bool, Error> {
        match self.file.persist_noclobber(&self.path) {
            Ok(_) => flush_names(&self.path).map(|()| true),
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
            Err(error) => Err(Error::io(&self.path)(error.error)),
        }
    }

    /// Gives it its name in one step, whatever had it before.
    pub(crate) fn replace(self) -> Result<(), Error> {
        self.file.persist(&self.path).map_err(|error| Error::io(&self.path)(error.error))?;
        flush_names(&self.path)
    }
}

fn flush_names(path: &Path) -> Result<(), Error> {
    File::open(parent(path)).and_then(|directory| directory.sync_all()).map_err(Error::io(path))
}

/// The directory of a file; a bare name lies in the working directory.
fn parent(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
