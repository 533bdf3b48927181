//! What a worker does that guests bring about only by chance: no attacks, and in no table.
use toolward_host_fns::door::{DirId, Fault, Reply, Request};

use crate::attack::{Attack, call, speak};
use crate::protocol::{at, directory};

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
    speak("mentions", "says that it knows what it may list, again and again", |worker| {
        (0..2_000).for_each(|_| worker.mention(Request::IdentityAt(at("README.md"))));
        "mentioned".to_owned()
    }),
    speak("small-questions", "lists a directory again and again, and goes on after a limit", |worker| {
        let dir = directory(worker);
        let limited = |reply: &Reply| matches!(reply, Reply::Fault(Fault::Limit(_)));
        let answered = (0..2_000).filter(|_| !limited(&worker.ask(Request::Entries(dir)))).count();
        format!("{answered} answered")
    }),
];
