//! Reads from a place that the policy marks untrusted by other ways than opening a file in it. The way is the argument.
use std::process::ExitCode;

use toolward_guests::{OpenFlags, PathFlags, mount, must_work, names_in, open_dir, read_at, write_at};

fn main() -> ExitCode {
    let way = std::env::args().nth(1).unwrap_or_default();
    let repo = mount("/repo");
    let stat = |path: &str| repo.stat_at(PathFlags::empty(), path);
    match way.as_str() {
        "rename-the-parent" => {
            must_work("move", repo.rename_at("inbox", &repo, "moved"));
            println!("{}", must_work("read", read_at(&repo, "moved/mail/1")));
            must_work("move back", repo.rename_at("moved", &repo, "inbox"));
        }
        "rename-through-a-handle" => {
            let inbox = must_work("open", open_dir(&repo, "inbox"));
            must_work("move", repo.rename_at("inbox", &repo, "moved"));
            println!("{}", must_work("read", read_at(&inbox, "mail/1")));
            must_work("move back", repo.rename_at("moved", &repo, "inbox"));
        }
        "rename-the-place" => {
            must_work("move", repo.rename_at("inbox/mail", &repo, "moved"));
            println!("{}", must_work("read", read_at(&repo, "moved/1")));
            must_work("move back", repo.rename_at("moved", &repo, "inbox/mail"));
        }
        "hard-link" => {
            must_work("link", repo.link_at(PathFlags::empty(), "inbox/mail/1", &repo, "copy"));
            println!("{}", must_work("read", read_at(&repo, "copy")));
        }
        "symbolic-link" => {
            must_work("link", repo.symlink_at("inbox/mail", "way-in"));
            println!("{}", must_work("read", read_at(&repo, "way-in/1")));
        }
        "list" => println!("{:?}", must_work("list", open_dir(&repo, "inbox/mail").and_then(|dir| names_in(&dir)))),
        "list-names-of-a-wildcard" => {
            println!("{:?}", must_work("list", open_dir(&repo, "drop").and_then(|dir| names_in(&dir))));
        }
        "readlink" => println!("{}", must_work("readlink", repo.readlink_at("inbox/mail/link"))),
        "follow-a-link" => println!("{}", must_work("read", read_at(&repo, "inbox/mail/link"))),
        "follow-a-link-to-a-refusal" => println!("{:?}", read_at(&repo, "inbox/mail/to-denied")),
        "metadata" => println!("{:?}", must_work("stat", stat("inbox/mail/1"))),
        "metadata-of-nothing" => println!("{:?}", stat("inbox/mail/none")),
        "read" => println!("{}", must_work("read", read_at(&repo, "inbox/mail/1"))),
        "after-a-listing" => {
            let dir = must_work("open", open_dir(&repo, "src"));
            for name in must_work("list", names_in(&dir)) {
                must_work("identity", dir.metadata_hash_at(PathFlags::empty(), &name));
            }
            println!("{}", must_work("read", read_at(&repo, "inbox/mail/1")));
        }
        // What follows reads nothing from there.
        "list-above" => {
            println!("{:?}", must_work("list", open_dir(&repo, "inbox").and_then(|dir| names_in(&dir))));
            println!("{:?}", must_work("stat", stat("inbox/mail")));
        }
        "write" => must_work("write", write_at(&repo, "inbox/mail/new", OpenFlags::CREATE, b"x")),
        "move-another" => {
            must_work("move", repo.rename_at("src", &repo, "source"));
            must_work("move back", repo.rename_at("source", &repo, "src"));
        }
        "say-on-stderr" => eprintln!("GB33BUKB20201555555555"),
        "read-another" => println!("{}", must_work("read", read_at(&repo, "README.md"))),
        other => panic!("there is no way `{other}`"),
    }
    ExitCode::SUCCESS
}
