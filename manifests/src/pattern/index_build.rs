//! Building an index of path patterns.
use std::collections::HashMap;

use super::glob::{Glob, Shape};
use super::index::{EXACT, Edge, FOLDED, Node, PathIndex, extension};
use super::path::PathPattern;
use super::segments::Flavour;
use super::sequence::Element;
use super::symbols::{Symbols, hash};

pub(super) fn build<'a>(patterns: impl IntoIterator<Item = (Flavour, &'a PathPattern, u32)>) -> PathIndex {
    let nodes = vec![Node::new(Flavour::Exact, false), Node::new(Flavour::Folded, false)];
    let mut index = PathIndex { nodes, symbols: Symbols::default() };
    let mut globs = Globs::new();
    for (flavour, pattern, id) in patterns {
        let root = match flavour {
            Flavour::Exact => EXACT,
            Flavour::Folded => FOLDED,
        };
        let end = pattern.elements().iter().fold(root, |node, element| index.child(node, element, flavour, &mut globs));
        index.change(end, |node| node.ids.push(id));
    }
    index.set_last_apart();
    index
}

/// Where each node leads by a pattern with wildcards, by the pattern's text.
type Globs = HashMap<(u32, String), u32>;

impl PathIndex {
    /// The node behind an element, made if need be.
    fn child(&mut self, at: u32, element: &Element, flavour: Flavour, globs: &mut Globs) -> u32 {
        if let Element::One(glob) = element
            && shape(glob, flavour).literal().is_none()
        {
            return *globs.entry((at, glob.to_string())).or_insert_with(|| self.new_child(at, element, flavour));
        }
        let known = self.node(at).and_then(|node| match element {
            Element::Deep if node.deep => Some(at),
            Element::Deep => node.below,
            Element::One(glob) => match shape(glob, flavour).literal() {
                Some(name) => self.symbols.get(hash(name), name).and_then(|symbol| symbol.name_at(at)),
                None => None,
            },
        });
        known.unwrap_or_else(|| self.new_child(at, element, flavour))
    }

    fn new_child(&mut self, at: u32, element: &Element, flavour: Flavour) -> u32 {
        let to = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        self.nodes.push(Node::new(flavour, *element == Element::Deep));
        match element {
            Element::Deep => self.change(at, |node| node.below = Some(to)),
            Element::One(glob) => match shape(glob, flavour).literal() {
                Some(name) => {
                    self.symbols.add_name(name, at, to);
                    self.change(at, |node| node.has_names = true);
                }
                None => self.change(at, |node| node.globs.push(Edge { glob: glob.clone(), to })),
            },
        }
        to
    }

    fn change(&mut self, at: u32, change: impl FnOnce(&mut Node)) {
        if let Some(node) = usize::try_from(at).ok().and_then(|at| self.nodes.get_mut(at)) {
            change(node);
        }
    }

    /// Parts the edges that only a path's last segment can take from those that lead on.
    fn set_last_apart(&mut self) {
        let goes_on: Vec<bool> = self.nodes.iter().map(Node::goes_on).collect();
        let goes_on = |edge: &Edge| usize::try_from(edge.to).is_ok_and(|to| goes_on.get(to) == Some(&true));
        for (node, at) in self.nodes.iter_mut().zip(0..) {
            let (globs, last) = std::mem::take(&mut node.globs).into_iter().partition(&goes_on);
            node.globs = globs;
            for edge in last {
                match tail(&edge.glob, node.flavour) {
                    Some(tail) => {
                        node.has_extensions = true;
                        let tail = tail.to_owned();
                        self.symbols.add_extension(&tail, at, edge);
                    }
                    None => node.last.push(edge),
                }
            }
        }
    }
}

/// What every name that the pattern matches ends in, from its last `.`, where that is ASCII and so carries no marks.
/// Here the index is nearer than a scan, which lets stacked marks behind a letter pass.
fn tail(glob: &Glob, flavour: Flavour) -> Option<&str> {
    match shape(glob, flavour) {
        Shape::Affix { behind, .. } => extension(behind).filter(|tail| tail.is_ascii()),
        Shape::Literal(_) | Shape::General(_) => None,
    }
}

fn shape(glob: &Glob, flavour: Flavour) -> &Shape {
    match flavour {
        Flavour::Exact => glob.exact(),
        Flavour::Folded => glob.folded(),
    }
}
