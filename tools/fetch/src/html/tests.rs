//! Pages, and what is read in them.

use url::Url;

use super::{Page, convert};

fn page(html: &str) -> Page {
    convert(html, &Url::parse("https://example.com/docs/page?q#f").unwrap())
}

fn markdown(html: &str) -> String {
    page(html).markdown
}

#[test]
fn a_page_comes_as_markdown_with_its_title() {
    let page = page(
        "<!doctype html><title> A &amp;\n B </title><style>p{}</style><body><h1>Top</h1><p>Some <b>bold</b> and <i>fine</i> \
         text.<ul><li>one<li>two</ul><ol><li>first</ol><pre><code class=language-rust>fn main() {\n}\n</code></pre>\
         <blockquote>said</blockquote>",
    );
    assert_eq!(page.title.as_deref(), Some("A & B"));
    let expected =
        "# Top\n\nSome **bold** and *fine* text.\n\n- one\n- two\n\n1. first\n\n```rust\nfn main() {\n}\n```\n\n> said";
    assert_eq!(page.markdown, expected);
}

#[test]
fn links_are_absolute_and_lead_somewhere() {
    assert_eq!(markdown("<a href=../x>y</a>"), "[y](https://example.com/x)");
    assert_eq!(markdown("<a href='#top'>y</a>"), "[y](https://example.com/docs/page?q#top)");
    assert_eq!(markdown("<a href=//other.example/>y</a>"), "[y](https://other.example/)");
    assert_eq!(markdown("<a href='a b(1)'>y</a>"), "[y](https://example.com/docs/a%20b\\(1\\))");
    assert_eq!(markdown("<a href=mailto:a@example.com>y</a>"), "[y](mailto:a@example.com)");
    assert_eq!(markdown("<a href='javascript:alert(1)'>y</a>"), "y");
    assert_eq!(markdown("<a href='java\nscript:alert(1)'>y</a>"), "y");
    assert_eq!(markdown("<img src=i.png alt=I>"), "![I](https://example.com/docs/i.png)");
    assert_eq!(markdown("a<img src='data:image/png;base64,AAAA' alt=I>b"), "ab");
    let base = "<base href=/other/><base href=/wrong/><a href=x>y</a>";
    assert_eq!(markdown(base), "[y](https://example.com/other/x)");
}

#[test]
fn what_nobody_reads_is_not_there() {
    let html = "<script>a</script><style>b</style><template>c</template><!-- d --><svg><title>e</title></svg>\
                <iframe>f</iframe><object>g</object><?pi h ?><noscript>without <i>scripts</i></noscript>";
    assert_eq!(markdown(html), "without *scripts*");
}

#[test]
fn preformatted_text_keeps_its_lines() {
    assert_eq!(markdown("<pre><span>a</span>\n  <b>b</b> *c*</pre>"), "```\na\n  **b** *c*\n```");
}

#[test]
fn tables_have_pipes() {
    let table =
        "<table><caption>Some</caption><thead><tr><th>A<th>B</thead><tbody><tr><td>1|2<td>x<br>y<tr><td>3</table>";
    assert_eq!(markdown(table), "Some\n\n| A | B |\n| --- | --- |\n| 1\\|2 | x y |\n| 3 |");
    let for_looks = "<table><tr><td><p>left</p><td><table><tr><th>in<tr><td>side</table></table>";
    assert_eq!(markdown(for_looks), "left\n\nin\n\nside");
}

#[test]
fn one_wide_cell_makes_no_other_wide() {
    let rows = "<tr><td>a<td>b".repeat(1000);
    let html = format!("<table><tr><th>A<th>{}{rows}</table>", "x".repeat(10_000));
    assert!(markdown(&html).len() < 30_000);
}

#[test]
fn a_page_of_any_depth_is_converted() {
    for (open, depth) in [("<div>", 3000), ("<b>", 3000), ("<blockquote>", 3000), ("<ul><li>", 1500)] {
        let html = format!("<p>top</p>{}deep", open.repeat(depth));
        let markdown = markdown(&html);
        assert!(markdown.starts_with("top") && markdown.contains("deep"), "{open}");
    }
}

#[test]
fn text_is_not_taken_for_markdown() {
    assert_eq!(markdown("<p>*a* [b](c) &lt;i&gt; # d"), "\\*a\\* \\[b\\](c) \\<i> # d");
}
