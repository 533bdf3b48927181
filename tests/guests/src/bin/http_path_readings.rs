//! Paths that Tomcat, Jetty, Spring, IIS, nginx and other servers read as `/open/admin/…`, or as a path outside `/open`.
use std::process::ExitCode;

use toolward_guests::http::Ask;
use toolward_guests::{Attack, given};

const PATHS: [&str; 48] = [
    "/open/..;/private/key",
    "/open/..;x=y/private/key",
    "/open/.;/admin/x",
    "/open/;x=y/admin/x",
    "/open/x/..;/admin/x",
    "/open/admin;a=b/x",
    "/open/admin;/x",
    "/open/admin%3b/x",
    "/open/admin%3Ba=b/x",
    "/open/..%3b/private/key",
    "/open/%c0%ae%c0%ae/private/key",
    "/open/%e0%80%ae%e0%80%ae/private/key",
    "/open/%c0%2e%c0%2e/private/key",
    "/open/x%c0%af..%c1%9cadmin/x",
    "/open/%c1%a1dmin/x",
    "/open/adm%ffin/x",
    "/open/%2561dmin/x",
    "/open/%25252e%25252e/private/key",
    "/open/%25u0061dmin/x",
    "/open/x%2f..%2fadmin/x",
    "/open/x%5c..%5cadmin/x",
    "/open/admin./x",
    "/open/admin%20/x",
    "/open/admin%20.%20./x",
    "/open/%20admin/x",
    "/open/..%20/private/key",
    "/open/.../admin/x",
    "/open/admin%09/x",
    "/open/admin%00.txt",
    "/open/admin%c2%a0/x",
    "/open/admin%3fx",
    "/open/admin%23x",
    "/open/admin::$DATA",
    "/open/admin:$I30:$INDEX_ALLOCATION/x",
    "/open/ADMIN~1/x",
    "/open/(S(x))/admin/y",
    "/open/ad(S(x))min/y",
    "/open//admin/x",
    "/open/admin",
    "/open/admin/",
    "/open/admin.json",
    "/open/ADMIN/x",
    "/open/%EF%BD%81dmin/x",
    "/open/%EF%BC%8E%EF%BC%8E/private/key",
    "/open/x%EF%BC%8F..%EF%BC%8Fadmin/x",
    "/open/admin%EF%BC%9B/x",
    "/open/ad%E2%80%8Cmin/x",
    "/open/x%E2%88%95..%E2%88%95admin/x",
];

fn main() -> ExitCode {
    let [api] = given();
    let mut attack = Attack::begin();
    for path in PATHS {
        attack.must_fail(path, Ask::get("http://x/").authority(&api).path(path).send());
    }
    attack.end()
}
