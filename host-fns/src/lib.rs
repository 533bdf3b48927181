//! The only door between a guest and the world.
//!
//! A *view* (one WASI interface) turns a guest's call into a [`door::Request`] and a [`door::Reply`] into the guest's
//! value. Behind the [`door::Door`] stand decide → record → permit → effect; [`mediate`] is the whole of that argument.
#![forbid(unsafe_code)]

mod beginning;
pub mod door;
pub mod files;
pub mod guest;
pub mod in_process;
pub mod mediate;
pub mod net;
mod passed;
pub mod program;
pub mod record;
pub mod shortage;
pub mod standing;
mod view;

pub use view::link::link;
