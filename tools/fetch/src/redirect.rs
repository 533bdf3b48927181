//! Follows redirects. Each step is a request of its own, which the host decides on anew.

use guest::Failure;
use url::Url;

use crate::{Hop, Input, Request, Response, Trouble, Web, address};

/// What is said of us to servers.
const AGENT: &str = concat!("toolward-fetch/", env!("CARGO_PKG_VERSION"));

/// Types that are wanted where nothing else was asked for.
const ACCEPT: &str = "text/html,application/xhtml+xml,text/markdown,text/plain;q=0.9,*/*;q=0.8";

/// An answer, and how it was come by.
#[derive(Debug)]
pub(crate) struct Arrived {
    pub(crate) response: Response,
    pub(crate) url: Url,
    pub(crate) redirects: Vec<Hop>,
    /// Where the answer leads, where it is a redirect itself.
    pub(crate) next: Option<Url>,
}

/// Sends the request, and again wherever the answer redirects to.
pub(crate) fn follow(web: &mut dyn Web, input: &Input, mut url: Url) -> Result<Arrived, Failure> {
    let mut redirects = Vec::new();
    loop {
        let request = Request { method: input.method, url: &url, headers: headers(input) };
        let response = web.send(&request).map_err(|trouble| told(trouble, &url, &redirects))?;
        let Some(location) = location(&response) else {
            return Ok(Arrived { response, url, redirects, next: None });
        };
        if input.max_redirects == 0 {
            // It is told, not followed: so it may lead anywhere.
            let next = url.join(location).ok();
            return Ok(Arrived { response, url, redirects, next });
        }
        let to = address::redirected(&url, location)?;
        if redirects.len() == input.max_redirects {
            let most = input.max_redirects;
            return Err(Failure::new(format!("more than {most} redirects: `{url}` leads to `{to}`")));
        }
        redirects.push(Hop { status: response.status, url: url.into() });
        url = to;
    }
}

fn location(response: &Response) -> Option<&str> {
    let redirects = matches!(response.status, 301 | 302 | 303 | 307 | 308);
    response.header("location").filter(|_| redirects)
}

fn headers(input: &Input) -> Vec<(&'static str, String)> {
    let mut headers = vec![
        ("accept", input.accept.clone().unwrap_or_else(|| ACCEPT.to_owned())),
        ("accept-encoding", "gzip".to_owned()),
        ("user-agent", AGENT.to_owned()),
    ];
    headers.extend(input.accept_language.clone().map(|languages| ("accept-language", languages)));
    headers
}

fn told(trouble: Trouble, url: &Url, redirects: &[Hop]) -> Failure {
    let from = redirects.last().map_or_else(String::new, |hop| format!("`{}` redirects to `{url}`: ", hop.url));
    Failure::new(match trouble {
        Trouble::Refused => format!("{from}the host refused the request"),
        Trouble::Failed(why) => format!("cannot fetch `{url}`: {why}"),
    })
}
