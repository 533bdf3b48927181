//! A world for one run: folders, links, a manifest, and the command line that ties them together.
use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use tempfile::TempDir;

use crate::net::Authority;
use crate::outcome::Outcome;
use crate::program::Ended;
use crate::race::Race;
use crate::tree::Tree;
use crate::{SECRET, guest, program};

/// What the standard world's manifest allows and denies: all of the mount, but the names that stand here.
pub const RULES: &str = r#"
[[files]]
path = "/repo/**"
allow = ["read", "list", "create", "write", "delete"]
why = "the guest may do what it likes, except below"

[[files]]
path = "/repo/**/.env*"
deny = ["read", "list", "write"]
why = "secrets"

[[files]]
path = "/repo/private/**"
deny = ["read", "list", "write"]
why = "secrets"

[[files]]
path = "/repo/read-only.txt"
deny = ["write"]
why = "not to be changed"
"#;

/// A folder of the host with, at first,
///
/// ```text
/// repo/              mounted at /repo
///   pub/open.txt     may be read and changed
///   pub/deep/
///   read-only.txt    may be read
///   .env             a secret, denied
///   private/key      a secret in a denied directory
/// outside/secret.txt a secret outside the mount
/// tool/              the manifest and the component
/// home/  tmp/        state, and the place for temporary files
/// ```
#[derive(Debug)]
pub struct World {
    root: Arc<TempDir>,
    tool: PathBuf,
    rules: String,
    limits: String,
    mounts: Vec<String>,
    options: Vec<String>,
    arguments: Vec<String>,
    environment: Vec<(String, String)>,
    program: Option<PathBuf>,
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}

impl World {
    /// The standard world.
    ///
    /// # Panics
    /// Where it cannot be made.
    #[must_use]
    pub fn new() -> Self {
        let root = Arc::new(tempfile::Builder::new().prefix("toolward-world-").tempdir().unwrap());
        let tool = root.path().join("tool");
        let world = Self {
            root,
            tool,
            rules: RULES.to_owned(),
            limits: String::new(),
            mounts: Vec::new(),
            options: Vec::new(),
            arguments: Vec::new(),
            environment: Vec::new(),
            program: None,
        };
        crate::installation::share_cache(&world.home());
        let world = world.folder("tool").folder("tmp").folder("repo/pub/deep");
        let world = world.file("repo/pub/open.txt", "open").file("repo/read-only.txt", "read me");
        let world = world.secret("repo/.env").secret("repo/private/key").secret("outside/secret.txt");
        world.mount("/repo", "repo")
    }

    /// Where something in this world is on the host.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    /// With a folder.
    ///
    /// # Panics
    /// Where it cannot be made; as all that follow.
    #[must_use]
    pub fn folder(self, name: &str) -> Self {
        fs::create_dir_all(self.path(name)).unwrap();
        self
    }

    /// With a file.
    ///
    /// # Panics
    /// Where it cannot be made.
    #[must_use]
    pub fn file(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
        self
    }

    /// With a file whose content must never come out.
    #[must_use]
    pub fn secret(self, name: &str) -> Self {
        self.file(name, SECRET)
    }

    /// With a symlink; a target that begins with `{world}` is absolute.
    ///
    /// # Panics
    /// Where it cannot be made.
    #[must_use]
    pub fn symlink(self, name: &str, target: &str) -> Self {
        let target = target.replace("{world}", &self.root.path().to_string_lossy());
        symlink(target, self.path(name)).unwrap();
        self
    }

    /// With a second name for a file.
    ///
    /// # Panics
    /// Where it cannot be made.
    #[must_use]
    pub fn hard_link(self, name: &str, existing: &str) -> Self {
        fs::hard_link(self.path(existing), self.path(name)).unwrap();
        self
    }

    /// With these rules instead of [`RULES`].
    #[must_use]
    pub fn rules(mut self, rules: &str) -> Self {
        rules.clone_into(&mut self.rules);
        self
    }

    /// With these rules too.
    #[must_use]
    pub fn rule(mut self, rule: &str) -> Self {
        self.rules.push_str(rule);
        self
    }

    /// With these lines below `[limits]`.
    #[must_use]
    pub fn limits(mut self, lines: &str) -> Self {
        lines.clone_into(&mut self.limits);
        self
    }

    /// With a folder of this world mounted at a guest path.
    #[must_use]
    pub fn mount(mut self, at: &str, name: &str) -> Self {
        self.mounts.push(format!("{at}={}", self.path(name).display()));
        self
    }

    /// With `/repo` mounted for reading only.
    #[must_use]
    pub fn read_only(mut self) -> Self {
        self.mounts.iter_mut().for_each(|mount| mount.push_str(":ro"));
        self
    }

    /// With no mount at all.
    #[must_use]
    pub fn without_mounts(mut self) -> Self {
        self.mounts.clear();
        self
    }

