//! Files that Toolward runs by, beside policy, manifests and components: no tool changes them through a mount.
use std::path::{Path, PathBuf};

use toolward_host_fns::files::Protected;

use crate::failure::Failure;
use crate::home::{Config, Home};
use crate::user_cache::UserCache;

/// What the system's resolver reads (resolv.conf(5), hosts(5), nsswitch.conf(5)).
const SYSTEM: [&str; 3] = ["/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf"];
/// Variables that name a file which this process reads.
const VARIABLES: [&str; 2] = ["TOOLWARD_CREDENTIAL", "SSL_CERT_FILE"];
/// The variable that names the directories of trusted certificates, separated by colons (openssl-env(7)).
const CERTIFICATES: &str = "SSL_CERT_DIR";

/// Protects this program, the configuration and what it names, and what links in the home lead to. `socket` is where a broker
/// listens.
///
/// # Errors
/// Where a file that is there cannot be looked at.
pub fn protect(
    protected: &mut Protected,
    home: &Home,
    config: Option<&Config>,
    socket: Option<&Path>,
) -> Result<(), Failure> {
    let program = std::env::current_exe();
    let program = program.map_err(|error| Failure::internal(format!("this program is not to be found: {error}")))?;
    let named = VARIABLES.iter().filter_map(std::env::var_os).map(PathBuf::from);
    let files = [program, home.dir().join("config.toml")].into_iter().chain(named).chain(SYSTEM.map(PathBuf::from));
    let authorities = config.into_iter().flat_map(|config| config.network.ca.iter().cloned());
    for file in files.chain(authorities).chain(socket.map(Path::to_path_buf)).chain(links_in(home.dir())) {
        // One that is not there is not loaded.
        if file.exists() {
            protected.add_file(&file).map_err(Failure::at(&file))?;
        }
    }
    let user = UserCache::locate();
    let cache =
        user.iter().flat_map(|user| [Some(user.dir.as_path()), user.key.parent()]).flatten().map(Path::to_path_buf);
    let certificates = std::env::var_os(CERTIFICATES);
    for folder in certificates.iter().flat_map(std::env::split_paths).chain(cache) {
        if folder.is_dir() {
            protected.add_dir(&folder).map_err(Failure::at(&folder))?;
        }
    }
    Ok(())
}

/// Symbolic links in the home and in the folders of its secrets: the home itself lies in no mount, but they lead anywhere.
fn links_in(home: &Path) -> Vec<PathBuf> {
    let folders = [home.to_path_buf(), home.join("keys"), home.join("agents")];
    let entries = folders.iter().flat_map(|folder| std::fs::read_dir(folder).into_iter().flatten());
    let links = entries.filter_map(Result::ok).filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_symlink()));
    links.map(|entry| entry.path()).collect()
}
