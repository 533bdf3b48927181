//! `toolward`, but for its workers: once all walls are up and the code is loaded, they run an attack instead of a guest.
//!
//! With `TOOLWARD_PROBE=guest` they run guests after all; with `TOOLWARD_PROBE=without:N` their filters, and those of compilers,
//! lack a row of the table.
//!
//! `toolward-probe run COMPONENT … -- ATTACK main|thread` runs one and prints what came of it; `toolward-probe --attacks` lists
//! them all.
mod attack;
mod descriptors;
mod files;
mod kernel;
mod memory;
mod processes;
mod protocol;
mod sockets;
mod wish;
mod work;

use std::ffi::OsString;
use std::process::ExitCode;

use toolward::worker::seized::Seized;

use attack::{Attack, Does};

fn main() -> ExitCode {
    let args: Vec<OsString> = std::env::args_os().collect();
    let wish = args.get(1).and_then(wish::of);
    if let Some(place) = wish.as_ref().and_then(|wish| wish.without) {
        toolward::walls::leave_out(place);
    }
    if wish.is_some_and(|wish| wish.guest) {
        toolward::worker_main();
    }
    if let Some(code) = toolward::worker::seized_entry(&args, seized) {
        return code;
    }
    if args.get(1).is_some_and(|arg| arg == "--attacks") {
        for Attack { name, what, .. } in all() {
            println!("{name}\t{what}");
        }
        return ExitCode::SUCCESS;
    }
    if args.get(1).is_some_and(|arg| arg == "--rows") {
        for row in toolward::walls::CALLS {
            println!("{} {:?}", row.name, row.when);
        }
        return ExitCode::SUCCESS;
    }
    toolward::command::main(args)
}

fn all() -> impl Iterator<Item = &'static Attack> {
    [files::ALL, sockets::ALL, processes::ALL, kernel::ALL, memory::ALL, descriptors::ALL, protocol::ALL]
        .into_iter()
        .flatten()
}

/// The arguments: the component's name, the attack's, and the thread on which it is run.
fn seized(worker: &Seized, args: &[String]) -> Vec<u8> {
    let Some(attack) = all().chain(work::ALL).find(|attack| Some(attack.name) == args.get(1).map(String::as_str))
    else {
        return b"no such attack".to_vec();
    };
    let run = || match attack.does {
        Does::Call(call) => call(),
        Does::Speak(speak) => speak(worker),
    };
    let on_a_second_thread = args.get(2).is_some_and(|thread| thread == "thread");
    let outcome = if on_a_second_thread {
        std::thread::scope(|scope| scope.spawn(run).join().unwrap_or_else(|_| "panicked".to_owned()))
    } else {
        run()
    };
    outcome.into_bytes()
}