    /// With an authority that is trusted beside those of the system, and a server that names are asked of instead of the
    /// system's.
    ///
    /// # Panics
    /// Where the home cannot be written.
    #[must_use]
    pub fn network(self, authority: Option<&Authority>, resolver: SocketAddr) -> Self {
        let root = self.root.path().display();
        let mut config = format!(
            "policy = \"{root}/policy.toml\"\nmanifests = \"{root}/manifests\"\n\n[network]\nresolver = \"{resolver}\"\n"
        );
        let mut world = self;
        if let Some(authority) = authority {
            config.push_str(&format!("ca = [\"{}\"]\n", world.path("tool/ca.pem").display()));
            world = world.file("tool/ca.pem", authority.pem());
        }
        world = world.file("home/config.toml", config);
        fs::set_permissions(world.home(), fs::Permissions::from_mode(0o700)).unwrap();
        world
    }

    /// With a variable in the environment of Toolward itself.
    #[must_use]
    pub fn environment(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With the manifest and the component in this folder instead of `tool`.
    #[must_use]
    pub fn tool_in(mut self, folder: &str) -> Self {
        self.tool = self.path(folder);
        self.folder(folder)
    }

    /// Run by a copy of the program in this world.
    ///
    /// # Panics
    /// Where it cannot be copied.
    #[must_use]
    pub fn program(mut self, name: &str) -> Self {
        let copy = self.path(name);
        fs::copy(program::path(), &copy).unwrap();
        self.program = Some(copy);
        self
    }

    /// With an option for `toolward run`.
    #[must_use]
    pub fn option(mut self, option: impl Into<String>) -> Self {
        self.options.push(option.into());
        self
    }

    /// With an argument for the guest.
    #[must_use]
    pub fn argument(mut self, argument: impl Into<String>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    /// The manifest's text.
    #[must_use]
    pub fn manifest(&self) -> String {
        format!(
            "schema = 1\n\n[tool]\nname = \"probe\"\ndescription = \"A guest under test.\"\ncomponent = \"guest.wasm\"\n\n\
             [limits]\n{}\n{}",
            self.limits, self.rules
        )
    }

    /// Runs a hostile guest under the manifest.
    #[must_use]
    pub fn run(&self, name: &str) -> Outcome {
        self.run_bytes(&fs::read(guest(name)).unwrap())
    }

    /// Runs a hostile guest while a second hand is at work in the same folders.
    ///
    /// # Panics
    /// As [`World::run_bytes`].
    #[must_use]
    pub fn run_during(&self, name: &str, race: impl FnOnce() -> Race) -> Outcome {
        self.install(&fs::read(guest(name)).unwrap());
        self.observe(|command| {
            let race = race();
            let ended = program::run(command);
            drop(race);
            ended
        })
    }

    /// Runs a component under the manifest.
    ///
    /// # Panics
    /// Where something that was there before the run had to stay and did not, or where a secret came out.
    #[must_use]
    pub fn run_bytes(&self, component: &[u8]) -> Outcome {
        self.install(component);
        self.run_as_it_is()
    }

    /// Puts a component and the manifest into the tool's folder.
    ///
    /// # Panics
    /// Where they cannot be written.
    pub fn install(&self, component: &[u8]) {
        fs::write(self.tool.join("guest.wasm"), component).unwrap();
        fs::write(self.tool.join("manifest.toml"), self.manifest()).unwrap();
    }

    /// Runs what stands in the tool's folder, whatever it is.
    ///
    /// # Panics
    /// As [`World::run_bytes`].
    #[must_use]
    pub fn run_as_it_is(&self) -> Outcome {
        self.observe(program::run)
    }

    fn observe(&self, run: impl FnOnce(&mut Command) -> Ended) -> Outcome {
        let before = Tree::of(self.root.path());
        let outcome = Outcome::new(run(&mut self.command()), self, before);
        outcome.kept_the_walls();
        outcome
    }

    /// The command line that runs what stands in the tool's folder.
    #[must_use]
    pub fn command(&self) -> Command {
        let mut command = program::command(&self.path("tmp"));
        command.arg("run").arg(self.tool.join("guest.wasm")).arg("--home").arg(self.path("home"));
        command.arg("--manifest").arg(self.tool.join("manifest.toml"));
        for mount in &self.mounts {
            command.args(["--mount", mount]);
        }
        command.args(&self.options).arg("--").args(&self.arguments);
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        match &self.program {
            Some(program) => program::the_same_with(program, &command),
            None => command,
        }
    }

    /// The state's folder.
    #[must_use]
    pub fn home(&self) -> PathBuf {
        self.path("home")
    }

    /// The world's folder, kept for as long as somebody looks at it.
    #[must_use]
    pub fn root(&self) -> Arc<TempDir> {
        Arc::clone(&self.root)
    }
}
