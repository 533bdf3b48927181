//! The tools that ship with Toolward, each under its own manifest on a small repository: what it is for works, and every
//! operation that its manifest allows is needed.
mod fixture;
mod web;

mod edit;
mod fetch;
mod list;
mod query;
mod read;
mod rg;
mod sd;
mod search;
mod text;

mod every_word_is_needed;
mod input_rules;
mod run_by_hand;
