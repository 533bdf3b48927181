//! An agent's credential: its name and the private half of its key, in a file for its framework alone.
use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::Read;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use serde::Deserialize;

use crate::failure::Failure;
use crate::state::agents::AgentName;
use crate::state::{Error, PublicKey, SigningKey};

/// What an agent proves itself with. It is never shown.
pub struct Credential {
    agent: AgentName,
    key: SigningKey,
}

/// The file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    agent: String,
    key: String,
}

/// A credential has some 250 bytes.
const MOST: u64 = 4096;
const HELP: &str = "`toolward agent add` and `toolward agent rotate` write credentials";

impl Credential {
    /// A credential with a fresh key.
    ///
    /// # Errors
    /// [`Error::Random`] where the system gives no random bytes.
    pub fn fresh(agent: AgentName) -> Result<Self, Error> {
        Ok(Self { agent, key: SigningKey::fresh()? })
    }

    /// Loads a credential file.
    ///
    /// # Errors
    /// Where it cannot be read, others may read or write it, or it is no credential. What stands in it is never repeated.
    pub fn load(path: &Path) -> Result<Self, Failure> {
        let wrong = |what: &str| Failure::usage(format!("`{}` {what}", path.display())).help(HELP);
        let failed = |error| Failure::of_io(format_args!("`{}`", path.display()), &error).or_help(HELP);
        let file = open(path).map_err(failed)?;
        let metadata = file.metadata().map_err(failed)?;
        if !metadata.is_file() {
            return Err(wrong("is no file"));
        }
        if metadata.permissions().mode() & 0o077 != 0 {
            let help = "`chmod 600` it; where others may have read it, `toolward agent rotate` makes another";
            return Err(wrong("is a credential that others may read or write").help(help));
        }
        let mut text = String::new();
        let read = file.take(MOST + 1).read_to_string(&mut text).is_ok() && text.len() as u64 <= MOST;
        let credential = if read { Self::parse(&text) } else { None };
        credential.ok_or_else(|| wrong("is no credential: it holds `agent` and `key`, and nothing else"))
    }

    /// The parser's own errors quote the text: they end here.
    fn parse(text: &str) -> Option<Self> {
        let written: Written = toml::from_str(text).ok()?;
        let mut seed = [0; 32];
        hex::decode_to_slice(&written.key, &mut seed).ok()?;
        Some(Self { agent: written.agent.parse().ok()?, key: SigningKey::from_seed(&seed) })
    }

    /// What [`Credential::load`] reads: for a file of mode 0600, and nowhere else.
    pub(crate) fn reveal(&self) -> String {
        let (agent, seed) = (&self.agent, hex::encode(self.key.reveal_seed()));
        format!(
            "# Whoever holds this acts as the agent. It is for the agent's framework: no model and no tool may read it.\n\
             agent = \"{agent}\"\nkey = \"{seed}\"\n"
        )
    }

    /// Whose it is, as it says itself.
    #[must_use]
    pub fn agent(&self) -> &str {
        self.agent.as_str()
    }

    /// The public half of its key.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        self.key.public()
    }

    /// Signs a text of one sort.
    pub(super) fn sign(&self, sort: &str, text: &[u8]) -> [u8; 64] {
        self.key.sign(sort, text)
    }
}

/// Waits for no pipe.
fn open(path: &Path) -> std::io::Result<File> {
    OpenOptions::new().read(true).custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY).open(path)
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Credential({}, {})", self.agent, self.public())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use super::*;

    struct World(tempfile::TempDir, Credential);

    fn world() -> World {
        World(tempfile::tempdir().unwrap(), Credential::fresh("coder".parse().unwrap()).unwrap())
    }

    impl World {
        fn secret(&self) -> String {
            hex::encode(self.1.key.reveal_seed())
        }

        fn file(&self, text: &str, mode: u32) -> PathBuf {
            let path = self.0.path().join("credential");
            drop(fs::remove_file(&path));
            fs::write(&path, text).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            path
        }

        fn refuses(&self, path: &Path, because: &str) {
            let failure = Credential::load(path).unwrap_err();
            assert!(failure.message.contains(because), "{failure}");
            assert!(!format!("{failure:?}").contains(&self.secret()[..8]), "{failure}");
        }
    }

    #[test]
    fn a_credential_is_read_back_and_debug_does_not_show_it() {
        let world = world();
        for mode in [0o600, 0o400] {
            let again = Credential::load(&world.file(&world.1.reveal(), mode)).unwrap();
            assert_eq!((again.agent(), again.public()), ("coder", world.1.public()));
            assert!(!format!("{again:?} {again:#?}").contains(&world.secret()[..8]));
        }
        assert!(world.1.reveal().contains(&world.secret()));
    }

    #[test]
    fn a_file_that_others_may_read_or_write_is_refused() {
        let world = world();
        for mode in [0o640, 0o604, 0o620, 0o602, 0o644] {
            world.refuses(&world.file(&world.1.reveal(), mode), "others");
        }
    }

    #[test]
    fn what_is_no_file_is_refused_and_not_waited_for() {
        let world = world();
        world.refuses(world.0.path(), "is no file");
        world.refuses(&world.0.path().join("missing"), "missing");
        let pipe = world.0.path().join("pipe");
        rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
        world.refuses(&pipe, "is no file");
    }

    #[test]
    fn what_is_no_credential_is_refused_and_not_repeated() {
        let world = world();
        let (whole, key) = (world.1.reveal(), world.secret());
        for text in [
            String::new(),
            key.clone(),
            format!("agent = \"coder\"\nkey = \"{}\"", &key[..62]),
            format!("agent = \"coder\"\nkey = \"{key}00\""),
            format!("agent = \"coder\"\nkey = {key}"),
            format!("agent = \"coder\"\nkey = \"{}g\"", &key[..63]),
            format!("agent = \"../coder\"\nkey = \"{key}\""),
            format!("key = \"{key}\""),
            format!("{whole}{key} = 1\n"),
            format!("{whole}owner = \"{key}\"\n"),
            format!("{whole}key = \"{key}\"\n"),
            whole[..whole.len() - 3].to_owned(),
            format!("{whole}{}", "#\n".repeat(4096)),
        ] {
            world.refuses(&world.file(&text, 0o600), "is no credential");
        }
    }
}
