//! What a JSON text holds, counted in one pass and without a tree.
use std::fmt;

/// The memory of one object, in bytes: the first node of its map has room for eleven entries.
const OBJECT_BYTES: u64 = 700;
/// The memory of one value and its share of the container that holds it, in bytes.
const NODE_BYTES: u64 = 160;

/// What a JSON text holds. Of a text that is no JSON: what a parser can have built before it gives up, or more.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Size {
    /// Its length in bytes.
    pub bytes: usize,
    /// Its values: scalars, arrays and objects.
    pub nodes: usize,
    /// Its objects.
    pub objects: usize,
    /// How many arrays and objects lie in each other.
    pub depth: usize,
}

/// How much of each a text may hold.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// The most bytes.
    pub bytes: usize,
    /// The most values.
    pub nodes: usize,
}

/// A bound that a text exceeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Excess {
    /// It is longer than this many bytes.
    Bytes(usize),
    /// It has more values than this.
    Nodes(usize),
}

impl fmt::Display for Excess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(most) => write!(f, "it is longer than {most} bytes"),
            Self::Nodes(most) => write!(f, "it has more than {most} values"),
        }
    }
}

impl Size {
    /// Counts what a text holds. The text may be no JSON, and several values.
    #[must_use]
    pub fn of(text: &[u8]) -> Self {
        let mut size = Self { bytes: text.len(), ..Self::default() };
        let (mut in_string, mut escaped, mut depth) = (false, false, 0_usize);
        // Whether a value at the top level may begin here.
        let mut between = true;
        for byte in text {
            if in_string {
                match byte {
                    _ if escaped => escaped = false,
                    b'\\' => escaped = true,
                    b'"' => (in_string, between) = (false, depth == 0),
                    _ => {}
                }
                continue;
            }
            match byte {
                b' ' | b'\t' | b'\n' | b'\r' => between = depth == 0,
                b'{' | b'[' => {
                    size.objects += usize::from(*byte == b'{');
                    size.nodes += 1 + usize::from(depth == 0);
                    depth += 1;
                    size.depth = size.depth.max(depth);
                }
                b'}' | b']' => {
                    depth = depth.saturating_sub(1);
                    between = depth == 0;
                }
                b',' => size.nodes += 1,
                _ => {
                    // A string needs nothing between it and the value before it.
                    size.nodes += usize::from(depth == 0 && (between || *byte == b'"'));
                    (in_string, between) = (*byte == b'"', false);
                }
            }
        }
        size
    }

    /// The most memory that a tree of it takes, in bytes.
    #[must_use]
    pub fn tree_bytes(&self) -> u64 {
        let of = |count: usize, each: u64| u64::try_from(count).unwrap_or(u64::MAX).saturating_mul(each);
        of(self.objects, OBJECT_BYTES).saturating_add(of(self.nodes, NODE_BYTES)).saturating_add(of(self.bytes, 2))
    }

    /// Sees that it stays within bounds.
    ///
    /// # Errors
    /// The bound that it exceeds.
    pub fn within(&self, bounds: Bounds) -> Result<(), Excess> {
        if self.bytes > bounds.bytes {
            return Err(Excess::Bytes(bounds.bytes));
        }
        if self.nodes > bounds.nodes { Err(Excess::Nodes(bounds.nodes)) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    fn nodes(value: &Value) -> usize {
        1 + match value {
            Value::Array(items) => items.iter().map(nodes).sum(),
            Value::Object(fields) => fields.values().map(nodes).sum(),
            _ => 0,
        }
    }

    #[test]
    fn every_value_is_counted() {
        for (text, least) in [
            ("", 0),
            ("1", 1),
            ("[]", 1),
            ("[1]", 2),
            (r#"{"a":{"b":[1,2,"x,{["]}}"#, 6),
            ("1 2\n3", 3),
            (r#""a""b"{}{}"#, 4),
            (r#"11"b""#, 2),
        ] {
            let size = Size::of(text.as_bytes());
            assert!(size.nodes >= least && size.nodes <= 2 * least + 2, "{text}: {size:?}");
        }
        assert_eq!(Size::of(br#"[[[{"a":[]}]]]"#).depth, 5);
        assert_eq!(Size::of(br#"{"a":{},"b":"{{{"}"#).objects, 2);
    }

    proptest! {
        /// A parser builds no more values than were counted.
        #[test]
        fn no_parser_finds_more(text in r#"[\[\]{}",:1a\\ \n]{0,60}"#) {
            let size = Size::of(text.as_bytes());
            let values = serde_json::Deserializer::from_str(&text).into_iter::<Value>();
            let found: usize = values.map_while(Result::ok).map(|value| nodes(&value)).sum();
            prop_assert!(found <= size.nodes, "{text}: {found} of {size:?}");
        }
    }
}
