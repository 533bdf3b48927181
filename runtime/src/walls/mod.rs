//! The second wall: what a process gives up before it touches what somebody else has made.
//!
//! Both processes that do are this very program under another name: the compiler and the worker. They inherit nothing
//! but what was handed over (`birth`), have resource limits (`limits`), Landlock (`landlock`) and a filter of system calls
//! (`filter`, by the table in `calls`). All of it comes before a second thread, and before the first byte from outside is looked at.
mod birth;
mod calls;
mod filter;
mod landlock;
mod level;
mod limits;

pub(crate) use birth::birth;
pub use calls::{Arg, CALLS, NOT_HERE, Row, When};
pub(crate) use filter::{Filters, apply};
pub use filter::{Stage, leave_out, program};
pub(crate) use landlock::restrict;
pub use level::{Enforced, Level};
pub(crate) use limits::{Bounds, bound, ignore_file_size_signal};
