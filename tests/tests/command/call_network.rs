//! A call on the network: every layer must allow it, and the home says whom to trust and whom to ask.
use serde_json::json;
use toolward_tests::Installation;
use toolward_tests::net::{Answer, Authority, Dns, HttpServer, rules};

use super::fixture::{POLICY, hostile};

/// A rule of a manifest as one of the task's type.
fn in_policy(rule: &str) -> String {
    rule.replace("[[", "[[types.work.").replace("why = \"a test\"\n", "")
}

/// An installation whose tool `ask` asks `https://api.test/open/x`, and what the policy says of that.
fn installation(server: &HttpServer, policy: &str) -> (Installation, String) {
    let url = format!("https://api.test:{}/open/x", server.port());
    let manifest = format!("\n[command]\nargs = [{url:?}]\n{}", rules::http(&url, &["GET"], ""));
    let installation =
        Installation::new().policy(&format!("{POLICY}{policy}")).tool("ask", hostile("tls_coalescing"), &manifest);
    (installation, url)
}

/// What the manifest allows and the policy does not is denied, and nothing is asked.
#[test]
fn a_policy_without_the_rule_denies() {
    let authority = Authority::new();
    let server = HttpServer::tls(&authority.issue(&["api.test"]), |_| Answer::ok("hello"));
    let dns = Dns::new().name("api.test", "127.0.0.1");
    let other = rules::http("https://other.test/**", &["GET"], "");
    let everywhere_public = rules::http_at("https://*:*/**", &["GET"], "");
    for policy in ["", &in_policy(&other), &in_policy(&everywhere_public)] {
        let (installation, url) = installation(&server, policy);
        let answer = installation.resolver(dns.address()).open("work").call("ask", &json!({})).answers("denied");
        assert_eq!(answer["denied"][0]["access"], format!("http GET {url}"), "{answer}");
    }
    server.is_untouched();
}

/// Where both allow it, it is asked, by the resolver and under the authority that `init` was told.
#[test]
fn init_says_whom_to_trust_and_whom_to_ask() {
    let authority = Authority::new();
    let server = HttpServer::tls(&authority.issue(&["api.test"]), |_| Answer::ok("hello"));
    let dns = Dns::new().name("api.test", "127.0.0.1");
    let url = format!("https://api.test:{}/open/x", server.port());
    let rule = rules::http(&url, &["GET"], "");
    let installation = Installation::bare().file("ca.pem", authority.pem());
    let path = |name: &str| installation.path(name).to_str().unwrap().to_owned();
    let resolver = dns.address().to_string();
    let (ca, folder) = (path("ca.pem"), path("toolward"));
    installation.run(&["init", "--folder", &folder, "--ca", &ca, "--resolver", &resolver]).exits(0);
    let installation = installation.policy(&format!("{POLICY}{}", in_policy(&rule)));
    let manifest = format!("\n[command]\nargs = [{url:?}]\n{rule}");
    let installation = installation.tool("ask", hostile("tls_coalescing"), &manifest);
    installation.open("work").call("ask", &json!({})).answers("ok");
    assert_eq!(server.requests(), ["GET /open/x"; 3]);
    assert_eq!(dns.names(), ["api.test"]);
}

/// What cannot be trusted or asked is an error at once.
#[test]
fn init_takes_no_authority_that_is_none() {
    let installation = Installation::bare().file("no.pem", "no certificate");
    let path = |name: &str| installation.path(name).to_str().unwrap().to_owned();
    let folder = path("toolward");
    for options in [["--ca", &path("no.pem")], ["--ca", &path("missing.pem")], ["--resolver", "nobody"]] {
        let said = installation.run(&[&["init", "--folder", &folder], &options[..]].concat());
        said.exits(2);
    }
}
