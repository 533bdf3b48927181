//! Files and directories that only their owner may use.
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use super::Error;

/// Makes a directory with mode 0700, and those above it; one that exists is left as it is.
pub(super) fn directory(path: &Path) -> Result<(), Error> {
    DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(Error::io(path))
}

/// Makes a file with mode 0600 where there is none.
pub(super) fn touch(path: &Path) -> Result<(), Error> {
    OpenOptions::new().append(true).create(true).mode(0o600).open(path).map(drop).map_err(Error::io(path))
}

/// Writes a file of mode 0600 in one step: it is there whole or not at all, and one that exists is never replaced.
pub(super) fn write_new(path: &Path, content: &[u8]) -> Result<(), Error> {
    let parent = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(parent).map_err(Error::io(path))?;
    file.write_all(content).and_then(|()| file.as_file().sync_all()).map_err(Error::io(path))?;
    match file.persist_noclobber(path) {
        Ok(_) => File::open(parent).and_then(|directory| directory.sync_all()).map_err(Error::io(path)),
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(Error::io(path)(error.error)),
    }
}
