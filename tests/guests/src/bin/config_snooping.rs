//! Asks the host's configuration for what is not the tool's.
use std::process::ExitCode;

use toolward_guests::host::store;
use toolward_guests::must_work;

fn main() -> ExitCode {
    let mut got = 0;
    for key in
        ["PATH", "HOME", "PROBE_SECRET", "policy", "manifests", "", "../config", "GREETING", "greeting ", "greeting\0"]
    {
        match store::get(key) {
            Ok(Some(value)) => {
                got += 1;
                println!("got {key:?}: {value}");
            }
            Ok(None) => println!("refused {key:?}: none"),
            Err(error) => println!("refused {key:?}: {error:?}"),
        }
    }
    let greeting = must_work("greeting", store::get("greeting").map_err(|error| format!("{error:?}")));
    println!("greeting {greeting:?}");
    println!("all {:?}", must_work("all", store::get_all().map_err(|error| format!("{error:?}"))));
    if got == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
