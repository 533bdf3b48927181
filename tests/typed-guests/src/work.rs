//! What tools do besides answering.
use std::fs;

use crate::Typed;
use crate::exports::toolward::typed::work::{Fault, Guest};

impl Guest for Typed {
    fn nothing() {}

    fn join(name: String, content: Vec<u8>) -> Result<Vec<u8>, String> {
        if name.is_empty() {
            return Err("a name has at least one letter".to_owned());
        }
        Ok([name.as_bytes(), &content].concat())
    }

    fn divide(dividend: i32, divisor: i32) -> Result<i32, Fault> {
        dividend.checked_div(divisor).ok_or(Fault::Other)
    }

    fn read(path: String) -> Result<String, Fault> {
        fs::read_to_string(&path).map_err(|error| Fault::NotThere(format!("{path}: {error}")))
    }

    fn talk() -> String {
        print!("to stdout, ");
        eprint!("to stderr, ");
        println!("and {:?}", std::env::args().collect::<Vec<_>>());
        "the answer".to_owned()
    }
}
