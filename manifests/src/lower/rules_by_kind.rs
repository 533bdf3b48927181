//! One rule of each kind.
use super::Lowering;
use super::lists::Lowered;
use crate::access::SecretOp;
use std::collections::BTreeMap;

use crate::file::{
    At, ConditionFile, DnsRule, EnvRule, FilesRule, HttpRule, OtherFields, PortFile, RuleFile, SecretsRule, TcpRule,
    ToolsRule,
};
use crate::pattern::{HostTemplate, MethodPattern, NameKind, NameTemplate, PathTemplate, PortPattern, UrlTemplate};
use crate::rule::{
    CallTool, Connect, EnvTemplate, FileOps, HttpTemplate, Lookup, Order, ReadEnv, SecretTemplate, TcpTemplate,
    ToolTemplate, Written,
};
use crate::scope::Wording;
use crate::verdict::Layer;

impl Lowering<'_> {
    pub(super) fn files_rule(&mut self, rule: &At<FilesRule>) -> Option<Lowered<Written<PathTemplate>, FileOps>> {
        let path = self.template(&rule.path, PathTemplate::parse);
        self.rule(rule, path, &rule.path)
    }

    pub(super) fn http_rule(&mut self, rule: &At<HttpRule>) -> Option<Lowered<HttpTemplate, Vec<MethodPattern>>> {
        let url = self.template(&rule.url, UrlTemplate::parse);
        let of_allow = [
            ("other_fields", rule.other_fields.as_ref().map(|own| &own.span)),
            ("headers", rule.headers.as_ref().map(|own| &own.span)),
            ("guest_credentials", rule.guest_credentials.as_ref().map(|own| &own.span)),
            ("address", rule.address.as_ref().map(|own| &own.span)),
        ];
        self.of_allow_only(
            &rule.value,
            &of_allow,
            "an `ask` or `deny` matches whatever a request carries, and wherever it leads",
        );
        if let (Some(others), None) = (&rule.other_fields, &rule.query) {
            self.error(&others.span, "`other_fields` says nothing without `query`: the whole query is open");
        }
        for method in [&rule.allow, &rule.ask].into_iter().flatten().flat_map(|list| list.iter()) {
            self.sendable(method);
        }
        let others_are_open = rule.other_fields.as_ref().is_some_and(|others| others.value == OtherFields::Open);
        let query = rule.query.as_ref().map(|query| self.query(query, others_are_open));
        let (headers, addresses) = (self.headers(rule), self.addresses(rule.address.as_ref()));
        self.rule(rule, url.map(|url| HttpTemplate { url, query, headers, addresses }), &rule.url)
    }

    pub(super) fn tcp_rule(&mut self, rule: &At<TcpRule>) -> Option<Lowered<TcpTemplate, Connect>> {
        let host = self.template(&rule.host, HostTemplate::parse);
        let (parsed, port) = match &rule.port.value {
            PortFile::Number(number) => (PortPattern::number(*number), number.to_string()),
            PortFile::Text(text) => (PortPattern::parse(text), text.clone()),
        };
        let parsed = self.pattern(&rule.port.span, parsed);
        let of_allow = [("address", rule.address.as_ref().map(|own| &own.span))];
        self.of_allow_only(&rule.value, &of_allow, "an `ask` or `deny` matches wherever a connection leads");
        let addresses = self.addresses(rule.address.as_ref());
        let on = host.zip(parsed).map(|(host, port)| TcpTemplate { host, port, addresses });
        self.rule(rule, on, &format!("{}:{port}", rule.host.value))
    }

    pub(super) fn dns_rule(&mut self, rule: &At<DnsRule>) -> Option<Lowered<Written<HostTemplate>, Lookup>> {
        let name = self.template(&rule.name, HostTemplate::parse);
        self.rule(rule, name, &rule.name)
    }

    pub(super) fn secrets_rule(&mut self, rule: &At<SecretsRule>) -> Option<Lowered<SecretTemplate, Vec<SecretOp>>> {
        let name = self.template(&rule.name, |text| NameTemplate::parse(NameKind::Secret, text));
        let lists = rule.lists();
        let names = |op: SecretOp| {
            let lists = [lists.allow, lists.ask, lists.deny];
            lists.into_iter().flatten().flat_map(|list| list.iter()).any(|word| word.value == op.word())
        };
        let to = match &rule.to {
            Some(to) if !names(SecretOp::Use) => {
                let help = "what the guest sees can travel anywhere; leave `to` out".to_owned();
                self.error_with_help(&to.span, "`to` says nothing where no list names `use`", help);
                None
            }
            Some(to) => Some(self.template(to, UrlTemplate::parse)?),
            None if names(SecretOp::Use) => {
                let help = "name the URLs that the secret may travel to: `to = \"https://…\"`".to_owned();
                self.error_with_help(&rule.span, "the rule has no `to`", help);
                None
            }
            None => None,
        };
        let shown =
            rule.to.as_ref().map_or_else(|| rule.name.value.clone(), |to| format!("{} {}", rule.name.value, to.value));
        self.rule(rule, name.map(|name| SecretTemplate { name, to }), &shown)
    }

    pub(super) fn env_rule(&mut self, rule: &At<EnvRule>) -> Option<Lowered<EnvTemplate, ReadEnv>> {
        let name = self.template(&rule.name, |text| NameTemplate::parse(NameKind::Env, text));
        let value = rule.value.value.as_ref().map(|value| {
            self.env_value(rule, value);
            value.value.clone()
        });
        self.rule(rule, name.map(|name| EnvTemplate { name, value }), &rule.name)
    }

    fn env_value(&mut self, rule: &EnvRule, value: &At<String>) {
        if self.layer == Layer::Manifest {
            let help = "a policy or a grant gives the value; a manifest says that the tool reads it".to_owned();
            self.error_with_help(&value.span, "a manifest gives no values", help);
        } else if rule.allow.is_none() {
            self.error(&value.span, "a rule that does not allow `read` gives no value");
        } else if rule.name.contains(['*', '?', '{']) {
            let help = "name one variable".to_owned();
            self.error_with_help(&value.span, "a rule for several names gives no value", help);
        } else if value.contains('\0') {
            self.error(&value.span, "a variable's value has no NUL");
        }
    }

    pub(super) fn tools_rule(&mut self, rule: &At<ToolsRule>) -> Option<Lowered<ToolTemplate, CallTool>> {
        let name = self.template(&rule.name, |text| NameTemplate::parse(NameKind::Tool, text));
        let sha256 = rule.sha256.as_ref().map(|sha256| self.sha256(sha256));
        if let (Some(others), None) = (&rule.other_fields, &rule.input) {
            self.error(&others.span, "`other_fields` says nothing without `input`: the whole input is open");
        }
        let of_allow = [
            ("other_fields", rule.other_fields.as_ref().map(|own| &own.span)),
            ("times", rule.times.as_ref().map(|own| &own.span)),
        ];
        let help = "an `ask` or `deny` matches whatever the other fields and the history are";
        self.of_allow_only(&rule.value, &of_allow, help);
        if let Some(times) = rule.times.as_ref().filter(|times| times.value == 0) {
            self.error(&times.span, "`times = 0` allows nothing");
        }
        let others_are_open = rule.other_fields.as_ref().is_some_and(|others| others.value == OtherFields::Open);
        let input = rule.input.as_ref().map(|input| self.conditions(input, others_are_open));
        if rule.allow.is_none() || rule.ask.is_some() || rule.deny.is_some() {
            self.no_source_asked(rule);
        }
        let order = Order {
            after: self.earlier_calls("after", rule.after.as_ref()),
            not_after: self.earlier_calls("not_after", rule.not_after.as_ref()),
        };
        let on = ToolTemplate {
            wording: self.wording(rule)?,
            name: name?,
            sha256,
            input,
            times: rule.times.as_ref().map(|times| u64::from(times.value)),
            earlier: std::mem::take(&mut self.earlier),
            order,
        };
        self.rule(rule, Some(on), &rule.name)
    }

    /// What was not seen may have been: a rule that has to be disproved cannot depend on it.
    fn no_source_asked(&mut self, rule: &ToolsRule) {
        let asks = |condition: &At<ConditionFile>| match &condition.value {
            ConditionFile::Where(table) => table.seen_in.as_ref().map(|seen_in| seen_in.span.clone()),
            ConditionFile::Is(_) | ConditionFile::OneOf(_) => None,
        };
        let spans: Vec<_> = rule.input.iter().flat_map(BTreeMap::values).filter_map(asks).collect();
        for span in spans {
            let help = "write a rule of its own that has `allow` alone";
            self.error_with_help(&span, "`seen_in` says something of an `allow` only", help.to_owned());
        }
    }

    /// The rule's wording: everything in it but how often it allows and why, so that neither another rule nor a larger
    /// `times` makes the count begin again.
    fn wording(&mut self, rule: &At<ToolsRule>) -> Option<Wording> {
        let counted = ToolsRule { times: None, why: None, ..rule.value.clone() };
        let json = serde_json::to_string(&counted).map_err(|error| self.error(&rule.span, error.to_string())).ok()?;
        Some(Wording::of_rule(&self.section, &json))
    }
}
