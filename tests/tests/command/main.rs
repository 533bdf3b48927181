//! The commands, as the contract of the command line has them: each sentence of it is a test.
mod fixture;

mod agent_words;
mod agents;
mod agents_keys;
mod agents_open;
mod agents_revoked;
mod init;
mod input_types;
mod installation_chain;
mod isolation;
mod task_life;
mod task_open;
mod task_parameters;

mod at_once;
mod budgets;
mod collisions;
mod handles;
mod low_water;
mod narrow;
mod order;
mod parameters_break_out;
mod payment;
mod policy_change;
mod revoked;
mod seen;
mod taint;

mod cache;
mod call_cancelled;
mod call_cancelled_network;
mod call_component;
mod call_denied;
mod call_input;
mod call_limits;
mod call_network;
mod call_order;
mod call_status;
mod store;

mod batch;
mod explain;
mod what_would_change;

mod check;
mod schema;
mod tool;
mod tool_new;
mod typed;
mod typed_show;

mod audit_archive;
mod audit_export;
mod audit_follow;
mod audit_list;
mod audit_show;
mod audit_verify;

mod contract;
mod doctor;
mod pages;
