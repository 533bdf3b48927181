//! Which entries to list.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use guest::Failure;

/// Globs that choose, and globs that leave out.
pub(crate) struct Globs {
    chosen: GlobSet,
    left_out: GlobSet,
}

impl Globs {
    pub(crate) fn parse(globs: &[String]) -> Result<Self, Failure> {
        let chosen = globs.iter().filter(|glob| !glob.starts_with('!')).map(String::as_str);
        let left_out = globs.iter().filter_map(|glob| glob.strip_prefix('!'));
        Ok(Self { chosen: set(chosen)?, left_out: set(left_out)? })
    }

    /// Whether the file at `path` is listed.
    pub(crate) fn lists(&self, path: &str) -> bool {
        (self.chosen.is_empty() || self.chosen.is_match(path)) && !self.leaves_out(path)
    }

    /// Whether `path`, and all below it, is left out.
    pub(crate) fn leaves_out(&self, path: &str) -> bool {
        self.left_out.is_match(path)
    }

    /// Whether some files are chosen over others, so that a directory without any is not worth a line.
    pub(crate) fn choose(&self) -> bool {
        !self.chosen.is_empty()
    }
}

fn set<'a>(globs: impl Iterator<Item = &'a str>) -> Result<GlobSet, Failure> {
    let wrong = |glob: &str| Failure::new(format!("`{glob}` is not a glob"));
    let mut set = GlobSetBuilder::new();
    for glob in globs {
        let bare = glob.trim_end_matches('/');
        let anchored = if bare.contains('/') { bare.trim_start_matches('/').to_owned() } else { format!("**/{bare}") };
        set.add(GlobBuilder::new(&anchored).literal_separator(true).build().map_err(|_| wrong(glob))?);
    }
    set.build().map_err(|e| Failure::new(format!("the globs are too much: {e}")))
}
