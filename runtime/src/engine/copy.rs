//! Hashes a file, and copies it at once where that is wanted: each piece is hashed where it was read to, and that is what is
//! written.
use std::fs::File;
use std::io;
use std::num::NonZero;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::thread;

/// What has a hash of its own, in bytes. A part of the format: the hash of the whole is made of the hashes of these.
const PART: u64 = 1 << 20;
/// What is read at once, in bytes: small enough to stay in the processor's cache until it is written.
const CHUNK: u64 = 128 << 10;
/// From so many parts on they are shared out among threads.
const WORTH_A_THREAD: u64 = 4;
/// As many threads at most: beyond that they wait for memory, not for one another.
const THREADS: usize = 4;

/// A hash that binds the first `size` bytes.
///
/// # Errors
/// Where they cannot be read.
pub(super) fn hash(from: &File, size: u64) -> io::Result<blake3::Hash> {
    parts(from, None, size)
}

/// Copies the first `size` bytes, and answers the hash of all of them.
///
/// # Errors
/// Where one cannot be read, or the other not written.
pub(super) fn copy(from: &File, to: &File, size: u64) -> io::Result<blake3::Hash> {
    parts(from, Some(to), size)
}

fn parts(from: &File, to: Option<&File>, size: u64) -> io::Result<blake3::Hash> {
    let parts = size.div_ceil(PART);
    let workers = if parts < WORTH_A_THREAD { 1 } else { thread::available_parallelism().map_or(1, NonZero::get) };
    let share = parts.div_ceil(workers.clamp(1, THREADS) as u64).max(1);
    let (first, others) = (0..share.min(parts), share..parts);
    let mut whole = blake3::Hasher::new();
    whole.update(&size.to_le_bytes());
    thread::scope(|scope| {
        // Where no thread can be started, this one does its share too.
        let others: Vec<_> = shares(others, share)
            .map(|share| {
                let begun = share.clone();
                let begun = thread::Builder::new().spawn_scoped(scope, move || each_part(from, to, begun, size));
                begun.map_err(|_| share)
            })
            .collect();
        whole.update(&each_part(from, to, first, size)?);
        for other in others {
            let hashes = match other {
                Ok(begun) => begun.join().map_err(|_| io::Error::other("a thread that copied ended"))?,
                Err(share) => each_part(from, to, share, size),
            };
            whole.update(&hashes?);
        }
        Ok(whole.finalize())
    })
}

/// Cuts a range into ranges of at most this length.
fn shares(range: Range<u64>, length: u64) -> impl Iterator<Item = Range<u64>> {
    let end = range.end;
    range.step_by(usize::try_from(length).unwrap_or(usize::MAX)).map(move |start| start..(start + length).min(end))
}

/// The hashes of these parts, one after the other.
fn each_part(from: &File, to: Option<&File>, parts: Range<u64>, size: u64) -> io::Result<Vec<u8>> {
    let room = CHUNK.min(size).max(1);
    let mut buffer = vec![0; usize::try_from(room).map_err(io::Error::other)?];
    let mut hashes = Vec::new();
    for part in parts {
        let mut hasher = blake3::Hasher::new();
        let (mut at, end) = (part * PART, ((part + 1) * PART).min(size));
        while at < end {
            let wanted = usize::try_from(room.min(end - at)).map_err(io::Error::other)?;
            let chunk = buffer.get_mut(..wanted).unwrap_or_default();
            from.read_exact_at(chunk, at)?;
            hasher.update(chunk);
            to.map_or(Ok(()), |to| to.write_all_at(chunk, at))?;
            at += wanted as u64;
        }
        hashes.extend_from_slice(hasher.finalize().as_bytes());
    }
    Ok(hashes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(bytes: &[u8]) -> File {
        let file = tempfile::tempfile().unwrap();
        file.write_all_at(bytes, 0).unwrap();
        file
    }

    fn copied(bytes: &[u8]) -> blake3::Hash {
        let to = file(b"");
        let hash = copy(&file(bytes), &to, bytes.len() as u64).unwrap();
        let mut read = vec![0; bytes.len()];
        to.read_exact_at(&mut read, 0).unwrap();
        assert!(read == bytes && to.metadata().unwrap().len() == bytes.len() as u64);
        assert_eq!(hash, super::hash(&to, bytes.len() as u64).unwrap());
        hash
    }

    /// At sizes around the edges of chunks, parts and shares, whatever was changed or left out.
    #[test]
    fn the_copy_is_whole_and_its_hash_binds_every_byte() {
        let part = usize::try_from(PART).unwrap();
        for size in [0, 1, part - 1, part, part + 1, 5 * part, 5 * part + 7, 9 * part - 1] {
            let bytes: Vec<u8> = (0..size).map(|n| u8::try_from(n % 251).unwrap()).collect();
            let hash = copied(&bytes);
            assert_eq!(hash, copied(&bytes));
            for at in [0, size / 2, size.saturating_sub(1)].into_iter().filter(|at| *at < size) {
                let mut changed = bytes.clone();
                changed[at] ^= 1;
                assert_ne!(hash, copied(&changed), "{at} of {size}");
            }
            assert_ne!(hash, copied(&[&bytes[..], b"\0"].concat()), "longer than {size}");
        }
    }

    #[test]
    fn a_file_that_is_shorter_is_an_error() {
        assert!(copy(&file(b"short"), &file(b""), 6).is_err());
    }
}
