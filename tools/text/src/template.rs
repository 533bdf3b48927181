//! Jinja templates, with bounds on what they compute and write.

use std::io::{self, Write};

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, Error, UndefinedBehavior, Value};
use serde_json::Map;

use crate::Values;

/// What one template may compute: instructions, and 64 bytes of memory each, by minijinja's account.
const FUEL: u64 = 1_000_000;

/// How deep macros and blocks may call each other: a guest's stack is half a megabyte.
const DEPTH: usize = 50;

/// Bytes of the text that comes of it.
const MOST: usize = 4 << 20;

pub(crate) fn fill(template: &str, values: Values) -> Result<String, String> {
    let values = context(values)?;
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    environment.set_recursion_limit(DEPTH);
    environment.set_syntax(syntax().map_err(|error| told(&error))?);
    let template = environment.template_from_str(template).map_err(|error| told(&error))?;
    let mut page = Page::default();
    let rendered = template.render_captured_to(values, &mut page).map(drop);
    if page.full {
        return Err(format!("the text would be longer than {MOST} bytes"));
    }
    rendered.map_err(|error| told(&error))?;
    String::from_utf8(page.text).map_err(|_| "the text is not UTF-8".to_owned())
}

fn context(values: Values) -> Result<Value, String> {
    match values {
        Values::Pairs(pairs) => Ok(Value::from_pairs(pairs)),
        Values::Json(text) => serde_json::from_str::<Map<String, serde_json::Value>>(&text)
            .map(|object| Serde(object).into())
            .map_err(|error| format!("`values` is no JSON object: {error}")),
    }
}

/// A line's end that the template ends with is the text's too.
fn syntax() -> Result<SyntaxConfig, Error> {
    SyntaxConfig::builder().keep_trailing_newline(true).build()
}

fn told(error: &Error) -> String {
    let place = error.line().map_or_else(String::new, |line| format!("line {line}: "));
    let detail = error.detail().map_or_else(String::new, |detail| format!(": {detail}"));
    format!("{place}{}{detail}", error.kind())
}

/// What was written so far.
#[derive(Default)]
struct Page {
    text: Vec<u8>,
    full: bool,
}

impl Write for Page {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.text.len() + bytes.len() > MOST {
            self.full = true;
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.text.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::fill;
    use crate::Values;

    fn json(template: &str, values: &str) -> Result<String, String> {
        fill(template, Values::Json(values.to_owned()))
    }

    #[test]
    fn json_values_are_filled_in() {
        let values = r#"{"user": {"name": "Ana"}, "items": [1, 2, 9007199254740993]}"#;
        let template = "Dear {{ user.name }},\n{% for i in items %}{{ loop.index }}={{ i }};{% endfor %}\n";
        assert_eq!(json(template, values).unwrap(), "Dear Ana,\n1=1;2=2;3=9007199254740993;\n");
        assert_eq!(json("{{ user|tojson }}", values).unwrap(), r#"{"name": "Ana"}"#);
    }

    #[test]
    fn pairs_are_texts() {
        let pairs = vec![("a".to_owned(), "<1>".to_owned()), ("b".to_owned(), "{{ a }}".to_owned())];
        assert_eq!(fill("{{ a }} {{ b }}", Values::Pairs(pairs)).unwrap(), "<1> {{ a }}");
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        assert_eq!(json("x\n{{ nope }}", "{}").unwrap_err(), "line 2: undefined value");
        assert!(json("{{ a.b }}", r#"{"a": {}}"#).unwrap_err().starts_with("line 1: undefined value"));
        assert!(json("{% if %}", "{}").unwrap_err().starts_with("line 1: syntax error: "));
        assert!(json("{% include 'x' %}", "{}").unwrap_err().contains("unknown statement include"));
        assert_eq!(
            json("", "[]").unwrap_err(),
            "`values` is no JSON object: invalid type: sequence, expected a map at line 1 column 0"
        );
    }

    #[test]
    fn templates_end() {
        let forever = "{% for a in range(9999) %}{% for b in range(9999) %}{{ b }}{% endfor %}{% endfor %}";
        assert!(json(forever, "{}").unwrap_err().contains("fuel"), "{:?}", json(forever, "{}"));
        let long = "{% for a in range(9999) %}{{ x }}{% endfor %}";
        let values = format!(r#"{{"x": "{}"}}"#, "x".repeat(1000));
        assert_eq!(json(long, &values).unwrap_err(), "the text would be longer than 4194304 bytes");
        let deep = "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}";
        assert!(json(deep, "{}").unwrap_err().contains("recursion"), "{:?}", json(deep, "{}"));
    }
}
