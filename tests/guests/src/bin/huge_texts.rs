//! Hands the host texts of more than a megabyte, wherever it takes a text.
use std::process::ExitCode;

use toolward_guests::http::Ask;
use toolward_guests::{Attack, OpenFlags, PathFlags, given, mount, open_dir, read_at, write_at};
use wasip2::sockets::instance_network::instance_network;
use wasip2::sockets::ip_name_lookup::resolve_addresses;

fn main() -> ExitCode {
    let [api] = given();
    let mut attack = Attack::begin();
    let (repo, none) = (mount("/repo"), PathFlags::empty());
    let text = "a/".repeat(650_000);
    attack.must_fail("open", read_at(&repo, &text));
    attack.must_fail("open a directory", open_dir(&repo, &text).map(drop));
    attack.must_fail("create", write_at(&repo, &text, OpenFlags::CREATE, b"x"));
    attack.must_fail("stat", repo.stat_at(none, &text).map(drop));
    attack.must_fail("identity", repo.metadata_hash_at(none, &text).map(drop));
    attack.must_fail("make a directory", repo.create_directory_at(&text));
    attack.must_fail("remove a directory", repo.remove_directory_at(&text));
    attack.must_fail("unlink", repo.unlink_file_at(&text));
    attack.must_fail("read a link", repo.readlink_at(&text));
    attack.must_fail("a link's text", repo.symlink_at(&text, "pub/long"));
    attack.must_fail("a link's name", repo.symlink_at("x", &text));
    attack.must_fail("rename from", repo.rename_at(&text, &repo, "x"));
    attack.must_fail("rename to", repo.rename_at("pub/open.txt", &repo, &text));
    attack.must_fail("a second name", repo.link_at(none, "pub/open.txt", &repo, &text));
    attack.must_fail("look up", resolve_addresses(&instance_network(), &"a.".repeat(650_000)).map(drop));
    let ask = Ask::get("http://x/").authority(api).path("/open/x");
    attack.must_fail("method", ask.clone().method("M".repeat(1_300_000)).send());
    attack.must_fail("path", ask.clone().path(format!("/open/{text}")).send());
    attack.must_fail("path and query", ask.clone().path(format!("/open/x?{text}")).send());
    attack.must_fail("authority", ask.authority("a".repeat(1_300_000)).send());
    attack.end()
}
