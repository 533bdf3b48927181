//! A web of this machine for `fetch`: one server with TLS and one without, by a name that only our resolver knows.
use std::sync::LazyLock;

use toolward_tests::Installation;
use toolward_tests::net::{Answer, Authority, Dns, HttpServer, Seen};

use super::fixture::repository;

/// What a rule of the manifest needs besides, to reach this machine.
const HERE: &str = "address = [\"127.0.0.0/8\"]";

pub(crate) struct Web {
    pub(crate) secure: HttpServer,
    pub(crate) plain: HttpServer,
    authority: Authority,
    dns: Dns,
}

/// The shipped manifest with any port, and this machine's addresses.
pub(crate) fn opened(manifest: &str) -> String {
    manifest.replace("//*/**\"\n", &format!("//*:*/**\"\n{HERE}\n"))
}

impl Web {
    /// Both servers answer alike.
    pub(crate) fn new(answer: impl Fn(&Seen) -> Answer + Clone + Send + Sync + 'static) -> Self {
        let authority = Authority::new();
        let secure = HttpServer::tls(&authority.issue(&["site.test"]), answer.clone());
        let dns = Dns::new().name("site.test", "127.0.0.1").name("other.test", "127.0.0.1");
        Self { secure, plain: HttpServer::plain(answer), authority, dns }
    }

    /// One that all tests may ask for `/page`.
    pub(crate) fn shared() -> &'static Self {
        static SHARED: LazyLock<Web> = LazyLock::new(|| {
            Web::new(|_| Answer::ok("<title>A page</title><h1>Hello</h1>").header("content-type", "text/html"))
        });
        &SHARED
    }

    /// A URL of the server with TLS.
    pub(crate) fn https(&self, path: &str) -> String {
        format!("https://site.test:{}{path}", self.secure.port())
    }

    /// A URL of the server without.
    pub(crate) fn http(&self, path: &str) -> String {
        format!("http://site.test:{}{path}", self.plain.port())
    }

    /// The small repository with a network: a task of type `edit` may ask `site.test`, at this machine.
    pub(crate) fn installation(&self) -> Installation {
        let rule = |scheme: &str| {
            format!("[[types.edit.http]]\nurl = \"{scheme}://site.test:*/**\"\nallow = [\"GET\", \"HEAD\"]\n{HERE}\n")
        };
        let installation = repository().resolver(self.dns.address()).trusting(&self.authority);
        installation.policy_too(&(rule("https") + &rule("http")))
    }
}
