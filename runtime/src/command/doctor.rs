//! `toolward doctor`: what this machine enforces. Needs no `init`.
use std::fmt;
use std::path::Path;

use rustix::fs::Access;
use serde::Serialize;
use toolward_manifests::unit::size_text;

use super::Context;
use crate::failure::{Exit, Failure};
use crate::installation::Installation;
use crate::isolation::Isolation;
use crate::prerequisites::{self, Prerequisite};
use crate::walls::{Enforced, Level};

#[derive(Debug, clap::Args)]
pub(super) struct Args {}

/// One thing that holds, or does not.
#[derive(Debug, Serialize)]
struct Finding {
    what: &'static str,
    ok: bool,
    detail: String,
}

#[derive(Debug, Serialize)]
struct Report {
    version: &'static str,
    engine: &'static str,
    mode: &'static str,
    /// How guests are kept from the machine, with the level that a policy could demand.
    isolation: String,
    level: Level,
    findings: Vec<Finding>,
}

pub(super) fn run(_: &Args, cx: &Context) -> Result<Exit, Failure> {
    let isolation = cx.home.isolation()?;
    let mut findings: Vec<Finding> = prerequisites::ALL.iter().map(prerequisite).collect();
    findings.extend([
        landlock(),
        seccomp(),
        worker(&isolation, cx),
        cgroup(),
        policy(&isolation, cx),
        wasm_target(),
        clock(),
        store(cx),
        log(cx),
    ]);
    let report = Report {
        version: env!("CARGO_PKG_VERSION"),
        engine: crate::ENGINE_VERSION,
        mode: "single-user",
        isolation: isolation.to_string(),
        level: isolation.level(),
        findings,
    };
    cx.print(&report, &report)?;
    let needed = ["openat2", "procfs", "memfd", "worker", "policy", "store", "log"];
    let holds = report.findings.iter().all(|finding| finding.ok || !needed.contains(&finding.what));
    Ok(if holds { Exit::Done } else { Exit::Internal })
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "toolward {}, {}", self.version, self.engine)?;
        writeln!(f, "mode: {} (the state is as safe as this user's account)", self.mode)?;
        writeln!(f, "isolation: {} (level \"{}\" of a policy)", self.isolation, self.level)?;
        for finding in &self.findings {
            writeln!(f, "{:4} {:12} {}", if finding.ok { "ok" } else { "--" }, finding.what, finding.detail)?;
        }
        Ok(())
    }
}

fn prerequisite(prerequisite: &Prerequisite) -> Finding {
    let Prerequisite { name, purpose, .. } = prerequisite;
    let (ok, detail) = match prerequisite.check() {
        Ok(()) => (true, (*purpose).to_owned()),
        Err(error) => (false, format!("{error}: no tool can run here")),
    };
    Finding { what: name, ok, detail }
}

fn landlock() -> Finding {
    let (ok, detail) = match Enforced::here().landlock {
        0 => (false, "absent: a policy has to accept `isolation = \"worker\"`".to_owned()),
        version @ ..6 => (true, format!("ABI {version}: signals and abstract sockets are left to the filter")),
        version => (true, format!("ABI {version}: workers and compilers open no file and reach nothing")),
    };
    Finding { what: "landlock", ok, detail }
}

fn seccomp() -> Finding {
    let ok = Enforced::here().seccomp;
    let detail = if ok {
        "workers and compilers make only the system calls that they need"
    } else {
        "absent: a policy has to accept `isolation = \"process\"`"
    };
    Finding { what: "seccomp", ok, detail: detail.to_owned() }
}

/// Starts a worker, as a call would.
fn worker(isolation: &Isolation, cx: &Context) -> Finding {
    let (ok, detail) = match isolation {
        Isolation::InProcess => (
            true,
            format!("not used: `isolation = \"in-process\"` in `{}`", cx.home.dir().join("config.toml").display()),
        ),
        Isolation::Worker(_) => match crate::worker::tried() {
            Ok(enforced) if enforced != Enforced::here() => (false, format!("starts, but only behind {enforced}")),
            Ok(enforced) => (true, format!("starts, behind {enforced}")),
            Err(why) => (false, why),
        },
    };
    Finding { what: "worker", ok, detail }
}

