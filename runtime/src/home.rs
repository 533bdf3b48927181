//! The home: where state lives, and which policy and manifests it works with.
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::engine::{Cache, CompileLimits};
use crate::failure::Failure;
use crate::isolation::{Isolation, IsolationConfig};
use crate::network::NetworkConfig;
use crate::quotas::Quotas;
use crate::state::{AuditConfig, Durability, Keys, LowWater};
use crate::user_cache::UserCache;

/// A home directory, which may not exist yet.
#[derive(Debug, Clone)]
pub struct Home {
    dir: PathBuf,
}

/// `config.toml` in the home: absolute paths, so that nothing is looked up from the working directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The operator's policy.
    pub policy: PathBuf,
    /// The folder of the tools' manifests.
    pub manifests: PathBuf,
    /// What a committed record survives.
    #[serde(default)]
    pub durability: ConfigDurability,
    /// What compiling a component may cost.
    #[serde(default, skip_serializing_if = "CompileLimits::is_default")]
    pub compile: CompileLimits,
    /// Where guests run.
    #[serde(default, skip_serializing_if = "IsolationConfig::is_default")]
    pub isolation: IsolationConfig,
    /// What agents may hold of a broker.
    #[serde(default, skip_serializing_if = "Quotas::is_default")]
    pub quotas: Quotas,
    /// When the home's disk has too little room to go on.
    #[serde(default, skip_serializing_if = "AuditConfig::is_default")]
    pub audit: AuditConfig,
    /// Whom to trust and to ask on the network.
    #[serde(default, skip_serializing_if = "NetworkConfig::is_default")]
    pub network: NetworkConfig,
}

/// What a committed record survives.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ConfigDurability {
    /// The end of any process.
    #[default]
    Process,
    /// A power cut.
    Power,
}

impl From<ConfigDurability> for Durability {
    fn from(durability: ConfigDurability) -> Self {
        match durability {
            ConfigDurability::Process => Self::Process,
            ConfigDurability::Power => Self::Power,
        }
    }
}

impl Home {
    /// The directory that was asked for, else `toolward` in the XDG state directory.
    ///
    /// # Errors
    /// Where neither is known.
    pub fn locate(asked: Option<PathBuf>) -> Result<Self, Failure> {
        let state = || std::env::var_os("XDG_STATE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
        let user = || Some(PathBuf::from(std::env::var_os("HOME")?).join(".local/state"));
        let dir = asked.or_else(|| Some(state().or_else(user)?.join("toolward")));
        let dir = dir.ok_or_else(|| {
            Failure::usage("there is no home: neither XDG_STATE_HOME nor HOME is set").help("name one with `--home`")
        })?;
        let dir = std::path::absolute(&dir).map_err(Failure::at(&dir))?;
        Ok(Self { dir })
    }

    /// The directory.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Where this home keeps compiled components, if its user has no cache that all homes share.
    #[must_use]
    pub fn own_cache(&self) -> PathBuf {
        self.dir.join("cache")
    }

    /// The directories that no mount may hold, or lie in, as far as they are there: this home, and that of the key which seals
    /// the user's cache.
    #[must_use]
    pub fn secret_directories(&self) -> Vec<PathBuf> {
        let key = UserCache::locate().and_then(|user| Some(user.key.parent()?.to_owned()));
        std::iter::once(self.dir.clone()).chain(key).filter(|dir| dir.exists()).collect()
    }

    /// The cache of compiled components: the user's, else this home's, sealed with a key of this home.
    #[must_use]
    pub fn code_cache(&self, keys: &Keys) -> Cache {
        let shared = UserCache::locate().and_then(|user| user.open());
        shared.unwrap_or_else(|| Cache::new(&self.own_cache(), keys.code_cache.0))
    }

    /// The configuration, where `init` has written one.
    ///
    /// # Errors
    /// Where it cannot be read or understood.
    pub fn config(&self) -> Result<Option<Config>, Failure> {
        let path = self.config_path();
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Failure::at(&path)(error)),
        };
        let wrong = |what: &str| Failure::usage(format!("{}: {what}", path.display()));
        let config: Config = toml::from_str(&text).map_err(|error| wrong(error.message()).detail(error.to_string()))?;
        if !config.policy.is_absolute() || !config.manifests.is_absolute() {
            return Err(wrong("the paths of policy and manifests are absolute"));
        }
        if let Some(file) = config.network.ca.iter().find(|file| !file.is_absolute()) {
            return Err(wrong(&format!("the path `{}` in `ca` is not absolute", file.display())));
        }
        Ok(Some(config))
    }

    /// Where guests run, as the configuration says.
    ///
    /// # Errors
    /// As [`Home::config`].
    pub fn isolation(&self) -> Result<Isolation, Failure> {
        Ok(self.config()?.map(|config| config.isolation).unwrap_or_default().isolation())
    }

    /// The low-water mark of its disk.
    ///
    /// # Errors
    /// As [`Home::config`].
    pub fn low_water(&self) -> Result<LowWater, Failure> {
        Ok(LowWater::new(&self.dir, self.config()?.map(|config| config.audit).unwrap_or_default()))
    }

    /// The configuration that `init` has written.
    ///
    /// # Errors
    /// Where there is none.
    pub fn initialised(&self) -> Result<Config, Failure> {
        self.config()?.ok_or_else(|| {
            Failure::usage(format!("there is no policy at home in `{}`", self.dir.display()))
                .help("make one with `toolward init`, or name another home with `--home`")
        })
    }

    /// Writes the configuration; the home exists.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn write_config(&self, config: &Config) -> Result<(), Failure> {
        let path = self.config_path();
        let text = toml::to_string(config).map_err(|error| Failure::internal(error.to_string()))?;
        std::fs::write(&path, text).map_err(|error| Failure::internal(format!("`{}`: {error}", path.display())))
    }

    fn config_path(&self) -> PathBuf {
        self.dir.join("config.toml")
    }
}
