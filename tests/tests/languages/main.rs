//! Tools that others write in JavaScript and Python: built by componentize-js and componentize-py, unchanged, and run.
mod commands;
mod fixture;
mod start;
