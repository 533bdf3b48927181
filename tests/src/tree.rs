//! What stands in a folder at one moment, so that two moments can be compared.
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};

/// One name's type and content.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Node {
    Directory,
    File { bytes: Vec<u8>, modified: (i64, i64), mode: u32 },
    Symlink(PathBuf),
    Special(String),
}

/// All names below a folder, by their path from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tree(BTreeMap<PathBuf, Node>);

impl Tree {
    /// What stands below `root` now.
    ///
    /// # Panics
    /// Where it cannot be read.
    #[must_use]
    pub fn of(root: &Path) -> Self {
        let mut nodes = BTreeMap::new();
        let mut folders = vec![root.to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).unwrap() {
                let path = entry.unwrap().path();
                let node = Node::of(&path);
                if node == Node::Directory {
                    folders.push(path.clone());
                }
                nodes.insert(path.strip_prefix(root).unwrap().to_owned(), node);
            }
        }
        Self(nodes)
    }

    /// The paths at which two trees differ, in order.
    #[must_use]
    pub fn differences(&self, other: &Self) -> Vec<String> {
        let paths = self.0.keys().chain(other.0.keys()).filter(|path| self.0.get(*path) != other.0.get(*path));
        let mut differing: Vec<String> = paths.map(|path| path.to_string_lossy().into_owned()).collect();
        differing.sort();
        differing.dedup();
        differing
    }

    /// Nothing stands there.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Node {
    fn of(path: &Path) -> Self {
        let metadata = fs::symlink_metadata(path).unwrap();
        let kind = metadata.file_type();
        if kind.is_dir() {
            Self::Directory
        } else if kind.is_symlink() {
            Self::Symlink(fs::read_link(path).unwrap())
        } else if kind.is_file() {
            let modified = (metadata.mtime(), metadata.mtime_nsec());
            Self::File { bytes: fs::read(path).unwrap(), modified, mode: metadata.mode() }
        } else {
            Self::Special(format!("fifo {} socket {} rdev {}", kind.is_fifo(), kind.is_socket(), metadata.rdev()))
        }
    }
}
