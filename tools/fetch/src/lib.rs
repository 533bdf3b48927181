//! Fetches one page or file by HTTP, within bounds: HTML as Markdown, text in its charset, anything as bytes.

mod address;
mod body;
mod charset;
mod content_type;
mod html;
mod input;
mod meta;
mod output;
mod redirect;
#[cfg(test)]
mod tests;
mod wasi;
mod web;

pub use input::{Format, Input, Method};
pub use output::{Hop, Output};
pub use wasi::Host;
pub use web::{Request, Response, Trouble, Web};

use guest::Failure;

use content_type::Kind;

/// Fetches. An answer is an answer whatever its status.
///
/// # Errors
/// A URL that is none, a request that the host refused or that came to nothing, redirects without end or to where they must
/// not lead, an answer that is no text where text was asked for, a body that is not what it says it is.
pub fn run(web: &mut dyn Web, input: &Input) -> Result<Output, Failure> {
    input.check()?;
    let arrived = redirect::follow(web, input, address::parse(&input.url)?)?;
    let mut output = Output::of(&arrived);
    if input.method == Method::Head {
        return Ok(output);
    }
    let about = arrived.response.content_type();
    if input.format != Format::Raw && about.kind() == Kind::Bytes {
        return Err(no_text(&about.essence));
    }
    let body = body::read(arrived.response, input.max_bytes)?;
    output.bytes = body.bytes.len();
    output.truncated = !body.whole;
    if input.format == Format::Raw {
        output.base64 = Some(data_encoding::BASE64.encode(&body.bytes));
        return Ok(output);
    }
    let kind = about.kind_of(&body);
    if kind == Kind::Bytes {
        return Err(no_text(&about.essence));
    }
    let decoded = charset::decode(&body, about.charset.as_deref(), kind);
    // What follows needs memory of its own.
    drop(body);
    output.charset = Some(decoded.charset.to_ascii_lowercase());
    output.lossy = decoded.lossy;
    if kind == Kind::Html && input.format == Format::Markdown {
        let page = html::convert(&decoded.text, &arrived.url);
        output.title = page.title;
        output.say(page.markdown);
    } else {
        output.say(decoded.text);
    }
    Ok(output)
}

fn no_text(essence: &str) -> Failure {
    let what = if essence.is_empty() { "the answer" } else { &format!("`{essence}`") };
    Failure::new(format!("{what} is no text: `format` = \"raw\" gives its bytes"))
}
