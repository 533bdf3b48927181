//! How they start: from the cache, in no time that a person would notice; compiled at first, within limits.
use std::fs;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;
use toolward_tests::{Installation, languages, program};

use super::fixture::{LANGUAGES, with_command};

/// Ten times what `make bench` measures on a machine that does nothing else.
const SOON: Duration = Duration::from_millis(900);
const TRIES: usize = 5;

/// A component of 18 MB that was compiled once starts as any other does.
#[test]
fn from_the_cache_they_start_at_once() {
    for language in LANGUAGES {
        let task = with_command(language).open("work");
        let took: Vec<Duration> =
            (0..TRIES).map(|_| task.call(language, &json!({"path": "/repo/text.txt"})).0.took).collect();
        assert!(took.iter().any(|took| *took < SOON), "{language} took {took:?}");
    }
}

/// An installation whose compilers may cost no more than this.
fn limited(lines: &str) -> Installation {
    let installation = Installation::with_a_cache_of_its_own();
    let config = installation.text("home/config.toml");
    installation.file("home/config.toml", format!("{config}\n[compile]\n{lines}\n"))
}

#[test]
fn one_that_takes_too_long_to_compile_is_given_up() {
    let installation = limited("time = \"1s\"");
    let said = installation.run(&["run", languages::component("javascript").to_str().unwrap()]);
    said.fails(125, "took more than 1 s of processor time to compile");
    assert!(said.0.stderr.contains("[compile]"), "{said}");
}

#[test]
fn one_that_takes_too_much_memory_to_compile_is_given_up() {
    let installation = limited("memory = \"64MiB\"");
    let said = installation.run(&["run", languages::component("python").to_str().unwrap()]);
    said.fails(125, "took more than 64 MiB of memory to compile");
}

/// On a terminal a line says what is going on, and is erased before anything else is said.
#[test]
fn the_first_compilation_is_shown() {
    let installation = limited("time = \"2s\"");
    let component = languages::component("javascript");
    let run = format!("{} run {}", program::path().display(), component.display());
    let mut on_a_terminal = terminal(&installation.command(&[]), &run);
    let ended = program::run(&mut on_a_terminal);
    let shown = &ended.stdout;
    assert!(shown.contains("\r\u{1b}[Ktoolward: compiling javascript.wasm (12."), "{ended:?}");
    assert!(shown.contains("\r\u{1b}[Kerror: the component"), "{ended:?}");
}

/// SIGINT ends it at once, and its compiler with it.
#[test]
fn a_compilation_is_cancelled_by_sigint() {
    let installation = limited("time = \"60s\"");
    let mut run = installation.command(&["run", languages::component("python").to_str().unwrap()]);
    let mut toolward = run.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let compiler = child_of(toolward.id());
    kill_process(Pid::from_child(&toolward), Signal::INT).unwrap();
    toolward.wait().unwrap();
    let began = Instant::now();
    // Of a process that is gone and was not waited for yet the command line is empty.
    while fs::read(format!("/proc/{compiler}/cmdline")).is_ok_and(|line| !line.is_empty()) {
        assert!(began.elapsed() < SOON, "the compiler is still there");
        sleep(Duration::from_millis(5));
    }
}

/// The first child of a process, once it has one that is what it will be.
fn child_of(process: u32) -> u32 {
    let began = Instant::now();
    loop {
        let children = fs::read_to_string(format!("/proc/{process}/task/{process}/children")).unwrap();
        let child = children.split(' ').next().and_then(|child| child.parse().ok());
        if let Some(child) = child
            && fs::read(format!("/proc/{child}/cmdline")).is_ok_and(|line| line.starts_with(b"toolward-compiler"))
        {
            return child;
        }
        assert!(began.elapsed() < Duration::from_secs(30), "nothing is compiled");
        sleep(Duration::from_millis(5));
    }
}

/// Elsewhere there are neither escapes nor lines that are written over.
#[test]
fn without_a_terminal_nothing_is_erased() {
    let said = limited("time = \"1s\"").run(&["run", languages::component("javascript").to_str().unwrap()]);
    assert!(!said.0.stderr.contains(['\r', '\u{1b}']), "{said}");
}

/// The same command, its environment and its folder, with a terminal that `script` makes.
fn terminal(like: &Command, run: &str) -> Command {
    let mut script = Command::new("script");
    script.args(["--quiet", "--return", "--command", run, "/dev/null"]).env_clear();
    for (name, value) in like.get_envs() {
        if let Some(value) = value {
            script.env(name, value);
        }
    }
    script.current_dir(like.get_current_dir().unwrap());
    script
}
