//! An index of path patterns: one walk down a path finds every pattern that matches.
//!
//! The patterns form a trie over segments. The walk holds the nodes that the path so far can have led to; a `**` is a
//! node that the walk never leaves.
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::glob::{Glob, Shape};
use super::path::PathPattern;
use super::segments::{Flavour, Segment, Segments, hash};
use super::sequence::Element;
use crate::path::GuestPath;

/// Path patterns, each with a number, in one flavour.
#[derive(Debug)]
pub struct PathIndex {
    flavour: Flavour,
    nodes: Vec<Node>,
}

/// What the patterns of an index leave below a path. Equal for two paths: every pattern matches the same names below both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Residue(Vec<u32>);

#[derive(Debug, Default)]
struct Node {
    /// Whether the node takes any further segments: it stands for `**`.
    deep: bool,
    /// The `**` that may follow.
    below: Option<u32>,
    names: HashMap<u64, Vec<(Box<str>, u32)>, BuildHasherDefault<Hashed>>,
    globs: Vec<Edge>,
    /// Edges to nodes from which nothing goes on: only a path's last segment can take them.
    last: Vec<Edge>,
    /// The patterns that end here.
    ids: Vec<u32>,
}

#[derive(Debug)]
struct Edge {
    glob: Glob,
    to: u32,
}

const ROOT: u32 = 0;

impl PathIndex {
    /// An index of the patterns, each with its number.
    #[must_use]
    pub fn new<'a>(flavour: Flavour, patterns: impl IntoIterator<Item = (&'a PathPattern, u32)>) -> Self {
        let mut index = Self { flavour, nodes: vec![Node::default()] };
        for (pattern, id) in patterns {
            let end = pattern.elements().iter().fold(ROOT, |node, element| index.child(node, element));
            index.change(end, |node| node.ids.push(id));
        }
        index.set_last_apart();
        index
    }

    /// Calls `found` with the number of every pattern that matches, once each, in no particular order.
    pub fn visit(&self, path: &Segments<'_>, mut found: impl FnMut(u32)) {
        let segments = path.of(self.flavour);
        let mut here = self.start();
        let Some((last, above)) = segments.split_last() else { return self.report(&here, found) };
        for segment in above {
            here = self.step(&here, segment, false);
        }
        self.report(&self.step(&here, last, true), &mut found);
    }

    /// What the patterns leave below a path; comparable within one index.
    #[must_use]
    pub fn residue(&self, path: &GuestPath) -> Residue {
        let segments = Segments::new(path);
        let end = segments.of(self.flavour).iter().fold(self.start(), |here, segment| self.step(&here, segment, false));
        let mut live: Vec<_> = end.into_iter().filter(|&node| self.node(node).is_some_and(Node::goes_on)).collect();
        live.sort_unstable();
        Residue(live)
    }

    fn start(&self) -> Vec<u32> {
        let mut nodes = Vec::with_capacity(8);
        self.enter(ROOT, &mut nodes);
        nodes
    }

    fn report(&self, nodes: &[u32], mut found: impl FnMut(u32)) {
        nodes.iter().filter_map(|&node| self.node(node)).flat_map(|node| &node.ids).for_each(|&id| found(id));
    }

    /// The nodes reached by one more segment. Each node has one way in, but for `**`, which is also reached from itself.
    fn step(&self, here: &[u32], segment: &Segment<'_>, is_last: bool) -> Vec<u32> {
        let mut next = Vec::with_capacity(8);
        for &at in here {
            let Some(node) = self.node(at) else { continue };
            if node.deep && !next.contains(&at) {
                next.push(at);
            }
            if let Some(to) = node.named(segment) {
                self.enter(to, &mut next);
            }
            let edges = node.globs.iter().chain(if is_last { node.last.as_slice() } else { &[] });
            for edge in edges.filter(|edge| self.takes(edge, segment)) {
                self.enter(edge.to, &mut next);
            }
        }
        next
    }

    fn takes(&self, edge: &Edge, segment: &Segment<'_>) -> bool {
        match self.flavour {
            Flavour::Exact => edge.glob.matches(segment.text()),
            Flavour::Folded => edge.glob.matches_folded(segment.text()),
        }
    }

    /// Adds a node, and the `**` behind it, which may take no segment at all.
    fn enter(&self, to: u32, nodes: &mut Vec<u32>) {
        nodes.push(to);
        if let Some(below) = self.node(to).and_then(|node| node.below)
            && !nodes.contains(&below)
        {
            nodes.push(below);
        }
    }

    fn node(&self, at: u32) -> Option<&Node> {
        self.nodes.get(usize::try_from(at).ok()?)
    }
}

/// Building.
impl PathIndex {
    /// The node behind an element, made if need be.
    fn child(&mut self, at: u32, element: &Element) -> u32 {
        let flavour = self.flavour;
        let known = self.node(at).and_then(|node| match element {
            Element::Deep if node.deep => Some(at),
            Element::Deep => node.below,
            Element::One(glob) => match shape(glob, flavour) {
                Shape::Literal(name) => node.lookup(hash(name), name),
                Shape::Affix { .. } | Shape::General(_) => {
                    node.globs.iter().find(|edge| edge.glob == *glob).map(|edge| edge.to)
                }
            },
        });
        known.unwrap_or_else(|| self.new_child(at, element))
    }

    fn new_child(&mut self, at: u32, element: &Element) -> u32 {
        let to = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        self.nodes.push(Node { deep: *element == Element::Deep, ..Node::default() });
        let flavour = self.flavour;
        self.change(at, |node| match element {
            Element::Deep => node.below = Some(to),
            Element::One(glob) => match shape(glob, flavour) {
                Shape::Literal(name) => node.names.entry(hash(name)).or_default().push((name.clone(), to)),
                Shape::Affix { .. } | Shape::General(_) => node.globs.push(Edge { glob: glob.clone(), to }),
            },
        });
        to
    }

    fn change(&mut self, at: u32, change: impl FnOnce(&mut Node)) {
        if let Some(node) = usize::try_from(at).ok().and_then(|at| self.nodes.get_mut(at)) {
            change(node);
        }
    }

    fn set_last_apart(&mut self) {
        let goes_on: Vec<bool> = self.nodes.iter().map(Node::goes_on).collect();
        let goes_on = |edge: &Edge| usize::try_from(edge.to).is_ok_and(|to| goes_on.get(to) == Some(&true));
        for node in &mut self.nodes {
            (node.globs, node.last) = std::mem::take(&mut node.globs).into_iter().partition(&goes_on);
        }
    }
}

fn shape(glob: &Glob, flavour: Flavour) -> &Shape {
    match flavour {
        Flavour::Exact => glob.exact(),
        Flavour::Folded => glob.folded(),
    }
}

impl Node {
    /// Whether anything below a path that leads here can match.
    fn goes_on(&self) -> bool {
        self.deep || self.below.is_some() || !self.names.is_empty() || !self.globs.is_empty() || !self.last.is_empty()
    }

    fn named(&self, segment: &Segment<'_>) -> Option<u32> {
        if self.names.is_empty() { None } else { self.lookup(segment.hash(), segment.text()) }
    }

    fn lookup(&self, hash: u64, name: &str) -> Option<u32> {
        self.names.get(&hash)?.iter().find(|(own, _)| **own == *name).map(|&(_, to)| to)
    }
}

/// The hasher of keys that are hashes already.
#[derive(Debug, Default)]
struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |hash, &byte| hash.rotate_left(8) ^ u64::from(byte));
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}
