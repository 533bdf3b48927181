//! FIFOs, sockets and devices.
use std::os::unix::net::UnixListener;
use std::time::Duration;

use rustix::fs::{CWD, FileType, Mode, makedev, mknodat};
use toolward_tests::World;

/// What is no regular file or directory is refused, and nobody waits for it.
#[test]
pub(crate) fn fifo_and_socket() {
    let world = World::new().symlink("repo/pub/to-fifo", "fifo");
    mknodat(CWD, world.path("repo/pub/fifo"), FileType::Fifo, Mode::from_raw_mode(0o600), 0).unwrap();
    let _listening = UnixListener::bind(world.path("repo/pub/socket")).unwrap();
    let outcome = world.run("fifo_and_socket");
    outcome.got_nothing().changed_nothing().ended_within(Duration::from_secs(5)).recorded_refusals_of("files");
}

/// Devices too, by whatever name. Only root can make one; a symlink to one anybody can.
#[test]
pub(crate) fn device_files() {
    let mut world = World::new().symlink("repo/pub/zero", "/dev/zero").argument("pub/zero");
    let node = world.path("repo/pub/node");
    if mknodat(CWD, &node, FileType::CharacterDevice, Mode::from_raw_mode(0o666), makedev(1, 5)).is_ok() {
        world = world.argument("pub/node");
    }
    world
        .run("device_files")
        .got_nothing()
        .changed_nothing()
        .ended_within(Duration::from_secs(5))
        .recorded_refusals_of("files");
}
