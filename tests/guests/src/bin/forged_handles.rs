//! Uses handles that it was never given, and one that it has dropped. The component model ends such a guest.
#![expect(unsafe_code, reason = "an attacker is not bound by Rust's rules")]
use std::process::ExitCode;

use toolward_guests::{Attack, Descriptor, PathFlags, mount, must_work, open_dir};

fn main() -> ExitCode {
    let mut attack = Attack::begin();
    let repo = mount("/repo");
    let inside = must_work("open", open_dir(&repo, "pub"));
    let number = inside.handle();
    drop(inside);
    println!("about to use a dropped handle");
    // SAFETY: the host checks every handle; that it does is what is tested.
    let dropped = std::mem::ManuallyDrop::new(unsafe { Descriptor::from_handle(number) });
    attack.must_fail("a dropped handle", dropped.stat_at(PathFlags::empty(), "open.txt"));
    attack.end()
}
