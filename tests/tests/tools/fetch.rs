//! `fetch`: a page or a file by HTTP.
use serde_json::{Value, json};
use toolward_tests::installation::shipped_manifest;
use toolward_tests::net::{Answer, Canary, Payload, Seen, gzip};
use toolward_tests::{OpenTask, Said};

use super::web::{Web, opened};

fn task(web: &Web) -> OpenTask {
    web.installation().shipped_with("fetch", &opened(&shipped_manifest("fetch"))).open("edit")
}

fn output(task: &OpenTask, input: &Value) -> Value {
    task.call("fetch", input).answers("ok")["output"].clone()
}

/// It did not do it, and says why in one line.
fn says(said: &Said, status: &str, why: &str) -> Value {
    let answer = said.answers(status);
    assert_eq!(answer["stderr"], format!("error: {why}\n"), "{answer}");
    answer
}

#[test]
fn a_page_as_markdown() {
    let page = b"<title>Caf\xe9</title><script>x</script><p>Un <b>caf\xe9</b> <a href=../menu>aqu\xed</a>".to_vec();
    let web = Web::new(move |_| Answer::ok(page.clone()).header("content-type", "text/html; charset=iso-8859-1"));
    let task = task(&web);
    let url = web.https("/a/page?q=1");
    let fetched = output(&task, &json!({"url": url, "accept_language": "es"}));
    assert_eq!((&fetched["url"], &fetched["status"], &fetched["title"]), (&json!(url), &json!(200), &json!("Café")));
    assert_eq!(fetched["text"], format!("Un **café** [aquí]({})", web.https("/menu")));
    let seen = web.secure.seen().remove(0);
    assert_eq!((seen.is_http2, seen.target.as_str(), seen.method.as_str()), (true, "/a/page?q=1", "GET"));
    assert_eq!((seen.header("accept-encoding"), seen.header("accept-language")), ("gzip", "es"));
    assert_eq!((seen.header("cookie"), seen.header("referer")), ("", ""));
    assert_eq!(output(&task, &json!({"url": web.http("/a/page")}))["title"], "Café");
}

#[test]
fn any_bytes() {
    let web = Web::new(|_| Answer::ok(b"\x89PNG\0".to_vec()).header("content-type", "image/png"));
    let task = task(&web);
    let url = web.https("/i.png");
    assert_eq!(output(&task, &json!({"url": url, "format": "raw"}))["base64"], "iVBORwA=");
    says(
        &task.call("fetch", &json!({"url": url})),
        "failed",
        "`image/png` is no text: `format` = \"raw\" gives its bytes",
    );
    let looked = output(&task, &json!({"url": url, "method": "HEAD"}));
    assert_eq!((&looked["content_type"], looked.get("text")), (&json!("image/png"), None));
}

/// What a server says that is not what was wanted is output all the same.
#[test]
fn any_status() {
    let web = Web::new(|_| Answer::status(404).header("content-type", "text/plain"));
    assert_eq!(output(&task(&web), &json!({"url": web.https("/")}))["status"], 404);
}

/// Each redirect is a request that is decided on.
#[test]
fn redirects() {
    let canary = Canary::new();
    let private = format!("http://127.0.0.1:{}/", canary.address().port());
    let web = Web::new(move |seen: &Seen| match seen.target.as_str() {
        "/first" => Answer::redirect("second"),
        "/second" => Answer::redirect("/third"),
        "/loop" => Answer::redirect("/loop"),
        "/private" => Answer::redirect(&private),
        "/other" => Answer::redirect("//other.test/"),
        "/file" => Answer::redirect("file:///etc/passwd"),
        _ => Answer::ok("here").header("content-type", "text/plain"),
    });
    let task = task(&web);
    let fetched = output(&task, &json!({"url": web.https("/first")}));
    assert_eq!((&fetched["url"], &fetched["text"]), (&json!(web.https("/third")), &json!("here")));
    assert_eq!(fetched["redirects"][1], json!({"status": 302, "url": web.https("/second")}));
    let call = |url: String| task.call("fetch", &json!({ "url": url }));

    let (from, to) = (web.http("/private"), format!("http://127.0.0.1:{}/", canary.address().port()));
    let refused = format!("`{from}` redirects to `{to}`: the host refused the request");
    let answer = says(&call(from), "denied", &refused);
    assert_eq!(answer["denied"][0]["access"], format!("http GET {to}"));
    canary.is_untouched();
    call(web.https("/other")).answers("denied");

    let from = web.https("/loop");
    says(&call(from.clone()), "failed", &format!("more than 5 redirects: `{from}` leads to `{from}`"));
    let from = web.https("/file");
    let why = "only http and https can be fetched";
    says(&call(from.clone()), "failed", &format!("`{from}` redirects to `file:///etc/passwd`: {why}"));
}

