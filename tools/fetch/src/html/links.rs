//! Links of a page, made absolute. Those that lead nowhere from outside of it (scripts, data) are taken away.

use html5ever::Attribute;
use markup5ever_rcdom::{Handle, Node, NodeData};
use url::Url;

use super::tree;

/// What the links of a page are relative to.
pub(super) fn base(document: &Handle, url: &Url) -> Url {
    let declared = tree::find(document, "base").and_then(|base| attribute(&base, "href"));
    declared.and_then(|href| url.join(&href).ok()).unwrap_or_else(|| url.clone())
}

pub(super) fn make_absolute(node: &Node, base: &Url) {
    let NodeData::Element { name, attrs, .. } = &node.data else { return };
    let (link, schemes): (&str, &[&str]) = match &*name.local {
        "a" => ("href", &["http", "https", "mailto", "tel"]),
        "img" => ("src", &["http", "https"]),
        _ => return,
    };
    attrs
        .borrow_mut()
        .retain_mut(|attribute| &*attribute.name.local != link || resolve(attribute, base, schemes).is_some());
}

fn resolve(attribute: &mut Attribute, base: &Url, schemes: &[&str]) -> Option<()> {
    let url = base.join(&attribute.value).ok().filter(|url| schemes.contains(&url.scheme()))?;
    attribute.value = url.as_str().into();
    Some(())
}

fn attribute(node: &Node, wanted: &str) -> Option<String> {
    let NodeData::Element { attrs, .. } = &node.data else { return None };
    let attrs = attrs.borrow();
    attrs.iter().find(|attribute| &*attribute.name.local == wanted).map(|attribute| attribute.value.to_string())
}
