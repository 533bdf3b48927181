//! Identifiers that people and programs see: a prefix that says of what, and 96 random bits.
use super::Error;

/// A fresh identifier: `t_` a task, `c_` a call, `d_` a denial. 24 lower-case hex digits follow the prefix.
///
/// # Errors
/// [`Error::Random`] where the system gives no random bytes.
pub fn fresh_id(prefix: &str) -> Result<String, Error> {
    let mut bytes = [0; 12];
    getrandom::fill(&mut bytes)?;
    Ok(format!("{prefix}{}", hex::encode(bytes)))
}
