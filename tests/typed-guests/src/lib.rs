//! A typed component: one function for every WIT type, some that do what tools do, and some that misbehave.
mod echo;
mod handles;
mod misbehave;
mod work;

wit_bindgen::generate!({ path: "wit", world: "typed" });

struct Typed;

impl Guest for Typed {
    fn plain(text: String) -> String {
        format!("plain {text}")
    }
}

export!(Typed);
