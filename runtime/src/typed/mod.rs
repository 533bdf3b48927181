//! Typed tools: a component's exported functions, their WIT types as JSON Schema, JSON as their values and back.
//!
//! A type is turned once into a [`Shape`]; all else walks shapes, so that what is refused is refused at load, and nothing
//! recurses deeper than a shape does.
mod call;
mod misfit;
mod numbers;
mod read;
mod schema;
mod shape;
mod signature;
mod wit;
mod write;

pub use call::{Artifact, TypedCall};
pub use misfit::Misfit;
pub use read::read;
pub use schema::schema;
pub use shape::{Integer, Shape};
pub use signature::{Returns, Signature};
pub use wit::Refused;
pub use write::{Unwritten, write};
