//! Every attempt is refused or ends its worker, from the first thread and from a second one; what came of each stands in
//! `SECURITY.md`, written by this test (`BLESS=1`).
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use toolward_tests::program::{self, Ended};

use super::world::World;

const BEGIN: &str = "<!-- attempts: begin -->";
const END: &str = "<!-- attempts: end -->";
/// As many attacks at a time.
const AT_ONCE: usize = 4;

/// One attack, with what came of it.
struct Attempt {
    name: String,
    what: String,
    outcome: String,
}

#[test]
fn each_is_refused_or_ends_its_worker() {
    let world = World::new();
    let attempts = made(&world, listed(&world));
    assert!(attempts.len() >= 60, "only {} attempts", attempts.len());
    let through: Vec<&str> = attempts.iter().filter(|a| a.outcome.contains("done")).map(|a| a.name.as_str()).collect();
    assert!(through.is_empty(), "these got through: {through:?}");
    assert_eq!(fs::read_to_string(world.path("repo/notes")).unwrap(), "something to read\n");
    assert_eq!(fs::read_dir(world.path("repo")).unwrap().count(), 2, "something was made");
    assert!(!Path::new("/tmp/toolward-probe").exists(), "something was made");
    let verified = program::run(world.probe().args(["audit", "verify"]));
    assert_eq!(verified.code, Some(0), "{verified:?}");
    forged_totals_are_the_workers_own(&world);
    same_as_documented(&table(&attempts));
}

/// What a worker says of a file is kept as its word, and never as the broker's.
fn forged_totals_are_the_workers_own(world: &World) {
    let exported = program::run(world.probe().args(["audit", "export", "--format", "jsonl"]));
    let forged: Vec<&str> = exported.stdout.lines().filter(|line| line.contains("123456789")).collect();
    assert!(!forged.is_empty(), "the forged totals are not there");
    assert!(forged.iter().all(|line| line.contains(r#""counted_by":"worker""#)), "{forged:?}");
}

fn listed(world: &World) -> Vec<Attempt> {
    let listed = program::run(world.probe().arg("--attacks"));
    let attempt = |line: &str| {
        let (name, what) = line.split_once('\t').unwrap();
        Attempt { name: name.to_owned(), what: what.to_owned(), outcome: String::new() }
    };
    listed.stdout.lines().map(attempt).collect()
}

/// Makes all of them, several at a time, each from two threads.
fn made(world: &World, mut attempts: Vec<Attempt>) -> Vec<Attempt> {
    // The component is compiled once, before many want it.
    world.attack("getppid", "main");
    let next = AtomicUsize::new(0);
    let outcomes = Mutex::new(vec![String::new(); attempts.len()]);
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(attempt) = attempts.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let at = attempts.iter().position(|other| other.name == attempt.name).unwrap();
                    let [first, second] = ["main", "thread"].map(|on| outcome(&world.attack(&attempt.name, on)));
                    assert_eq!(first, second, "`{}` is not the same on each thread", attempt.name);
                    outcomes.lock().unwrap()[at] = first;
                }
            });
        }
    });
    for (attempt, outcome) in attempts.iter_mut().zip(outcomes.into_inner().unwrap()) {
        attempt.outcome = outcome;
    }
    attempts
}

/// What came of one, in a few words.
fn outcome(ended: &Ended) -> String {
    let said = ended.stderr.lines().find_map(|line| line.strip_prefix("error: the tool's worker ended: "));
    match said {
        Some("it made a system call that no worker makes") => "SIGSYS".to_owned(),
        Some(how) => format!("ended: {how}"),
        // Which comes first depends on how fast the machine is.
        None if ["time", "log"]
            .iter()
            .any(|limit| ended.stderr.contains(&format!("the limit `{limit}` was reached"))) =>
        {
            "ended at the call's time, or its log's bytes".to_owned()
        }
        None if ended.code == Some(134) => {
            let trapped = ended.stderr.lines().find_map(|line| line.strip_prefix("toolward: the tool trapped: "));
            format!("ended: {}", trapped.unwrap_or_default())
        }
        None if ended.code == Some(0) => ended.stdout.trim().to_owned(),
        None => panic!("{ended:?}"),
    }
}

fn table(attempts: &[Attempt]) -> String {
    let mut table =
        format!("{} attempts, each on two threads:\n\n| attempt | what came of it |\n| --- | --- |\n", attempts.len());
    for Attempt { what, outcome, .. } in attempts {
        writeln!(table, "| {what} | {outcome} |").unwrap();
    }
    table
}

fn same_as_documented(table: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../SECURITY.md");
    let text = fs::read_to_string(&path).unwrap();
    let (before, rest) = text.split_once(BEGIN).unwrap();
    let (documented, after) = rest.split_once(END).unwrap();
    if std::env::var_os("BLESS").is_some() {
        fs::write(path, format!("{before}{BEGIN}\n{table}{END}{after}")).unwrap();
        return;
    }
    assert_eq!(documented.trim(), table.trim(), "`BLESS=1` writes it");
}
