//! What a request carries in its headers, as far as rules decide on it.
use crate::header::{Class, class};

/// The headers that a guest gave to a request, without those that every rule lets through.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Carries {
    /// Whether any is a credential.
    pub credentials: bool,
    /// The names, in lower case, of headers that are neither usual nor credentials.
    pub headers: Vec<String>,
}

impl Carries {
    /// What these headers are, by their names.
    ///
    /// # Errors
    /// The name of a header that no guest sends: [`Class::Forbidden`].
    pub fn of<'n>(names: impl IntoIterator<Item = &'n str>) -> Result<Self, &'n str> {
        let mut carries = Self::default();
        for name in names {
            match class(name) {
                Class::Usual => {}
                Class::Credential => carries.credentials = true,
                Class::Other => carries.headers.push(name.to_ascii_lowercase()),
                Class::Forbidden => return Err(name),
            }
        }
        carries.headers.sort_unstable();
        carries.headers.dedup();
        Ok(carries)
    }
}
