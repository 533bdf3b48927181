//! JSON ↔ values of typed tools: what each type looks like, what is refused where, and that nothing is lost on the way.
mod places;
mod random;
mod spelled;
mod strategies;
