//! The mounts of this process's namespace, as `/proc/self/mountinfo` tells them (proc_pid_mountinfo(5)).
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};

use crate::failure::Failure;

const FILE: &str = "/proc/self/mountinfo";

/// One mount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HostMount {
    /// Its number, which `statx` tells of an open file too.
    pub(crate) id: u64,
    /// Where it is mounted.
    pub(crate) place: PathBuf,
}

/// All mounts.
///
/// # Errors
/// Where they cannot be read.
pub(crate) fn read() -> Result<Vec<HostMount>, Failure> {
    let text = std::fs::read(FILE).map_err(Failure::at(FILE))?;
    Ok(text.split(|&byte| byte == b'\n').filter_map(line).collect())
}

/// The places of mounts below a directory, in order, each once.
///
/// # Errors
/// As [`read`].
pub(crate) fn below(directory: &Path) -> Result<Vec<PathBuf>, Failure> {
    let is_below = |place: &PathBuf| place.starts_with(directory) && place != directory;
    let mut places: Vec<_> = read()?.into_iter().map(|mount| mount.place).filter(is_below).collect();
    places.sort();
    places.dedup();
    Ok(places)
}

/// `36 35 98:0 /root /place options…`: number, parent, device, root, place.
fn line(line: &[u8]) -> Option<HostMount> {
    let mut fields = line.split(|&byte| byte == b' ');
    let id = std::str::from_utf8(fields.next()?).ok()?.parse().ok()?;
    let place = unescaped(fields.nth(3)?);
    Some(HostMount { id, place: PathBuf::from(OsString::from_vec(place)) })
}

/// Spaces and their like are written as `\040`.
fn unescaped(text: &[u8]) -> Vec<u8> {
    let (mut plain, mut rest) = (Vec::with_capacity(text.len()), text);
    while let Some((&byte, after)) = rest.split_first() {
        let octal = after.get(..3).filter(|_| byte == b'\\').and_then(|digits| std::str::from_utf8(digits).ok());
        match octal.and_then(|digits| u8::from_str_radix(digits, 8).ok()) {
            Some(escaped) => {
                plain.push(escaped);
                rest = after.get(3..).unwrap_or_default();
            }
            None => {
                plain.push(byte);
                rest = after;
            }
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_tells_number_and_place() {
        let of = |text: &str| line(text.as_bytes());
        let mount = of(r"36 35 98:0 /mnt1 /mnt\0402\134x rw,noatime master:1 - ext3 /dev/root rw").unwrap();
        assert_eq!(mount, HostMount { id: 36, place: PathBuf::from(r"/mnt 2\x") });
        assert_eq!((of(""), of("x 1 2 3 4"), of("1 2 3")), (None, None, None));
    }

    #[test]
    fn the_root_is_mounted_and_all_else_below_it() {
        let all = read().unwrap();
        assert!(all.iter().any(|mount| mount.place == Path::new("/")), "{all:?}");
        assert!(below(Path::new("/")).unwrap().iter().any(|place| place == Path::new("/proc")));
        assert_eq!(below(Path::new("/proc/self")).unwrap(), Vec::<PathBuf>::new());
    }
}
