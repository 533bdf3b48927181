//! What a worker does that guests bring about only by chance: no attacks, and in no table.
use toolward_host_fns::door::{DirId, Request};

use crate::attack::{Attack, call, speak};

pub(crate) const ALL: &[Attack] = &[
    call("last-words", "says that there is no memory", || {
        eprintln!("no memory");
        "said".to_owned()
    }),
    call("exit", "ends by itself", || std::process::exit(7)),
    speak("many-questions", "asks faster than it is answered", |worker| {
        (0..20_000).for_each(|_| worker.ask_only(Request::StatDir(DirId(0))));
        "asked".to_owned()
    }),
];
