//! A typed component: five functions on texts. `wit/text.wit` says what they take and give; its types are the types here.

mod diff;
mod encoding;
mod hash;
mod template;

#[expect(unsafe_code, reason = "what is generated takes values out of the component's memory, and puts them there")]
mod bindings {
    use super::Text;

    wit_bindgen::generate!({ world: "tool", path: "wit" });
    export!(Text);
}

use bindings::exports::toolward::text::text::{Algorithm, Content, Difference, Encoding, Guest, Values};

/// The component.
struct Text;

impl Guest for Text {
    fn diff(old: String, new: String, context: Option<u32>, name: Option<String>) -> Difference {
        diff::diff(&old, &new, context, name.as_deref())
    }

    fn hash(of: Content, algorithm: Algorithm) -> String {
        hash::hash(bytes(&of), algorithm)
    }

    fn encode(what: Content, encoding: Encoding) -> String {
        encoding::encode(bytes(&what), encoding)
    }

    fn decode(text: String, encoding: Encoding) -> Result<Content, String> {
        encoding::decode(&text, encoding)
    }

    fn template(template: String, values: Values) -> Result<String, String> {
        template::fill(&template, values)
    }
}

fn bytes(content: &Content) -> &[u8] {
    match content {
        Content::Text(text) => text.as_bytes(),
        Content::Bytes(bytes) => bytes,
    }
}
