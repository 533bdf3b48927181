//! Tasks: opening one, proving that one works on it, calling beside many others, and taking it away.
use std::collections::BTreeMap;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use rusqlite::Connection;
use toolward::audit::Mode;
use toolward::broker::{Broker, OpenRequest};
use toolward::isolation::Isolation;
use toolward::state::Moment;
use toolward::state::tasks::{End, Tasks};
use toolward_host_fns::files::{Mount, MountMode, Mounts};
use toolward_manifests::GuestPath;

use crate::calls::Prepared;
use crate::cold;
use crate::figure::{Figure, Row, Shown};
use crate::stats::{Samples, in_turns};
use crate::world::{TYPE, World};

const ROUNDS: usize = 1_000;
const MANY: usize = 10_000;
const REVOKED: usize = 20;
const OPEN: Duration = Duration::from_millis(5);
const CHECK: Duration = Duration::from_micros(50);
const STOP: Duration = Duration::from_millis(100);

pub(crate) fn measure() -> Result<Figure> {
    let world = World::new()?;
    let broker = Broker::new(world.home.clone(), world.state.clone(), Mode::SingleUser, Isolation::InProcess);
    let plain = Plain::new(&world)?;
    let mut rows = vec![open(&world, &broker, &plain)?, check(&world, &broker, &plain)?, beside_many(&world)?];
    rows.extend(revoke(&world)?);
    Ok(Figure { title: "Tasks", rows, definition: definition() })
}

fn open(world: &World, broker: &Broker, plain: &Plain) -> Result<Row> {
    let mut of_broker = || broker.open(request(world)?).map(drop).map_err(Into::into);
    let mut of_plain = || plain.insert();
    let [opened, inserted] = in_turns(ROUNDS, [&mut of_broker, &mut of_plain])?;
    let row = Row::times("open a task", opened.median(), inserted.median());
    Ok(row.goal(format!("under {}", Shown(OPEN)), opened.median() < OPEN))
}

fn check(world: &World, broker: &Broker, plain: &Plain) -> Result<Row> {
    let (_, handle) = world.open_task()?;
    let mut of_broker = || broker.task(handle.reveal()).map(drop).map_err(Into::into);
    let mut of_plain = || plain.select();
    let [checked, selected] = in_turns(ROUNDS, [&mut of_broker, &mut of_plain])?;
    let row = Row::times("check a handle", checked.median(), selected.median());
    Ok(row.goal(format!("under {}", Shown(CHECK)), checked.median() < CHECK))
}

fn beside_many(few: &World) -> Result<Row> {
    let many = World::new()?;
    for _ in 0..MANY {
        many.open_task()?;
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (of_many, of_few) = (Prepared::new(&many, "nothing")?, Prepared::new(few, "nothing")?);
    let mut in_many = || runtime.block_on(of_many.call("{}")).map(drop);
    let mut in_few = || runtime.block_on(of_few.call("{}")).map(drop);
    let [in_many, in_few] = in_turns(2 * ROUNDS, [&mut in_many, &mut in_few])?;
    let what = format!("a warm call in a store with {MANY} open tasks");
    Ok(Row::times(what, in_many.median(), in_few.median()).within(1.05))
}

/// From the revocation's commit to the end of the process whose guest computes.
fn revoke(world: &World) -> Result<[Row; 2]> {
    let mut stopped = Samples::default();
    for round in 0..=REVOKED {
        let (task, handle) = world.open_task()?;
        let mut call = cold::call(world, &handle, "spin", "{}")?;
        let mut call = call.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        // The first compiles the guest.
        std::thread::sleep(Duration::from_millis(if round == 0 { 3_000 } else { 200 }));
        ensure!(call.try_wait()?.is_none(), "the guest does not compute");
        let began = Instant::now();
        world.state.db.end(&task.id, End::Revoked, &Moment::now())?;
        let ended = call.wait()?;
        ensure!(ended.code() == Some(3), "a revoked call ended with {ended}");
        if round > 0 {
            stopped.extend(vec![began.elapsed()]);
        }
    }
    let goal = |row: Row, took: Duration| row.goal(format!("under {}", Shown(STOP)), took < STOP);
    let middle = goal(
        Row::alone("from revoking a task to the end of its computing guest", Shown(stopped.median())),
        stopped.median(),
    );
    let worst = stopped.at(100);
    Ok([middle, goal(Row::alone("the same, the slowest", Shown(worst)), worst)])
}

fn request(world: &World) -> Result<OpenRequest> {
    let mount = Mount::open(GuestPath::parse("/repo")?, &world.repo(), MountMode::ReadOnly)?;
    Ok(OpenRequest {
        agent: "coder".into(),
        opened_by: "operator".into(),
        kind: TYPE.into(),
        ttl: None,
        mounts: Mounts::new(vec![mount], &[world.home.dir().to_owned()])?,
        hosts: vec![world.repo()],
        parameters: BTreeMap::new(),
        grant: None,
        held: Vec::new(),
    })
}

/// A table of one's own in SQLite, in the same mode as the store.
struct Plain(Connection);

impl Plain {
    fn new(world: &World) -> Result<Self> {
        let store = Connection::open(world.path("plain.db"))?;
        store.pragma_update(None, "journal_mode", "WAL")?;
        store.pragma_update(None, "synchronous", "NORMAL")?;
        store.execute_batch("CREATE TABLE tasks (handle BLOB PRIMARY KEY, text TEXT) WITHOUT ROWID")?;
        store.execute("INSERT INTO tasks VALUES (zeroblob(32), 'a task')", ())?;
        Ok(Self(store))
    }

    fn insert(&self) -> Result<()> {
        self.0.prepare_cached("INSERT INTO tasks VALUES (randomblob(32), 'a task')")?.execute(())?;
        Ok(())
    }

    fn select(&self) -> Result<()> {
        let mut select = self.0.prepare_cached("SELECT text FROM tasks WHERE handle = zeroblob(32)")?;
        let _text: String = select.query_row((), |row| row.get(0))?;
        Ok(())
    }
}

fn definition() -> String {
    format!(
        "Through the library, in a home whose policy is the one that `init` writes. Opening: the policy read and parsed, the \
         mount opened and compared, the scope built, the task committed. Baseline: one row committed by SQLite in the same \
         mode. A handle: parsed, hashed, looked up, the task read and its life decided. Baseline: one row read by its key. Beside \
         many: a warm call of a guest that does nothing, as above. Baseline: the same in a store with a few tasks. Revoking: \
         from before its commit in one process to having waited for the end of another, `toolward call` of a guest that \
         computes. Medians of {ROUNDS}, in turns; of revocations {REVOKED}."
    )
}
