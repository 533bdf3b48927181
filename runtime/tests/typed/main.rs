//! JSON ↔ values of typed tools: what each type looks like, what is refused where, and that nothing is lost on the way.
#![expect(unused_crate_dependencies, reason = "the crate's, of which this test uses some")]
mod places;
mod random;
mod spelled;
mod strategies;
