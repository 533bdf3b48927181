//! Which files to search.

use std::path::PathBuf;

use guest::{Failure, Place};
use ignore::WalkBuilder;
use ignore::overrides::{Override, OverrideBuilder};

use crate::Input;

/// What the walk could not reach.
pub(crate) struct Unreached {
    pub(crate) path: PathBuf,
    pub(crate) why: String,
}

impl Unreached {
    fn of(place: &Place, error: &ignore::Error) -> Self {
        let path = named(error).unwrap_or_else(|| place.real().to_owned());
        Self { path, why: error.io_error().map_or_else(|| error.to_string(), Failure::why) }
    }
}

/// The path that an error is about.
fn named(error: &ignore::Error) -> Option<PathBuf> {
    if let ignore::Error::WithPath { path, .. } = error {
        return Some(path.clone());
    }
    let (ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. }) = error else { return None };
    named(err)
}

/// The files at and below `place`, sorted by path, and what could not be reached.
pub(crate) fn files(place: &Place, input: &Input) -> Result<impl Iterator<Item = Result<PathBuf, Unreached>>, Failure> {
    let mut walk = WalkBuilder::new(place.real())
        .standard_filters(false)
        .hidden(!input.hidden)
        .ignore(input.gitignore)
        .git_ignore(input.gitignore)
        .parents(input.gitignore)
        // A mounted directory need not be a repository, and `.git` need not be readable, for its rules to be meant.
        .require_git(false)
        .overrides(overrides(place, &input.globs)?)
        .sort_by_file_name(std::ffi::OsStr::cmp)
        .build()
        .peekable();
    if let Some(Err(error)) = walk.peek() {
        return Err(not_there(place, error));
    }
    Ok(walk.filter_map(|entry| match entry {
        Ok(entry) => entry.file_type().is_some_and(|kind| kind.is_file()).then(|| Ok(entry.into_path())),
        Err(error) => Some(Err(Unreached::of(place, &error))),
    }))
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
