//! The installation's keys: what signs, what keys digests, what seals compiled code.
use std::fmt;
use std::fs::{self, File};
use std::io::Read;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::str::FromStr;

use ed25519_dalek::{Signature, Signer};

use super::{Error, private};
use crate::component::regular_itself;

/// Signs heads and checkpoints (Ed25519).
pub struct SigningKey(ed25519_dalek::SigningKey);

/// The half of the [`SigningKey`] that a verifier keeps. Written `ed25519:` and 64 hex digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(ed25519_dalek::VerifyingKey);

/// A symmetric key. Never shown, not even in a debugger's log.
#[derive(Clone)]
pub struct SecretKey(pub [u8; 32]);

/// All keys of a home.
#[derive(Debug)]
pub struct Keys {
    /// Signs heads and checkpoints.
    pub signing: SigningKey,
    /// Keys the digests of what could be guessed.
    pub digest: SecretKey,
    /// Seals the code cache.
    pub code_cache: SecretKey,
}

const NAMES: [&str; 3] = ["signing", "digest", "code-cache"];

impl Keys {
    /// Makes the keys of a home that has none, and loads them. A key that exists is never replaced.
    ///
    /// # Errors
    /// [`Error`] where a key cannot be made or loaded.
    pub fn create(home: &Path) -> Result<Self, Error> {
        let directory = home.join("keys");
        private::directory(&directory)?;
        for path in NAMES.map(|name| directory.join(name)) {
            make_if_missing(&path)?;
        }
        Self::load(home)
    }

    /// Loads the keys of a home.
    ///
    /// # Errors
    /// [`Error`] where one is missing, is not 32 bytes long, or may be read by others.
    pub fn load(home: &Path) -> Result<Self, Error> {
        let directory = home.join("keys");
        let [signing, digest, code_cache] = NAMES.map(|name| load(&directory.join(name)));
        let signing = SigningKey::from_seed(&signing?);
        Ok(Self { signing, digest: SecretKey(digest?), code_cache: SecretKey(code_cache?) })
    }
}

impl SecretKey {
    /// Loads the key in a file, and makes one if the file is missing. The file must belong to this user and must not be a symbolic
    /// link, so that no other user can replace it by a key of theirs.
    ///
    /// # Errors
    /// As [`Keys::create`].
    pub(crate) fn of_this_user(path: &Path) -> Result<Self, Error> {
        make_if_missing(path)?;
        let file = regular_itself(path).map_err(Error::io(path))?;
        if file.metadata().map_err(Error::io(path))?.uid() != rustix::process::geteuid().as_raw() {
            return Err(Error::Key { path: path.to_path_buf(), what: "is a key of another user" });
        }
        read(file, path).map(Self)
    }
}

impl SigningKey {
    /// A key that nobody has yet.
    ///
    /// # Errors
    /// [`Error::Random`] where the system gives no random bytes.
    pub fn fresh() -> Result<Self, Error> {
        Ok(Self::from_seed(&random()?))
    }

    /// The key of a seed (RFC 8032, 5.1.5).
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(ed25519_dalek::SigningKey::from_bytes(seed))
    }

    /// The seed: the secret itself, for the file that keeps it and nowhere else.
    pub(crate) fn reveal_seed(&self) -> [u8; 32] {
        self.0.to_bytes()
    }

    /// The public half.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    /// Signs a text of one sort; a signature of one sort is none of another.
    #[must_use]
    pub fn sign(&self, sort: &str, text: &[u8]) -> [u8; 64] {
        self.0.sign(&message(sort, text)).to_bytes()
    }
}

impl PublicKey {
    /// The key of these bytes (RFC 8032, 5.1.2). `None` where they are none, or of small order: anybody can sign for those.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; 32]) -> Option<Self> {
        ed25519_dalek::VerifyingKey::from_bytes(bytes).ok().filter(|key| !key.is_weak()).map(Self)
    }

    /// Its bytes.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; 32] {
        self.0.to_bytes()
    }

    /// Whether `signature` was made by this key for this sort and text.
    #[must_use]
    pub fn verifies(&self, sort: &str, text: &[u8], signature: &[u8; 64]) -> bool {
        self.0.verify_strict(&message(sort, text), &Signature::from_bytes(signature)).is_ok()
    }
}

fn message(sort: &str, text: &[u8]) -> Vec<u8> {
    [b"toolward ", sort.as_bytes(), b" v1\n", text].concat()
}

fn make_if_missing(path: &Path) -> Result<(), Error> {
    if path.symlink_metadata().is_ok() { Ok(()) } else { private::write_new(path, &random()?) }
}

fn random() -> Result<[u8; 32], Error> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

fn load(path: &Path) -> Result<[u8; 32], Error> {
    read(File::open(path).map_err(Error::io(path))?, path)
}

fn read(file: File, path: &Path) -> Result<[u8; 32], Error> {
    let wrong = |what| Error::Key { path: path.to_path_buf(), what };
    let metadata = file.metadata().map_err(Error::io(path))?;
    if metadata.permissions().mode() & 0o077 != 0 {
        return Err(wrong("is a key that others may read or write"));
    }
    let mut bytes = Vec::with_capacity(32);
    file.take(33).read_to_end(&mut bytes).map_err(Error::io(path))?;
    bytes.try_into().map_err(|_| wrong("is not a key: it must hold 32 bytes"))
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ed25519:{}", hex::encode(self.0.to_bytes()))
    }
}

impl FromStr for PublicKey {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let bytes = hex::decode(text.strip_prefix("ed25519:").unwrap_or(text)).ok();
        let bytes: Option<[u8; 32]> = bytes.and_then(|bytes| bytes.try_into().ok());
        let key = bytes.and_then(|bytes| Self::from_bytes(&bytes));
        key.ok_or("a key is `ed25519:` and 64 hex digits, as `toolward audit key` prints it")
    }
}

impl PublicKey {
    /// Reads a key from what a user wrote: the key itself, or the name of a file that holds it.
    ///
    /// # Errors
    /// What is wrong, in one line.
    pub fn from_text_or_file(argument: &str) -> Result<Self, String> {
        if let Ok(key) = argument.parse() {
            return Ok(key);
        }
        let text = fs::read_to_string(argument).map_err(|error| format!("`{argument}`: {error}"))?;
        text.parse().map_err(|what: &str| format!("`{argument}`: {what}"))
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.public())
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey")
    }
}
