//! `wasi:filesystem`: every method that takes a path is a request to the door; a method on an open file goes on to
//! wasmtime-wasi under the permit of the file's open, and what passes is counted.
mod convert;
mod descriptor;
mod names;

use std::sync::Arc;

use wasmtime::component::{HasData, Resource};
use wasmtime_wasi::filesystem::{Descriptor, File, FsPerms, OpenMode, WasiFilesystemCtxView};
use wasmtime_wasi::p2::bindings::filesystem::preopens;
use wasmtime_wasi::p2::bindings::filesystem::types::{self, ErrorCode};
use wasmtime_wasi::p2::{FsError, FsResult};

use super::fault::filesystem as fault;
use super::metered::Passage;
use crate::door::bounds::MAX_PATH_BYTES;
use crate::door::{At, DirId, Door, Fault, OpenFlags, Reply, Request};
use crate::guest::Guest;

/// Marks the view for the linker.
pub(super) struct Filesystem;

impl HasData for Filesystem {
    type Data<'a> = FilesystemView<'a>;
}

pub(super) struct FilesystemView<'a>(pub(super) &'a mut Guest);

/// What a guest's descriptor stands for. It lies in the table under the number that the guest holds, whose resource
/// type is wasmtime-wasi's.
enum Node {
    /// A file: wasmtime-wasi's descriptor, and the count of what passes.
    File { inner: Resource<Descriptor>, passage: Arc<Passage> },
    /// A directory, which only the door holds.
    Dir(OpenDir),
}

/// The door's directory; closed with the guest's descriptor.
struct OpenDir {
    door: Arc<dyn Door>,
    id: DirId,
}

impl Drop for OpenDir {
    fn drop(&mut self) {
        self.door.close_dir(self.id);
    }
}

/// What a descriptor is, in a form that borrows nothing.
enum Kind {
    File(Resource<Descriptor>, Arc<Passage>),
    Dir(DirId),
}

impl FilesystemView<'_> {
    fn kind(&self, fd: &Resource<Descriptor>) -> FsResult<Kind> {
        let node = Resource::<Node>::new_borrow(fd.rep());
        Ok(match self.0.table.get(&node)? {
            Node::File { inner, passage } => Kind::File(Resource::new_borrow(inner.rep()), Arc::clone(passage)),
            Node::Dir(dir) => Kind::Dir(dir.id),
        })
    }

    fn dir(&self, fd: &Resource<Descriptor>) -> FsResult<DirId> {
        match self.kind(fd)? {
            Kind::Dir(id) => Ok(id),
            Kind::File(..) => Err(ErrorCode::NotDirectory.into()),
        }
    }

    fn file(&self, fd: &Resource<Descriptor>) -> FsResult<(Resource<Descriptor>, Arc<Passage>)> {
        match self.kind(fd)? {
            Kind::File(inner, passage) => Ok((inner, passage)),
            Kind::Dir(_) => Err(ErrorCode::BadDescriptor.into()),
        }
    }

    fn at(&self, fd: &Resource<Descriptor>, path: String, flags: types::PathFlags) -> FsResult<At> {
        let (dir, path) = (self.dir(fd)?, bounded(path)?);
        Ok(At { dir, path, follow: flags.contains(types::PathFlags::SYMLINK_FOLLOW) })
    }

    /// Asks the door; a fault becomes the guest's error or a trap.
    async fn ask(&mut self, request: Request) -> FsResult<Reply> {
        match self.0.door.perform(request).await {
            Reply::Fault(f) => Err(fault(f)),
            reply => Ok(reply),
        }
    }

    /// Asks for something that has no answer but success.
    async fn tell(&mut self, request: Request) -> FsResult<()> {
        match self.ask(request).await? {
            Reply::Done => Ok(()),
            _ => Err(fault(Fault::Broken)),
        }
    }

    fn push_dir(&mut self, id: DirId) -> FsResult<Resource<Descriptor>> {
        let node = Node::Dir(OpenDir { door: Arc::clone(&self.0.door), id });
        Ok(Resource::new_own(self.push(node)?.rep()))
    }

    fn push_file(&mut self, reply: Reply, flags: OpenFlags) -> FsResult<Resource<Descriptor>> {
        let Reply::File { id, fd } = reply else { return Err(fault(Fault::Broken)) };
        let passage = Passage::new(Arc::clone(&self.0.door), id);
        let perms = if flags.write { FsPerms::ReadWrite } else { FsPerms::ReadOnly };
        let mut mode = OpenMode::empty();
        mode.set(OpenMode::READ, flags.read);
        mode.set(OpenMode::WRITE, flags.write);
        let file = File::new(std::fs::File::from(fd), perms, mode, true);
        let inner = self.push(Descriptor::File(file))?;
        Ok(Resource::new_own(self.push(Node::File { inner, passage })?.rep()))
    }

    /// A full table ends the call: it is a limit.
    fn push<T: Send + 'static>(&mut self, entry: T) -> FsResult<Resource<T>> {
        self.0.table.push(entry).map_err(|_| fault(Fault::Limit(crate::door::Limit::Handles)))
    }

    /// wasmtime-wasi's own view, for methods on an open file.
    fn inner(&mut self) -> WasiFilesystemCtxView<'_> {
        WasiFilesystemCtxView { ctx: self.0.wasi.filesystem(), table: &mut self.0.table }
    }
}

impl preopens::Host for FilesystemView<'_> {
    fn get_directories(&mut self) -> wasmtime::Result<Vec<(Resource<Descriptor>, String)>> {
        let preopens = self.0.door.preopens();
        let push = |(id, path)| Ok((self.push_dir(id).map_err(trap)?, path));
        preopens.into_iter().map(push).collect()
    }
}

impl types::Host for FilesystemView<'_> {
    fn convert_error_code(&mut self, err: FsError) -> wasmtime::Result<ErrorCode> {
        err.downcast()
    }

    fn filesystem_error_code(&mut self, err: Resource<wasmtime::Error>) -> wasmtime::Result<Option<ErrorCode>> {
        self.inner().filesystem_error_code(err)
    }
}

/// A path or the text of a link, where it is no longer than one can be.
fn bounded(path: String) -> FsResult<String> {
    if path.len() > MAX_PATH_BYTES { Err(ErrorCode::NameTooLong.into()) } else { Ok(path) }
}

fn trap(error: FsError) -> wasmtime::Error {
    error.downcast().map_or_else(|error| error, |code| wasmtime::Error::msg(format!("{code:?}")))
}