/// Where this process stands; a worker is bounded by resource limits of its own, and whatever bounds this process bounds it too.
fn cgroup() -> Finding {
    let own = crate::cgroup::own();
    let detail = match &own {
        Some(own) => format!("{own}: workers share it; each has resource limits of its own"),
        None => "none: workers have resource limits".to_owned(),
    };
    Finding { what: "cgroup", ok: own.is_some(), detail }
}

/// Whether this machine gives what the policy demands.
fn policy(isolation: &Isolation, cx: &Context) -> Finding {
    let (ok, detail) = match Installation::load(&cx.home) {
        Err(failure) => (cx.home.config().is_ok_and(|config| config.is_none()), failure.message),
        Ok(installation) => {
            let least = installation.policy().isolation();
            match isolation.gives(least) {
                Ok(()) => (true, demands(least)),
                Err(failure) => (false, failure.message),
            }
        }
    };
    Finding { what: "policy", ok, detail }
}

fn demands(least: Option<Level>) -> String {
    match least {
        Some(least) => format!("demands isolation \"{least}\""),
        None => "demands no level of isolation: Landlock and seccomp must be there".to_owned(),
    }
}

#[expect(clippy::disallowed_methods, reason = "asks rustc where its targets lie")]
fn wasm_target() -> Finding {
    let sysroot = std::process::Command::new("rustc").args(["--print", "sysroot"]).output();
    let found = sysroot.ok().filter(|output| output.status.success()).is_some_and(|output| {
        let sysroot = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        Path::new(&sysroot).join("lib/rustlib/wasm32-wasip2").is_dir()
    });
    let detail = if found { "tools can be built here" } else { "not here: needed only to build tools" };
    Finding { what: "wasm32-wasip2", ok: found, detail: detail.to_owned() }
}

fn clock() -> Finding {
    let year_2026 = 1_767_225_600_000_000;
    let ok = crate::state::Time::now().micros() > year_2026;
    let detail = if ok { "plausible" } else { "in the past: expiries cannot be trusted" };
    Finding { what: "clock", ok, detail: detail.to_owned() }
}

fn store(cx: &Context) -> Finding {
    let dir = cx.home.dir().display();
    let (ok, detail) = if cx.home.dir().exists() {
        let writable = rustix::fs::access(cx.home.dir(), Access::WRITE_OK);
        let writable = writable.map_err(|error| Failure::of_own_io(format_args!("`{dir}`"), &error.into()));
        match writable.and_then(|()| cx.open_state()) {
            Ok(state) => (true, format!("{} (SQLite, WAL, durability: {:?})", dir, state.db.durability())),
            Err(failure) => (false, failure.message),
        }
    } else {
        (true, format!("{dir} does not exist yet; `toolward init` makes it"))
    };
    Finding { what: "store", ok, detail }
}

/// How much the log takes, and whether there is room for more of it.
fn log(cx: &Context) -> Finding {
    let (ok, detail) = if cx.home.dir().exists() {
        match log_size(cx) {
            Ok((size, left, mark)) => {
                let mib = |bytes: u64| bytes >> 20;
                let told = format!("{} MiB, {} MiB left on its disk", mib(size), mib(left));
                let mark_told = format!("the low-water mark is {}", size_text(mark));
                match left >= mark {
                    true => (true, format!("{told}; {mark_told}")),
                    false => (false, format!("{told}; {mark_told}: only what the operator does is recorded")),
                }
            }
            Err(failure) => (false, failure.message),
        }
    } else {
        (true, "none yet".to_owned())
    };
    Finding { what: "log", ok, detail }
}

/// The bytes of the store, what is left on its disk, and the low-water mark.
fn log_size(cx: &Context) -> Result<(u64, u64, u64), Failure> {
    let low_water = cx.home.low_water()?;
    let size = |name: &str| std::fs::metadata(cx.home.dir().join(name)).map_or(0, |metadata| metadata.len());
    Ok((size("state.db") + size("state.db-wal"), low_water.left()?, low_water.mark()))
}
