//! `directory-entry-stream`: the names that the door answered, handed out one by one.
use wasmtime::component::Resource;
use wasmtime_wasi::p2::FsResult;
use wasmtime_wasi::p2::bindings::filesystem::types::{self, HostDirectoryEntryStream};

use super::{FilesystemView, convert};
use crate::door::Entry;

/// The names still to come.
pub(super) struct Names(pub(super) std::vec::IntoIter<Entry>);

impl HostDirectoryEntryStream for FilesystemView<'_> {
    async fn read_directory_entry(
        &mut self,
        stream: Resource<types::DirectoryEntryStream>,
    ) -> FsResult<Option<types::DirectoryEntry>> {
        let names = self.0.table.get_mut(&Resource::<Names>::new_borrow(stream.rep()))?;
        Ok(names.0.next().map(|entry| types::DirectoryEntry { type_: convert::kind(entry.kind), name: entry.name }))
    }

    fn drop(&mut self, stream: Resource<types::DirectoryEntryStream>) -> wasmtime::Result<()> {
        self.0.table.delete(Resource::<Names>::new_own(stream.rep()))?;
        Ok(())
    }
}
