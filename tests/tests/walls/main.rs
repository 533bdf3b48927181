//! The second wall, from inside: native code in a real worker tries to get out (`tests/probe/`).
mod attempts;
mod floods;
mod revoked;
mod rows;
mod task;
mod world;
