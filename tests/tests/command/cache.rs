//! The cache of compiled components: an entry that is edited, truncated or foreign is compiled anew, and never run.
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use serde_json::json;
use toolward_tests::{Installation, OpenTask, Said};

use super::fixture::{POLICY, answering};

/// An installation that has made one call, its task, and the cache's entry.
fn after_a_call() -> (Installation, OpenTask, PathBuf) {
    let installation = Installation::with_a_cache_of_its_own().policy(POLICY).tool("x", answering("i32.const 0"), "");
    let task = installation.open("work");
    task.call("x", &json!({})).answers("ok");
    let entry = entry(&installation);
    (installation, task, entry)
}

fn entry(installation: &Installation) -> PathBuf {
    let entries: Vec<PathBuf> =
        fs::read_dir(installation.path("home/cache")).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(entries.len(), 1, "{entries:?}");
    entries[0].clone()
}

#[test]
fn a_second_call_takes_the_entry_as_it_is() {
    let (_, task, entry) = after_a_call();
    let before = fs::metadata(&entry).unwrap().modified().unwrap();
    task.call("x", &json!({})).answers("ok");
    assert_eq!(fs::metadata(&entry).unwrap().modified().unwrap(), before);
}

/// A bit that was flipped anywhere: in the seal, in the head, in the code, at the end.
#[test]
fn an_edited_entry_is_compiled_anew() {
    let (_, task, entry) = after_a_call();
    let sound = fs::read(&entry).unwrap();
    for at in [0, 31, 32, sound.len() / 2, sound.len() - 1] {
        let mut edited = sound.clone();
        edited[at] ^= 1;
        is_replaced(&task, &entry, &edited, &sound);
    }
}

#[test]
fn a_truncated_or_longer_entry_is_compiled_anew() {
    let (_, task, entry) = after_a_call();
    let sound = fs::read(&entry).unwrap();
    for length in [0, 1, 31, 32, sound.len() / 2, sound.len() - 1] {
        is_replaced(&task, &entry, &sound[..length], &sound);
    }
    is_replaced(&task, &entry, &[&sound[..], b"x"].concat(), &sound);
}

/// An entry of another home, and one of another component in the same home: both are well formed, and neither is run.
#[test]
fn a_foreign_entry_is_compiled_anew() {
    let (installation, task, here) = after_a_call();
    let sound = fs::read(&here).unwrap();
    let (another_home, _, foreign) = after_a_call();
    is_replaced(&task, &here, &fs::read(foreign).unwrap(), &sound);
    drop(another_home);

    let installation = installation.tool("y", answering("i32.const 1"), "");
    installation.open("work").call("y", &json!({})).answers("failed");
    let entries = fs::read_dir(installation.path("home/cache")).unwrap().map(|entry| entry.unwrap().path());
    let other = entries.into_iter().find(|path| *path != here).unwrap();
    // Were it run, the call would fail as `y` does.
    is_replaced(&task, &here, &fs::read(other).unwrap(), &sound);
}

fn is_replaced(task: &OpenTask, entry: &PathBuf, planted: &[u8], sound: &[u8]) {
    fs::write(entry, planted).unwrap();
    // A warning may stand on standard error; the answer is the same.
    let said = task.call("x", &json!({}));
    assert_eq!(said.exits(0).json()["status"], "ok", "{said}");
    assert_eq!(fs::read(entry).unwrap().len(), sound.len(), "the entry was made anew");
    assert_ne!(fs::read(entry).unwrap(), planted);
}

/// What stands there as a folder or a link does no harm either.
#[test]
fn an_entry_that_is_no_file() {
    let (installation, task, entry) = after_a_call();
    fs::remove_file(&entry).unwrap();
    fs::create_dir(&entry).unwrap();
    assert_eq!(task.call("x", &json!({})).exits(0).json()["status"], "ok");
    fs::remove_dir(&entry).unwrap();
    std::os::unix::fs::symlink(installation.path("repo/README.md"), &entry).unwrap();
    assert_eq!(task.call("x", &json!({})).exits(0).json()["status"], "ok");
    assert_eq!(installation.text("repo/README.md"), "# A repository\n");
}

/// Without a cache that can be written a call works all the same.
#[test]
fn a_cache_that_cannot_be_written() {
    let installation = Installation::with_a_cache_of_its_own().policy(POLICY).tool("x", answering("i32.const 0"), "");
    installation.write("home/cache", "in the way");
    let task = installation.open("work");
    assert_eq!(task.call("x", &json!({})).exits(0).json()["status"], "ok");
}

/// A component of 3 MB: all but its beginning is a section that nobody looks at.
fn large(body: &str) -> Vec<u8> {
    const SIZE: usize = 3 << 20;
    let length = [0x80 | (SIZE & 0x7f), 0x80 | (SIZE >> 7 & 0x7f), 0x80 | (SIZE >> 14 & 0x7f), SIZE >> 21];
    let length = length.map(|byte| u8::try_from(byte).unwrap());
    [&answering(body)[..], &[0], &length, &[0], &vec![b'x'; SIZE - 1]].concat()
}

