//! Where an agent's credential is written. It gets its name only after the store knows its key.
use std::path::{Path, PathBuf};

use super::KeyArgs;
use crate::command::Context;
use crate::failure::Failure;
use crate::identity::Credential;
use crate::state::PublicKey;
use crate::state::agents::AgentName;
use crate::state::private::{Staged, directory};

/// The key that an agent gets, and the credential that waits for its name.
pub(super) struct NewKey {
    pub(super) public: PublicKey,
    waiting: Option<Waiting>,
}

struct Waiting {
    staged: Staged,
    path: PathBuf,
    replaces: bool,
}

impl NewKey {
    /// The key for an agent that has none: no file is replaced.
    pub(super) fn first(name: &AgentName, args: &KeyArgs, cx: &Context) -> Result<Self, Failure> {
        Self::of(name, args, cx, |_| false)
    }

    /// Another key: in the home its credential takes the place of the one before, elsewhere only that of the same agent's.
    pub(super) fn next(name: &AgentName, args: &KeyArgs, cx: &Context) -> Result<Self, Failure> {
        let is_its_own = |path: &Path| Credential::load(path).is_ok_and(|before| before.agent() == name.as_str());
        Self::of(name, args, cx, |path| args.credential.is_none() || is_its_own(path))
    }

    fn of(
        name: &AgentName,
        args: &KeyArgs,
        cx: &Context,
        may_replace: impl Fn(&Path) -> bool,
    ) -> Result<Self, Failure> {
        if let Some(public) = args.key {
            return Ok(Self { public, waiting: None });
        }
        let path = place(name, args, cx)?;
        // A link that leads nowhere is there too.
        let replaces = path.symlink_metadata().is_ok();
        if replaces && !may_replace(&path) {
            return Err(is_there(&path));
        }
        let credential = Credential::fresh(name.clone())?;
        let staged = Staged::write(&path, credential.reveal().as_bytes()).map_err(unwritten)?;
        Ok(Self { public: credential.public(), waiting: Some(Waiting { staged, path, replaces }) })
    }

    /// Gives the credential its name, now that the store knows its key; answers where it is.
    pub(super) fn keep(self) -> Result<Option<PathBuf>, Failure> {
        let Some(Waiting { staged, path, replaces }) = self.waiting else { return Ok(None) };
        if replaces {
            staged.replace().map_err(unwritten)?;
        } else if !staged.put_new().map_err(unwritten)? {
            return Err(is_there(&path).help("`toolward agent rotate` writes another credential"));
        }
        Ok(Some(path))
    }
}

fn place(name: &AgentName, args: &KeyArgs, cx: &Context) -> Result<PathBuf, Failure> {
    if let Some(path) = &args.credential {
        return std::path::absolute(path).map_err(Failure::at(path));
    }
    let agents = cx.home.dir().join("agents");
    directory(&agents)?;
    Ok(agents.join(format!("{name}.credential")))
}

fn is_there(path: &Path) -> Failure {
    Failure::usage(format!("`{}` is there already, and is not replaced", path.display()))
        .help("name another file with `--credential`, or move this one away")
}

/// The place is the user's choice.
fn unwritten(error: crate::state::Error) -> Failure {
    Failure::usage(error.to_string()).help("name another file with `--credential`")
}
