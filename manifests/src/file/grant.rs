//! A grant's file: what one task was given.
use super::at::At;
use super::budget::BudgetFile;
use super::limits::LimitsFile;
use super::rules::with_rule_tables;

with_rule_tables! {
    /// A grant. A kind of access that it does not name is denied, `tools` apart.
    GrantFile {
        /// The version of this format: 1.
        #[schemars(with = "super::value::SchemaOne")]
        schema: At<i64>,
        /// Limits that the grant lowers.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        limits: Option<LimitsFile>,
        /// What the task may use up, where that is less than the policy says.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        budget: Option<At<BudgetFile>>,
    }
}
