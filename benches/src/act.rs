//! `act call`: the same work by ACT's command-line host, whole process. It has no second wall and keeps no record that proves
//! anything, and it may read what it is told here.
use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::json;

use crate::world::World;

const DIR: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/act/target");

/// Reads a file of the world's repository; what `scripts/act` makes has to be there.
#[expect(clippy::disallowed_methods, reason = "whole processes are what is measured")]
pub(crate) fn call(world: &World) -> Result<Command> {
    let (act, component) = (Path::new(DIR).join("venv/bin/act"), Path::new(DIR).join("read.wasm"));
    ensure!(act.is_file() && component.is_file(), "there is no `act` in `{DIR}`: `scripts/act` puts it there");
    let repo = world.repo();
    let repo = repo.to_str().context("the repository's path is text")?;
    let mut call = Command::new(act);
    let args = json!({ "args": { "path": format!("{repo}/src/file-00") } }).to_string();
    let args = ["read".into(), "--args".into(), args, "--allow".into(), format!("fs={repo}/**")];
    call.arg("call").arg(component).args(args.map(OsString::from)).env_clear().env("HOME", world.path("act"));
    Ok(call)
}
