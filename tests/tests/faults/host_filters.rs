//! The filters of system calls that a service manager or a container puts around Toolward: it runs under those that are shipped
//! or usual, and names what is missing under others.
use std::fs;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;
use std::time::Duration;

use serde_json::json;
use toolward_tests::faulty::{self, Fault};
use toolward_tests::installation::repository;
use toolward_tests::{Installation, Said, Service, program, systemd};

use super::fixture::{doing, installation, is_clear};

const UNIT: &str = "runtime/systemd/toolward-broker.service";

const fn fault(name: &'static str, calls: &'static [libc::c_long], errno: libc::c_int) -> Fault {
    Fault { name, calls, errno }
}

/// What tools cannot run without, and how a kernel or a filter answers where it is missing.
const MISSING: [Fault; 7] = [
    fault("openat2", &[libc::SYS_openat2], libc::ENOSYS),
    fault("openat2", &[libc::SYS_openat2], libc::EPERM),
    fault("memfd", &[libc::SYS_memfd_create], libc::ENOSYS),
    fault("memfd", &[libc::SYS_memfd_create], libc::EPERM),
    fault("Landlock", &[libc::SYS_landlock_create_ruleset], libc::ENOSYS),
    fault("Landlock", &[libc::SYS_landlock_create_ruleset], libc::EPERM),
    fault("seccomp", &[libc::SYS_seccomp], libc::EPERM),
];

/// System calls that Docker's documentation lists as blocked by the default profile ("Seccomp security profiles for Docker").
const BLOCKED_BY_DOCKER: &[libc::c_long] = &[
    libc::SYS_acct,
    libc::SYS_add_key,
    libc::SYS_bpf,
    libc::SYS_clock_adjtime,
    libc::SYS_clock_settime,
    libc::SYS_delete_module,
    libc::SYS_finit_module,
    libc::SYS_init_module,
    libc::SYS_ioperm,
    libc::SYS_iopl,
    libc::SYS_kexec_file_load,
    libc::SYS_kexec_load,
    libc::SYS_keyctl,
    libc::SYS_lookup_dcookie,
    libc::SYS_mount,
    libc::SYS_move_pages,
    libc::SYS_nfsservctl,
    libc::SYS_open_by_handle_at,
    libc::SYS_perf_event_open,
    libc::SYS_pivot_root,
    libc::SYS_quotactl,
    libc::SYS_reboot,
    libc::SYS_request_key,
    libc::SYS_setns,
    libc::SYS_settimeofday,
    libc::SYS_swapon,
    libc::SYS_swapoff,
    libc::SYS_sysfs,
    libc::SYS__sysctl,
    libc::SYS_umount2,
    libc::SYS_unshare,
    libc::SYS_uselib,
    libc::SYS_userfaultfd,
    libc::SYS_ustat,
];

fn unit() -> String {
    fs::read_to_string(repository().join(UNIT)).unwrap()
}

/// Starts a broker under the filters of a unit's text; answers its exit code and what it wrote to stderr.
fn does_not_start(installation: &Installation, unit: &str) -> (Option<i32>, String) {
    let mut command = installation.command(&["broker"]);
    let ended = faulty::under(&systemd::filters(unit), || program::run_within(&mut command, Duration::from_secs(20)));
    (ended.code, ended.stderr)
}

/// A service that reads a file for a tool.
fn reads(service: &Service) {
    let handle = service.open();
    service.call(&handle, "read", &json!({"path": "/repo/pub/open.txt"})).answers("ok");
}

/// README: "The unit file, with the steps to install it". Under its own filters the service starts, and a tool reads a file.
#[test]
fn the_shipped_unit_lets_the_service_read_files() {
    let installation = installation().shipped("read");
    let filters = systemd::filters(&unit());
    assert!(filters.len() >= 4, "{} filters: those of the unit are not read", filters.len());
    reads(&faulty::under(&filters, || Service::of(installation)));
}

/// `RestrictSUIDSGID=yes` takes `openat2` away: such a unit does not start the service, and the error names the call.
#[test]
fn a_unit_without_openat2_does_not_start_the_service() {
    let installation = installation();
    drop(Service::of(installation.clone()));
    let unit = unit().replace("[Service]", "[Service]\nRestrictSUIDSGID=yes");
    let (code, stderr) = does_not_start(&installation, &unit);
    assert_eq!(code, Some(6), "{stderr}");
    assert!(stderr.contains("`openat2`") && stderr.contains("RestrictSUIDSGID"), "{stderr}");
}

