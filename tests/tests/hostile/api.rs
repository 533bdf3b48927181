//! What most attacks on the network find: one server that may be asked, and beside it what may never be reached.
use toolward_tests::net::{Answer, Canary, Dns, HttpServer, RawServer, Seen, Step, rules};
use toolward_tests::{Outcome, World};

/// `api.test`, whose `/open/**` may be asked; `evil.test` at the same port of another address, which is a canary, and is
/// forbidden; and a resolver that knows both.
pub(crate) struct Api {
    pub(crate) server: HttpServer,
    pub(crate) canary: Canary,
    pub(crate) dns: Dns,
}

impl Api {
    pub(crate) fn new() -> Self {
        let server = HttpServer::plain(|_| Answer::ok("open"));
        let canary = Canary::beside(server.address(), "127.0.0.2");
        let dns = Dns::new().name("api.test", "127.0.0.1").name("evil.test", "127.0.0.2");
        Self { server, canary, dns }
    }

    /// With a server that answers so.
    pub(crate) fn serve(&mut self, answer: impl Fn(&Seen) -> Answer + Send + Sync + 'static) {
        self.server = HttpServer::plain(answer);
        self.canary = Canary::beside(self.server.address(), "127.0.0.2");
    }

    /// Host and port of the server.
    pub(crate) fn authority(&self) -> String {
        format!("api.test:{}", self.server.port())
    }

    /// Host and port of the canary.
    pub(crate) fn evil(&self) -> String {
        format!("evil.test:{}", self.canary.port())
    }

    /// The rule for `/open/**`, with these methods and further keys.
    pub(crate) fn rule(&self, methods: &[&str], more: &str) -> String {
        rules::http(&format!("http://{}/open/**", self.authority()), methods, more)
    }

    /// A world with these rules alone.
    pub(crate) fn world(&self, rules: &str) -> World {
        world(&self.dns, rules)
    }

    /// Runs a guest that may send GET and POST to `/open/**`, with a header `X-Fine`.
    pub(crate) fn run(&self, guest: &str) -> Outcome {
        let rule = self.rule(&["GET", "POST"], "headers = [\"X-Fine\"]\n");
        let forbidden = rules::no_http(&format!("http://{}/**", self.evil()));
        self.world(&(rule + &forbidden)).argument(self.authority()).run(guest)
    }

    /// Nothing has reached the canary, and no name but the server's was asked for.
    pub(crate) fn held(&self) -> &Self {
        self.canary.is_untouched();
        let others: Vec<String> = self.dns.names().into_iter().filter(|name| name != "api.test").collect();
        assert_eq!(others, Vec::<String>::new(), "these names were asked for");
        self
    }

    /// The server has not been asked for anything either, and was not even connected to.
    pub(crate) fn is_untouched(&self) {
        self.held();
        self.server.is_untouched();
    }
}

/// A world without mounts that asks this server for names, with these rules alone.
pub(crate) fn world(dns: &Dns, rules: &str) -> World {
    World::new().without_mounts().rules(rules).network(None, dns.address())
}

/// A rule that lets a guest ask every server of this name, at any port.
pub(crate) fn any_port(name: &str) -> String {
    rules::http(&format!("http://{name}:*/**"), &["GET", "POST"], "")
}

/// Servers that follow scripts, at `raw.test`, and a world whose guest may ask all of them and is given their URLs.
pub(crate) struct Raw {
    pub(crate) servers: Vec<RawServer>,
    pub(crate) world: World,
    _dns: Dns,
}

impl Raw {
    pub(crate) fn new(scripts: Vec<Vec<Step>>) -> Self {
        let dns = Dns::new().name("raw.test", "127.0.0.1");
        let servers: Vec<RawServer> = scripts.into_iter().map(RawServer::new).collect();
        let world = world(&dns, &any_port("raw.test"));
        let urls = servers.iter().map(|server| format!("http://raw.test:{}/x", server.port()));
        let world = urls.fold(world, World::argument);
        Self { servers, world, _dns: dns }
    }
}
