//! The table of system calls as the kernel sees it.
