//! The kernel refuses one kind of system call, to the broker and to all that it starts: the call is made, or it says that it
//! was not.
use std::time::Duration;

use serde_json::json;
use toolward_tests::faulty::{self, Fault};
use toolward_tests::processes::nothing_is_left_by;
use toolward_tests::{Installation, OpenTask, Said, program};

use super::fixture::{WRITERS_TIME, effects_are_recorded, installation, is_clear};

const fn fault(name: &'static str, calls: &'static [libc::c_long], errno: libc::c_int) -> Fault {
    Fault { name, calls, errno }
}

/// Without these no call can be made.
const NEEDED: [Fault; 9] = [
    fault("no pair of sockets", &[libc::SYS_socketpair], libc::EMFILE),
    fault("no epoll", &[libc::SYS_epoll_create1], libc::EMFILE),
    fault("no eventfd", &[libc::SYS_eventfd2], libc::EMFILE),
    fault("no message is sent", &[libc::SYS_sendmsg], libc::ENOBUFS),
    fault("no message is received", &[libc::SYS_recvmsg], libc::ENOMEM),
    fault("no filter", &[libc::SYS_seccomp], libc::EINVAL),
    fault("nothing is closed", &[libc::SYS_close_range], libc::ENOSYS),
    fault("no capability is given up", &[libc::SYS_capset], libc::EPERM),
    fault("nothing is written", &[libc::SYS_pwrite64, libc::SYS_pwritev2], libc::ENOSPC),
];

/// What the broker has no descriptor or memory for when a guest asks it for a file: the guest is not to cope with that.
const FOR_A_GUEST: [(Fault, &str); 3] = [
    (fault("no file is found", &[libc::SYS_openat2], libc::EMFILE), "descriptors"),
    (fault("the system has no descriptor", &[libc::SYS_openat2], libc::ENFILE), "descriptors"),
    (fault("no file is found for want of memory", &[libc::SYS_openat2], libc::ENOMEM), "memory"),
];

/// With these refused a call may be made all the same.
const MAYBE: [Fault; 5] = [
    fault("no disk is flushed", &[libc::SYS_fsync, libc::SYS_fdatasync], libc::EIO),
    fault("no landlock", &[libc::SYS_landlock_create_ruleset], libc::ENOSYS),
    fault("no file is cut", &[libc::SYS_ftruncate], libc::EIO),
    fault("no limits", &[libc::SYS_prlimit64, libc::SYS_setrlimit], libc::EPERM),
    fault("nothing is advised", &[libc::SYS_madvise], libc::EINVAL),
];

/// Makes a call where this fault is; nothing hangs, and nothing is left.
fn call(task: &OpenTask, tool: &str, fault: &Fault) -> Said {
    let input = json!({"name": "f"}).to_string();
    let mut command = task.command(&["call", tool, "--input", &input]);
    let (ended, pid) = faulty::with(fault, || program::run_known(&mut command, WRITERS_TIME));
    nothing_is_left_by(pid);
    let said = Said(ended);
    println!(
        "{}: {:?} after {:?}: {}",
        fault.name,
        said.0.code,
        said.0.took,
        said.0.stderr.lines().next().unwrap_or_default()
    );
    said
}

/// A call that must fail, or may; what is wrong with how it ended.
fn wrong(installation: &Installation, fault: &Fault, may_be_made: bool) -> Option<String> {
    drop(std::fs::remove_dir_all(installation.path("repo/pub")));
    installation.write("repo/pub/open.txt", "open");
    // Of its own task: nothing that one fault does is seen at the next.
    let task = installation.open("work");
    let said = call(&task, "writer", fault);
    effects_are_recorded(installation);
    let after = task.call("good", &json!({}));
    let ends_well = is_clear(&said) || may_be_made && said.0.code == Some(0);
    let wrong = !ends_well || said.0.took > Duration::from_secs(7) || after.0.code != Some(0);
    wrong.then(|| format!("{}: {said}, and then {after}", fault.name))
}

#[test]
fn what_no_call_can_do_without() {
    let installation = installation();
    installation.open("work").call("good", &json!({})).answers("ok");
    let wrong: Vec<_> = NEEDED.iter().filter_map(|fault| wrong(&installation, fault, false)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_a_guest_cannot_cope_with() {
    let installation = installation();
    installation.open("work").call("good", &json!({})).answers("ok");
    for (fault, word) in &FOR_A_GUEST {
        let said = call(&installation.open("work"), "writer", fault);
        assert!(is_clear(&said) && said.0.stderr.lines().next().unwrap_or_default().contains(word), "{said}");
    }
    effects_are_recorded(&installation);
}

/// The component is read into such memory: what the machine lacks is no fault of whoever uses it.
#[test]
fn no_memory_that_can_be_sealed() {
    let fault = fault("no memory that can be sealed", &[libc::SYS_memfd_create], libc::EMFILE);
    assert_eq!(wrong(&installation(), &fault, false), None);
}

#[test]
fn what_a_call_may_do_without() {
    let installation = installation();
    installation.open("work").call("good", &json!({})).answers("ok");
    let wrong: Vec<_> = MAYBE.iter().filter_map(|fault| wrong(&installation, fault, true)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Where commits are to survive a power cut, a disk that is not flushed is one that cannot be written.
#[test]
fn a_disk_that_is_not_flushed() {
    let installation = Installation::new();
    let config = installation.text("home/config.toml").replace("durability = \"process\"", "durability = \"power\"");
    assert!(config.contains("\"power\""), "{config}");
    let installation = super::fixture::with_tools(installation.file("home/config.toml", config));
    let task = installation.open("work");
    task.call("good", &json!({})).answers("ok");
    let said = call(&task, "writer", &MAYBE[0]);
    assert!(is_clear(&said), "{said}");
    assert_eq!(effects_are_recorded(&installation), 0, "an effect without its record");
    task.call("writer", &json!({"name": "again"})).answers("ok");
    assert!(effects_are_recorded(&installation) > 0);
}
