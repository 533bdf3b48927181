//! The broker's user and the caller's are two: what belongs to the one the other cannot have.
use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::Path;
use std::process::Command;

use toolward_tests::component::command;
use toolward_tests::{Installation, Said};

use super::fixture::{Broker, POLICY};

const BROKER: u32 = 4711;
const CALLER: u32 = 4712;
/// The group that both are in: a broker must be able to read what is mounted.
const SHARED: u32 = 4713;

/// The same command as another user.
fn by(user: u32, command: &Command) -> Command {
    let id = user.to_string();
    let mut other = Command::new("setpriv");
    other.args(["--reuid", &id, "--regid", &id, "--groups", &SHARED.to_string(), "--no-new-privs", "--"]);
    other.arg(command.get_program()).args(command.get_args());
    other.env_clear().current_dir(command.get_current_dir().unwrap_or(Path::new("/")));
    for (name, value) in command.get_envs() {
        if let Some(value) = value {
            other.env(name, value);
        }
    }
    other
}

fn owned(path: &Path, user: u32, group: u32, mode: u32) {
    chown(path, Some(user), Some(group)).unwrap();
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

fn owned_throughout(path: &Path, user: u32, group: u32, mode: u32) {
    owned(path, user, group, if path.is_dir() { mode } else { mode & 0o666 });
    if path.is_dir() {
        fs::read_dir(path).unwrap().for_each(|entry| owned_throughout(&entry.unwrap().path(), user, group, mode));
    }
}

/// An installation whose home is the broker's, whose repository is the caller's; `None` where this user cannot be two others.
fn two_users() -> Option<(Broker, Installation, String)> {
    if !rustix::process::geteuid().is_root() || Said::by(Command::new("setpriv").arg("--version")).0.code != Some(0) {
        toolward_tests::skipped("only root can try two other users, with `setpriv`");
        return None;
    }
    let installation = Installation::with_a_cache_of_its_own().policy(POLICY);
    let good = command(r#"(memory 1) (func (export "run") (result i32) i32.const 0)"#);
    let installation = installation.tool("good", good, "").shipped("read");
    installation.run(&["agent", "add", "coder"]).exits(0);
    let root = installation.path("");
    owned(&root, 0, 0, 0o755);
    owned_throughout(&installation.path("home"), BROKER, BROKER, 0o700);
    owned_throughout(&installation.path("toolward"), BROKER, BROKER, 0o755);
    owned_throughout(&installation.path("repo"), CALLER, SHARED, 0o750);
    fs::rename(installation.path("home/agents/coder.credential"), installation.path("tmp/credential")).unwrap();
    owned(&installation.path("tmp/credential"), CALLER, CALLER, 0o600);
    fs::create_dir(installation.path("run")).unwrap();
    owned(&installation.path("run"), BROKER, BROKER, 0o755);
    let socket = installation.path("run/broker.sock").to_str().unwrap().to_owned();
    let program = installation.command(&["broker", "--socket", &socket]);
    let broker = Broker::of(installation.clone(), by(BROKER, &program));
    Some((broker, installation, socket))
}

/// The caller's uid can neither read, sign, approve nor ptrace.
#[test]
fn the_caller_has_nothing_of_the_brokers() {
    let Some((broker, installation, socket)) = two_users() else { return };
    let asks = |arguments: &[&str]| {
        let mut command = installation.command(arguments);
        command.env_remove("TOOLWARD_HOME").env("TOOLWARD_BROKER", &socket);
        by(CALLER, &command)
    };
    let mount = installation.mount("/repo", "repo");
    let credential = installation.path("tmp/credential").to_str().unwrap().to_owned();
    let open = ["task", "open", "--agent", "coder", "--type", "work", "--credential", &credential, "--mount", &mount];
    let task = Said::by(&mut asks(&open)).exits(0).result().to_owned();
    let read = ["call", "read", "--input", r#"{"path": "/repo/README.md"}"#];
    Said::by(asks(&read).env("TOOLWARD_TASK", &task)).answers("ok");

    let home = installation.path("home");
    let try_to = |program: &str, arguments: &[&str]| {
        let mut command = Command::new(program);
        command.args(arguments).current_dir("/").env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/bin");
        Said::by(&mut by(CALLER, &command))
    };
    let pid = broker.process.id().to_string();
    for file in ["state.db", "keys/signing", "keys/digest", "config.toml"] {
        let file = home.join(file);
        assert!(file.exists());
        assert_ne!(try_to("cat", &[file.to_str().unwrap()]).0.code, Some(0), "{}", file.display());
    }
    for entry in ["mem", "environ", "fd", "root", "maps"] {
        let entry = format!("/proc/{pid}/{entry}");
        let looked = try_to("sh", &["-c", &format!("cat {entry} {entry}/* 2>/dev/null | head -c 1 | grep -q .")]);
        assert_ne!(looked.0.code, Some(0), "{entry}");
    }
    let attach = format!(
        "import ctypes, sys\nlibc = ctypes.CDLL(None, use_errno=True)\n\
         sys.exit(0 if libc.ptrace(16, {pid}, 0, 0) == 0 else 7)"
    );
    assert_eq!(try_to("python3", &["-c", &attach]).0.code, Some(7), "it was traced");
    assert_ne!(try_to("kill", &["-KILL", &pid]).0.code, Some(0));
    // With the operator's own commands on the broker's home: nothing can be read, so nothing is signed or granted.
    for arguments in [
        &["audit", "list"][..],
        &["audit", "checkpoint", "--to", "/dev/null"],
        &["agent", "add", "mine"],
        &["task", "list"],
    ] {
        let command = installation.command(arguments);
        let said = Said::by(&mut by(CALLER, &command));
        assert!(matches!(said.0.code, Some(2 | 6)), "{arguments:?}: {said}");
    }
    assert_ne!(
        try_to("sh", &["-c", &format!("echo x >> {}", installation.path("toolward/policy.toml").display())]).0.code,
        Some(0)
    );
    drop(broker);
}

/// What a client passes it must have been able to open for reading itself.
#[test]
fn a_directory_that_the_caller_cannot_read_is_not_mounted() {
    let Some((_broker, installation, socket)) = two_users() else { return };
    fs::create_dir(installation.path("theirs")).unwrap();
    owned(&installation.path("theirs"), BROKER, BROKER, 0o711);
    let mount = installation.mount("/repo", "theirs");
    let credential = installation.path("tmp/credential").to_str().unwrap().to_owned();
    let open = ["task", "open", "--agent", "coder", "--type", "work", "--credential", &credential, "--mount", &mount];
    let mut command = installation.command(&open);
    command.env_remove("TOOLWARD_HOME").env("TOOLWARD_BROKER", &socket);
    Said::by(&mut by(CALLER, &command)).fails(2, "theirs");
}

/// Whether another user may make a user namespace, in which it mounts what it likes.
fn namespaces() -> bool {
    let mut unshare = Command::new("unshare");
    unshare.args(["-Urm", "true"]).env("PATH", "/usr/bin:/bin").current_dir("/");
    let works = Said::by(&mut by(CALLER, &unshare)).0.code == Some(0);
    if !works {
        toolward_tests::skipped("another user makes no user namespace here");
    }
    works
}

/// Directories that a user shows below an allowed root in a mount namespace of its own are not what the broker finds there.
#[test]
fn what_a_caller_mounts_in_a_namespace_of_its_own_is_not_mounted() {
    let Some((_broker, installation, socket)) = two_users() else { return };
    if !namespaces() {
        return;
    }
    // Outside of all that the policy lets be mounted: others may list it, and the broker alone may read the file in it.
    let victim = tempfile::Builder::new().prefix("toolward-victim-").tempdir().unwrap();
    fs::write(victim.path().join("README.md"), "the victim's own").unwrap();
    owned(&victim.path().join("README.md"), BROKER, BROKER, 0o600);
    owned(victim.path(), BROKER, BROKER, 0o755);
    let credential = installation.path("tmp/credential").to_str().unwrap().to_owned();
    let place = installation.path("repo").to_str().unwrap().to_owned();
    for suffix in ["", ":ro"] {
        let mount = format!("{}{suffix}", installation.mount("/repo", "repo"));
        let open =
            ["task", "open", "--agent", "coder", "--type", "work", "--credential", &credential, "--mount", &mount];
        let command = installation.command(&open);
        let mut within = Command::new("unshare");
        within.args(["-Urm", "sh", "-c", "mount --bind \"$1\" \"$2\" && shift 2 && exec \"$@\"", "sh"]);
        within.arg(victim.path()).arg(&place).arg(command.get_program()).args(command.get_args()).current_dir("/");
        within.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
        within.env_remove("TOOLWARD_HOME").env("TOOLWARD_BROKER", &socket);
        Said::by(&mut by(CALLER, &within)).fails(3, "this directory may not be mounted at");
    }
    // What is really there is mounted for it, also from such a namespace: the broker has opened it by itself.
    let mount = installation.mount("/repo", "repo");
    let open = ["task", "open", "--agent", "coder", "--type", "work", "--credential", &credential, "--mount", &mount];
    let command = installation.command(&open);
    let mut within = Command::new("unshare");
    within.args(["-Urm"]).arg(command.get_program()).args(command.get_args()).current_dir("/");
    within.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    within.env_remove("TOOLWARD_HOME").env("TOOLWARD_BROKER", &socket);
    let task = Said::by(&mut by(CALLER, &within)).exits(0).result().to_owned();
    let mut read = installation.command(&["call", "read", "--input", r#"{"path": "/repo/README.md"}"#]);
    read.env_remove("TOOLWARD_HOME").env("TOOLWARD_BROKER", &socket).env("TOOLWARD_TASK", &task);
    assert!(
        Said::by(&mut by(CALLER, &read)).answers("ok")["output"]["text"].as_str().unwrap().contains("A repository")
    );
    let names: Vec<_> =
        fs::read_dir(installation.path("repo")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!names.iter().any(|name| name.to_string_lossy().starts_with(".toolward-")), "{names:?}");
}

/// A caller shows that it may write where it wants to have written; without that the mount is read-only.
#[test]
fn a_directory_that_the_caller_may_not_write_is_mounted_read_only() {
    let Some((_broker, installation, socket)) = two_users() else { return };
    let credential = installation.path("tmp/credential").to_str().unwrap().to_owned();
    owned_throughout(&installation.path("repo"), BROKER, SHARED, 0o750);
    let open = |mount: &str| {
        let open =
            ["task", "open", "--agent", "coder", "--type", "work", "--credential", &credential, "--mount", mount];
        let mut command = installation.command(&open);
        command.env_remove("TOOLWARD_HOME").env("TOOLWARD_BROKER", &socket);
        Said::by(&mut by(CALLER, &command))
    };
    let mount = installation.mount("/repo", "repo");
    open(&mount).fails(3, "this directory may not be mounted at");
    open(&format!("{mount}:ro")).exits(0);
    // A file of that name by another user shows nothing: the name of the next one is not known before.
    owned(&installation.path("repo"), BROKER, SHARED, 0o770);
    open(&mount).exits(0);
}

/// A root that the policy names is not wherever another user's symbolic link leads.
#[test]
fn a_root_is_not_reached_over_a_callers_link() {
    let Some((_broker, installation, socket)) = two_users() else { return };
    let credential = installation.path("tmp/credential").to_str().unwrap().to_owned();
    let theirs = installation.path("callers");
    fs::create_dir(&theirs).unwrap();
    std::os::unix::fs::symlink(installation.path("repo"), theirs.join("work")).unwrap();
    owned(&theirs, CALLER, CALLER, 0o755);
    std::os::unix::fs::lchown(theirs.join("work"), Some(CALLER), Some(CALLER)).unwrap();
    let policy = POLICY.replace("under = \"{root}\"", "under = \"{root}/callers/work\"");
    let installation = installation.policy(&policy);
    let mount = installation.mount("/repo", "repo");
    let open = ["task", "open", "--agent", "coder", "--type", "work", "--credential", &credential, "--mount", &mount];
    let mut command = installation.command(&open);
    command.env_remove("TOOLWARD_HOME").env("TOOLWARD_BROKER", &socket);
    Said::by(&mut by(CALLER, &command)).fails(3, "this directory may not be mounted at");
}

/// It does not start where others may use its home.
#[test]
fn a_home_that_others_may_use_is_no_brokers() {
    let installation = Installation::new().policy(POLICY);
    fs::set_permissions(installation.path("home"), Permissions::from_mode(0o750)).unwrap();
    installation.run(&["broker"]).fails(2, "others may use the home");
}
