//! The table of system calls, as the kernel sees it: what the compiled filters let pass is what the table says, and no more.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test that cannot go on fails")]
mod bpf;
mod table;
