//! `toolward doctor`: what this machine enforces. Needs no `init`.
use std::fmt;
use std::path::Path;

use serde::Serialize;

use super::Context;
use crate::failure::{Exit, Failure};

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
    /// How a guest is kept in; the second wall is no part of this version.
    isolation: &'static str,
    findings: Vec<Finding>,
}

pub(super) fn run(_: &Args, cx: &Context) -> Result<Exit, Failure> {
    let findings = vec![openat2(), procfs(), landlock(), seccomp(), wasm_target(), clock(), store(cx)];
    let report = Report {
        version: env!("CARGO_PKG_VERSION"),
        engine: crate::ENGINE_VERSION,
        mode: "single-user",
        isolation: "in-process",
        findings,
    };
    cx.print(&report, &report)?;
    let needed = ["openat2", "procfs", "store"];
    let holds = report.findings.iter().all(|finding| finding.ok || !needed.contains(&finding.what));
    Ok(if holds { Exit::Done } else { Exit::Internal })
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "toolward {}, {}", self.version, self.engine)?;
        writeln!(f, "mode: {} (the state is as safe as this user's account)", self.mode)?;
        writeln!(f, "isolation: {} (the component sandbox; no worker process yet)", self.isolation)?;
        for finding in &self.findings {
            writeln!(f, "{:4} {:12} {}", if finding.ok { "ok" } else { "--" }, finding.what, finding.detail)?;
        }
        Ok(())
    }
}

fn openat2() -> Finding {
    use rustix::fs::{CWD, Mode, OFlags, ResolveFlags, openat2};
    let tried = openat2(CWD, ".", OFlags::PATH | OFlags::CLOEXEC, Mode::empty(), ResolveFlags::NO_MAGICLINKS);
    let detail = match &tried {
        Ok(_) => "paths are resolved beneath their mount by the kernel".to_owned(),
        Err(errno) => format!("{errno}: files cannot be mediated here"),
    };
    Finding { what: "openat2", ok: tried.is_ok(), detail }
}

fn procfs() -> Finding {
    let ok = Path::new("/proc/self/fd").is_dir();
    let detail = if ok { "open directories can be located" } else { "no /proc: files cannot be mediated here" };
    Finding { what: "procfs", ok, detail: detail.to_owned() }
}

fn landlock() -> Finding {
    // Tried on a thread of its own: a restriction binds the thread that asks for it, and ends with it.
    let tried = std::thread::spawn(|| -> Result<landlock::LandlockStatus, landlock::RulesetError> {
        use landlock::{Access, AccessFs, Ruleset, RulesetAttr};
        let ruleset = Ruleset::default().handle_access(AccessFs::from_all(landlock::ABI::V1))?.create()?;
        Ok(ruleset.restrict_self()?.landlock)
    });
    let (ok, detail) = match tried.join() {
        Ok(Ok(landlock::LandlockStatus::Available { effective_abi, kernel_abi })) => {
            let abi = kernel_abi.unwrap_or(effective_abi as i32);
            (true, format!("ABI {abi} (for the second wall; not used yet)"))
        }
        Ok(Ok(_)) | Err(_) => (false, "absent".to_owned()),
        Ok(Err(error)) => (false, error.to_string()),
    };
    Finding { what: "landlock", ok, detail }
}

fn seccomp() -> Finding {
    let actions = std::fs::read_to_string("/proc/sys/kernel/seccomp/actions_avail");
    let ok = actions.as_ref().is_ok_and(|actions| actions.split_whitespace().any(|action| action == "kill_process"));
    let detail = if ok { "filters (for the second wall; not used yet)" } else { "absent" };
    Finding { what: "seccomp", ok, detail: detail.to_owned() }
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
        match cx.open_state() {
            Ok(state) => (true, format!("{} (SQLite, WAL, durability: {:?})", dir, state.db.durability())),
            Err(failure) => (false, failure.message),
        }
    } else {
        (true, format!("{dir} does not exist yet; `toolward init` makes it"))
    };
    Finding { what: "store", ok, detail }
}
