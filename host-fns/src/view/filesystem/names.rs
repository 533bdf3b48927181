//! `directory-entry-stream`: the names that the door answered, handed out one by one.
use wasmtime::component::Resource;
use wasmtime_wasi::p2::FsResult;
use wasmtime_wasi::p2::bindings::filesystem::types::{self, HostDirectoryEntryStream};

use super::{FilesystemView, convert};
use crate::door::Entry;

/// How many names all of a guest's streams may hold together: they lie in the host's memory.
const MAX_HELD: usize = 500_000;

/// The names still to come, and how many there were.
struct Names(std::vec::IntoIter<Entry>, usize);

impl FilesystemView<'_> {
    pub(super) fn push_names(&mut self, entries: Vec<Entry>) -> FsResult<Resource<types::DirectoryEntryStream>> {
        let count = entries.len();
        let held = self.0.names_held + count;
        if held > MAX_HELD {
            return Err(types::ErrorCode::InsufficientMemory.into());
        }
        let names = self.push(Names(entries.into_iter(), count))?;
        self.0.names_held = held;
        Ok(Resource::new_own(names.rep()))
    }
}

impl HostDirectoryEntryStream for FilesystemView<'_> {
    async fn read_directory_entry(
        &mut self,
        stream: Resource<types::DirectoryEntryStream>,
    ) -> FsResult<Option<types::DirectoryEntry>> {
        let names = self.0.table.get_mut(&Resource::<Names>::new_borrow(stream.rep()))?;
        Ok(names.0.next().map(|entry| types::DirectoryEntry { type_: convert::kind(entry.kind), name: entry.name }))
    }

    fn drop(&mut self, stream: Resource<types::DirectoryEntryStream>) -> wasmtime::Result<()> {
        let Names(_, count) = self.0.table.delete(Resource::<Names>::new_own(stream.rep()))?;
        self.0.names_held -= count;
        Ok(())
    }
}
