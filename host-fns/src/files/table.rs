//! What one call holds open at the door: directories, and the records of files that are still to be closed.
use std::collections::HashMap;
use std::os::fd::OwnedFd;
use std::sync::Arc;

use super::mount::Mounts;
use crate::door::{DirId, Fault, FileId, Limit};
use crate::mediate::Receipt;

#[derive(Debug)]
struct OpenDir {
    mount: usize,
    fd: Arc<OwnedFd>,
    is_mount: bool,
}

#[derive(Debug)]
struct OpenFile {
    receipt: Receipt,
    /// The file itself, where it is open for writing.
    written: Option<Arc<OwnedFd>>,
}

/// Open directories and files; both count against `open_files`, the mounts do not.
#[derive(Debug)]
pub(super) struct Table {
    dirs: HashMap<u32, OpenDir>,
    files: HashMap<u32, OpenFile>,
    next: u32,
    room: u32,
}

impl Table {
    pub(super) fn new(mounts: &Mounts, open_files: u32) -> Self {
        let dirs: HashMap<_, _> = (0_u32..)
            .zip(mounts.iter().enumerate())
            .map(|(id, (mount, m))| (id, OpenDir { mount, fd: m.root(), is_mount: true }))
            .collect();
        let next = u32::try_from(dirs.len()).unwrap_or(u32::MAX);
        Self { dirs, files: HashMap::new(), next, room: open_files }
    }

    /// Whether one more may be opened.
    pub(super) fn has_room(&self) -> Result<(), Fault> {
        if self.room == 0 { Err(Fault::Limit(Limit::OpenFiles)) } else { Ok(()) }
    }

    /// Whether this is a mount, which the guest holds without ever having opened it.
    pub(super) fn is_mount(&self, id: DirId) -> bool {
        self.dirs.get(&id.0).is_some_and(|dir| dir.is_mount)
    }

    pub(super) fn dir(&self, id: DirId) -> Result<(usize, Arc<OwnedFd>), Fault> {
        let dir = self.dirs.get(&id.0).ok_or(Fault::Broken)?;
        Ok((dir.mount, Arc::clone(&dir.fd)))
    }

    pub(super) fn add_dir(&mut self, mount: usize, fd: OwnedFd) -> Result<DirId, Fault> {
        let id = self.take()?;
        self.dirs.insert(id, OpenDir { mount, fd: Arc::new(fd), is_mount: false });
        Ok(DirId(id))
    }

    pub(super) fn add_file(&mut self, receipt: Receipt, written: Option<OwnedFd>) -> Result<FileId, Fault> {
        let id = self.take()?;
        self.files.insert(id, OpenFile { receipt, written: written.map(Arc::new) });
        Ok(FileId(id))
    }

    /// A file that is open for writing.
    pub(super) fn written(&self, id: FileId) -> Result<Arc<OwnedFd>, Fault> {
        let file = self.files.get(&id.0).ok_or(Fault::Broken)?;
        file.written.as_ref().map(Arc::clone).ok_or(Fault::Refused)
    }

    pub(super) fn close_dir(&mut self, id: DirId) {
        // A mount stays: the guest may hold it under several names.
        if self.dirs.get(&id.0).is_some_and(|dir| !dir.is_mount) && self.dirs.remove(&id.0).is_some() {
            self.room += 1;
        }
    }

    pub(super) fn close_file(&mut self, id: FileId) -> Option<Receipt> {
        let file = self.files.remove(&id.0)?;
        self.room += 1;
        Some(file.receipt)
    }

    /// The records of all files that are still open.
    pub(super) fn end(&mut self) -> Vec<Receipt> {
        let mut left: Vec<(u32, OpenFile)> = self.files.drain().collect();
        left.sort_by_key(|(id, _)| *id);
        left.into_iter().map(|(_, file)| file.receipt).collect()
    }

    fn take(&mut self) -> Result<u32, Fault> {
        self.has_room()?;
        let id = self.next;
        self.next = self.next.checked_add(1).ok_or(Fault::Limit(Limit::Handles))?;
        self.room -= 1;
        Ok(id)
    }
}
