//! Separated mode: a broker of its own user, asked over a Unix socket by whoever holds a handle or proves to be an agent.
mod fixture;
mod frames;
mod memory;
mod quotas;
mod users;
mod way;
