//! Fetching from a web that is a table.

use std::collections::BTreeMap;
use std::io::Cursor;

use guest::testing::schema_is_in_step;
use serde_json::{Value, json};

use crate::{Input, Request, Response, Trouble, Web, run};

/// Answers by URL; what is not here is refused. It keeps what was sent.
#[derive(Default)]
struct Table {
    answers: BTreeMap<String, Answer>,
    sent: Vec<String>,
}

#[derive(Clone)]
struct Answer {
    status: u16,
    header: (&'static str, String),
    body: Vec<u8>,
}

impl Table {
    fn with(mut self, url: &str, status: u16, header: (&'static str, &str), body: impl AsRef<[u8]>) -> Self {
        let header = (header.0, header.1.to_owned());
        self.answers.insert(url.to_owned(), Answer { status, header, body: body.as_ref().to_vec() });
        self
    }

    fn page(self, content_type: &str, body: impl AsRef<[u8]>) -> Self {
        self.with("https://example.com/", 200, ("content-type", content_type), body)
    }

    fn fetch(&mut self, input: Value) -> Result<Value, String> {
        let mut input = input;
        let fields = input.as_object_mut().unwrap();
        fields.entry("url").or_insert_with(|| json!("https://example.com/"));
        let input: Input = serde_json::from_value(input).map_err(|e| e.to_string())?;
        let output = run(self, &input).map_err(|e| e.to_string())?;
        Ok(serde_json::to_value(output).unwrap())
    }
}

impl Web for Table {
    fn send(&mut self, request: &Request<'_>) -> Result<Response, Trouble> {
        let headers: Vec<_> = request.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        self.sent.push(format!("{:?} {} {}", request.method, request.url, headers.join(", ")));
        let url = request.url.as_str().split('#').next().unwrap();
        let Answer { status, header: (name, value), body } = self.answers.get(url).cloned().ok_or(Trouble::Refused)?;
        let headers = vec![(name.to_owned(), value.into_bytes())];
        Ok(Response { status, headers, body: Box::new(Cursor::new(body)) })
    }
}

#[test]
fn a_page_comes_as_markdown() {
    let html = b"<title>T</title><p>caf\xe9 <a href=/x>x</a>";
    let output = Table::default().page("text/html; charset=iso-8859-1", html).fetch(json!({})).unwrap();
    let expected = json!({
        "url": "https://example.com/", "status": 200, "content_type": "text/html", "charset": "windows-1252",
        "bytes": html.len(), "truncated": false, "redirects": [], "title": "T",
        "text": "café [x](https://example.com/x)",
    });
    assert_eq!(output, expected);
}

#[test]
fn text_comes_as_it_is_and_html_too_where_it_is_asked_for() {
    let mut web = Table::default().page("application/json", "{\"a\": \"<p>\"}");
    assert_eq!(web.fetch(json!({})).unwrap()["text"], "{\"a\": \"<p>\"}");
    let mut web = Table::default().page("text/html", "<title>T</title><p>é");
    let output = web.fetch(json!({"format": "text"})).unwrap();
    assert_eq!((&output["text"], output.get("title")), (&json!("<title>T</title><p>é"), None));
}

#[test]
fn bytes_come_as_base64_and_only_where_they_are_asked_for() {
    let mut web = Table::default().page("image/png", b"\x89PNG\0");
    assert_eq!(web.fetch(json!({})).unwrap_err(), "`image/png` is no text: `format` = \"raw\" gives its bytes");
    let output = web.fetch(json!({"format": "raw"})).unwrap();
    assert_eq!((&output["base64"], output.get("text")), (&json!("iVBORwA="), None));
    let mut web = Table::default().with("https://example.com/", 200, ("server", "x"), b"\x7fELF\0");
    assert_eq!(web.fetch(json!({})).unwrap_err(), "the answer is no text: `format` = \"raw\" gives its bytes");
}

#[test]
fn a_long_text_is_cut_between_characters() {
    let output = Table::default().page("text/plain", "aéé").fetch(json!({"max_bytes": 4})).unwrap();
    let told = (&output["text"], &output["bytes"], &output["truncated"], output.get("lossy"));
    assert_eq!(told, (&json!("aé"), &json!(4), &json!(true), None));
}

#[test]
fn any_status_is_an_answer() {
    let mut web = Table::default().with("https://example.com/", 404, ("content-type", "text/html"), "<h1>No</h1>");
    let output = web.fetch(json!({})).unwrap();
    assert_eq!((&output["status"], &output["text"]), (&json!(404), &json!("# No")));
}

#[test]
fn redirects_are_followed_and_told() {
    let mut web = Table::default()
        .with("http://example.com/a", 301, ("location", "/b"), "moved")
        .with("http://example.com/b", 307, ("location", "https://example.com/"), "moved")
        .page("text/plain", "here");
    let output = web.fetch(json!({"url": "http://example.com/a#f"})).unwrap();
    assert_eq!((&output["url"], &output["text"]), (&json!("https://example.com/#f"), &json!("here")));
    let expected = json!([
        {"status": 301, "url": "http://example.com/a#f"},
        {"status": 307, "url": "http://example.com/b#f"},
    ]);
    assert_eq!((&output["redirects"], web.sent.len()), (&expected, 3));
}

#[test]
fn redirects_have_an_end() {
    let mut web = Table::default().with("https://example.com/", 302, ("location", "/"), "");
    let error = web.fetch(json!({})).unwrap_err();
    assert_eq!(error, "more than 5 redirects: `https://example.com/` leads to `https://example.com/`");
    assert_eq!(web.sent.len(), 6);
    let output = web.fetch(json!({"max_redirects": 0})).unwrap();
    assert_eq!((&output["status"], &output["location"]), (&json!(302), &json!("https://example.com/")));
    let mut web = Table::default().with("https://example.com/", 302, ("location", "http://example.com/"), "");
    assert_eq!(web.fetch(json!({"max_redirects": 0})).unwrap()["location"], "http://example.com/");
    let mut web = Table::default().with("https://example.com/", 302, ("server", "x"), "nowhere");
    assert_eq!(web.fetch(json!({})).unwrap()["text"], "nowhere");
}

#[test]
fn a_refusal_is_plain() {
    assert_eq!(Table::default().fetch(json!({})).unwrap_err(), "the host refused the request");
    let mut web = Table::default().with("https://example.com/", 302, ("location", "https://internal.example/"), "");
    let error = "`https://example.com/` redirects to `https://internal.example/`: the host refused the request";
    assert_eq!(web.fetch(json!({})).unwrap_err(), error);
}

#[test]
fn what_is_sent() {
    let mut web = Table::default().page("text/plain", "");
    web.fetch(json!({"method": "HEAD", "accept": "text/csv", "accept_language": "es"})).unwrap();
    let sent = "Head https://example.com/ accept: text/csv, accept-encoding: gzip, user-agent: toolward-fetch/0.1.0, \
                accept-language: es";
    assert_eq!(web.sent, [sent]);
}

#[test]
fn a_look_reads_nothing() {
    let mut web = Table::default().with("https://example.com/", 200, ("content-length", "1000000"), "");
    let output = web.fetch(json!({"method": "HEAD"})).unwrap();
    assert_eq!((&output["length"], output.get("text")), (&json!(1_000_000), None));
}

#[test]
fn an_input_that_makes_no_sense_is_one_clear_line() {
    let error = |input| Table::default().fetch(input).unwrap_err();
    assert_eq!(error(json!({"max_bytes": 0})), "`max_bytes` is from 1 to 8388608");
    assert_eq!(error(json!({"max_bytes": 8388609})), "`max_bytes` is from 1 to 8388608");
    assert_eq!(error(json!({"max_redirects": 11})), "`max_redirects` is 10 at most");
    assert_eq!(error(json!({"accept": "a\r\nHost: b"})), "`accept` has characters that no header can have");
    assert!(error(json!({"method": "POST"})).starts_with("unknown variant `POST`"));
    assert!(error(json!({"headers": {}})).starts_with("unknown field `headers`"));
}

#[test]
fn the_schema_is_in_step() {
    schema_is_in_step::<Input>("fetch");
}
