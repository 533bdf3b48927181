//! A claim proves what it says, to whom it says, once, within a minute; anything else proves nothing.
use super::*;
use crate::state::SigningKey;
use crate::state::agents::AgentKey;

struct World {
    credential: Credential,
    agent: Agent,
    opening: Opening,
    challenge: Challenge,
    now: Time,
}

fn world() -> World {
    let credential = Credential::fresh("coder".parse().unwrap()).unwrap();
    let now = Time::now();
    let opening = Opening {
        agent: "coder".into(),
        kind: "review".into(),
        ttl: Some(Duration::from_secs(900)),
        mounts: vec![("/repo".into(), "/srv/repos/site".into(), true)],
        set: BTreeMap::from([("repo".to_owned(), "acme/site".to_owned())]),
        grant_sha256: Some([7; 32]),
    };
    let challenge = Challenge::fresh(SigningKey::fresh().unwrap().public()).unwrap();
    let key = AgentKey { public: credential.public(), added: now, until: None };
    let agent =
        Agent { name: "coder".into(), owner: None, added: now, revoked_at: None, keys: vec![key], tainted_until: None };
    World { credential, agent, opening, challenge, now }
}

impl World {
    fn claim(&self) -> Claim {
        Claim::new(&self.opening, &self.challenge, self.now)
    }

    fn verify(&self, claim: &Claim) -> Result<PublicKey, Unproved> {
        claim.verify(&claim.sign(&self.credential).unwrap(), &self.agent, &self.challenge, self.now)
    }
}

#[test]
fn a_claim_proves_which_key_signed_it() {
    let world = world();
    assert_eq!(world.verify(&world.claim()), Ok(world.credential.public()));
    assert!(world.claim().asks_for(&world.opening, &world.challenge));
}

#[test]
fn what_is_signed_is_json_with_its_fields_by_name() {
    let mut world = world();
    world.challenge.nonce = [0xab; 32];
    let claim = Claim::new(&world.opening, &world.challenge, Time::from_micros(5));
    let expected = format!(
        r#"{{"agent":"coder","audience":"{}","grant_sha256":"{}","mounts":[["/repo","/srv/repos/site",true]],"nonce":"{}","set":{{"repo":"acme/site"}},"time":5,"ttl":900000,"type":"review"}}"#,
        world.challenge.audience,
        "07".repeat(32),
        "ab".repeat(32),
    );
    assert_eq!(claim.text().unwrap(), expected);
    assert_eq!(serde_json::from_str::<Claim>(&expected).unwrap(), claim);
    assert!(serde_json::from_str::<Claim>(&expected.replace("\"ttl\"", "\"extra\":1,\"ttl\"")).is_err());
}

#[test]
fn a_claim_that_is_replayed_answers_another_challenge() {
    let world = world();
    let (claim, again) = (world.claim(), Challenge::fresh(world.challenge.audience).unwrap());
    let signature = claim.sign(&world.credential).unwrap();
    assert_eq!(claim.verify(&signature, &world.agent, &again, world.now), Err(Unproved::Nonce));
    // Another nonce written over the signed one is another text.
    let forged = Claim::new(&world.opening, &again, world.now);
    assert_eq!(forged.verify(&signature, &world.agent, &again, world.now), Err(Unproved::Key));
}

#[test]
fn a_claim_for_another_installation_proves_nothing_here() {
    let world = world();
    let audience = SigningKey::fresh().unwrap().public();
    let claim = Claim::new(&world.opening, &Challenge { audience, ..world.challenge }, world.now);
    assert_eq!(world.verify(&claim), Err(Unproved::Audience));
}

#[test]
fn a_claim_is_good_for_a_minute_either_way() {
    let world = world();
    let at = |seconds: i64| Time::from_micros(world.now.micros() + seconds * 1_000_000);
    for (seconds, good) in [(-61, false), (-60, true), (60, true), (61, false)] {
        let proved = world.verify(&Claim::new(&world.opening, &world.challenge, at(seconds)));
        assert_eq!(proved.is_ok(), good, "{seconds}: {proved:?}");
    }
    for extreme in [i64::MIN, i64::MAX] {
        let claim = Claim::new(&world.opening, &world.challenge, Time::from_micros(extreme));
        assert_eq!(world.verify(&claim), Err(Unproved::Time));
    }
}

#[test]
fn whatever_is_changed_after_signing_voids_the_signature() {
    let world = world();
    let claim = world.claim();
    let signature = claim.sign(&world.credential).unwrap();
    type Change = fn(&mut Opening);
    let changes: [Change; 7] = [
        |opening| opening.kind = "deploy".into(),
        |opening| opening.ttl = None,
        |opening| opening.mounts[0].2 = false,
        |opening| opening.mounts[0].1 = "/".into(),
        |opening| opening.mounts.clear(),
        |opening| drop(opening.set.insert("repo".into(), "acme/other".into())),
        |opening| opening.grant_sha256 = None,
    ];
    for change in changes {
        let mut opening = world.opening.clone();
        change(&mut opening);
        assert!(!claim.asks_for(&opening, &world.challenge));
        let changed = Claim::new(&opening, &world.challenge, world.now);
        assert_eq!(changed.verify(&signature, &world.agent, &world.challenge, world.now), Err(Unproved::Key));
    }
}

#[test]
fn another_agents_key_and_another_agents_claim_prove_nothing() {
    let mut world = world();
    let other = Credential::fresh("coder".parse().unwrap()).unwrap();
    let claim = world.claim();
    let forged = claim.sign(&other).unwrap();
    assert_eq!(claim.verify(&forged, &world.agent, &world.challenge, world.now), Err(Unproved::Key));
    assert_eq!(claim.verify(&[0; 64], &world.agent, &world.challenge, world.now), Err(Unproved::Key));
    world.agent.name = "another".into();
    assert_eq!(world.verify(&claim), Err(Unproved::Agent));
}

#[test]
fn a_signature_of_another_sort_is_none() {
    let world = world();
    let claim = world.claim();
    let other = world.credential.sign("checkpoint", claim.text().unwrap().as_bytes());
    assert_eq!(claim.verify(&other, &world.agent, &world.challenge, world.now), Err(Unproved::Key));
}

#[test]
fn a_key_that_was_replaced_holds_until_its_time_is_over() {
    let mut world = world();
    world.agent.keys[0].until = Some(world.now + Duration::from_micros(1));
    assert!(world.verify(&world.claim()).is_ok());
    world.agent.keys[0].until = Some(world.now);
    assert_eq!(world.verify(&world.claim()), Err(Unproved::Replaced));
}

#[test]
fn a_revoked_agent_proves_nothing_and_who_has_no_key_does_not_learn_of_it() {
    let mut world = world();
    world.agent.revoked_at = Some(world.now);
    assert_eq!(world.verify(&world.claim()), Err(Unproved::Revoked));
    world.credential = Credential::fresh("coder".parse().unwrap()).unwrap();
    assert_eq!(world.verify(&world.claim()), Err(Unproved::Key));
}
