//! What the hostile guests share: the raw host calls that Rust's standard library hides, and a tally of what was got.
use std::fmt::{Debug, Display};
use std::process::ExitCode;

pub mod host;
pub mod http;

pub use wasip2::filesystem::types::{Descriptor, DescriptorFlags, ErrorCode, NewTimestamp, OpenFlags, PathFlags};

/// What a path is opened with by someone who only wants to look.
pub const NO_CREATE: OpenFlags = OpenFlags::empty();

/// The tally of one attack: a line for each attempt, and success at the end only where nothing was got.
#[derive(Default)]
pub struct Attack {
    got: usize,
}

impl Attack {
    /// No attempt made yet.
    #[must_use]
    pub fn begin() -> Self {
        Self::default()
    }

    /// Notes an attempt that the scope forbids. What it brought is printed, so that the host can look for secrets in it.
    pub fn must_fail<T: Debug, E: Display>(&mut self, attempt: impl Display, result: Result<T, E>) {
        match result {
            Ok(loot) => {
                self.got += 1;
                println!("got {attempt}: {loot:?}");
            }
            Err(error) => println!("refused {attempt}: {error}"),
        }
    }

    /// Notes an attempt that may succeed, as long as it leads where it is allowed to: the host's side of the test looks there.
    pub fn may_work<T: Debug, E: Display>(&mut self, attempt: impl Display, result: Result<T, E>) {
        match result {
            Ok(answer) => println!("came through {attempt}: {answer:?}"),
            Err(error) => println!("refused {attempt}: {error}"),
        }
    }

    /// Notes something that may not be true.
    pub fn must_not_be(&mut self, finding: impl Display, found: bool) {
        if found {
            self.got += 1;
            println!("got {finding}");
        }
    }

    /// Success where nothing was got.
    #[must_use]
    pub fn end(self) -> ExitCode {
        if self.got == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

/// A step that the scope allows, and without which the attack would prove nothing.
///
/// # Panics
/// Where it fails: the run then ends in a trap, and its test fails.
pub fn must_work<T, E: Display>(step: impl Display, result: Result<T, E>) -> T {
    match result {
        Ok(value) => value,
        Err(error) => {
            println!("broken {step}: {error}");
            panic!("`{step}` is allowed, and failed: {error}")
        }
    }
}

/// The descriptor of a mount.
///
/// # Panics
/// Where nothing is mounted there.
#[must_use]
pub fn mount(path: &str) -> Descriptor {
    let mounts = wasip2::filesystem::preopens::get_directories();
    mounts.into_iter().find(|(_, at)| at == path).unwrap_or_else(|| panic!("nothing is mounted at `{path}`")).0
}

/// Opens what stands at `path` and reads up to 64 KiB of it, following symlinks.
///
/// # Errors
/// The host's.
pub fn read_at(dir: &Descriptor, path: &str) -> Result<String, ErrorCode> {
    let file = dir.open_at(PathFlags::SYMLINK_FOLLOW, path, NO_CREATE, DescriptorFlags::READ)?;
    let (bytes, _) = file.read(65_536, 0)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Writes through a fresh handle, made with `flags`.
///
/// # Errors
/// The host's.
pub fn write_at(dir: &Descriptor, path: &str, flags: OpenFlags, bytes: &[u8]) -> Result<(), ErrorCode> {
    let file = dir.open_at(PathFlags::SYMLINK_FOLLOW, path, flags, DescriptorFlags::WRITE)?;
    file.write(bytes, 0).map(drop)
}

/// Opens a directory, following symlinks.
///
/// # Errors
/// The host's.
pub fn open_dir(dir: &Descriptor, path: &str) -> Result<Descriptor, ErrorCode> {
    dir.open_at(
        PathFlags::SYMLINK_FOLLOW,
        path,
        OpenFlags::DIRECTORY,
        DescriptorFlags::READ | DescriptorFlags::MUTATE_DIRECTORY,
    )
}

/// The names in a directory.
///
/// # Errors
/// The host's.
pub fn names_in(dir: &Descriptor) -> Result<Vec<String>, ErrorCode> {
    let stream = dir.read_directory()?;
    let mut names = Vec::new();
    while let Some(entry) = stream.read_directory_entry()? {
        names.push(entry.name);
    }
    Ok(names)
}

/// The only argument, or so many of them.
///
/// # Panics
/// Where there are more or fewer.
#[must_use]
pub fn given<const N: usize>() -> [String; N] {
    arguments().try_into().unwrap_or_else(|given: Vec<String>| panic!("{N} arguments are needed: {given:?}"))
}

/// The arguments after the program's name.
#[must_use]
pub fn arguments() -> Vec<String> {
    std::env::args().skip(1).collect()
}

/// Waits until the host's side of the test has put a file there.
///
/// # Panics
/// After ten seconds.
pub fn wait_for(dir: &Descriptor, path: &str) {
    for _ in 0..1_000 {
        if dir.stat_at(PathFlags::empty(), path).is_ok() {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    panic!("`{path}` did not appear");
}
