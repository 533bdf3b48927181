//! Tables with pipes. htmd's own pads each cell to the widest of its column, which one wide cell makes a bomb of.

use std::rc::Rc;

use htmd::Element;
use htmd::element_handler::{HandlerResult, Handlers};
use markup5ever_rcdom::{Handle, Node};

use super::tree::tag;

/// A table that has headers, as one of Markdown; any other is there for its looks, and comes as what stands in it.
pub(super) fn table(handlers: &dyn Handlers, element: Element<'_>) -> Option<HandlerResult> {
    let rows = rows(element.node);
    let headed = rows.first().is_some_and(|row| row.children.borrow().iter().any(|cell| tag(cell) == Some("th")));
    if !headed || is_in_a_cell(element.node) {
        return Some(handlers.walk_children(element.node));
    }
    let rows: Vec<Vec<String>> = rows.iter().map(|row| cells(handlers, row)).collect();
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let mut lines = Vec::new();
    for (at, mut row) in rows.into_iter().enumerate() {
        // Other rows than the first may be short: GitHub Flavored Markdown, section 4.10.
        if at == 0 {
            row.resize(columns, String::new());
        }
        lines.push(format!("| {} |", row.join(" | ")));
        if at == 0 {
            lines.push(format!("|{}", " --- |".repeat(columns)));
        }
    }
    let caption = caption(handlers, element.node);
    Some(format!("\n\n{caption}{}\n\n", lines.join("\n")).into())
}

fn rows(table: &Handle) -> Vec<Handle> {
    let mut rows = Vec::new();
    for child in table.children.borrow().iter() {
        match tag(child) {
            Some("tr") => rows.push(Rc::clone(child)),
            Some("thead" | "tbody" | "tfoot") => {
                rows.extend(child.children.borrow().iter().filter(|row| tag(row) == Some("tr")).map(Rc::clone));
            }
            _ => {}
        }
    }
    rows
}

fn cells(handlers: &dyn Handlers, row: &Handle) -> Vec<String> {
    let children = row.children.borrow();
    let cells = children.iter().filter(|cell| matches!(tag(cell), Some("th" | "td")));
    cells.map(|cell| one_line(&handlers.walk_children(cell).content).replace('|', "\\|")).collect()
}

fn caption(handlers: &dyn Handlers, table: &Handle) -> String {
    let children = table.children.borrow();
    let caption = children.iter().find(|child| tag(child) == Some("caption"));
    caption.map_or_else(String::new, |caption| format!("{}\n\n", one_line(&handlers.walk_children(caption).content)))
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_in_a_cell(node: &Node) -> bool {
    let mut above = parent(node);
    while let Some(node) = above {
        if matches!(tag(&node), Some("td" | "th")) {
            return true;
        }
        above = parent(&node);
    }
    false
}

fn parent(node: &Node) -> Option<Handle> {
    let weak = node.parent.take();
    let parent = weak.as_ref().and_then(std::rc::Weak::upgrade);
    node.parent.set(weak);
    parent
}
