//! Links the program with packed relocations where the system's C library can load them.
//!
//! Half of the work before `main`, in the command and in every worker, is applying relocations; packed they take a fiftieth of
//! the space. The loader reads them since glibc 2.36 (release notes of 2.36, "DT_RELR"). A linker may know the option where the
//! loader does not (Ubuntu 22.04: binutils 2.38, glibc 2.35), and such a program would not start.
#![expect(clippy::disallowed_methods, reason = "a build script asks the machine it runs on")]
use std::process::Command;

/// The first glibc whose loader reads packed relocations: major and minor version.
const GLIBC_WITH_RELR: (u32, u32) = (2, 36);

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let native = std::env::var("HOST").is_ok_and(|host| std::env::var("TARGET").is_ok_and(|target| host == target));
    if native && glibc().is_some_and(|version| version >= GLIBC_WITH_RELR) {
        println!("cargo::rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
}

/// The version of this machine's glibc, as `getconf` prints it (`glibc 2.36`); `None` where there is another C library.
fn glibc() -> Option<(u32, u32)> {
    let output = Command::new("getconf").arg("GNU_LIBC_VERSION").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let mut numbers = text.trim().strip_prefix("glibc ")?.split('.');
    let (major, minor) = (numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?);
    Some((major, minor))
}
