//! Does nothing: what is left is the cost of a call.
fn main() {}
