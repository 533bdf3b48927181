//! The second wall, from inside: native code in a real worker tries to get out (`tests/probe/`), and the table of system calls.
mod attempts;
mod table;
mod world;
