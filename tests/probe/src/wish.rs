//! What the test wants of a worker or a compiler. Its own environment is empty, so it looks into that of its parent, before any
//! wall stands.
use std::ffi::OsString;

/// `TOOLWARD_PROBE`, of the parent: words between commas.
#[derive(Debug, Default)]
pub(crate) struct Wish {
    /// Whether guests are run.
    pub(crate) guest: bool,
    /// The place of a row that filters lack.
    pub(crate) without: Option<usize>,
}

/// Of the parent with this number, if it says something.
pub(crate) fn of(parent: &OsString) -> Option<Wish> {
    let parent: u32 = parent.to_str()?.parse().ok()?;
    let environment = std::fs::read(format!("/proc/{parent}/environ")).ok()?;
    let said = environment.split(|byte| *byte == 0).find_map(|entry| entry.strip_prefix(b"TOOLWARD_PROBE="))?;
    let mut wish = Wish::default();
    for word in std::str::from_utf8(said).ok()?.split(',') {
        match word.split_once(':') {
            None if word == "guest" => wish.guest = true,
            Some(("without", place)) => wish.without = place.parse().ok(),
            _ => {}
        }
    }
    Some(wish)
}
