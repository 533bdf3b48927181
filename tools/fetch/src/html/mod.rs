//! HTML as Markdown: what a reader of the page would read, with links that lead somewhere from anywhere.

mod links;
mod table;
#[cfg(test)]
mod tests;
mod tree;

use htmd::HtmlToMarkdown;
use htmd::options::{BulletListMarker, LinkStyle, Options};
use html5ever::tendril::TendrilSink;
use html5ever::tree_builder::TreeBuilderOpts;
use html5ever::{ParseOpts, parse_document};
use markup5ever_rcdom::RcDom;
use url::Url;

/// A page.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) title: Option<String>,
    pub(crate) markdown: String,
}

pub(crate) fn convert(html: &str, url: &Url) -> Page {
    // Nothing runs scripts here, so what stands in `noscript` is for us.
    let tree_builder = TreeBuilderOpts { scripting_enabled: false, ..TreeBuilderOpts::default() };
    let options = ParseOpts { tree_builder, ..ParseOpts::default() };
    let document = parse_document(RcDom::default(), options).one(html).document;
    let title = tree::title(&document);
    let base = links::base(&document, url);
    tree::prune(&document, &base);
    Page { title, markdown: converter().tree_to_markdown(&document) }
}

fn converter() -> HtmlToMarkdown {
    let options = Options {
        bullet_list_marker: BulletListMarker::Dash,
        ul_bullet_spacing: 1,
        ol_number_spacing: 1,
        link_style: LinkStyle::InlinedPreferAutolinks,
        ..Options::default()
    };
    HtmlToMarkdown::builder().options(options).add_handler(vec!["table"], table::table).build()
}
