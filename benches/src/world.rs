//! A world to measure in: a home, the policy that `init` writes, the tools that are called, and files to read.
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use tempfile::TempDir;
use toolward::engine::CompileLimits;
use toolward::home::{Config, ConfigDurability, Home};
use toolward::installation::Installation;
use toolward::network::NetworkConfig;
use toolward::state::tasks::{Handle, Mount, NewTask, Opened as Kept, Tasks, Terms};
use toolward::state::{Durability, Moment, State, fresh_id};
use toolward_host_fns::files::{Mount as Opened, MountMode};
use toolward_manifests::{Budget, GuestPath};

/// The policy that `toolward init` writes: what is measured is decided by what users start with.
const POLICY: &str = include_str!("../../runtime/src/command/init/policy.toml");
/// The type of task, of that policy.
pub(crate) const TYPE: &str = "review";
/// The tools, with the folder of their manifests.
const TOOLS: [(&str, &str); 7] = [
    ("rg", "manifests"),
    ("read", "manifests"),
    ("nothing", "benches/guests/manifests"),
    ("spin", "benches/guests/manifests"),
    ("open-read", "benches/guests/manifests"),
    ("javascript", "benches/guests/manifests"),
    ("python", "benches/guests/manifests"),
];
/// How many files there are to read, and how large each is, in bytes.
const FILES: usize = 64;
const SIZE: usize = 4096;

/// A temporary directory with all of it. State comes first, so that it is closed before its directory goes.
pub(crate) struct World {
    pub(crate) state: State,
    pub(crate) home: Home,
    pub(crate) installation: Installation,
    dir: TempDir,
}

impl World {
    pub(crate) fn new() -> Result<Self> {
        let dir = tempfile::Builder::new().prefix("toolward-bench-").tempdir()?;
        let path = dir.path().canonicalize()?;
        write_files(&path.join("repo/src"))?;
        let config = install(&path.join("toolward"))?;
        let home = Home::locate(Some(path.join("home")))?;
        let state = State::create(home.dir(), Durability::Process)?;
        home.write_config(&config)?;
        let installation = Installation::load(&home)?;
        Ok(Self { state, home, installation, dir })
    }

    /// The directory that is mounted at `/repo`.
    pub(crate) fn repo(&self) -> PathBuf {
        self.path("repo")
    }

    /// Something in this world.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Opens a task with `/repo` mounted for reading, and answers it with its handle.
    pub(crate) fn open_task(&self) -> Result<(NewTask, Handle)> {
        let (now, handle) = (Moment::now(), Handle::fresh()?);
        let host = self.repo();
        let (dev, ino) = Opened::open(GuestPath::parse("/repo")?, &host, MountMode::ReadOnly)?.identity();
        let task = NewTask {
            id: fresh_id("t_")?,
            handle: handle.digest(),
            kin: None,
            opened_by: "operator".into(),
            agent: Some("coder".into()),
            owner: None,
            kind: TYPE.into(),
            policy: self.installation.config.policy.clone(),
            policy_sha256: self.installation.loaded.sha256(),
            grant: None,
            parameters: std::collections::BTreeMap::default(),
            mounts: vec![Mount { guest: "/repo".into(), host, dev, ino, read_only: true }],
            expires: now.wall + Duration::from_secs(3600),
            opened: now,
            budget: Budget::default(),
        };
        let texts = self.installation.loaded.texts.clone();
        let opened = self.state.db.create(&task, &Terms { texts, ..Terms::default() })?;
        anyhow::ensure!(opened == Kept::Yes, "the task is not opened: {opened:?}");
        Ok((task, handle))
    }
}

fn write_files(dir: &Path) -> Result<()> {
    fs::create_dir_all(dir)?;
    for n in 0..FILES {
        let line = format!("{n:02} what a file of the repository says, line by line, as text does\n");
        let text: String = line.chars().cycle().take(SIZE).collect();
        fs::write(dir.join(format!("file-{n:02}")), text)?;
    }
    Ok(())
}

/// Policy and manifests in a folder of their own, each manifest with the place of its component in full.
fn install(folder: &Path) -> Result<Config> {
    let config = Config {
        isolation: toolward::isolation::IsolationConfig::default(),
        policy: folder.join("policy.toml"),
        manifests: folder.join("manifests"),
        durability: ConfigDurability::Process,
        compile: CompileLimits::default(),
        quotas: toolward::quotas::Quotas::default(),
        audit: toolward::state::AuditConfig::default(),
        network: NetworkConfig::default(),
    };
    fs::create_dir_all(&config.manifests)?;
    fs::write(&config.policy, POLICY)?;
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize()?;
    for (name, from) in TOOLS {
        let from = root.join(from);
        let text = fs::read_to_string(from.join(format!("{name}.toml")))?;
        let up = from.parent().context("a folder of manifests has one above it")?.display().to_string();
        fs::write(config.manifests.join(format!("{name}.toml")), text.replace("\"../", &format!("\"{up}/")))?;
        let input = from.join(format!("{name}.input.json"));
        if input.exists() {
            fs::copy(input, config.manifests.join(format!("{name}.input.json")))?;
        }
    }
    Ok(config)
}
