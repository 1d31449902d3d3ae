//! From an empty folder to a server, its keys and its settings.

use std::{fs, path::Path};

use crate::place::{Place, Server, text};

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

#[test]
fn from_an_empty_folder_to_a_client_with_a_token() {
    let place = Place::new("begin");
    let organisation = &place.organisation("centre", "Beratung");
    assert!(place.says(&["organisation", "list"]).contains(organisation));
    let add = [
        "client",
        "add",
        "--id",
        "akte",
        "--organisation",
        organisation,
    ];
    place.says(&[&add[..], &["--generate-key", "akte.jwk"]].concat());
    for private in ["akte.jwk", "freigabe.db", "freigabe.db.master.key"] {
        assert_eq!(mode(&place.path().join(private)), 0o600, "{private}");
    }
    assert!(place.says(&["client", "list"]).contains("akte"));

    let server = Server::start(&place, &[]);
    let url = server.url.clone();
    assert_eq!(place.says(&["health", "--server", &url]), "ok\n");
    let who = ["--client", "akte", "--key", "akte.jwk", "--server", &url];
    let ask = |rest: &[&'static str]| [&["request"], rest, &who].concat();
    assert_eq!(place.says(&ask(&["/v1/consents"])), r#"{"items":[]}"#);
    assert!(place.fails(&ask(&["/v1/inbox"])).contains("403"));
    let refused = place.run(&ask(&["/v1/consents", "--method", "POST"]));
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused.stdout).contains("urn:problem-type"));
    let plain = place.fails(&[&["token"], &who[..]].concat());
    assert!(plain.contains("development"), "{plain}");
    assert_eq!(server.stop(), Some(0), "SIGTERM ends it well");
}

#[test]
fn plain_tokens_are_for_development_only_and_every_answer_says_so() {
    let place = Place::new("plain");
    let id = place.organisation("centre", "Beratung");
    place.client("akte", &id);
    let server = Server::start(&place, &["--token-binding", "development"]);
    let url = server.url.clone();
    let sign_in = [
        "token", "--client", "akte", "--key", "akte.jwk", "--server", &url,
    ];
    let token = place.says(&sign_in);
    let bearer = format!("authorization: Bearer {}\r\n", token.trim());
    let answer = server.get("/v1/consents", &bearer);
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.contains("freigabe-mode: development"), "{answer}");
    assert_eq!(
        token.trim().split('.').count(),
        3,
        "a token and nothing else"
    );
    assert_eq!(server.stop(), Some(0), "SIGTERM ends it well");
    assert!(place.fails(&sign_in).contains("is the server running?"));
}

#[test]
fn keys_are_made_once_and_for_their_owner_alone() {
    let place = Place::new("keys");
    for kind in [&["--master"][..], &["--token-signing"], &[]] {
        let file = format!("key{}", kind.concat());
        let generate = [&["key", "generate", &file], kind].concat();
        place.says(&generate);
        assert_eq!(mode(&place.path().join(&file)), 0o600);
        assert!(place.fails(&generate).contains("not overwritten"));
    }
}

#[test]
fn a_dry_run_changes_nothing() {
    let place = Place::new("migrate");
    let said = place.says(&["migrate", "--dry-run"]);
    assert!(said.starts_with("pending "), "{said}");
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 0);
    place.says(&["migrate"]);
    let said = place.says(&["migrate", "--dry-run"]);
    assert!(said.contains(": 0 pending"), "{said}");
}

#[test]
fn a_lost_master_key_is_told_and_not_replaced() {
    let place = Place::new("lost");
    place.says(&["migrate"]);
    fs::rename(
        place.path().join("freigabe.db.master.key"),
        place.path().join("elsewhere"),
    )
    .unwrap();
    assert!(
        place
            .fails(&["organisation", "list"])
            .contains("freigabe.db.master.key is missing")
    );
    place.says(&["organisation", "list", "--master-key-file", "elsewhere"]);
}

