//! An installation as an operator has it: a home, a policy, a folder of manifests, and a repository for tools to work on.
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use tempfile::TempDir;

use crate::net::Authority;
use crate::said::Said;
use crate::task::OpenTask;
use crate::{SECRET, program};

/// A folder of the host with, at first,
///
/// ```text
/// home/                 made by `toolward init`
/// toolward/             policy.toml (the example) and manifests/ (empty)
/// repo/  README.md      "# A repository\n"
///        src/main.rs    "fn main() {}\n"
///        .env           a secret, denied by the example policy
/// tmp/                  the working directory
/// ```
#[derive(Debug, Clone)]
pub struct Installation {
    root: Arc<TempDir>,
}

impl Default for Installation {
    fn default() -> Self {
        Self::new()
    }
}

impl Installation {
    /// An installation whose compiled components are shared with all other tests: compiling is what takes time.
    ///
    /// # Panics
    /// Where it cannot be made; as all that follow.
    #[must_use]
    pub fn new() -> Self {
        let installation = Self::bare();
        share_cache(&installation.path("home"));
        installation.initialised()
    }

    /// An installation that compiles for itself.
    #[must_use]
    pub fn with_a_cache_of_its_own() -> Self {
        Self::bare().initialised()
    }

    /// The folders alone: nobody ran `init`.
    ///
    /// # Panics
    /// Where they cannot be made.
    #[must_use]
    pub fn bare() -> Self {
        let root = tempfile::Builder::new().prefix("toolward-installation-").tempdir().unwrap();
        let installation = Self { root: Arc::new(root) };
        fs::create_dir(installation.path("tmp")).unwrap();
        let installation = installation.file("repo/README.md", "# A repository\n").file("repo/.env", SECRET);
        installation.file("repo/src/main.rs", "fn main() {}\n")
    }

    fn initialised(self) -> Self {
        let folder = self.path("toolward");
        self.run(&["init", "--folder", folder.to_str().unwrap()]).exits(0);
        self
    }

    /// Where something lies on the host.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    /// With a file.
    ///
    /// # Panics
    /// Where it cannot be written.
    #[must_use]
    pub fn file(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        self.write(name, content);
        self
    }

    /// Writes a file.
    ///
    /// # Panics
    /// Where it cannot be written.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// A file's text.
    ///
    /// # Panics
    /// Where it is not there.
    #[must_use]
    pub fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// With this policy instead of the example. `{root}` stands for the folder of everything.
    #[must_use]
    pub fn policy(self, text: &str) -> Self {
        let text = text.replace("{root}", self.root.path().to_str().unwrap());
        self.file("toolward/policy.toml", text)
    }

    /// With these lines too at the end of the policy.
    #[must_use]
    pub fn policy_too(self, lines: &str) -> Self {
        let text = format!("{}\n{lines}", self.text("toolward/policy.toml"));
        self.policy(&text)
    }

    /// With a tool of this component; `more` follows the head of its manifest.
    #[must_use]
    pub fn tool(self, name: &str, component: impl AsRef<[u8]>, more: &str) -> Self {
        let head = format!(
            "schema = 1\n\n[tool]\nname = \"{name}\"\ndescription = \"A tool under test.\"\ncomponent = \"{name}.wasm\"\n"
        );
        let installation = self.file(&format!("toolward/manifests/{name}.wasm"), component);
        installation.file(&format!("toolward/manifests/{name}.toml"), format!("{head}{more}"))
    }

    /// With a tool that ships with Toolward, its manifest as it is.
    #[must_use]
    pub fn shipped(self, name: &str) -> Self {
        let manifest = shipped_manifest(name);
        self.shipped_with(name, &manifest)
    }

    /// With a tool that ships with Toolward, under another manifest.
    ///
    /// # Panics
    /// Where the tool is not there.
    #[must_use]
    pub fn shipped_with(self, name: &str, manifest: &str) -> Self {
        let tools = repository().join("tools");
        let manifest = manifest.replace("\"../tools/", &format!("\"{}/", tools.display()));
        let schema = format!("{name}.input.json");
        // A typed tool has none: its component says what it takes.
        let schema_text = fs::read(repository().join("manifests").join(&schema));
        if manifest.contains(&format!("\"{schema}\"")) {
            self.write(&format!("toolward/manifests/{schema}"), schema_text.unwrap());
        }
        self.file(&format!("toolward/manifests/{name}.toml"), manifest)
    }

