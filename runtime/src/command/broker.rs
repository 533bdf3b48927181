//! `toolward broker`: the service of separated mode.
use std::io::Write;
use std::path::PathBuf;

use super::{Context, stdout_closed};
use crate::audit::Mode;
use crate::broker::{Broker, Memory};
use crate::failure::{Exit, Failure};
use crate::isolation::Isolation;
use crate::service;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Where clients connect [default: `broker.sock` in $RUNTIME_DIRECTORY, else in the home]
    #[arg(long, value_name = "SOCKET")]
    socket: Option<PathBuf>,
}

/// Serves until SIGTERM or SIGINT. State, keys and policy are this user's alone; clients are whoever can connect.
pub(super) fn run(args: &Args, cx: &Context) -> Result<Exit, Failure> {
    service::is_private(cx.home.dir())?;
    let isolation = cx.home.isolation()?;
    let quotas = cx.home.config()?.map(|config| config.quotas).unwrap_or_default();
    if let Isolation::Worker(workers) = &isolation {
        workers.keep_of_agent(quotas.idle_workers);
    }
    let memory = quotas.memory.map_or_else(Memory::by_default, Memory::of);
    let mut broker = Broker::new(cx.home.clone(), cx.open_state()?, Mode::Separated, isolation).with_memory(memory);
    crate::prerequisites::check()?;
    broker.isolation.gives(broker.installation()?.policy().isolation())?;
    let given = std::env::var_os("RUNTIME_DIRECTORY").map(PathBuf::from);
    let folder = given.unwrap_or_else(|| cx.home.dir().to_path_buf());
    let socket = args.socket.clone().unwrap_or_else(|| folder.join("broker.sock"));
    broker.socket = Some(socket.clone());
    let mut told = Ok(());
    service::serve(broker, &socket, || {
        let mut out = cx.quiet_out();
        told = writeln!(out, "serving at {}", socket.display()).and_then(|()| out.flush());
    })?;
    told.map_err(stdout_closed)?;
    Ok(Exit::Done)
}
