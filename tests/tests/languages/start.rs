//! How they start: from the cache, in no time that a person would notice; compiled at first, within limits.
use std::time::Duration;

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
    let mut on_a_terminal = installation.command(&[]);
    on_a_terminal = terminal(on_a_terminal, &run);
    let ended = program::run(&mut on_a_terminal);
    let shown = &ended.stdout;
    assert!(shown.contains("\r\u{1b}[Ktoolward: compiling javascript.wasm (12."), "{ended:?}");
    assert!(shown.contains("\r\u{1b}[Kerror: the component"), "{ended:?}");
}

/// Elsewhere there are neither escapes nor lines that are written over.
#[test]
fn without_a_terminal_nothing_is_erased() {
    let said = limited("time = \"1s\"").run(&["run", languages::component("javascript").to_str().unwrap()]);
    assert!(!said.0.stderr.contains(['\r', '\u{1b}']), "{said}");
}

/// The same command, its environment and its folder, with a terminal that `script` makes.
fn terminal(like: std::process::Command, run: &str) -> std::process::Command {
    let mut script = std::process::Command::new("script");
    script.args(["--quiet", "--return", "--command", run, "/dev/null"]).env_clear();
    for (name, value) in like.get_envs() {
        if let Some(value) = value {
            script.env(name, value);
        }
    }
    script.current_dir(like.get_current_dir().unwrap());
    script
}
