//! How a call in a worker ends: after a fault that the broker answered, or as the worker says.
use std::io;

use toolward_host_fns::door::Fault;

use super::channel::wrong;
use super::wire::words;
use crate::call::{Cause, Ending};

/// The ending of a call whose guest was answered a fault that ends calls.
pub(super) fn ending_of(fault: Fault) -> Ending {
    match fault {
        Fault::Limit(limit) => Ending::Limit(limit),
        Fault::Over => Ending::Over,
        _ => Ending::Broken(Cause::Other),
    }
}

/// The ending that a worker reports, with a long text cut.
///
/// # Errors
/// For an ending that only the broker decides: the worker is hostile.
pub(super) fn believable(ending: Ending) -> io::Result<Ending> {
    match ending {
        Ending::Trap(trap) => Ok(Ending::Trap(words(&trap))),
        Ending::Exit(_) | Ending::Limit(_) | Ending::Broken(_) | Ending::Over => Ok(ending),
        Ending::Cancelled | Ending::Worker { .. } => Err(wrong("it said how it was ended")),
    }
}
