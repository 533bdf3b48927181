//! The guest's own world: output, environment, arguments, input, and what every tool may use.
use std::collections::BTreeSet;
use std::fs;
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use toolward_tests::net::{Answer, Dns, HttpServer, rules};
use toolward_tests::{World, guest, program};

/// A guest's output is its own, and no record comes of it.
#[test]
pub(crate) fn forged_stdout() {
    let outcome = World::new().run("forged_stdout");
    outcome.exits(0).changed_nothing();
    assert!(outcome.ended.stdout.contains("t_forged"), "`run` passes stdout through verbatim: {outcome}");
    assert!(outcome.records().iter().all(|record| record.text("resource") != "/forged"), "{outcome}");
}

/// The environment is empty unless a rule says otherwise; the arguments are the tool's name and what the author gave.
#[test]
pub(crate) fn snooping() {
    let outcome = World::new().argument("--given").run("snooping");
    outcome.got_nothing().changed_nothing();
    assert!(outcome.ended.stdout.contains(r#"arguments ["probe", "--given"]"#), "{outcome}");
    assert!(!outcome.ended.stdout.lines().any(|line| line.starts_with("variable ")), "{outcome}");
    assert!(outcome.ended.stdout.contains("input \"\""), "{outcome}");
}

const GREETING: &str = "\n[[env]]\nname = \"GREETING\"\nallow = [\"read\"]\nwhy = \"it greets\"\n";

/// The author gives a variable by `--env`, where a rule allows it.
#[test]
fn a_variable_with_a_rule_arrives() {
    let outcome = World::new().rule(GREETING).option("--env").option("GREETING=hello").run("snooping");
    outcome.got_nothing();
    assert!(outcome.ended.stdout.contains("variable GREETING=hello"), "{outcome}");
}

/// A variable without a rule is an error.
#[test]
fn a_variable_without_a_rule_is_an_error() {
    World::new().option("--env").option("GREETING=hello").run("snooping").could_not_run("GREETING");
}

/// The input ends, and stays at its end.
#[test]
pub(crate) fn stdin_exhaustion() {
    let world = World::new().file("tmp/input", "{\"n\":1}");
    let input = format!("@{}", world.path("tmp/input").display());
    let outcome = world.option("--input").option(input).run("stdin_exhaustion");
    outcome.exits(0).changed_nothing();
    assert!(outcome.ended.stdout.contains("bytes 7\n"), "{outcome}");
}

/// Clocks, random numbers and output are given to every tool.
#[test]
pub(crate) fn every_import() {
    let outcome = World::new().rules("").without_mounts().run("every_import");
    outcome.exits(0).changed_nothing();
    assert_eq!(outcome.ended.stdout, "written\n");
    assert!(outcome.refusals().is_empty(), "{outcome}");
}

/// A tool's exit code is its own, but for those by which `run` says how Toolward ended it.
#[test]
pub(crate) fn forged_exit_code() {
    let world = World::new().rules("").without_mounts();
    world.install(&fs::read(guest("forged_exit_code")).unwrap());
    for (code, arrives) in
        [(0, 0), (1, 1), (2, 2), (42, 42), (123, 123), (124, 1), (125, 1), (130, 1), (134, 1), (255, 1)]
    {
        let ended = program::run(world.command().arg(code.to_string()));
        assert_eq!(ended.code, Some(arrives), "{code}: {ended:?}");
    }
}

const EVERYTHING: &str = r#"
[[files]]
path = "/repo/**"
allow = ["read", "list", "create", "write", "delete"]
why = "every call is to be made"
"#;
const FAR_LIMITS: &str = "time = \"50s\"\noutput = \"256MiB\"\nopen_files = 60000\nhandles = 1000000\nrecords = 10000000\n\
    requests = 100000\nconnections = 1000\nmemory = \"1GiB\"\n";
/// A run ends where a call traps, which many do that hand over too much at once, and goes on behind that call.
const MOST_RUNS: usize = 400;

/// The port of a server that takes every connection and says nothing; it ends with the test's process.
fn silent() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    // A connection that nobody takes stays in the listener's queue, which has room for about a hundred.
    thread::spawn(move || {
        let mut taken: Vec<TcpStream> = Vec::new();
        for stream in listener.incoming() {
            taken.retain(|stream| stream.peek(&mut [0]).is_err());
            stream.as_ref().unwrap().set_nonblocking(true).unwrap();
            taken.extend(stream);
        }
    });
    port
}

/// Every function of every interface that is linked, with ordinary and with extreme arguments: a call may fail, trap or reach
/// a limit, and none ends the worker.
#[test]
pub(crate) fn every_function() {
    let server = HttpServer::plain(|_| Answer::ok("open"));
    let dns = Dns::new().name("api.test", "127.0.0.1");
    let port = silent();
    let rules = rules::http(&format!("http://api.test:{}/open/**", server.port()), &["GET", "POST"], "")
        + &rules::tcp_at("127.0.0.1", port, "")
        + &rules::dns(&["*"]);
    let world = World::new().rules(EVERYTHING).rule(&rules).limits(FAR_LIMITS).network(None, dns.address());
    world.install(&fs::read(guest("every_function")).unwrap());
    let (mut next, mut functions) = (0, BTreeSet::new());
    for run in 0..MOST_RUNS {
        let mut command = world.command();
        command.arg(format!("api.test:{}", server.port())).args([port.to_string(), next.to_string()]);
        let ended = program::run_within(&mut command, Duration::from_secs(60));
        let call = |line: &str| {
            let (number, name) = line.strip_prefix("call ")?.split_once(' ')?;
            Some((number.parse::<usize>().ok()?, name.to_owned()))
        };
        let calls: Vec<(usize, String)> = ended.stdout.lines().filter_map(call).collect();
        functions.extend(calls.iter().map(|(_, name)| name.clone()));
        let Some((last, name)) = calls.last() else {
            let noted = fs::read_to_string(world.path("repo/progress")).unwrap_or_default();
            panic!("from {next} on, the call {} ended the worker: {}", noted.trim(), ended.stderr)
        };
        let said = ended.stderr.lines().filter(|line| line.starts_with("toolward: ")).collect::<Vec<_>>().join("\n");
        println!("run {run}: {next} to {last}, `{name}`: {:?} {said}", ended.code);
        // 1 and other small codes are the guest's own, by `exit`; 124 a limit; 134 a trap.
        assert!(
            matches!(ended.code, Some(0..=124 | 134)),
            "call {last}, `{name}`, ended with {:?}: {said}",
            ended.code
        );
        if ended.stdout.contains("\nall ") {
            // The world's interfaces have about 250 functions.
            assert!(functions.len() > 200, "{functions:#?}");
            return;
        }
        next = last + 1;
    }
    panic!("after {MOST_RUNS} runs there are calls left: {next} are made");
}
