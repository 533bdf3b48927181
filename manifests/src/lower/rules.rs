//! The rule tables of one section of a file.
use super::Lowering;
use super::lists::Lowered;
use crate::file::{At, RuleTables};
use crate::rule::{Ops, Resource, Rule, Rules};

impl Lowering<'_> {
    /// The rules of a section, which is named as in the file: `types.review`.
    pub(crate) fn rules(&mut self, section: &str, tables: RuleTables<'_>) -> Rules {
        section.clone_into(&mut self.section);
        Rules {
            files: self.table(tables.files, Self::files_rule),
            http: self.table(tables.http, Self::http_rule),
            tcp: self.table(tables.tcp, Self::tcp_rule),
            dns: self.table(tables.dns, Self::dns_rule),
            secrets: self.table(tables.secrets, Self::secrets_rule),
            env: self.table(tables.env, Self::env_rule),
            tools: self.table(tables.tools, Self::tools_rule),
        }
    }

    fn table<F, R: Resource, O: Ops>(
        &mut self,
        table: &[At<F>],
        lower: impl Fn(&mut Self, &At<F>) -> Option<Lowered<R, O>>,
    ) -> Vec<Rule<R, O>> {
        let lowered: Vec<_> = table.iter().filter_map(|written| lower(self, written)).collect();
        self.duplicates(&lowered);
        lowered.into_iter().map(|lowered| lowered.rule).collect()
    }
}
