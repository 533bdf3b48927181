//! The methods of a descriptor, in the order of the interface.
use wasmtime::component::Resource;
use wasmtime_wasi::filesystem::{Descriptor, OpenMode};
use wasmtime_wasi::p2::FsResult;
use wasmtime_wasi::p2::bindings::filesystem::types::{self, ErrorCode, HostDescriptor};
use wasmtime_wasi_io::streams::{DynInputStream, DynOutputStream};

use super::convert::{metadata_hash, new_time, open_flags, stat};
use super::{FilesystemView, Kind, Node, bounded, fault};
use crate::door::{Fault, NewTimes, Reply, Request, Stat};
use crate::view::metered::{MeteredInput, MeteredOutput};

type Fd = Resource<Descriptor>;

impl HostDescriptor for FilesystemView<'_> {
    fn read_via_stream(&mut self, fd: Fd, offset: u64) -> FsResult<Resource<DynInputStream>> {
        let (file, passage) = match self.kind(&fd)? {
            Kind::File(file, passage) => (file, passage),
            Kind::Dir(_) => return Err(ErrorCode::IsDirectory.into()),
        };
        self.opened_for(&file, OpenMode::READ)?;
        let stream = self.inner().read_via_stream(file, offset)?;
        let inner = self.0.table.delete(stream)?;
        self.push(Box::new(MeteredInput { inner, passage }) as DynInputStream)
    }

    fn write_via_stream(&mut self, fd: Fd, offset: u64) -> FsResult<Resource<DynOutputStream>> {
        let (file, passage) = self.file(&fd)?;
        self.opened_for(&file, OpenMode::WRITE)?;
        let stream = self.inner().write_via_stream(file, offset)?;
        let inner = self.0.table.delete(stream)?;
        self.push(Box::new(MeteredOutput { inner, passage }) as DynOutputStream)
    }

    fn append_via_stream(&mut self, fd: Fd) -> FsResult<Resource<DynOutputStream>> {
        let (file, passage) = self.file(&fd)?;
        self.opened_for(&file, OpenMode::WRITE)?;
        let stream = self.inner().append_via_stream(file)?;
        let inner = self.0.table.delete(stream)?;
        self.push(Box::new(MeteredOutput { inner, passage }) as DynOutputStream)
    }

    async fn advise(&mut self, fd: Fd, offset: u64, len: u64, advice: types::Advice) -> FsResult<()> {
        let (file, _) = self.file(&fd)?;
        self.inner().advise(file, offset, len, advice).await
    }

    async fn sync_data(&mut self, fd: Fd) -> FsResult<()> {
        match self.kind(&fd)? {
            Kind::File(file, _) => self.inner().sync_data(file).await,
            Kind::Dir(dir) => self.tell(Request::SyncDir(dir)).await,
        }
    }

    async fn get_flags(&mut self, fd: Fd) -> FsResult<types::DescriptorFlags> {
        match self.kind(&fd)? {
            Kind::File(file, _) => self.inner().get_flags(file).await,
            // What may be changed in a directory is decided at each change.
            Kind::Dir(_) => Ok(types::DescriptorFlags::READ | types::DescriptorFlags::MUTATE_DIRECTORY),
        }
    }

    async fn get_type(&mut self, fd: Fd) -> FsResult<types::DescriptorType> {
        Ok(match self.kind(&fd)? {
            Kind::File(..) => types::DescriptorType::RegularFile,
            Kind::Dir(_) => types::DescriptorType::Directory,
        })
    }

    async fn set_size(&mut self, fd: Fd, size: u64) -> FsResult<()> {
        let (file, _) = self.file(&fd)?;
        // ftruncate(2) says so of a descriptor that is not open for writing.
        self.opened_for(&file, OpenMode::WRITE).map_err(|_| ErrorCode::Invalid)?;
        self.inner().set_size(file, size).await
    }

    async fn set_times(&mut self, fd: Fd, atim: types::NewTimestamp, mtim: types::NewTimestamp) -> FsResult<()> {
        match self.kind(&fd)? {
            Kind::File(file, passage) => {
                self.opened_for(&file, OpenMode::WRITE)?;
                self.tell(Request::SetTimesFile(passage.id(), times(atim, mtim))).await
            }
            Kind::Dir(dir) => self.tell(Request::SetTimesDir(dir, times(atim, mtim))).await,
        }
    }

    async fn read(&mut self, fd: Fd, len: u64, offset: u64) -> FsResult<(Vec<u8>, bool)> {
        let (file, passage) = self.file(&fd)?;
        self.opened_for(&file, OpenMode::READ)?;
        let (bytes, end) = self.inner().read(file, len, offset).await?;
        passage.read(&bytes);
        Ok((bytes, end))
    }

    async fn write(&mut self, fd: Fd, bytes: Vec<u8>, offset: u64) -> FsResult<u64> {
        let (file, passage) = self.file(&fd)?;
        self.opened_for(&file, OpenMode::WRITE)?;
        passage.written(&bytes).map_err(fault)?;
        self.inner().write(file, bytes, offset).await
    }

    async fn read_directory(&mut self, fd: Fd) -> FsResult<Resource<types::DirectoryEntryStream>> {
        let dir = self.dir(&fd)?;
        match self.ask(Request::Entries(dir)).await? {
            Reply::Entries(entries) => self.push_names(entries),
            _ => Err(fault(Fault::Broken)),
        }
    }

    async fn sync(&mut self, fd: Fd) -> FsResult<()> {
        match self.kind(&fd)? {
            Kind::File(file, _) => self.inner().sync(file).await,
            Kind::Dir(dir) => self.tell(Request::SyncDir(dir)).await,
        }
    }

    async fn create_directory_at(&mut self, fd: Fd, path: String) -> FsResult<()> {
        let at = self.at(&fd, path, types::PathFlags::empty())?;
        self.tell(Request::CreateDirectory(at)).await
    }

    async fn stat(&mut self, fd: Fd) -> FsResult<types::DescriptorStat> {
        match self.kind(&fd)? {
            Kind::File(file, _) => Ok(stat(&self.stat_file(&file)?)),
            Kind::Dir(dir) => Ok(stat(&self.ask_stat(Request::StatDir(dir)).await?)),
        }
    }

    async fn stat_at(&mut self, fd: Fd, flags: types::PathFlags, path: String) -> FsResult<types::DescriptorStat> {
        let at = self.at(&fd, path, flags)?;
        Ok(stat(&self.ask_stat(Request::StatAt(at)).await?))
    }

    async fn set_times_at(
        &mut self,
        fd: Fd,
        flags: types::PathFlags,
        path: String,
        atim: types::NewTimestamp,
        mtim: types::NewTimestamp,
    ) -> FsResult<()> {
        let at = self.at(&fd, path, flags)?;
        self.tell(Request::SetTimesAt(at, times(atim, mtim))).await
    }

    async fn link_at(
        &mut self,
        fd: Fd,
        flags: types::PathFlags,
        old_path: String,
        new_fd: Fd,
        new_path: String,
    ) -> FsResult<()> {
        // As wasmtime-wasi has it: a link is made to what stands at a name, and never to what that leads to.
        if flags.contains(types::PathFlags::SYMLINK_FOLLOW) {
            return Err(ErrorCode::Invalid.into());
        }
        let from = self.at(&fd, old_path, flags)?;
        let to = self.at(&new_fd, new_path, types::PathFlags::empty())?;
        self.tell(Request::Link { from, to }).await
    }

    async fn open_at(
        &mut self,
        fd: Fd,
        path_flags: types::PathFlags,
        path: String,
        open: types::OpenFlags,
        how: types::DescriptorFlags,
    ) -> FsResult<Fd> {
        let at = self.at(&fd, path, path_flags)?;
        can_be_opened(open, how)?;
        let flags = open_flags(open, how);
        match self.ask(Request::Open(at, flags)).await? {
            Reply::Dir(dir) => self.push_dir(dir),
            reply => self.push_file(reply, flags),
        }
    }

    async fn readlink_at(&mut self, fd: Fd, path: String) -> FsResult<String> {
        let at = self.at(&fd, path, types::PathFlags::empty())?;
        match self.ask(Request::ReadLink(at)).await? {
            Reply::Text(text) => Ok(text),
            _ => Err(fault(Fault::Broken)),
        }
    }

    async fn remove_directory_at(&mut self, fd: Fd, path: String) -> FsResult<()> {
        let at = self.at(&fd, path, types::PathFlags::empty())?;
        self.tell(Request::RemoveDirectory(at)).await
    }

    async fn rename_at(&mut self, fd: Fd, old_path: String, new_fd: Fd, new_path: String) -> FsResult<()> {
        let from = self.at(&fd, old_path, types::PathFlags::empty())?;
        let to = self.at(&new_fd, new_path, types::PathFlags::empty())?;
        self.tell(Request::Rename { from, to }).await
    }

    async fn symlink_at(&mut self, fd: Fd, target: String, path: String) -> FsResult<()> {
        let at = self.at(&fd, path, types::PathFlags::empty())?;
        self.tell(Request::SymLink { target: bounded(target)?, at }).await
    }

    async fn unlink_file_at(&mut self, fd: Fd, path: String) -> FsResult<()> {
        let at = self.at(&fd, path, types::PathFlags::empty())?;
        self.tell(Request::Unlink(at)).await
    }

    async fn is_same_object(&mut self, a: Fd, b: Fd) -> wasmtime::Result<bool> {
        let (a, b) = (self.identity(&a).await, self.identity(&b).await);
        match (a, b) {
            (Ok(a), Ok(b)) => Ok(a == b),
            // What may not be looked at is the same as nothing.
            (Err(error), _) | (_, Err(error)) => error.downcast().map(|_| false),
        }
    }

    async fn metadata_hash(&mut self, fd: Fd) -> FsResult<types::MetadataHashValue> {
        Ok(metadata_hash(self.identity(&fd).await?))
    }

    async fn metadata_hash_at(
        &mut self,
        fd: Fd,
        flags: types::PathFlags,
        path: String,
    ) -> FsResult<types::MetadataHashValue> {
        let at = self.at(&fd, path, flags)?;
        match self.ask(Request::IdentityAt(at)).await? {
            Reply::Identity(identity) => Ok(metadata_hash(identity)),
            _ => Err(fault(Fault::Broken)),
        }
    }

    fn drop(&mut self, fd: Fd) -> wasmtime::Result<()> {
        if let Node::File { inner, .. } = self.0.table.delete(Resource::<Node>::new_own(fd.rep()))? {
            self.0.table.delete(inner)?;
        }
        Ok(())
    }
}

