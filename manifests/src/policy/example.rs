//! Examples: what a policy is meant to say, checked whenever it is loaded.
use std::collections::BTreeMap;
use std::ops::Range;

use serde_json::{Map, Value};

use super::Policy;
use crate::access::{Access, Call};
use crate::diagnostic::Diagnostic;
use crate::file::{At, CallFile, ExampleFile, PolicyFile, VerdictFile};
use crate::nearest::did_you_mean;
use crate::scope::{Imagined, Layers, Scope, Source, Taint};
use crate::tool_name::{self, is_callable};
use crate::verdict::Verdict;

impl Policy {
    /// The examples that cannot be understood, or that this policy decides otherwise.
    pub(super) fn failed_examples(&self) -> Vec<Diagnostic> {
        let files = self.files.iter().zip(&self.sources);
        let check = |(file, source): (&PolicyFile, _)| -> Vec<Diagnostic> {
            file.example.iter().filter_map(|example| self.check(source, example).err()).collect()
        };
        files.flat_map(check).collect()
    }

    fn check(&self, source: &Source, example: &At<ExampleFile>) -> Result<(), Diagnostic> {
        let wrong = |span: &Range<usize>, message: String| Diagnostic::new(source, span.clone(), message);
        let name = &example.task_type;
        let Some(task_type) = self.types.get(name.as_str()) else {
            let help = did_you_mean(name, self.types.keys().map(String::as_str));
            return Err(wrong(&name.span, format!("unknown type `{}`", name.escape_debug())).with_help(help));
        };
        let values: BTreeMap<_, _> =
            example.set.iter().map(|(name, value)| (name.value.clone(), value.value.clone())).collect();
        let bindings = task_type.bindings(&values).map_err(|message| wrong(&example.span, message))?;
        let layers = Layers { policies: vec![(self, task_type)], ..Layers::default() };
        let scope = Scope::of(&layers, &bindings).map_err(|errors| {
            errors
                .into_iter()
                .next()
                .unwrap_or_else(|| wrong(&example.span, "the example cannot be decided".to_owned()))
        })?;
        let mut imagined = before(&scope, source, example)?;
        let asked = match asked(source, example)? {
            Access::Tools(call) => Access::Tools(normal(&scope, call)),
            access => access,
        };
        let verdict = imagined.decide(&scope, &asked);
        let expected = match example.verdict.value {
            VerdictFile::Allow => "allow",
            VerdictFile::Ask => "ask",
            VerdictFile::Deny => "deny",
        };
        if verdict.word() == expected {
            return Ok(());
        }
        let message = format!("the verdict is `{}`, not `{expected}`", verdict.word());
        Err(wrong(&example.verdict.span, message).with_help(format!("by {}", verdict.reason())))
    }
}

/// A task that has made the calls before.
fn before(scope: &Scope, source: &Source, example: &ExampleFile) -> Result<Imagined, Diagnostic> {
    let mut imagined = Imagined::new();
    for before in &example.before {
        named(source, &before.tool, &before.tool.span)?;
        let call = normal(scope, Call::from(&before.value));
        if before.failed && before.output.is_some() {
            return Err(Diagnostic::new(source, before.span.clone(), "a call that failed has no `output`"));
        }
        if let Verdict::Deny(reason) = imagined.decide(scope, &Access::Tools(call.clone())) {
            let message = format!("the call of `{}` cannot have been made before", call.tool.escape_debug());
            let help = format!("it is denied by {reason}");
            return Err(Diagnostic::new(source, before.span.clone(), message).with_help(help));
        }
        let output = before.output.clone().unwrap_or(Value::Null);
        imagined.made(scope, &call, (!before.failed).then_some(&output));
    }
    if example.tainted {
        imagined.taint = Taint::Tainted;
    }
    Ok(imagined)
}

fn asked(source: &Source, example: &At<ExampleFile>) -> Result<Access, Diagnostic> {
    let wrong = |span: &Range<usize>, message: String| Diagnostic::new(source, span.clone(), message);
    match (&example.access, &example.call) {
        (Some(access), None) => {
            let bad = |error| wrong(&access.span, format!("`{}` is no access: {error}", access.escape_debug()));
            let help = "it is KIND OPERATION RESOURCE, as `files read /repo/x`".to_owned();
            let asked = access.parse().map_err(|error: crate::access::BadAccess| bad(error).with_help(help))?;
            if let Access::Tools(call) = &asked {
                named(source, &call.tool, &access.span)?;
            }
            Ok(asked)
        }
        (None, Some(call)) if call.failed || call.output.is_some() => {
            let message = "`output` and `failed` say something of the calls `before` only".to_owned();
            Err(wrong(&call.span, message))
        }
        (None, Some(call)) => {
            named(source, &call.tool, &call.tool.span).map(|()| Access::Tools(Call::from(&call.value)))
        }
        (None, None) | (Some(_), Some(_)) => {
            Err(wrong(&example.span, "an example has either an `access` or a `call`".to_owned()))
        }
    }
}

/// A call with its input as its tool would get it.
fn normal(scope: &Scope, call: Call) -> Call {
    let input = scope.normal_input(&call.tool, &call.input);
    Call { input: input.unwrap_or(call.input), ..call }
}

/// A call is of a tool with a name that one can have.
fn named(source: &Source, tool: &str, span: &Range<usize>) -> Result<(), Diagnostic> {
    if is_callable(tool) {
        return Ok(());
    }
    let message = format!("`{}` is no tool and no function of one", tool.escape_debug());
    Err(Diagnostic::new(source, span.clone(), message).with_help(tool_name::help(tool, is_callable)))
}

impl From<&CallFile> for Call {
    fn from(file: &CallFile) -> Self {
        let input: Map<_, _> = file.input.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
        Self { tool: file.tool.value.clone(), sha256: file.sha256.clone(), input: Value::Object(input), history: None }
    }
}
