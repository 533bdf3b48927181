//! The control group of this process (cgroups(7), version 2).
use std::fs;
use std::path::Path;

/// Where the hierarchy is mounted.
const ROOT: &str = "/sys/fs/cgroup";

/// Its path in the hierarchy, beginning with `/`; `None` where there is none of version 2.
pub(crate) fn own() -> Option<String> {
    let groups = fs::read_to_string("/proc/self/cgroup").ok()?;
    groups.lines().find_map(|line| line.strip_prefix("0::")).map(str::to_owned)
}

/// The memory that this process may have by its groups, in bytes: the least that its own or one above it sets. `None` where
/// none sets a limit, or none can be read.
pub(crate) fn memory() -> Option<u64> {
    least_memory(Path::new(ROOT), &own()?)
}

fn least_memory(root: &Path, group: &str) -> Option<u64> {
    // A group without a limit says `max`.
    let limit = |group: &Path| fs::read_to_string(group.join("memory.max")).ok()?.trim().parse().ok();
    let own = root.join(group.trim_start_matches('/'));
    own.ancestors().take_while(|above| above.starts_with(root)).filter_map(limit).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_limit_of_all_groups_holds() {
        let root = tempfile::tempdir().unwrap();
        let service = root.path().join("system.slice/toolward.service");
        fs::create_dir_all(&service).unwrap();
        let least = |group: &str| least_memory(root.path(), group);
        assert_eq!(least("/system.slice/toolward.service"), None);
        fs::write(service.join("memory.max"), "max\n").unwrap();
        fs::write(root.path().join("system.slice/memory.max"), "5000\n").unwrap();
        assert_eq!(least("/system.slice/toolward.service"), Some(5000));
        fs::write(service.join("memory.max"), "3000\n").unwrap();
        assert_eq!(least("/system.slice/toolward.service"), Some(3000));
        assert_eq!(least("/"), None);
    }
}