/// Under the calls that Docker's default profile blocks, and with `clone3` answered by ENOSYS as it does, tools run.
#[test]
fn a_container_with_the_usual_filter_runs_tools() {
    let installation = installation().shipped("read");
    let blocked = BLOCKED_BY_DOCKER.iter().map(|call| (*call, Vec::new())).collect();
    let filters = [
        faulty::refusing(blocked, libc::EPERM),
        faulty::refusing([(libc::SYS_clone3, Vec::new())].into(), libc::ENOSYS),
    ];
    reads(&faulty::under(&filters, || Service::of(installation)));
}

/// Where the host lacks something that tools need, every way to run one ends with Toolward's own code and names it; the tool
/// is never blamed.
#[test]
fn what_the_host_lacks_is_named_and_no_fault_of_the_tool() {
    let installation = installation().tool("reader", doing(""), "");
    let component = installation.path("toolward/manifests/good.wasm").display().to_string();
    installation.open("work").call("good", &json!({})).answers("ok");
    drop(Service::of(installation.clone()));
    for fault in &MISSING {
        let task = installation.open("work");
        let called = faulty::with(fault, || Said::by(&mut task.command(&["call", "good", "--input", "{}"])));
        assert!(is_clear(&called) && called.0.stderr.contains(fault.name), "call without {}: {called}", fault.name);

        let run = faulty::with(fault, || Said::by(&mut installation.command(&["run", &component])));
        assert_eq!(run.0.code, Some(125), "run without {}: {run}", fault.name);
        assert!(run.0.stderr.contains(fault.name), "run without {}: {run}", fault.name);

        let doctor = faulty::with(fault, || Said::by(&mut installation.command(&["doctor"])));
        let named = doctor
            .0
            .stdout
            .lines()
            .any(|line| line.starts_with("-- ") && line.to_lowercase().contains(&fault.name.to_lowercase()));
        assert!(doctor.0.code == Some(6) && named, "doctor without {}: {doctor}", fault.name);

        let broker = faulty::with(fault, || {
            program::run_within(&mut installation.command(&["broker"]), Duration::from_secs(20))
        });
        assert_eq!(broker.code, Some(6), "broker without {}: {}", fault.name, broker.stderr);
        assert!(broker.stderr.contains(fault.name), "broker without {}: {}", fault.name, broker.stderr);
    }
}

/// A policy may accept less than both walls, by name; then tools run without Landlock, and the record says so.
#[test]
fn a_policy_may_accept_a_missing_wall() {
    let installation = installation();
    let policy = installation.text("toolward/policy.toml");
    let installation = installation.policy(&format!("isolation = \"worker\"\n{policy}"));
    let task = installation.open("work");
    let said = faulty::with(&MISSING[4], || Said::by(&mut task.command(&["call", "good", "--input", "{}"])));
    said.answers("ok");
    let records = installation.run(&["audit", "export", "--format", "jsonl"]).exits(0).json_lines();
    let told =
        records.iter().any(|record| record["isolation"].as_str().is_some_and(|held| held.contains("no landlock")));
    assert!(told, "{records:?}");
}

/// A home that cannot be written ends every command that needs it with 6, and `doctor` says so.
#[test]
fn a_home_that_cannot_be_written_is_named() {
    let installation = installation();
    let task = installation.open("work");
    let home = installation.path("home").display().to_string();
    fs::set_permissions(&home, fs::Permissions::from_mode(0o700)).unwrap();
    // A mount namespace of its own, in which the home is read-only: root passes over permission bits.
    let read_only = |arguments: &[&str]| {
        let inner = installation.command(arguments);
        let mut command = std::process::Command::new("unshare");
        let script =
            format!("mount --bind '{home}' '{home}' && mount -o remount,bind,ro '{home}' && exec \"$0\" \"$@\"");
        command
            .args(["--mount", "--map-root-user", "sh", "-c", &script])
            .arg(inner.get_program())
            .args(inner.get_args());
        for (name, value) in inner.get_envs() {
            command.env(name, value.unwrap());
        }
        command.env("TOOLWARD_TASK", task.handle()).stdin(Stdio::null());
        command
    };
    let mut probe = read_only(&["--version"]);
    let mut out = String::new();
    let mut child = match probe.stdout(Stdio::piped()).stderr(Stdio::null()).spawn() {
        Ok(child) => child,
        Err(error) => return toolward_tests::skipped(&format!("`unshare` cannot be started here: {error}")),
    };
    child.stdout.take().unwrap().read_to_string(&mut out).unwrap();
    if !child.wait().unwrap().success() {
        return toolward_tests::skipped("no mount namespace can be made here");
    }
    for arguments in [&["call", "good", "--input", "{}"][..], &["broker"], &["doctor"], &["agent", "add", "other"]] {
        let said = Said::by(&mut read_only(arguments));
        assert_eq!(said.0.code, Some(6), "{arguments:?}: {said}");
        let told = format!("{}{}", said.0.stdout, said.0.stderr);
        assert!(told.contains(&home) || told.contains("home"), "{arguments:?}: {said}");
    }
}
