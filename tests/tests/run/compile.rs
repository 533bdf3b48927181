//! Compiling: in a process of its own, which `[compile]` of the home's configuration limits, and which a terminal shows.
use std::fmt::Write;
use std::fs;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use toolward_tests::component::command;
use toolward_tests::{Installation, program};

/// How soon something ends that was ended.
const SOON: Duration = Duration::from_secs(2);

/// 16 KB that take minutes to compile: loops within loops, each of which carries a thousand variables.
fn endless() -> Vec<u8> {
    const VARIABLES: usize = 1000;
    let mut body = String::new();
    for n in 0..VARIABLES {
        let next = (n + 1) % VARIABLES;
        write!(body, "(local.set {n} (i32.add (local.get {n}) (local.get {next})))").unwrap();
    }
    for n in 0..500 {
        body = format!("(loop (br_if 0 (local.get {n})) {body} (br_if 0 (local.get {n})))");
    }
    running(VARIABLES, &body)
}

/// 300 KB that take gigabytes: one loop with two thousand variables, and twenty thousand branches that change one each.
fn greedy() -> Vec<u8> {
    const VARIABLES: usize = 2000;
    let mut body = String::from("(loop");
    for n in 0..20_000 {
        let [a, b, c] = [n, n * 17, n * 31].map(|n| n % VARIABLES);
        write!(body, "(if (local.get {a}) (then (local.set {c} (i32.mul (local.get {b}) (local.get {a})))))").unwrap();
    }
    running(VARIABLES, &format!("{body} (br_if 0 (local.get 0)))"))
}

fn running(variables: usize, body: &str) -> Vec<u8> {
    let variables = "i32 ".repeat(variables);
    command(&format!(r#"(func (export "run") (result i32) (local {variables}) {body} i32.const 0)"#))
}

/// An installation whose compilers may cost no more than this, with a component at `tmp/hostile.wasm`.
fn limited(lines: &str, component: &[u8]) -> Installation {
    let installation = Installation::with_a_cache_of_its_own();
    let config = format!("{}\n[compile]\n{lines}\n", installation.text("home/config.toml"));
    installation.file("home/config.toml", config).file("tmp/hostile.wasm", component)
}

#[test]
fn one_that_takes_too_long_to_compile_is_given_up() {
    let said = limited("time = \"1s\"", &endless()).run(&["run", "hostile.wasm"]);
    said.fails(125, "the component `hostile.wasm` took more than 1 s of processor time to compile");
    assert!(said.0.stderr.contains("`[compile]`"), "{said}");
}

#[test]
fn one_that_takes_too_much_memory_to_compile_is_given_up() {
    let said = limited("memory = \"256MiB\"", &greedy()).run(&["run", "hostile.wasm"]);
    said.fails(125, "the component `hostile.wasm` took more than 256 MiB of memory to compile");
}

/// A limit that cannot be held is an error.
#[test]
fn a_limit_of_less_than_a_second() {
    let said = limited("time = \"500ms\"", &endless()).run(&["run", "hostile.wasm"]);
    said.fails(125, "`500ms` is not one or more whole seconds");
}

/// On a terminal a line says what is going on, and is erased before anything else is said.
#[test]
fn the_first_compilation_is_shown_on_a_terminal() {
    let installation = limited("time = \"2s\"", &endless());
    let run = format!("{} run hostile.wasm", program::path().display());
    let ended = program::run(&mut on_a_terminal(&installation.command(&[]), &run));
    assert!(ended.stdout.contains("\r\u{1b}[Ktoolward: compiling hostile.wasm ("), "{ended:?}");
    assert!(ended.stdout.contains("\r\u{1b}[Kerror: the component"), "{ended:?}");
}

/// Elsewhere there are neither escapes nor lines that are written over.
#[test]
fn without_a_terminal_nothing_is_erased() {
    let said = limited("time = \"2s\"", &endless()).run(&["run", "hostile.wasm"]);
    assert!(!said.0.stderr.contains(['\r', '\u{1b}']), "{said}");
}

/// SIGINT ends it at once, and its compiler with it.
#[test]
fn a_compilation_is_cancelled_by_sigint() {
    let installation = limited("time = \"60s\"", &endless());
    let mut run = installation.command(&["run", "hostile.wasm"]);
    let mut toolward = run.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let compiler = compiler_of(toolward.id());
    assert!(is_walled_in(compiler), "the compiler has no filter of system calls");
    kill_process(Pid::from_child(&toolward), Signal::INT).unwrap();
    let began = Instant::now();
    toolward.wait().unwrap();
    while is_compiler(compiler) {
        assert!(began.elapsed() < SOON, "the compiler is still there");
        sleep(Duration::from_millis(5));
    }
}

/// The child of a process, once it has become a compiler.
fn compiler_of(process: u32) -> u32 {
    let began = Instant::now();
    loop {
        let children = fs::read_to_string(format!("/proc/{process}/task/{process}/children")).unwrap();
        let child = children.split(' ').next().and_then(|child| child.parse().ok());
        if let Some(child) = child.filter(|child| is_compiler(*child)) {
            return child;
        }
        assert!(began.elapsed() < Duration::from_secs(30), "nothing is compiled");
        sleep(Duration::from_millis(5));
    }
}

/// Whether a filter of system calls holds, or soon does: a compiler puts it up before it reads the component.
fn is_walled_in(compiler: u32) -> bool {
    let holds = || fs::read_to_string(format!("/proc/{compiler}/status")).unwrap().contains("Seccomp:\t2\n");
    (0..200).any(|_| {
        sleep(Duration::from_millis(5));
        holds()
    })
}

/// Of a process that is gone and was not waited for yet, the command line is empty.
fn is_compiler(process: u32) -> bool {
    fs::read(format!("/proc/{process}/cmdline")).is_ok_and(|line| line.starts_with(b"toolward-compiler"))
}

/// The same environment and folder, with a terminal that `script` makes.
fn on_a_terminal(like: &Command, run: &str) -> Command {
    let mut script = Command::new("script");
    script.args(["--quiet", "--return", "--command", run, "/dev/null"]).env_clear();
    script.envs(like.get_envs().filter_map(|(name, value)| Some((name, value?))));
    script.current_dir(like.get_current_dir().unwrap());
    script
}
