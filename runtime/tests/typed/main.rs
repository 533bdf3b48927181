//! JSON ↔ values of typed tools: what each type looks like, what is refused where, and that nothing is lost on the way.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]
mod places;
mod random;
mod spelled;
mod strategies;
