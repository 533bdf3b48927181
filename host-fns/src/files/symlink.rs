//! `symlink-at`: a new link is relative and has no `..`, so that it cannot lead above where it stands.
//!
//! A link gives what it leads to another name, for the programs of the host: it is made only where rules are no stricter
//! below that name than below the true one.
use std::os::fd::{AsFd, BorrowedFd};

use rustix::fs::readlinkat;
use rustix::io::Errno;
use toolward_manifests::{FileOp, GuestPath};

use super::walk::{Place, parent, walk};
use super::{Base, Cx, effect};
use crate::door::{At, Fault, Reply};
use crate::mediate::{Obstacle, Weight};

impl Cx<'_> {
    pub(super) async fn symlink(&self, target: String, at: At) -> Result<Reply, Fault> {
        if target.is_empty() {
            return Err(Errno::NOENT.into());
        }
        if target.contains('\0') {
            return Err(Errno::INVAL.into());
        }
        let (base, found) = self.find(&at, false)?;
        let wall = if leads_upward(&target) {
            Some(Obstacle::builtin("a new symbolic link is relative and has no `..`"))
        } else {
            self.wall_before_naming(&found).or_else(|| self.wall_before_linking(&base, &target, &found.path))
        };
        let wishes = vec![self.wish(&base, FileOp::Create, &found.path, wall)?];
        let effected = match &found.place {
            Place::Free { parent, name } if !found.must_be_dir => {
                let permit = self.mediator.mediate(wishes, Weight::Effect).await?;
                effect::symlink(permit, &target, parent.as_fd(), name)
            }
            place => {
                let error = match place {
                    Place::Nowhere(errno) => *errno,
                    Place::Free { .. } => Errno::NOENT,
                    Place::Object { .. } if found.is_no_directory() => Errno::NOTDIR,
                    _ => Errno::EXIST,
                };
                let wishes = self.in_vain(&base, &found.path, place, wishes)?;
                effect::nothing(self.mediator.mediate(wishes, Weight::Look).await?, Err(error))
            }
        };
        self.settle(effected).map(|()| Reply::Done)
    }
}

impl Cx<'_> {
    /// What the rules put in the way of a symbolic link of this text at this path. Rules decide on true paths, so that a guest
    /// gains nothing by a link; a program of the host that takes the link's name would see there what no rule has let be
    /// made there.
    pub(super) fn wall_before_linking(&self, base: &Base, text: &str, at: &GuestPath) -> Option<Obstacle> {
        let scope = self.mediator.scope();
        // What lies above a mount, or under another one, has no guest path that would say anything of it.
        let in_mount = |to: &GuestPath| self.files.mounts.covering(to).is_some_and(|(mount, _)| mount == base.mount);
        let leads_to = leads_to(text, at).filter(in_mount).filter(|to| !self.leads_over_a_link(base, to));
        let to = leads_to.as_ref();
        let is_no_stricter = |op| scope.allows_below(op, at) || to.is_some_and(|to| scope.refuses_below(op, to));
        let below = to.is_some_and(|to| scope.same_below(to, at))
            || [FileOp::Create, FileOp::Write, FileOp::Delete].into_iter().all(is_no_stricter);
        let itself = self.allows(FileOp::Write, at) || to.is_some_and(|to| !self.allows(FileOp::Write, to));
        let differ = "rules are stricter below the name of the link than below what it leads to";
        (!below || !itself).then(|| Obstacle::builtin(differ))
    }

    /// Whether a path within the mount passes a symbolic link, or a name that may be one: then it may lead somewhere else.
    fn leads_over_a_link(&self, base: &Base, to: &GuestPath) -> bool {
        let Ok(mount) = self.files.mount(base.mount) else { return true };
        let Some(rest) = to.as_str().strip_prefix(mount.guest().as_str().trim_end_matches('/')) else { return true };
        let rest = rest.trim_start_matches('/');
        if rest.is_empty() {
            return false;
        }
        // A hidden name must not decide whether the link can be made: that would tell the guest what the name is.
        let is_hidden = |path: &GuestPath| !self.shows(path);
        let above = std::iter::successors(Some(to.clone()), parent).take_while(|path| path != mount.guest());
        if above.into_iter().any(|path| is_hidden(&path)) {
            return true;
        }
        let root = Base { mount: base.mount, fd: mount.root(), path: mount.guest().clone() };
        walk(&self.files.mounts, &root, rest, true, |_| true).map_or(true, |found| !found.links.is_empty())
    }
}

/// The text of a symbolic link.
pub(super) fn text_of(link: BorrowedFd<'_>) -> Result<String, Errno> {
    readlinkat(link, "", Vec::with_capacity(128))?.into_string().map_err(|_| Errno::ILSEQ)
}

/// Where a link of this text leads from a path, by its letters; `None` where it leads out of all that has a guest path.
fn leads_to(text: &str, at: &GuestPath) -> Option<GuestPath> {
    let names = text.strip_suffix('/').unwrap_or(text).split('/');
    let start = parent(at).filter(|_| !text.starts_with('/'))?;
    names.into_iter().try_fold(start, |path, name| match name {
        "" | "." => Some(path),
        ".." => parent(&path),
        name => path.join(name).ok(),
    })
}

fn leads_upward(target: &str) -> bool {
    target.starts_with('/') || target.split('/').any(|name| name == "..")
}
