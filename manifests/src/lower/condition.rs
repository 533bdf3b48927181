//! The conditions of a rule: on the `input` of a tool, or on the `query` of a URL.
use std::collections::BTreeMap;

use super::Lowering;
use crate::condition::{
    ConditionsOf, ConditionsTemplate, Decimal, FieldPath, QueryTemplate, Test, TestTemplate, UrlQuery, ValueTemplate,
    is_url_form,
};
use crate::file::{At, ConditionFile, ScalarFile, TypeWord, WhereFile};
use crate::pattern::{EmailTemplate, HostTemplate, PathTemplate, TextTemplate, UrlTemplate, fold};
use crate::value_type::ValueType;

impl Lowering<'_> {
    pub(super) fn conditions(
        &mut self,
        input: &BTreeMap<At<String>, At<ConditionFile>>,
        others_are_open: bool,
    ) -> ConditionsTemplate {
        let mut fields = Vec::new();
        for (key, condition) in input {
            let path = self.field_path(key);
            let test = self.condition(condition);
            fields.extend(path.zip(test));
        }
        ConditionsOf { fields, others_are_open }
    }

    /// Each key is the name of a parameter; with `[]` behind it the condition is on every value that stands for it.
    pub(super) fn query(
        &mut self,
        query: &BTreeMap<At<String>, At<ConditionFile>>,
        others_are_open: bool,
    ) -> QueryTemplate {
        let mut fields = Vec::new();
        let mut names: BTreeMap<String, &str> = BTreeMap::new();
        for (key, condition) in query {
            let repeated = key.strip_suffix("[]");
            let name = repeated.unwrap_or(key);
            if name.is_empty() || name.chars().any(char::is_control) {
                self.error(&key.span, format!("`{}` is no parameter of a query", key.escape_debug()));
            }
            if let Some(other) = names.insert(fold(name).into_owned(), key) {
                let message = format!("`{other}` and `{}` are one parameter to many servers", key.value);
                self.error_with_help(&key.span, message, "write one condition for it".to_owned());
            }
            if let ConditionFile::Where(table) = &condition.value
                && let Some(seen_in) = &table.seen_in
            {
                self.error(&seen_in.span, "`seen_in` is asked of a tool's input only");
            }
            let test = self.condition(condition).map(Test::of_text);
            let test = test.map(|test| if repeated.is_some() { Test::Each(Box::new(test)) } else { test });
            fields.extend(test.map(|test| (FieldPath::only(name), test)));
        }
        QueryTemplate(ConditionsOf { fields, others_are_open })
    }

    /// A key's place is that of a bare or a quoted key.
    fn field_path(&mut self, key: &At<String>) -> Option<FieldPath> {
        self.pattern(&key.span, FieldPath::parse(key))
    }

    fn condition(&mut self, condition: &At<ConditionFile>) -> Option<TestTemplate> {
        match &condition.value {
            ConditionFile::Is(scalar) => self.scalar(&At { value: scalar.clone(), span: condition.span.clone() }, None),
            ConditionFile::OneOf(values) => {
                self.one_of(&At { value: values.clone(), span: condition.span.clone() }, None)
            }
            ConditionFile::Where(table) => self.conditions_of_table(condition, table),
        }
    }

    fn scalar(&mut self, scalar: &At<ScalarFile>, own: Option<TypeWord>) -> Option<TestTemplate> {
        match &scalar.value {
            ScalarFile::Text(text) => {
                self.text(&At { value: text.clone(), span: scalar.span.clone() }, own).map(Test::Text)
            }
            _ if own.is_some() => {
                self.error(&scalar.span, "`as` says what a text is, and this is none");
                None
            }
            ScalarFile::Bool(value) => Some(Test::Bool(*value)),
            ScalarFile::Integer(_) | ScalarFile::Float(_) => self.number(scalar).map(Test::Number),
        }
    }

    /// A pattern of texts, of the type that is said, or that its form shows.
    fn text(&mut self, text: &At<String>, own: Option<TypeWord>) -> Option<ValueTemplate> {
        match own.unwrap_or_else(|| self.form(text)) {
            TypeWord::Url => {
                let query = UrlQuery::of(text);
                self.template(text, UrlTemplate::parse).map(|url| ValueTemplate::Url { url, query })
            }
            TypeWord::Path => self.template(text, PathTemplate::parse).map(ValueTemplate::Path),
            TypeWord::Email => self.template(text, EmailTemplate::parse).map(ValueTemplate::Email),
            TypeWord::Host => self.template(text, HostTemplate::parse).map(ValueTemplate::Host),
            TypeWord::Text if own.is_some() => self.template(text, TextTemplate::parse).map(ValueTemplate::Spelling),
            TypeWord::Text => self.template(text, TextTemplate::parse).map(ValueTemplate::Text),
        }
    }

    /// What the form of a pattern shows. Hosts have none of their own: `*.example` may be a file.
    fn form(&mut self, text: &At<String>) -> TypeWord {
        if text.starts_with('/') {
            return TypeWord::Path;
        }
        if is_url_form(text) {
            return TypeWord::Url;
        }
        if let Some((scheme, _)) = text.split_once("://")
            && scheme.contains(['*', '?', '[', '{'])
        {
            let help =
                "write `https://…` and `http://…` in an array, or `as = \"text\"` where it is no pattern of URLs";
            self.error_with_help(&text.span, "a pattern of URLs names its scheme", help.to_owned());
        }
        if EmailTemplate::has_form(text) { TypeWord::Email } else { TypeWord::Text }
    }

    fn number(&mut self, number: &At<ScalarFile>) -> Option<Decimal> {
        let text = match &number.value {
            ScalarFile::Integer(integer) => integer.to_string(),
            ScalarFile::Float(float) => float.to_string(),
            ScalarFile::Bool(_) | ScalarFile::Text(_) => String::new(),
        };
        let decimal = Decimal::parse(&text);
        if decimal.is_none() {
            self.error(&number.span, "expected a number");
        }
        decimal
    }

    fn one_of(&mut self, values: &At<Vec<At<ScalarFile>>>, own: Option<TypeWord>) -> Option<TestTemplate> {
        if values.is_empty() {
            self.error(&values.span, "a choice of nothing matches nothing");
        }
        let tests: Vec<_> = values.iter().map(|value| self.scalar(value, own)).collect();
        tests.into_iter().collect::<Option<_>>().map(Test::Any)
    }

    fn conditions_of_table(&mut self, whole: &At<ConditionFile>, table: &WhereFile) -> Option<TestTemplate> {
        if *table == WhereFile::default() {
            self.error(&whole.span, "the condition says nothing");
        }
        if let Some(absent) = &table.absent {
            let alone = WhereFile { absent: None, ..table.clone() } == WhereFile::default();
            if !absent.value || !alone {
                let help = "a field that any other condition names has to be there".to_owned();
                self.error_with_help(&absent.span, "`absent = true` stands alone", help);
            }
            return Some(Test::Absent);
        }
        let min = table.min.as_ref().map(|min| self.number(min));
        let max = table.max.as_ref().map(|max| self.number(max));
        if let (Some(Some(min)), Some(Some(max)), Some(written)) = (&min, &max, &table.min)
            && min > max
        {
            self.error(&written.span, "no number is at least `min` and at most `max`");
        }
        let length = table.length.as_ref().map(|length| {
            let most = u64::try_from(length.value).ok();
            if most.is_none() {
                self.error(&length.span, "a length is not negative");
            }
            most
        });
        let own = table.value_type.as_ref().map(|own| own.value);
        let compares = table.pattern.is_some() || table.one_of.is_some();
        let tests = [
            own.filter(|_| !compares).map(|own| self.is_of_type(table, own)),
            min.map(|min| min.map(Test::Min)),
            max.map(|max| max.map(Test::Max)),
            length.map(|length| length.map(Test::Length)),
            table.pattern.as_ref().map(|pattern| self.text(pattern, own).map(Test::Text)),
            table.one_of.as_ref().map(|values| self.one_of(values, own)),
            table.seen_in.as_ref().map(|tool| self.seen_in(table, tool)),
        ];
        if table.seen_in.is_none() {
            self.no_seen_in(&whole.span, table);
        }
        let all = tests.into_iter().flatten().collect::<Option<Vec<_>>>()?;
        let Some(optional) = &table.optional else { return Some(Test::All(all)) };
        if !optional.value || all.is_empty() {
            let help = "say beside it what the field must be where it is there".to_owned();
            self.error_with_help(&optional.span, "`optional = true` does not stand alone", help);
        }
        Some(Test::Optional(Box::new(Test::All(all))))
    }

    /// A type alone, beside which no pattern stands.
    fn is_of_type(&mut self, table: &WhereFile, own: TypeWord) -> Option<TestTemplate> {
        match own {
            TypeWord::Url => Some(Test::Is(ValueType::Url)),
            TypeWord::Path => Some(Test::Is(ValueType::Path)),
            TypeWord::Email => Some(Test::Is(ValueType::Email)),
            TypeWord::Host => Some(Test::Is(ValueType::Host)),
            TypeWord::Text => {
                let span = table.value_type.as_ref().map(|own| own.span.clone()).unwrap_or_default();
                let help = "write beside it what the text must be".to_owned();
                self.error_with_help(&span, "`as = \"text\"` says nothing without a `pattern` or `one_of`", help);
                None
            }
        }
    }
}
