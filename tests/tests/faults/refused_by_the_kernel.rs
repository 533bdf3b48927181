//! The kernel refuses one kind of system call, to the broker and to all that it starts: the call is made, or it says that it
//! was not.
use std::time::Duration;

use serde_json::json;
use toolward_tests::faulty::{self, Fault};
use toolward_tests::processes::nothing_is_left_by;
use toolward_tests::{Installation, OpenTask, Said, program};

use super::fixture::{WRITERS_TIME, effects_are_recorded, installation};

const fn fault(name: &'static str, calls: &'static [libc::c_long], errno: libc::c_int) -> Fault {
    Fault { name, calls, errno }
}

/// Without these no call can be made.
const NEEDED: [Fault; 11] = [
    fault("no memory that can be sealed", &[libc::SYS_memfd_create], libc::EMFILE),
    fault("no pair of sockets", &[libc::SYS_socketpair], libc::EMFILE),
    fault("no epoll", &[libc::SYS_epoll_create1], libc::EMFILE),
    fault("no eventfd", &[libc::SYS_eventfd2], libc::EMFILE),
    fault("no message is sent", &[libc::SYS_sendmsg], libc::ENOBUFS),
    fault("no message is received", &[libc::SYS_recvmsg], libc::ENOMEM),
    fault("no filter", &[libc::SYS_seccomp], libc::EINVAL),
    fault("nothing is closed", &[libc::SYS_close_range], libc::ENOSYS),
    fault("no capability is given up", &[libc::SYS_capset], libc::EPERM),
    fault("no process, no thread", &[libc::SYS_clone, libc::SYS_clone3, libc::SYS_vfork, libc::SYS_fork], libc::EAGAIN),
    fault("nothing is written", &[libc::SYS_pwrite64, libc::SYS_pwritev2], libc::ENOSPC),
];

/// With these refused a call may be made all the same.
const MAYBE: [Fault; 6] = [
    fault("no disk is flushed", &[libc::SYS_fsync, libc::SYS_fdatasync], libc::EIO),
    fault("no landlock", &[libc::SYS_landlock_create_ruleset], libc::ENOSYS),
    fault("no file is cut", &[libc::SYS_ftruncate], libc::EIO),
    fault("no random numbers", &[libc::SYS_getrandom], libc::ENOSYS),
    fault("no limits", &[libc::SYS_prlimit64, libc::SYS_setrlimit], libc::EPERM),
    fault("nothing is advised", &[libc::SYS_madvise], libc::EINVAL),
];

/// Makes a call where this fault is; nothing hangs, and nothing is left.
fn call(task: &OpenTask, tool: &str, fault: &Fault) -> Said {
    let input = json!({"name": "f"}).to_string();
    let mut command = task.command(&["call", tool, "--input", &input]);
    let (ended, pid) = faulty::with(fault, || program::run_known(&mut command, WRITERS_TIME));
    nothing_is_left_by(pid);
    let said = Said::checked(ended);
    println!("{}: {:?} after {:?}: {}", fault.name, said.0.code, said.0.took, said.0.stderr.lines().next().unwrap_or_default());
    said
}

#[test]
fn what_no_call_can_do_without() {
    let installation = installation();
    let task = installation.open("work");
    task.call("good", &json!({})).answers("ok");
    for fault in &NEEDED {
        let said = call(&task, "writer", fault);
        said.fails(6, "");
        assert!(said.0.took < Duration::from_secs(7), "{}: {said}", fault.name);
        task.call("good", &json!({})).answers("ok");
    }
    effects_are_recorded(&installation);
}

#[test]
fn what_a_call_may_do_without() {
    let installation = installation();
    let task = installation.open("work");
    for fault in &MAYBE {
        let said = call(&task, "writer", fault);
        assert!(matches!(said.0.code, Some(0 | 6)), "{}: {said}", fault.name);
        std::fs::remove_dir_all(installation.path("repo/pub")).unwrap();
        installation.write("repo/pub/open.txt", "open");
    }
    installation.run(&["audit", "verify"]).exits(0);
}

/// Where commits are to survive a power cut, a disk that is not flushed is one that cannot be written.
#[test]
fn a_disk_that_is_not_flushed() {
    let installation = Installation::new();
    let config = format!("durability = \"power\"\n{}", installation.text("home/config.toml"));
    let installation = super::fixture::with_tools(installation.file("home/config.toml", config));
    let task = installation.open("work");
    task.call("good", &json!({})).answers("ok");
    let said = call(&task, "writer", &MAYBE[0]);
    said.fails(6, "");
    assert_eq!(effects_are_recorded(&installation), 0, "an effect without its record");
    task.call("writer", &json!({"name": "again"})).answers("ok");
    assert!(effects_are_recorded(&installation) > 0);
}
