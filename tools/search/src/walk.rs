//! Which files to search.

use std::path::{Path, PathBuf};

use guest::{Failure, Place};
use ignore::gitignore::Gitignore;
use ignore::overrides::{Override, OverrideBuilder};
use ignore::{DirEntry, WalkBuilder};

use crate::Input;

/// The files at and below `place`, sorted by path; an error for each that could not be reached.
pub(crate) fn files(
    place: &Place,
    input: &Input,
) -> Result<impl Iterator<Item = Result<PathBuf, ignore::Error>>, Failure> {
    let above = if input.gitignore { rules_above(place) } else { Vec::new() };
    let mut walk = WalkBuilder::new(place.real())
        .standard_filters(false)
        .hidden(!input.hidden)
        .ignore(input.gitignore)
        .git_ignore(input.gitignore)
        // A mounted directory need not be a repository, and `.git` need not be readable, for its rules to be meant.
        .require_git(false)
        .overrides(overrides(place, &input.globs)?)
        .sort_by_file_name(std::ffi::OsStr::cmp)
        .filter_entry(move |entry| !ignored_above(&above, entry))
        .build()
        .peekable();
    if let Some(Err(error)) = walk.peek() {
        return Err(not_there(place, error));
    }
    Ok(walk.filter_map(|entry| match entry {
        Ok(entry) => entry.file_type().is_some_and(|kind| kind.is_file()).then(|| Ok(entry.into_path())),
        Err(error) => Some(Err(error)),
    }))
}

/// The rules of directories above the root. `ignore` would find them by canonical paths, which WASI does not have.
fn rules_above(place: &Place) -> Vec<Gitignore> {
    let above = Path::new(place.guest()).ancestors().skip(1).count();
    place.real().ancestors().skip(1).take(above).map(|dir| Gitignore::new(dir.join(".gitignore")).0).collect()
}

/// Whether a directory above the root has the last word on `entry`, and it is no. The root itself was asked for.
fn ignored_above(above: &[Gitignore], entry: &DirEntry) -> bool {
    let is_dir = entry.file_type().is_some_and(|kind| kind.is_dir());
    let words = above.iter().map(|rules| rules.matched(entry.path(), is_dir));
    entry.depth() > 0 && words.into_iter().find(|word| !word.is_none()).is_some_and(|word| word.is_ignore())
}

fn overrides(place: &Place, globs: &[String]) -> Result<Override, Failure> {
    let mut builder = OverrideBuilder::new(place.real());
    for glob in globs {
        builder.add(glob).map_err(|_| Failure::new(format!("`{glob}` is not a glob")))?;
    }
    builder.build().map_err(|e| Failure::new(e.to_string()))
}

fn not_there(place: &Place, error: &ignore::Error) -> Failure {
    error.io_error().map_or_else(
        || Failure::new(format!("cannot search `{}`", place.guest())),
        |error| Failure::at("search", place.guest(), error),
    )
}