    /// With this server asked for names, instead of the system's.
    #[must_use]
    pub fn resolver(self, resolver: std::net::SocketAddr) -> Self {
        let config = format!("{}\n[network]\nresolver = \"{resolver}\"\n", self.text("home/config.toml"));
        self.file("home/config.toml", config)
    }

    /// With this authority trusted beside those of the system. Comes after [`Installation::resolver`].
    #[must_use]
    pub fn trusting(self, authority: &Authority) -> Self {
        let installation = self.file("ca.pem", authority.pem());
        let ca = installation.path("ca.pem");
        let config = format!("{}ca = [\"{}\"]\n", installation.text("home/config.toml"), ca.display());
        installation.file("home/config.toml", config)
    }

    /// A command line of this installation.
    #[must_use]
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = program::command(&self.path("tmp"));
        command.args(arguments).env("TOOLWARD_HOME", self.path("home"));
        command
    }

    /// Runs a command.
    #[must_use]
    pub fn run(&self, arguments: &[&str]) -> Said {
        Said::by(&mut self.command(arguments))
    }

    /// Opens a task of this type for `coder`, with `repo` mounted at `/repo`.
    #[must_use]
    pub fn open(&self, kind: &str) -> OpenTask {
        self.open_with(kind, &[])
    }

    /// The same with further options.
    #[must_use]
    pub fn open_with(&self, kind: &str, options: &[&str]) -> OpenTask {
        self.open_for("coder", kind, options)
    }

    /// The same for another agent.
    #[must_use]
    pub fn open_for(&self, agent: &str, kind: &str, options: &[&str]) -> OpenTask {
        let mount = self.mount("/repo", "repo");
        let opened =
            self.run(&[&["task", "open", "--agent", agent, "--type", kind, "--mount", &mount], options].concat());
        OpenTask::new(self.clone(), opened.exits(0).result())
    }

    /// What `--mount` takes for a folder of this installation.
    #[must_use]
    pub fn mount(&self, at: &str, name: &str) -> String {
        format!("{at}={}", self.path(name).display())
    }
}

/// The text of a manifest that ships with Toolward.
///
/// # Panics
/// Where there is none.
#[must_use]
pub fn shipped_manifest(name: &str) -> String {
    let path = repository().join("manifests").join(name).with_extension("toml");
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// An existing program as a component, installed by `tools/existing.sh`.
///
/// # Panics
/// Where it is not there.
#[must_use]
pub fn existing(program: &str) -> Vec<u8> {
    let path = repository().join("tools/target/existing/bin").join(program).with_extension("wasm");
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}\nhelp: `make tools` installs it", path.display()))
}

/// The top of the repository.
#[must_use]
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Gives a home that is not made yet the keys and the cache that all tests share.
pub(crate) fn share_cache(home: &Path) {
    let shared = Shared::get();
    copy(&shared.0.join("keys"), &home.join("keys"));
    symlink(shared.0.join("cache"), home.join("cache")).unwrap();
}

/// Keys that seal one cache for all tests, so that each component is compiled once. An entry is named by the engine's
/// version and settings, and is good only with these keys: an old one is never run.
struct Shared(PathBuf);

impl Shared {
    fn get() -> Self {
        let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/shared-home");
        if !place.exists() {
            Self::make(&place);
        }
        Self(place)
    }

    /// Two tests may do so at once: the first to rename it wins.
    fn make(place: &Path) {
        let parent = place.parent().unwrap();
        fs::create_dir_all(parent).unwrap();
        let made = tempfile::tempdir_in(parent).unwrap();
        let home = made.path().join("home");
        let folder = made.path().join("toolward");
        let mut command = program::command(made.path());
        Said::by(command.arg("init").arg("--folder").arg(folder).arg("--home").arg(&home)).exits(0);
        fs::create_dir_all(home.join("cache")).unwrap();
        let renamed = fs::rename(home, place);
        assert!(renamed.is_ok() || place.join("keys").is_dir(), "{renamed:?}");
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        // Permissions are copied with the content.
        fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}