/// What the cache keeps of a component's digest.
fn digests(installation: &Installation) -> Vec<PathBuf> {
    let entries = fs::read_dir(installation.path("home/cache")).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.extension().is_some_and(|extension| extension == "sha256")).collect()
}

/// The digest of a large component is kept, and believed only as it was written and for the component it is of. Were that of
/// `y` believed for `x`, the code of `y` would be run, which fails.
#[test]
fn a_digest_that_was_planted_is_not_believed() {
    let installation = Installation::with_a_cache_of_its_own().policy(POLICY);
    let installation = installation.tool("x", large("i32.const 0"), "").tool("y", large("i32.const 1"), "");
    let task = installation.open("work");
    task.call("x", &json!({})).answers("ok");
    let [of_x] = digests(&installation).try_into().unwrap();
    let sound = fs::read(&of_x).unwrap();
    task.call("y", &json!({})).answers("failed");
    let of_y = digests(&installation).into_iter().find(|path| *path != of_x).unwrap();

    let mut edited = sound.clone();
    edited[0] ^= 1;
    for planted in [fs::read(of_y).unwrap(), edited, sound[..40].to_vec(), Vec::new()] {
        fs::write(&of_x, planted).unwrap();
        task.call("x", &json!({})).answers("ok");
        assert!(fs::read(&of_x).unwrap() == sound, "it was made anew");
    }
}

/// A user's home directory, in which this command works.
fn as_user(user: &Path, installation: &Installation, arguments: &[&str]) -> Said {
    Said::by(installation.command(arguments).env("HOME", user))
}

/// How many components are compiled in a directory.
fn compiled(dir: &Path) -> usize {
    let entries = fs::read_dir(dir).map(|entries| entries.filter_map(Result::ok).collect::<Vec<_>>());
    let names = entries.unwrap_or_default().into_iter().map(|entry| entry.file_name().into_string().unwrap());
    names.filter(|name| name.ends_with(".cwasm")).count()
}

/// All homes of one user share one cache.
#[test]
fn two_homes_of_one_user_share_it() {
    let user = tempfile::tempdir().unwrap();
    let shared = user.path().join(".cache/toolward");
    let mut first_entry = None;
    for _ in 0..2 {
        let installation =
            Installation::with_a_cache_of_its_own().policy(POLICY).tool("x", answering("i32.const 0"), "");
        as_user(user.path(), &installation, &["tool", "warm"]).exits(0);
        assert_eq!((compiled(&shared), compiled(&installation.path("home/cache"))), (1, 0));
        let entry = fs::read_dir(&shared).unwrap().map(|entry| entry.unwrap().path());
        let entry = entry.into_iter().find(|path| path.extension().is_some_and(|end| end == "cwasm")).unwrap();
        let written = fs::metadata(entry).unwrap().modified().unwrap();
        assert_eq!(*first_entry.get_or_insert(written), written, "the second home compiles nothing");
    }
    let key = fs::metadata(user.path().join(".local/state/toolward-code-cache/key")).unwrap();
    assert_eq!(key.permissions().mode() & 0o777, 0o600);
}

/// Without the user's key an entry in the user's cache is one that somebody else made.
#[test]
fn a_cache_without_its_key_is_compiled_again() {
    let user = tempfile::tempdir().unwrap();
    let installation = Installation::with_a_cache_of_its_own().policy(POLICY).tool("x", answering("i32.const 0"), "");
    let warm = || {
        as_user(user.path(), &installation, &["tool", "warm"]).exits(0);
    };
    let entry = || {
        let entries = fs::read_dir(user.path().join(".cache/toolward")).unwrap().map(|entry| entry.unwrap().path());
        fs::read(entries.into_iter().find(|path| path.extension().is_some_and(|end| end == "cwasm")).unwrap()).unwrap()
    };
    warm();
    let before = entry();
    fs::remove_file(user.path().join(".local/state/toolward-code-cache/key")).unwrap();
    warm();
    // The code is the same, the seal at its end is not.
    assert_ne!(before[before.len() - 32..], entry()[before.len() - 32..]);
}

/// Where others may write, or where there is no such directory, a home keeps its own.
#[test]
fn a_cache_that_others_may_write_is_not_shared() {
    let user = tempfile::tempdir().unwrap();
    let shared = user.path().join(".cache/toolward");
    fs::create_dir_all(&shared).unwrap();
    fs::set_permissions(&shared, fs::Permissions::from_mode(0o777)).unwrap();
    let installation = Installation::with_a_cache_of_its_own().policy(POLICY).tool("x", answering("i32.const 0"), "");
    as_user(user.path(), &installation, &["tool", "warm"]).exits(0);
    assert_eq!((compiled(&shared), compiled(&installation.path("home/cache"))), (0, 1));
}
