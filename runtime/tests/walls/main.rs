//! The table of system calls, as the kernel sees it: what the compiled filters let pass is what the table says, and no more.
mod bpf;
mod table;
