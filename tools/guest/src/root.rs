//! The files a tool sees. In a component that is the sandbox's own world; in a test, a temporary directory stands for it.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

/// What a file operation does, in the words of a manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    /// Content.
    Read,
    /// Names and metadata.
    List,
    /// A name that did not exist.
    Create,
    /// Anything under an existing name.
    Write,
    /// A name.
    Delete,
}

/// The top of the guest's file system.
#[derive(Debug, Default)]
pub struct Root {
    /// Empty in a component: guest paths are used as they are.
    pub(crate) base: PathBuf,
    /// The working directory, from which relative paths begin.
    pub(crate) directory: Option<PathBuf>,
    #[cfg(feature = "testing")]
    pub(crate) refused: Vec<(Op, PathBuf)>,
}

/// A guest path, as the agent wrote it, and where it lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    guest: String,
    real: PathBuf,
}

impl Root {
    /// The world that the sandbox shows.
    #[must_use]
    pub fn guest() -> Self {
        Self { directory: working_directory(), ..Self::default() }
    }

    /// Where the guest path `path` lies. A relative one begins at the working directory.
    #[must_use]
    pub fn place(&self, path: &str) -> Place {
        let real = match &self.directory {
            _ if !self.base.as_os_str().is_empty() => self.base.join(path.trim_start_matches('/')),
            Some(directory) if !path.starts_with('/') => located(directory, path),
            _ => PathBuf::from(path),
        };
        Place { guest: path.to_owned(), real }
    }

    /// Opens a file for reading.
    ///
    /// # Errors
    /// As [`File::open`].
    pub fn open(&self, path: &Path) -> io::Result<File> {
        self.may(Op::Read, path)?;
        File::open(path)
    }

    /// Metadata, not following a symlink at the end.
    ///
    /// # Errors
    /// As [`fs::symlink_metadata`].
    pub fn look(&self, path: &Path) -> io::Result<Metadata> {
        self.may(Op::List, path)?;
        fs::symlink_metadata(path)
    }

    /// The entries of a directory.
    ///
    /// # Errors
    /// As [`fs::read_dir`].
    pub fn entries(&self, path: &Path) -> io::Result<fs::ReadDir> {
        self.may(Op::List, path)?;
        fs::read_dir(path)
    }

    /// A new file, which must not exist yet.
    ///
    /// # Errors
    /// As [`File::create_new`].
    pub fn create(&self, path: &Path) -> io::Result<File> {
        self.may(Op::Create, path)?;
        File::create_new(path)
    }

    /// An existing file, emptied, to be written anew.
    ///
    /// # Errors
    /// As [`OpenOptions::open`].
    pub fn rewrite(&self, path: &Path) -> io::Result<File> {
        self.may(Op::Write, path)?;
        OpenOptions::new().write(true).truncate(true).open(path)
    }

    /// Renames `from` over the existing file `to`, by the host's rule for it: read and delete there, write and delete here.
    ///
    /// # Errors
    /// As [`fs::rename`].
    pub fn replace(&self, from: &Path, to: &Path) -> io::Result<()> {
        [(Op::Read, from), (Op::Delete, from), (Op::Create, to), (Op::Write, to), (Op::Delete, to)]
            .into_iter()
            .try_for_each(|(op, path)| self.may(op, path))?;
        fs::rename(from, to)
    }

    /// Removes a file.
    ///
    /// # Errors
    /// As [`fs::remove_file`].
    pub fn remove(&self, path: &Path) -> io::Result<()> {
        self.may(Op::Delete, path)?;
        fs::remove_file(path)
    }

    /// In a component the host decides. A test can refuse, to see that a tool copes.
    #[cfg(not(feature = "testing"))]
    fn may(&self, _: Op, _: &Path) -> io::Result<()> {
        Ok(())
    }

    #[cfg(feature = "testing")]
    fn may(&self, op: Op, path: &Path) -> io::Result<()> {
        let refused = self.refused.iter().any(|(refused, below)| *refused == op && path.starts_with(below));
        if refused { Err(io::ErrorKind::PermissionDenied.into()) } else { Ok(()) }
    }
}

/// A relative path behind the working directory.
fn located(directory: &Path, path: &str) -> PathBuf {
    let mut rest = path;
    while let Some(shorter) = rest.strip_prefix("./") {
        rest = shorter.trim_start_matches('/');
    }
    match rest {
        // No name is none.
        "" if path.is_empty() => PathBuf::new(),
        "" | "." => directory.to_owned(),
        rest => directory.join(rest),
    }
}

/// The working directory as the sandbox says it. The C library's own is `/` always.
#[cfg(target_os = "wasi")]
fn working_directory() -> Option<PathBuf> {
    wasip2::cli::environment::initial_cwd().map(PathBuf::from)
}

#[cfg(not(target_os = "wasi"))]
fn working_directory() -> Option<PathBuf> {
    None
}

impl Place {
    /// The path as the agent wrote it.
    #[must_use]
    pub fn guest(&self) -> &str {
        &self.guest
    }

    /// The path to give to the file system.
    #[must_use]
    pub fn real(&self) -> &Path {
        &self.real
    }

    /// How the agent would write `real`, a path at or below this place.
    #[must_use]
    pub fn name(&self, real: &Path) -> String {
        let rest = real.strip_prefix(&self.real).unwrap_or(real).to_string_lossy();
        match self.guest.trim_end_matches('/') {
            guest if rest.is_empty() => if guest.is_empty() { "/" } else { guest }.to_owned(),
            "." => rest.into_owned(),
            guest => format!("{guest}/{rest}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Root, located};

    #[test]
    fn a_relative_path_begins_at_the_working_directory() {
        let root = Root { directory: Some("/repo".into()), ..Root::default() };
        for (path, real) in [
            ("src/a", "/repo/src/a"),
            (".", "/repo"),
            ("./", "/repo"),
            (".//./src", "/repo/src"),
            ("repo/a", "/repo/repo/a"),
            ("../a", "/repo/../a"),
            ("/repo/a", "/repo/a"),
            ("/secrets/k", "/secrets/k"),
            ("", ""),
        ] {
            assert_eq!(root.place(path).real(), Path::new(real), "{path}");
        }
        assert_eq!(root.place("src").name(Path::new("/repo/src/a")), "src/a");
        assert_eq!(located(Path::new("/"), "a"), Path::new("/a"));
    }
}
