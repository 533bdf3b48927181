//! The door's plain data as `wasi:filesystem`'s types, and back.
use wasmtime_wasi::p2::bindings::clocks::wall_clock::Datetime;
use wasmtime_wasi::p2::bindings::filesystem::types;

use crate::door::{FileKind, NewTime, OpenFlags, Stat};

pub(super) fn kind(kind: FileKind) -> types::DescriptorType {
    match kind {
        FileKind::Regular => types::DescriptorType::RegularFile,
        FileKind::Directory => types::DescriptorType::Directory,
        FileKind::SymLink => types::DescriptorType::SymbolicLink,
        FileKind::Other => types::DescriptorType::Unknown,
    }
}

pub(super) fn stat(stat: &Stat) -> types::DescriptorStat {
    types::DescriptorStat {
        type_: kind(stat.kind),
        link_count: stat.links,
        size: stat.size,
        data_access_timestamp: time(stat.accessed),
        data_modification_timestamp: time(stat.modified),
        status_change_timestamp: time(stat.changed),
    }
}

/// `wasi:clocks/wall-clock` knows no time before 1970: such a time is missing.
fn time((seconds, nanoseconds): (i64, u32)) -> Option<Datetime> {
    Some(Datetime { seconds: u64::try_from(seconds).ok()?, nanoseconds })
}

/// The same for a file and for a directory, by path or by handle, so that a program can compare them.
pub(super) fn metadata_hash((device, inode): (u64, u64)) -> types::MetadataHashValue {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&device.to_le_bytes());
    bytes[8..].copy_from_slice(&inode.to_le_bytes());
    let hash = blake3::hash(&bytes);
    let word = |from: usize| {
        let mut word = [0; 8];
        word.iter_mut().zip(hash.as_bytes().iter().skip(from)).for_each(|(to, byte)| *to = *byte);
        u64::from_le_bytes(word)
    };
    types::MetadataHashValue { lower: word(0), upper: word(8) }
}

pub(super) fn new_time(time: types::NewTimestamp) -> NewTime {
    match time {
        types::NewTimestamp::NoChange => NewTime::Keep,
        types::NewTimestamp::Now => NewTime::Now,
        types::NewTimestamp::Timestamp(at) => NewTime::At { seconds: at.seconds, nanoseconds: at.nanoseconds },
    }
}

pub(super) fn open_flags(open: types::OpenFlags, how: types::DescriptorFlags) -> OpenFlags {
    OpenFlags {
        create: open.contains(types::OpenFlags::CREATE),
        exclusive: open.contains(types::OpenFlags::EXCLUSIVE),
        truncate: open.contains(types::OpenFlags::TRUNCATE),
        directory: open.contains(types::OpenFlags::DIRECTORY),
        read: how.contains(types::DescriptorFlags::READ),
        write: how.contains(types::DescriptorFlags::WRITE),
    }
}