impl FilesystemView<'_> {
    /// A permit to open for one use is none for another.
    fn opened_for(&self, file: &Fd, mode: OpenMode) -> FsResult<()> {
        match self.0.table.get(file)? {
            Descriptor::File(file) if file.open_mode.contains(mode) => Ok(()),
            _ => Err(ErrorCode::BadDescriptor.into()),
        }
    }

    async fn ask_stat(&mut self, request: Request) -> FsResult<Stat> {
        match self.ask(request).await? {
            Reply::Stat(stat) => Ok(stat),
            _ => Err(fault(Fault::Broken)),
        }
    }

    /// Device and inode, under the permit of the open.
    async fn identity(&mut self, fd: &Fd) -> FsResult<(u64, u64)> {
        match self.kind(fd)? {
            Kind::Dir(dir) => Ok(self.ask_stat(Request::StatDir(dir)).await?.identity),
            Kind::File(inner, _) => Ok(self.stat_file(&inner)?.identity),
        }
    }

    /// Metadata of an open file: by its descriptor and by nothing else, which a filter of system calls can tell.
    fn stat_file(&self, inner: &Fd) -> FsResult<Stat> {
        let Descriptor::File(file) = self.0.table.get(inner)? else { return Err(fault(Fault::Broken)) };
        crate::files::stat_of(&*file.file).map_err(|errno| std::io::Error::from(errno).into())
    }
}

/// Refuses what wasmtime-wasi refuses whatever the path: writes that are flushed each, and a directory that is to be made or cut.
fn can_be_opened(open: types::OpenFlags, how: types::DescriptorFlags) -> FsResult<()> {
    use types::{DescriptorFlags as How, OpenFlags as Open};
    if how.intersects(How::FILE_INTEGRITY_SYNC | How::DATA_INTEGRITY_SYNC | How::REQUESTED_WRITE_SYNC) {
        return Err(ErrorCode::Unsupported.into());
    }
    if open.contains(Open::DIRECTORY) && open.intersects(Open::CREATE | Open::EXCLUSIVE | Open::TRUNCATE) {
        return Err(ErrorCode::Invalid.into());
    }
    Ok(())
}

fn times(accessed: types::NewTimestamp, modified: types::NewTimestamp) -> NewTimes {
    NewTimes { accessed: new_time(accessed), modified: new_time(modified) }
}
