//! Ends with the code that is its argument: some are those by which Toolward says how it ended a tool.
use toolward_guests::given;

fn main() {
    let [code] = given();
    wasip2::cli::exit::exit_with_code(code.parse().expect("a code"));
}
