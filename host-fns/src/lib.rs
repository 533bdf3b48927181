//! The only door between a guest and the world.
pub mod record;
