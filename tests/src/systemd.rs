//! The filters of system calls that systemd makes of a unit's directives, emulated for a test (systemd.exec(5)).
use std::collections::BTreeMap;

use libc::c_long;
use seccompiler::{BpfProgram, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompRule};

use crate::faulty::refusing;

/// Directives of `[Service]` that filter no system call.
const WITHOUT_FILTER: &[&str] = &[
    "AmbientCapabilities",
    "CapabilityBoundingSet",
    "ExecReload",
    "ExecStart",
    "Group",
    "LimitCORE",
    "NoNewPrivileges",
    "PrivateTmp",
    "ProtectControlGroups",
    "ProtectSystem",
    "Restart",
    "RuntimeDirectory",
    "RuntimeDirectoryMode",
    "StateDirectory",
    "StateDirectoryMode",
    // Calls of other architectures alone.
    "SystemCallArchitectures",
    "UMask",
    "User",
];

/// `CLONE_NEW*` of clone(2), as systemd forbids them.
const NAMESPACES: [c_long; 7] = [
    libc::CLONE_NEWNS as c_long,
    libc::CLONE_NEWCGROUP as c_long,
    libc::CLONE_NEWUTS as c_long,
    libc::CLONE_NEWIPC as c_long,
    libc::CLONE_NEWUSER as c_long,
    libc::CLONE_NEWPID as c_long,
    libc::CLONE_NEWNET as c_long,
];

/// The filters of a unit's `[Service]` section.
///
/// # Panics
/// For a directive that this module does not know: it belongs into one of its lists.
#[must_use]
pub fn filters(unit: &str) -> Vec<BpfProgram> {
    let service = unit.split("[Service]").nth(1).unwrap().split("\n[").next().unwrap();
    let directives = service.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('='));
    directives.flat_map(|(name, value)| of_directive(name, value)).collect()
}

fn of_directive(name: &str, value: &str) -> Vec<BpfProgram> {
    match (name, value) {
        (name, _) if WITHOUT_FILTER.contains(&name) => Vec::new(),
        ("RestrictAddressFamilies", families) => vec![families_other_than(families)],
        ("RestrictNamespaces", "yes") => namespaces(),
        ("RestrictSUIDSGID", "yes") => vec![all(&[libc::SYS_openat2], libc::ENOSYS)],
        ("LockPersonality", "yes") => {
            let other = rule([condition(0, SeccompCmpOp::Ne, 0)]);
            vec![refusing([(libc::SYS_personality, vec![other])].into(), libc::EPERM)]
        }
        ("ProtectClock", "yes") => {
            let clock = [libc::SYS_adjtimex, libc::SYS_clock_adjtime, libc::SYS_clock_settime, libc::SYS_settimeofday];
            vec![all(&clock, libc::EPERM)]
        }
        ("ProtectKernelModules", "yes") => {
            vec![all(&[libc::SYS_init_module, libc::SYS_finit_module, libc::SYS_delete_module], libc::EPERM)]
        }
        ("ProtectKernelTunables", "yes") => vec![all(&[libc::SYS__sysctl], libc::EPERM)],
        ("PrivateDevices", "yes") => vec![all(&[libc::SYS_ioperm, libc::SYS_iopl], libc::EPERM)],
        other => panic!("the directive {other:?} is not known to this emulation"),
    }
}

fn families_other_than(families: &str) -> BpfProgram {
    let known = [("AF_UNIX", libc::AF_UNIX), ("AF_INET", libc::AF_INET), ("AF_INET6", libc::AF_INET6)];
    let number = |name: &str| known.iter().find(|known| known.0 == name).unwrap().1;
    let other = families.split(' ').map(|name| condition(0, SeccompCmpOp::Ne, u64::try_from(number(name)).unwrap()));
    refusing([(libc::SYS_socket, vec![rule(other)])].into(), libc::EAFNOSUPPORT)
}

fn namespaces() -> Vec<BpfProgram> {
    let makes = |flag: &c_long| {
        let flag = u64::try_from(*flag).unwrap();
        rule([condition(0, SeccompCmpOp::MaskedEq(flag), flag)])
    };
    let made = [(libc::SYS_clone, NAMESPACES.iter().map(makes).collect()), (libc::SYS_unshare, Vec::new())];
    let forbidden: BTreeMap<_, _> = made.into_iter().chain([(libc::SYS_setns, Vec::new())]).collect();
    vec![refusing(forbidden, libc::EPERM), all(&[libc::SYS_clone3], libc::ENOSYS)]
}

fn all(calls: &[c_long], errno: libc::c_int) -> BpfProgram {
    refusing(calls.iter().map(|call| (*call, Vec::new())).collect(), errno)
}

fn rule(conditions: impl IntoIterator<Item = SeccompCondition>) -> SeccompRule {
    SeccompRule::new(conditions.into_iter().collect()).unwrap()
}

fn condition(argument: u8, operator: SeccompCmpOp, value: u64) -> SeccompCondition {
    SeccompCondition::new(argument, SeccompCmpArgLen::Dword, operator, value).unwrap()
}