#[test]
fn limits_and_other_keys_are_taken_from_the_settings() {
    let place = Place::new("limits");
    place.says(&["key", "generate", "--token-signing", "next.key"]);
    let settings = "token_other_key_files = [\"next.key\"]\nrate_limit_per_address = 2\n";
    fs::write(place.path().join("freigabe.toml"), settings).unwrap();
    let server = Server::start(&place, &[]);
    let get = |path: &str| server.get(path, "");
    assert_eq!(get("/.well-known/jwks.json").matches("\"kid\"").count(), 2);
    assert!(get("/health/live").starts_with("HTTP/1.1 200"));
    assert!(get("/health/live").starts_with("HTTP/1.1 429"));
}

#[test]
fn clients_behind_a_named_proxy_are_counted_one_by_one() {
    let place = Place::new("proxy");
    let left = |server: &Server, client: &str| {
        let header = format!("x-forwarded-for: 203.0.113.9, {client}\r\n");
        let answer = server.get("/health/live", &header);
        let (_, told) = answer.split_once("\nratelimit: \"address\";r=").unwrap();
        told.split(';').next().unwrap().parse::<u32>().unwrap()
    };
    for (proxy, expected) in [("127.0.0.1", [4, 3, 4]), ("192.0.2.1", [4, 3, 2])] {
        let settings = format!(
            "rate_limit_per_address = 5\nproxy_address_header = \"x-forwarded-for\"\nproxy_addresses = [\"{proxy}\"]\n"
        );
        fs::write(place.path().join("freigabe.toml"), settings).unwrap();
        let server = Server::start(&place, &[]);
        let counted = ["192.0.2.7", "192.0.2.7", "192.0.2.8"].map(|client| left(&server, client));
        assert_eq!(counted, expected, "the proxy is {proxy}");
    }
}

#[test]
fn forms_are_added_all_or_none_and_listed() {
    let place = Place::new("forms");
    let said = place.says(&["form", "add", "2026-1", "--language", "ro,de,de"]);
    let added = [
        "data_protection_consent 2026-1 de",
        "data_protection_consent 2026-1 ro",
        "confidentiality_release 2026-1 de",
        "confidentiality_release 2026-1 ro",
    ];
    assert_eq!(said.lines().collect::<Vec<_>>(), added);
    let again = ["form", "add", "2026-1", "--language", "en,ro"];
    let said = place.fails(&again);
    assert!(said.contains("known already"), "{said}");
    let listed = place.says(&["form", "list"]);
    assert_eq!(listed.lines().count(), 1 + added.len(), "{listed}");
    let kind = ["--kind", "confidentiality_release"];
    place.says(&[&["form", "add", "2026-2", "--language", "de"][..], &kind].concat());
    assert!(place.says(&["form", "list"]).contains("2026-2"));
    let unknown = ["form", "add", "2026-3", "--language", "xx"];
    assert_eq!(place.run(&unknown).status.code(), Some(2));
}

#[test]
fn another_master_key_opens_nothing() {
    let place = Place::new("other");
    place.says(&["organisation", "list"]);
    place.says(&["key", "generate", "--master", "other.key"]);
    let said = place.fails(&["organisation", "list", "--master-key-file", "other.key"]);
    assert!(said.contains("does not belong to this database"), "{said}");
}

#[test]
fn what_makes_no_sense_has_status_2() {
    let place = Place::new("usage");
    for arguments in [
        &["bogus"][..],
        &["organisation", "add", "--role", "office", "--name", "X"],
        &["serve", "--listen", "here"],
        &["client", "add", "--id", "x", "--organisation", "y"],
    ] {
        assert_eq!(place.run(arguments).status.code(), Some(2), "{arguments:?}");
    }
}

#[test]
fn the_story_comes_out_as_told_in_both_languages() {
    let place = Place::new("demo");
    for (language, last) in [
        ("en", "All 14 cases with 86 steps came out as told."),
        (
            "de",
            "Alle 14 Fälle mit 86 Schritten gingen aus wie erzählt.",
        ),
    ] {
        let told = place.says(&["demo", "--exit", "--language", language]);
        assert_eq!(told.lines().last(), Some(last));
        assert_eq!(told.matches('✓').count(), 86);
        assert!(!told.contains('✗'), "{told}");
    }
    let foreign = place.path().join("foreign");
    fs::create_dir(&foreign).unwrap();
    fs::write(foreign.join("thesis.txt"), "mine").unwrap();
    let said = place.fails(&["demo", "--exit", "--directory", "foreign"]);
    assert!(said.contains("left alone"), "{said}");
}
