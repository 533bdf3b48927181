//! Reads one text file by its path: the work that `tools/read` does, for ACT's host.
use act_sdk::prelude::*;

#[derive(Deserialize, JsonSchema)]
struct ReadArgs {
    path: String,
}

#[act_component]
mod component {
    use super::*;

    #[act_tool(description = "Reads a text file.", read_only)]
    fn read(args: ReadArgs) -> ActResult<String> {
        std::fs::read_to_string(&args.path).map_err(|error| ActError::internal(error.to_string()))
    }
}
