//! Opening a task: what the policy says of it.
use std::time::Duration;

use toolward_manifests::policy::DEFAULT_TTL;
use toolward_manifests::{Policy, TaskTerms};

use crate::world::policy;

fn review() -> Policy {
    policy(
        "ttl = \"30m\"\nparameters.repo = { pattern = \"[a-z]+/[a-z]+\" }\nmounts.\"/repo\" = { under = \"/srv\", mode = \"rw\" }\nmounts.\"/docs\" = { under = \"~/docs\" }\nbudget = { calls = 200 }\n",
    )
}

fn open(policy: &Policy, ttl: Option<u64>, mounts: &[(&str, bool)], set: &[(&str, &str)]) -> Result<TaskTerms, String> {
    let mounts = mounts.iter().map(|(guest, read_only)| ((*guest).to_owned(), *read_only)).collect();
    let set = set.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    policy.task_terms("a", "t", ttl.map(Duration::from_secs), &mounts, &set).map_err(|refused| refused.why)
}

const REPO: &[(&str, &str)] = &[("repo", "acme/site")];

#[test]
fn a_task_has_the_terms_of_its_type() {
    let terms = open(&review(), Some(60), &[("/repo", false), ("/docs", false)], REPO).unwrap();
    assert_eq!((terms.ttl, terms.budget.calls), (Duration::from_secs(60), Some(200)));
    let shown: Vec<_> =
        terms.mounts.iter().map(|(guest, m)| (guest.as_str(), m.under.join(" "), m.read_only)).collect();
    assert_eq!(shown, [("/docs", "~/docs".to_owned(), true), ("/repo", "/srv".to_owned(), false)]);
    let read_only = open(&review(), None, &[("/repo", true)], REPO).unwrap();
    assert!(read_only.mounts.values().all(|mount| mount.read_only));
}

#[test]
fn a_task_lives_fifteen_minutes_by_default_and_never_longer_than_its_type() {
    assert_eq!(open(&review(), None, &[], REPO).unwrap().ttl, DEFAULT_TTL);
    assert_eq!(open(&policy("ttl = \"1m\"\n"), None, &[], &[]).unwrap().ttl, Duration::from_mins(1));
    assert_eq!(open(&review(), Some(1801), &[], REPO).unwrap_err(), "a task of this type lives at most 30m, not 1801s");
    assert!(open(&review(), Some(1800), &[], REPO).is_ok());
    assert!(open(&review(), Some(0), &[], REPO).is_err());
}

#[test]
fn an_agent_opens_only_what_it_may() {
    let policy = policy("\n[agents.b]\n");
    let asked = |agent: &str, kind: &str| {
        let terms = policy.task_terms(agent, kind, None, &Default::default(), &Default::default());
        terms.map(|_| ()).map_err(|refused| refused.why)
    };
    assert_eq!(asked("a", "t"), Ok(()));
    assert_eq!(asked("b", "t"), Err("the agent `b` may not open a task of type `t`".to_owned()));
    assert!(asked("c", "t").unwrap_err().contains("no agent `c`"));
    assert!(asked("a", "u").unwrap_err().contains("no type of task `u`"));
}

#[test]
fn only_what_the_policy_names_is_mounted() {
    assert!(open(&review(), None, &[("/repo/sub", false)], REPO).unwrap_err().contains("no mount `/repo/sub`"));
    assert!(open(&review(), None, &[("/", false)], REPO).is_err());
}

#[test]
fn parameters_are_those_that_are_declared_and_fit() {
    for set in [&[][..], &[("repo", "acme")], &[("repo", "acme/site\n")], &[("repo", "acme/site"), ("x", "1")]] {
        assert!(open(&review(), None, &[], set).is_err(), "{set:?}");
    }
}
