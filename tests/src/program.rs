//! Runs the `toolward` program as a user would, but never for longer than a minute.
use std::ffi::OsStr;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// What is left of a run: how it ended, and what it said.
#[derive(Debug)]
pub struct Ended {
    /// The exit code; `None` where a signal ended it.
    pub code: Option<i32>,
    /// Standard output, with what is no UTF-8 replaced.
    pub stdout: String,
    /// Standard error, likewise.
    pub stderr: String,
    /// From start to end.
    pub took: Duration,
}

/// Nothing that is tested may take longer.
const HUNG: Duration = Duration::from_secs(60);

/// The program under test: `TOOLWARD_BIN`, else the one of the workspace's dev profile.
///
/// # Panics
/// Where there is none.
#[must_use]
pub fn path() -> PathBuf {
    let built = || {
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| workspace.join("target"), PathBuf::from);
        target.join("debug/toolward")
    };
    let program = std::env::var_os("TOOLWARD_BIN").map_or_else(built, PathBuf::from);
    assert!(program.is_file(), "there is no program `{}`\nhelp: `cargo build` makes it", program.display());
    program
}

/// A command for the program, with an environment of its own in which `PROBE_SECRET` is a secret, and `tmp` the place for
/// temporary files.
#[must_use]
pub fn command(tmp: &Path) -> Command {
    let mut command = Command::new(path());
    command.env_clear().env("PATH", "/usr/bin:/bin").env("HOME", tmp.join("no-home")).env("TMPDIR", tmp);
    command.env("PROBE_SECRET", crate::SECRET).current_dir(tmp);
    command
}

/// The same command line and environment, by another program.
#[must_use]
pub fn the_same_with(program: impl AsRef<OsStr>, command: &Command) -> Command {
    let mut other = Command::new(program);
    other.args(command.get_args()).env_clear();
    other.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    if let Some(folder) = command.get_current_dir() {
        other.current_dir(folder);
    }
    other
}

/// The same command in a user and mount namespace of its own, once this script of `sh` has run there with these arguments; it
/// shifts them away and ends with `exec "$@"`.
#[must_use]
pub fn in_a_namespace(script: &str, arguments: &[&Path], command: &Command) -> Command {
    let mut within = Command::new("unshare");
    within.args(["-Urm", "sh", "-c", script, "sh"]).args(arguments).arg(command.get_program()).args(command.get_args());
    within.env_clear().envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    if let Some(folder) = command.get_current_dir() {
        within.current_dir(folder);
    }
    within
}

/// Runs a command to its end.
///
/// # Panics
/// Where it cannot be started, or is not done after a minute.
pub fn run(command: &mut Command) -> Ended {
    run_within(command, HUNG)
}

/// Runs a command to its end, for which it may take this long.
///
/// # Panics
/// Where it cannot be started, or takes longer.
pub fn run_within(command: &mut Command, most: Duration) -> Ended {
    run_known(command, most).0
}

/// The same, with the number that its process had.
///
/// # Panics
/// As [`run_within`].
pub fn run_known(command: &mut Command, most: Duration) -> (Ended, u32) {
    let began = Instant::now();
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (stdout, stderr) = (collect(child.stdout.take()), collect(child.stderr.take()));
    let code = wait(&mut child, began, most, command.get_program());
    let took = began.elapsed();
    (Ended { code, stdout: stdout.join().unwrap(), stderr: stderr.join().unwrap(), took }, child.id())
}

fn collect(pipe: Option<impl Read + Send + 'static>) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        pipe.unwrap().read_to_end(&mut bytes).unwrap();
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

fn wait(child: &mut Child, began: Instant, most: Duration, program: &OsStr) -> Option<i32> {
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status.code();
        }
        if began.elapsed() > most {
            child.kill().unwrap();
            panic!("{} was not done after {most:?}", program.display());
        }
        thread::sleep(Duration::from_millis(2));
    }
}
