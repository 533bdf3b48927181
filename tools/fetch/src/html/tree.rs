//! The tree of a page, and what is cut from it before it becomes text.

use std::cell::RefCell;
use std::rc::Rc;

use html5ever::tendril::StrTendril;
use html5ever::{QualName, local_name, ns};
use markup5ever_rcdom::{Handle, Node, NodeData};
use url::Url;

use super::links;

/// Levels of elements that are kept; what lies deeper comes as its text. Converting is recursive, and a guest's stack is
/// half a megabyte.
const DEEPEST: usize = 100;

/// Elements that nobody reads, or that are read elsewhere.
const DROPPED: [&str; 14] = [
    "head", "script", "style", "template", "iframe", "frameset", "noframes", "noembed", "object", "embed", "canvas",
    "audio", "video", "svg",
];

/// The name of an element.
pub(super) fn tag(node: &Node) -> Option<&str> {
    match &node.data {
        NodeData::Element { name, .. } => Some(&name.local),
        NodeData::Document
        | NodeData::Doctype { .. }
        | NodeData::Text { .. }
        | NodeData::Comment { .. }
        | NodeData::ProcessingInstruction { .. } => None,
    }
}

/// The first element of this name, in the order of the text.
pub(super) fn find(document: &Handle, wanted: &str) -> Option<Handle> {
    let mut waiting = vec![Rc::clone(document)];
    while let Some(node) = waiting.pop() {
        if tag(&node) == Some(wanted) {
            return Some(node);
        }
        waiting.extend(node.children.borrow().iter().rev().map(Rc::clone));
    }
    None
}

/// The page's title, in one line.
pub(super) fn title(document: &Handle) -> Option<String> {
    let text = text(&find(document, "title")?);
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!line.is_empty()).then_some(line)
}

/// Drops what is not read and what lies too deep, makes links absolute, and has all that is preformatted be code.
pub(super) fn prune(document: &Handle, base: &Url) {
    let mut waiting = vec![(Rc::clone(document), 0)];
    while let Some((node, depth)) = waiting.pop() {
        node.children.borrow_mut().retain(|child| is_read(child));
        links::make_absolute(&node, base);
        if depth == DEEPEST {
            let text = text(&node);
            adopt(&node, vec![Node::new(NodeData::Text { contents: RefCell::new(text.into()) })]);
        } else if tag(&node) == Some("pre") {
            preformatted(&node);
        }
        waiting.extend(node.children.borrow().iter().map(|child| (Rc::clone(child), depth + 1)));
    }
}

fn is_read(node: &Node) -> bool {
    match &node.data {
        NodeData::Element { name, .. } => !DROPPED.contains(&&*name.local),
        NodeData::Document | NodeData::Text { .. } => true,
        NodeData::Doctype { .. } | NodeData::Comment { .. } | NodeData::ProcessingInstruction { .. } => false,
    }
}

/// All the text in a node that is read.
fn text(node: &Handle) -> String {
    let mut text = StrTendril::new();
    let mut waiting = vec![Rc::clone(node)];
    while let Some(node) = waiting.pop() {
        if let NodeData::Text { contents } = &node.data {
            text.push_tendril(&contents.borrow());
        }
        waiting.extend(node.children.borrow().iter().rev().filter(|child| is_read(child)).map(Rc::clone));
    }
    text.into()
}

/// A `pre` is code whether it says so or not: Markdown has no other way to keep its lines.
fn preformatted(pre: &Handle) {
    if pre.children.borrow().iter().any(|child| tag(child) == Some("code")) {
        return;
    }
    let code = Node::new(NodeData::Element {
        name: QualName::new(None, ns!(html), local_name!("code")),
        attrs: RefCell::default(),
        template_contents: RefCell::default(),
        mathml_annotation_xml_integration_point: false,
    });
    adopt(&code, pre.children.take());
    adopt(pre, vec![code]);
}

fn adopt(parent: &Handle, children: Vec<Handle>) {
    for child in &children {
        child.parent.set(Some(Rc::downgrade(parent)));
    }
    parent.children.replace(children);
}
