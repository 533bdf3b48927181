//! The agents in the store.
use super::{Added, Agent, Agents, Error, Moment, PublicKey, Revoked, Rotated, Time, rows};
use crate::audit::event::{self, Event, Subject};
use crate::state::{Db, tasks};

impl Agents for Db {
    fn add(&self, name: &str, owner: Option<&str>, key: &PublicKey, now: Time) -> Result<Added, Error> {
        self.write(|tx| {
            match rows::one(tx, name)? {
                Some(Agent { revoked_at: Some(at), .. }) => return Ok(Added::Revoked(at)),
                Some(agent) if !agent.keys.is_empty() => return Ok(Added::HasKey),
                _ if rows::knows_key(tx, key)? => return Ok(Added::KeyInUse),
                _ => {}
            }
            let sql = "INSERT INTO agents (name, owner, added) VALUES (?1, ?2, ?3)
                ON CONFLICT (name) DO UPDATE SET owner = coalesce(excluded.owner, owner)";
            tx.prepare_cached(sql)?.execute((name, owner, now.micros()))?;
            rows::insert_key(tx, name, key, now)?;
            event::append(tx, &[of("add", name, owner, now).text("key", key.to_string())])?;
            Ok(Added::Yes)
        })
    }

    fn agent(&self, name: &str) -> Result<Option<Agent>, Error> {
        self.read(|tx| rows::one(tx, name))
    }

    fn agents(&self) -> Result<Vec<Agent>, Error> {
        self.read(rows::all)
    }

    fn rotate(&self, name: &str, key: &PublicKey, until: Time, now: Time) -> Result<Rotated, Error> {
        self.write(|tx| {
            let owner = match rows::one(tx, name)? {
                Some(Agent { revoked_at: Some(at), .. }) => return Ok(Rotated::Revoked(at)),
                Some(agent) if !agent.keys.is_empty() => agent.owner,
                _ => return Ok(Rotated::NoKey),
            };
            if rows::knows_key(tx, key)? {
                return Ok(Rotated::KeyInUse);
            }
            let sql = "UPDATE agent_keys SET until = min(coalesce(until, ?2), ?2) WHERE agent = ?1";
            tx.prepare_cached(sql)?.execute((name, until.micros()))?;
            rows::insert_key(tx, name, key, now)?;
            let event = of("rotate", name, owner.as_deref(), now).text("key", key.to_string());
            event::append(tx, &[event.text("older_keys_until", until.to_string())])?;
            Ok(Rotated::Yes)
        })
    }

    fn revoke_agent(&self, name: &str, now: &Moment) -> Result<Revoked, Error> {
        self.write(|tx| {
            let (before, owner) = match rows::one(tx, name)? {
                Some(agent) => (agent.revoked_at, agent.owner),
                None => (None, None),
            };
            let sql = "INSERT INTO agents (name, added, revoked_at) VALUES (?1, ?2, ?2)
                ON CONFLICT (name) DO UPDATE SET revoked_at = coalesce(revoked_at, excluded.revoked_at)";
            tx.prepare_cached(sql)?.execute((name, now.wall.micros()))?;
            if before.is_none() {
                event::append(tx, &[of("revoke", name, owner.as_deref(), now.wall)])?;
            }
            Ok(Revoked { before, tasks: tasks::revoke_all_of(tx, name, now)? })
        })
    }

    fn open_tasks_of(&self, name: &str, now: Time) -> Result<u64, Error> {
        let sql = "SELECT count(*) FROM tasks WHERE agent = ?1 AND ended IS NULL AND expires > ?2";
        self.read(|tx| Ok(tx.prepare_cached(sql)?.query_row((name, now.micros()), |row| row.get(0))?))
    }
}

/// What the installation's chain says of an agent.
fn of(op: &'static str, name: &str, owner: Option<&str>, now: Time) -> Event {
    Event::new(Subject::Agent, op, name, now).by(Some(name), owner)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::state::{Durability, SigningKey, State};

    fn store() -> (tempfile::TempDir, State) {
        let home = tempfile::tempdir().unwrap();
        let state = State::create(home.path(), Durability::Process).unwrap();
        (home, state)
    }

    fn key() -> PublicKey {
        SigningKey::fresh().unwrap().public()
    }

    #[test]
    fn an_agent_is_added_once_and_one_key_proves_one_agent() {
        let ((_home, State { db, .. }), now, first) = (store(), Time::now(), key());
        assert_eq!(db.add("coder", Some("ana"), &first, now).unwrap(), Added::Yes);
        assert_eq!(db.add("coder", Some("bo"), &key(), now).unwrap(), Added::HasKey);
        assert_eq!(db.add("other", None, &first, now).unwrap(), Added::KeyInUse);
        let agent = db.agent("coder").unwrap().unwrap();
        assert_eq!((agent.owner.as_deref(), agent.keys.len()), (Some("ana"), 1));
        assert!(agent.key(&first).unwrap().holds(now));
        assert_eq!(db.agent("other").unwrap(), None);
    }

    #[test]
    fn an_old_key_holds_for_the_overlap_and_no_rotation_lengthens_it() {
        let ((_home, State { db, .. }), now) = (store(), Time::now());
        let [first, second, third] = [key(), key(), key()];
        let at = |seconds| now + Duration::from_secs(seconds);
        assert_eq!(db.rotate("coder", &first, at(60), now).unwrap(), Rotated::NoKey);
        db.add("coder", None, &first, now).unwrap();
        assert_eq!(db.rotate("coder", &second, at(60), now).unwrap(), Rotated::Yes);
        assert_eq!(db.rotate("coder", &third, at(600), now).unwrap(), Rotated::Yes);
        assert_eq!(db.rotate("coder", &first, at(600), now).unwrap(), Rotated::KeyInUse);
        let agent = db.agent("coder").unwrap().unwrap();
        let holds = |seconds| [first, second, third].map(|key| agent.key(&key).unwrap().holds(at(seconds)));
        assert_eq!(holds(59), [true, true, true]);
        assert_eq!(holds(60), [false, true, true]);
        assert_eq!(holds(600), [false, false, true]);
    }

    #[test]
    fn a_rotation_without_overlap_ends_every_older_key() {
        let ((_home, State { db, .. }), now) = (store(), Time::now());
        let [first, second, third] = [key(), key(), key()];
        db.add("coder", None, &first, now).unwrap();
        db.rotate("coder", &second, now + Duration::from_secs(600), now).unwrap();
        db.rotate("coder", &third, now, now).unwrap();
        let agent = db.agent("coder").unwrap().unwrap();
        assert_eq!([first, second, third].map(|key| agent.key(&key).unwrap().holds(now)), [false, false, true]);
    }

    #[test]
    fn a_name_that_was_revoked_is_used_up() {
        let ((_home, State { db, .. }), now) = (store(), Moment::now());
        assert_eq!(db.revoke_agent("coder", &now).unwrap(), Revoked { before: None, tasks: 0 });
        assert_eq!(db.revoke_agent("coder", &Moment::now()).unwrap(), Revoked { before: Some(now.wall), tasks: 0 });
        assert_eq!(db.add("coder", None, &key(), now.wall).unwrap(), Added::Revoked(now.wall));
        assert_eq!(db.rotate("coder", &key(), now.wall, now.wall).unwrap(), Rotated::Revoked(now.wall));
        assert_eq!(db.add("other", None, &key(), now.wall).unwrap(), Added::Yes);
        let names: Vec<String> = db.agents().unwrap().into_iter().map(|agent| agent.name).collect();
        assert_eq!(names, ["coder", "other"]);
    }
}
