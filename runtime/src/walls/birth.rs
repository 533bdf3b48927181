//! The first steps of a process that will be walled in: no privilege, no parent to outlive, nothing inherited.
#![expect(unsafe_code, reason = "capabilities and inherited descriptors have no safe interface")]
use rustix::process::{
    DumpableBehavior, Pid, Signal, getppid, set_dumpable_behavior, set_parent_process_death_signal, setpgid,
};

/// Descriptors from here on were not handed over: below are standard input, output and error.
const FIRST_INHERITED: libc::c_uint = 3;
/// `CAP_LAST_CAP` never was larger (linux/capability.h holds 64 bits).
const CAPABILITIES: libc::c_ulong = 64;

/// Gives up what a process has by its birth. It has one thread yet, and has opened nothing.
///
/// # Errors
/// Where `parent` is not its parent any more, or something cannot be given up.
pub(crate) fn birth(parent: Option<Pid>) -> anyhow::Result<()> {
    // Its parent's thread that started it never ends before its parent does.
    set_parent_process_death_signal(Some(Signal::KILL))?;
    anyhow::ensure!(parent.is_some() && getppid() == parent, "whoever started it is gone");
    // No group to be signalled with. A session of its own would also take the terminal away, which no wall lets it open; but Linux
    // shares the processor out by sessions first (sched(7), autogroup), and starved workers on a busy one for ten seconds.
    setpgid(None, None)?;
    set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
    no_new_privileges()?;
    drop_capabilities()?;
    close_inherited()
}

fn no_new_privileges() -> anyhow::Result<()> {
    // SAFETY: prctl(2) with PR_SET_NO_NEW_PRIVS takes four numbers and touches no memory.
    let set = unsafe { libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) };
    anyhow::ensure!(set == 0, "no_new_privs: {}", std::io::Error::last_os_error());
    Ok(())
}

/// The header and the data of capset(2), version 3 (linux/capability.h).
#[repr(C)]
struct Header {
    version: u32,
    pid: i32,
}

/// Effective, permitted, inheritable: 32 capabilities of each.
#[repr(C)]
#[derive(Clone, Copy)]
struct Half([u32; 3]);

/// The bounding set first, which takes a capability to lower: who has none cannot regain any, under no_new_privs.
fn drop_capabilities() -> anyhow::Result<()> {
    const VERSION_3: u32 = 0x2008_0522;
    for capability in 0..CAPABILITIES {
        // SAFETY: prctl(2) with PR_CAPBSET_DROP takes a number and touches no memory. It fails where there is no such
        // capability, or none to do it with.
        let _bounded = unsafe { libc::prctl(libc::PR_CAPBSET_DROP, capability, 0, 0, 0) };
    }
    let (header, none) = (Header { version: VERSION_3, pid: 0 }, [Half([0; 3]); 2]);
    // SAFETY: capset(2), version 3, reads one header and two halves, which live here and are laid out as it says.
    let set = unsafe { libc::syscall(libc::SYS_capset, &raw const header, none.as_ptr()) };
    anyhow::ensure!(set == 0, "capabilities: {}", std::io::Error::last_os_error());
    Ok(())
}

fn close_inherited() -> anyhow::Result<()> {
    // SAFETY: nothing in this process owns a descriptor beyond the first three yet: it is the first thing that it does.
    let closed = unsafe { libc::syscall(libc::SYS_close_range, FIRST_INHERITED, libc::c_uint::MAX, 0) };
    anyhow::ensure!(closed == 0, "descriptors: {}", std::io::Error::last_os_error());
    Ok(())
}
