//! What both tests of the algebra share: rules as data, their texts, and the slow reference that decides by them.
pub(crate) mod changes;
pub(crate) mod reference;
pub(crate) mod rule;
pub(crate) mod terms;
pub(crate) mod texts;
pub(crate) mod universe;