#[test]
fn never_from_https_to_http() {
    let plain = Web::new(|_| Answer::ok("no secret any more"));
    let to = plain.http("/");
    let answered = to.clone();
    let web = Web::new(move |_| Answer::redirect(&answered));
    let from = web.https("/");
    let said = task(&web).call("fetch", &json!({ "url": from }));
    says(&said, "failed", &format!("`{from}` redirects to `{to}`: it leads from https to http"));
    plain.plain.is_untouched();
}

/// A bomb is unpacked as far as it is wanted, and an answer without end is read no further.
#[test]
fn answers_that_are_too_long() {
    let web = Web::new(|seen: &Seen| match seen.target.as_str() {
        "/bomb" => Answer::ok(gzip::bomb(100_000)).header("content-encoding", "gzip"),
        "/brotli" => Answer::ok("?").header("content-encoding", "br"),
        _ => Answer::ok(Payload::Repeated(vec![b'x'; 64 << 10].into(), u64::MAX)),
    });
    let task = task(&web);
    let fetched = output(&task, &json!({"url": web.https("/bomb"), "format": "raw", "max_bytes": 3000}));
    assert_eq!((&fetched["bytes"], &fetched["truncated"]), (&json!(3000), &json!(true)));
    assert_eq!(fetched["base64"].as_str().unwrap().len(), 4000);
    let fetched = output(&task, &json!({"url": web.https("/endless")}));
    assert_eq!((fetched["text"].as_str().unwrap().len(), &fetched["truncated"]), (1 << 20, &json!(true)));
    assert!(web.secure.sent() < 32 << 20, "{} bytes were sent", web.secure.sent());
    let said = task.call("fetch", &json!({"url": web.https("/brotli")}));
    says(&said, "failed", "the answer is compressed by `br`, which was not asked for");
}

/// No page is too deep for the stack that a guest has.
#[test]
fn a_page_that_is_too_deep() {
    let deep = ["<div>", "<b>", "<blockquote>", "<ul><li>", "<table><tr><th>"].map(|tag| tag.repeat(2000)).concat();
    let web = Web::new(move |_| Answer::ok(format!("{deep}bottom").as_str()).header("content-type", "text/html"));
    let fetched = output(&task(&web), &json!({"url": web.https("/")}));
    assert!(fetched["text"].as_str().unwrap().contains("bottom"), "{fetched}");
}

/// As it ships it reaches public addresses alone.
#[test]
fn a_refusal_is_plain() {
    let web = Web::new(|_| Answer::ok("private"));
    let manifest = shipped_manifest("fetch").replace("//*/**", "//*:*/**");
    let task = web.installation().shipped_with("fetch", &manifest).open("edit");
    says(&task.call("fetch", &json!({"url": web.https("/")})), "denied", "the host refused the request");
    web.secure.is_untouched();
}

#[test]
fn its_failures() {
    let web = Web::new(|_| Answer::ok(""));
    let task = task(&web);
    let other = Web::new(|_| Answer::ok("not to be trusted"));
    for (url, why) in [
        (other.https("/"), "cannot fetch `https://site.test:"),
        ("nonsense".to_owned(), "`nonsense` is no URL: relative URL without a base"),
        ("ftp://site.test/".to_owned(), "cannot fetch `ftp://site.test/`: only http and https can be fetched"),
        ("https://me:word@site.test/".to_owned(), "cannot fetch `https://me:word@site.test/`: a URL with a user name"),
    ] {
        let answer = task.call("fetch", &json!({ "url": url })).answers("failed");
        let stderr = answer["stderr"].as_str().unwrap();
        assert!(stderr.starts_with(&format!("error: {why}")) && stderr.lines().count() == 1, "{answer}");
    }
}
