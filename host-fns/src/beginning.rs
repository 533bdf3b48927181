//! The beginning of a text that a guest made as long as it liked.

/// At most so many bytes of it, whole characters only.
pub(crate) fn beginning(text: &str, most: usize) -> &str {
    text.get(..text.floor_char_boundary(most)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::beginning;

    #[test]
    fn characters_are_never_cut() {
        assert_eq!(beginning("aé", 2), "a");
        assert_eq!(beginning("aé", 3), "aé");
        assert_eq!(beginning("aé", 30), "aé");
    }
}
