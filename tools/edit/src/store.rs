//! Getting the text into the file: all of it or none, or in place.

use std::fs::File;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use guest::{Failure, Place, Root};

use crate::{Input, Written};

/// How to write: a rename makes a new file of a script, without its executable bit, and of a symlink a file.
pub(crate) fn way(root: &Root, place: &Place, before: &str, input: &Input) -> Result<Written, Failure> {
    if input.atomic == Some(false) {
        return Ok(Written::InPlace);
    }
    let link = root.look(place.real()).map_err(|e| Failure::at("look at", place.guest(), &e))?.is_symlink();
    if input.atomic.is_none() && (link || before.starts_with("#!")) {
        return Ok(Written::InPlace);
    }
    if link {
        let path = place.guest();
        return Err(Failure::new(format!(
            "`{path}` is a symlink, which a rename would replace with a file: set `atomic` to false"
        )));
    }
    Ok(Written::Renamed)
}

/// Writes `content` into the existing file, and tells in which way.
///
/// A host that keeps modes and owners refuses a rename where something of the old file would be lost (its owner, its
/// attributes). Writing in place keeps all of that; it is done unless the caller wants a rename and nothing else.
pub(crate) fn store(
    root: &Root,
    place: &Place,
    content: &[u8],
    way: Written,
    input: &Input,
) -> Result<Written, Failure> {
    if way == Written::InPlace {
        return in_place(root, place, content);
    }
    match rename_over(root, place, content) {
        Ok(()) => Ok(way),
        Err(error) if loses_something(&error) && input.atomic.is_none() => {
            in_place(root, place, content).map_err(|failure| Failure::new(format!("{failure} ({LOSES})")))
        }
        Err(error) if loses_something(&error) => {
            let path = place.guest();
            Err(Failure::new(format!("`{path}` is not replaced: {LOSES}; leave `atomic` out, or set it to false")))
        }
        Err(error) => {
            let failure = Failure::at("replace", place.guest(), &error);
            Err(Failure::new(format!(
                "{failure} (a rename needs create and delete; `atomic` = false needs only write)"
            )))
        }
    }
}

/// Why a rename is refused that the rules allow.
const LOSES: &str = "a rename would lose its owner, its attributes or a hard link";

/// Whether a rename failed as one between two devices does: it would have lost something.
fn loses_something(error: &io::Error) -> bool {
    // `EXDEV`: wasi-libc's errno.h, and that of Linux.
    const CROSS_DEVICE: i32 = if cfg!(target_os = "wasi") { 75 } else { 18 };
    error.raw_os_error() == Some(CROSS_DEVICE)
}

fn in_place(root: &Root, place: &Place, content: &[u8]) -> Result<Written, Failure> {
    let failed = |error: io::Error| Failure::at("write", place.guest(), &error);
    let file = root.rewrite(place.real()).map_err(failed)?;
    fill(file, content).map_err(failed)?;
    Ok(Written::InPlace)
}

/// Makes a new file of `content`, or none.
pub(crate) fn create(root: &Root, place: &Place, content: &[u8]) -> Result<(), Failure> {
    let failed = |error: io::Error| Failure::at("create", place.guest(), &error);
    let file = root.create(place.real()).map_err(failed)?;
    fill(file, content).map_err(|error| {
        // Half a file helps nobody. Where the scope does not let it be removed, the failure still tells.
        drop(root.remove(place.real()));
        failed(error)
    })
}

/// An error where something of that name exists.
pub(crate) fn is_free(root: &Root, place: &Place) -> Result<(), Failure> {
    let error = match root.look(place.real()) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => error,
        Ok(_) => ErrorKind::AlreadyExists.into(),
    };
    Err(Failure::at("create", place.guest(), &error))
}

fn rename_over(root: &Root, place: &Place, content: &[u8]) -> io::Result<()> {
    let beside = beside(place.real()).ok_or(ErrorKind::InvalidInput)?;
    // A file that gets its own name stays as it is, and the host decides as it does for the rename below: a scope without
    // `delete` says so here, before there is a file that could not be removed again.
    root.replace(place.real(), place.real())?;
    let file = root.create(&beside)?;
    let done = fill(file, content).and_then(|()| root.replace(&beside, place.real()));
    // The first failure is the one to tell of.
    done.inspect_err(|_| drop(root.remove(&beside)))
}

fn fill(mut file: File, content: &[u8]) -> io::Result<()> {
    file.write_all(content)?;
    file.sync_data()
}

/// A name in the same directory that nobody uses. It ends as `path` does, so that rules on `*.rs` go for it as well.
fn beside(path: &Path) -> Option<PathBuf> {
    let chance = RandomState::new().build_hasher().finish();
    let ending = path.extension().map(|ending| format!(".{}", ending.to_string_lossy())).unwrap_or_default();
    path.file_name()?;
    Some(path.with_file_name(format!(".edit-{chance:016x}{ending}")))
}
