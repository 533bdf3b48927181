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

/// Writes `content` into the existing file.
pub(crate) fn store(root: &Root, place: &Place, content: &[u8], way: Written) -> Result<(), Failure> {
    if way != Written::InPlace {
        return rename_over(root, place, content);
    }
    let failed = |error: io::Error| Failure::at("write", place.guest(), &error);
    let file = root.rewrite(place.real()).map_err(failed)?;
    fill(file, content).map_err(failed)
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

fn rename_over(root: &Root, place: &Place, content: &[u8]) -> Result<(), Failure> {
    let failed = |error: io::Error| {
        let failure = Failure::at("replace", place.guest(), &error);
        Failure::new(format!("{failure} (a rename needs create and delete; `atomic` = false needs only write)"))
    };
    let beside = beside(place.real()).ok_or_else(|| failed(ErrorKind::InvalidInput.into()))?;
    // Where the name could not be deleted again it is not made: a scope without `delete` says so here.
    match root.remove(&beside) {
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(failed(error)),
        Ok(()) => return Err(failed(ErrorKind::AlreadyExists.into())),
    }
    let file = root.create(&beside).map_err(failed)?;
    let done = fill(file, content).and_then(|()| root.replace(&beside, place.real()));
    done.map_err(|error| {
        // The first failure is the one to tell of; that the file can be removed was seen above.
        drop(root.remove(&beside));
        failed(error)
    })
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
