//! Each row of the table of system calls is needed: without it, something that workers or compilers do ends them.
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use toolward_tests::guest;
use toolward_tests::program::{self, Ended};

use super::world::World;

const AT_ONCE: usize = 3;
/// What workers do: guests, and what guests bring about only by chance.
const GUESTS: [&str; 3] = ["every_file_call", "deep_recursion", "memory_flood"];
const NATIVE: [&str; 3] = ["last-words", "exit", "many-questions"];

#[test]
fn each_row_is_needed() {
    let world = World::new();
    let rows = program::run(world.probe().arg("--rows")).stdout;
    let rows: Vec<&str> = rows.lines().collect();
    let with_all: Vec<String> = outcomes(&world, usize::MAX).collect();
    assert!(with_all.iter().all(|outcome| !outcome.contains("system call")), "{with_all:#?}");
    let (next, needless) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let place = next.fetch_add(1, Ordering::Relaxed);
                    let Some(row) = rows.get(place) else { return };
                    if outcomes(&world, place).zip(&with_all).all(|(without, with)| without == *with) {
                        needless.lock().unwrap().push(*row);
                    }
                }
            });
        }
    });
    let needless = needless.into_inner().unwrap();
    assert!(needless.is_empty(), "nothing needs these: {needless:?}");
}

/// What comes of all that workers and compilers do where a row is left out, one after the other.
fn outcomes(world: &World, without: usize) -> impl Iterator<Item = String> {
    let guests = GUESTS.into_iter().map(move |name| told(&guest_without(world, name, without)));
    guests.chain(NATIVE.into_iter().map(move |name| told(&native_without(world, name, without))))
}

/// Compiled anew each time: its home is its own.
fn guest_without(world: &World, name: &str, without: usize) -> Ended {
    let component = guest(name);
    let (home, repo) = (world.path(&format!("home-{without}")), world.path(&format!("repo-{without}")));
    std::fs::create_dir_all(&repo).unwrap();
    let mount = format!("/repo={}", repo.display());
    let mut run = world.probe();
    run.env("TOOLWARD_HOME", home).env("TOOLWARD_PROBE", format!("guest,without:{without}"));
    program::run(run.arg("run").arg(component).args(["--manifest", "writer.toml", "--mount", &mount]))
}

fn native_without(world: &World, name: &str, without: usize) -> Ended {
    let mut run = world.probe();
    run.env("TOOLWARD_PROBE", format!("without:{without}"));
    program::run(run.args(["run", "probe.wasm", "--manifest", "probe.toml", "--", name, "main"]))
}

/// How a run ended, as far as that is the same each time.
fn told(ended: &Ended) -> String {
    let error = ended.stderr.lines().next().unwrap_or_default();
    format!("{:?} {} {error}", ended.code, ended.stdout.trim())
}
