//! A compiled filter.

use guest::{Failure, text};
use jaq_core::data::JustLut;
use jaq_core::load::{Arena, Error, File, Loader};
use jaq_core::{Compiler, Ctx, Vars};
use jaq_json::Val;

/// A jq filter, ready to run. It has no modules to load and no inputs but the one it is run on.
pub(crate) struct Filter(jaq_core::Filter<JustLut<Val>>);

impl Filter {
    /// Compiles `code`, in which the variables `names` (without `$`) are known.
    pub(crate) fn compile<'a>(code: &str, names: impl Iterator<Item = &'a String>) -> Result<Self, Failure> {
        let wrong = |why: String| Failure::new(format!("the filter does not compile: {why}"));
        let names: Vec<_> = names.map(|name| format!("${name}")).collect();
        let defs = jaq_core::defs().chain(jaq_std::defs()).chain(jaq_json::defs());
        let funs = jaq_core::funs().chain(jaq_std::funs()).chain(jaq_json::funs());
        let arena = Arena::default();
        let modules = Loader::new(defs).load(&arena, File { code, path: () }).map_err(|errors| {
            wrong(errors.iter().map(|(_, error)| unloadable(error)).collect::<Vec<_>>().join("; "))
        })?;
        let filter = Compiler::default()
            .with_funs(funs)
            .with_global_vars(names.iter().map(String::as_str))
            .compile(modules)
            .map_err(|errors| {
                let unknown = errors.iter().flat_map(|(_, unknown)| unknown);
                wrong(
                    unknown
                        .map(|(name, kind)| format!("unknown {} `{name}`", kind.as_str()))
                        .collect::<Vec<_>>()
                        .join("; "),
                )
            })?;
        Ok(Self(filter))
    }

    /// Runs on `input` and hands each result to `take` until that returns false. Whether `take` still wants more.
    pub(crate) fn run(
        &self,
        input: Val,
        variables: &[Val],
        mut take: impl FnMut(&Val) -> Result<bool, Failure>,
    ) -> Result<bool, Failure> {
        let context = Ctx::<JustLut<Val>>::new(&self.0.lut, Vars::new(variables.iter().cloned()));
        for result in self.0.id.run((context, input)) {
            // `halt` is an exception without an error. It must not end the process, which has an answer to give.
            let result = match result.map_err(jaq_core::Exn::get_err) {
                Ok(result) => result,
                Err(Ok(error)) => return Err(Failure::new(format!("the filter failed: {error}"))),
                Err(Err(_)) => return Ok(false),
            };
            if !take(&result)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

fn unloadable(error: &Error<&str>) -> String {
    match error {
        Error::Io(modules) => modules.iter().map(|(name, _)| format!("there is no module `{name}`")).collect(),
        Error::Lex(errors) => errors.first().map(|(wanted, rest)| expected(wanted.as_str(), rest)).unwrap_or_default(),
        Error::Parse(errors) => {
            errors.first().map(|(wanted, rest)| expected(wanted.as_str(), rest)).unwrap_or_default()
        }
    }
}

fn expected(wanted: &str, rest: &str) -> String {
    let found = if rest.is_empty() { "its end".to_owned() } else { format!("`{}`", text::head(rest, 40)) };
    format!("expected {wanted}, found {found}")
}
