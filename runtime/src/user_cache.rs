//! The code cache that all homes of one user share.
//!
//! The key does not lie beside the code: a cache directory may be restored from an archive that somebody else made, as build
//! services do; the state directory is not. Without the key an entry is never loaded.
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::process::geteuid;

use crate::engine::Cache;
use crate::state::{SecretKey, private};

/// Where the user's cache and its key are, by the XDG base directory specification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UserCache {
    /// The directory of compiled components.
    pub(crate) dir: PathBuf,
    /// The file of the key that seals them.
    pub(crate) key: PathBuf,
}

impl UserCache {
    /// The places for this process; `None` where its environment names no directory of this user.
    pub(crate) fn locate() -> Option<Self> {
        let base = |variable: &str, below_home: &str| {
            let named = std::env::var_os(variable).map(PathBuf::from).filter(|path| path.is_absolute());
            let home = || std::env::var_os("HOME").map(PathBuf::from).filter(|home| home.is_dir());
            named.or_else(|| Some(home()?.join(below_home))).filter(|path| belongs_to_this_user(path))
        };
        let dir = base("XDG_CACHE_HOME", ".cache")?.join("toolward");
        let key = base("XDG_STATE_HOME", ".local/state")?.join("toolward-code-cache").join("key");
        Some(Self { dir, key })
    }

    /// Opens it, and makes what is missing; `None` where that cannot be done, or where others may write to it.
    pub(crate) fn open(&self) -> Option<Cache> {
        let directories = [Some(self.dir.as_path()), self.key.parent()];
        for directory in directories.into_iter().flatten() {
            private::directory(directory).ok()?;
            if !only_this_user_writes(directory) {
                tracing::debug!(path = %directory.display(), "others may write here: the home's own cache is used");
                return None;
            }
        }
        match SecretKey::of_this_user(&self.key) {
            Ok(key) => Some(Cache::new(&self.dir, key.0)),
            Err(error) => {
                tracing::debug!(%error, "the user's cache has no key: the home's own cache is used");
                None
            }
        }
    }
}

/// Whether the nearest directory that is there belongs to this user. Root with the environment of another user (`sudo -E`)
/// must leave nothing there that this user cannot use afterwards.
fn belongs_to_this_user(path: &Path) -> bool {
    let nearest = path.ancestors().find_map(|above| fs::metadata(above).ok());
    nearest.is_some_and(|found| found.is_dir() && found.uid() == geteuid().as_raw())
}

/// Whether only this user can put something into a directory, or another directory in its place: each above it belongs to this
/// user or to root, and others may write there only under the sticky bit (as ssh's `StrictModes` wants it of a home).
fn only_this_user_writes(directory: &Path) -> bool {
    let user = geteuid().as_raw();
    let itself = fs::symlink_metadata(directory);
    let is_own = itself.is_ok_and(|it| it.is_dir() && it.uid() == user && it.permissions().mode() & 0o022 == 0);
    let is_safe = |above: &Path| {
        fs::symlink_metadata(above).is_ok_and(|it| {
            let mode = it.permissions().mode();
            it.is_dir() && (it.uid() == user || it.uid() == 0) && (mode & 0o022 == 0 || mode & 0o1000 != 0)
        })
    };
    // Links on the way are looked through: what they lead to must be safe as well.
    is_own && directory.canonicalize().is_ok_and(|real| real.ancestors().skip(1).all(is_safe))
}
