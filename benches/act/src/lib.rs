//! Our tool `read` as a component of ACT, so that `act call` can be measured beside `toolward call`: the same library reads
//! the same file into the same answer, behind ACT's interface in place of stdin and stdout.

use act_sdk::prelude::*;
use guest::Root;

/// What the benchmark asks for. (A type of its own, since ACT wants a schema of it.)
#[derive(Deserialize, JsonSchema)]
struct Asked {
    /// The file.
    path: String,
}

#[act_component]
mod component {
    use super::*;

    #[act_tool(description = "Read a file.", read_only)]
    fn read(#[args] asked: Asked) -> ActResult<Json<::read::Output>> {
        let input = ::read::Input { path: asked.path, lines: None, bytes: None, line_numbers: false };
        ::read::run(&Root::guest(), input).map(Json).map_err(|failure| ActError::internal(failure.to_string()))
    }
}
