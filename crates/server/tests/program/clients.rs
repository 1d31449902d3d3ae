//! Clients: added, invited, registered, narrowed, suspended, given another key.

use std::fs;

use crate::place::{Place, Server, text};

#[test]
fn a_taken_id_leaves_no_key_file_behind() {
    let place = Place::new("taken");
    let id = place.organisation("auditor", "Prüfstelle");
    let add = [
        "client",
        "add",
        "--id",
        "pruefung",
        "--organisation",
        &id,
        "--generate-key",
    ];
    place.says(&[&add[..], &["a.jwk"]].concat());
    assert!(
        place
            .fails(&[&add[..], &["b.jwk"]].concat())
            .contains("already")
    );
    assert!(!place.path().join("b.jwk").exists());
    assert!(
        place
            .fails(&[&add[..], &["a.jwk"]].concat())
            .contains("not overwritten")
    );
}

#[test]
fn a_private_key_is_not_registered_and_its_public_half_is() {
    let place = Place::new("public");
    let id = place.organisation("auditor", "Prüfstelle");
    let public = place.says(&["key", "generate", "p.jwk"]);
    assert_eq!(place.says(&["key", "public", "p.jwk"]), public);
    fs::write(place.path().join("p.public"), public).unwrap();
    let add = [
        "client",
        "add",
        "--id",
        "pruefung",
        "--organisation",
        &id,
        "--public-key",
    ];
    assert!(
        place
            .fails(&[&add[..], &["p.jwk"]].concat())
            .contains("private key")
    );
    place.says(&[&add[..], &["p.public"]].concat());
}

#[test]
fn a_client_is_suspended_let_in_and_given_another_key() {
    let place = Place::new("suspended");
    let id = place.organisation("centre", "Beratung");
    place.client("akte", &id);
    let server = Server::start(&place, &[]);
    let url = server.url.clone();
    let ask = |key: &'static str| {
        [
            "request",
            "/v1/consents",
            "--client",
            "akte",
            "--key",
            key,
            "--server",
            &url,
        ]
        .map(str::to_owned)
    };
    let asks = |key| {
        let ask = ask(key);
        let ask: Vec<&str> = ask.iter().map(String::as_str).collect();
        place.run(&ask).status.success()
    };
    assert!(asks("akte.jwk"));
    assert!(
        place
            .says(&["client", "suspend", "akte"])
            .contains("suspended")
    );
    assert!(place.says(&["client", "list"]).contains(" no "));
    assert!(!asks("akte.jwk"));
    assert!(
        place
            .says(&["client", "suspend", "akte"])
            .contains("suspended"),
        "what is so already stays so"
    );
    assert!(
        place
            .fails(&["client", "suspend", "nobody"])
            .contains("there is no client nobody")
    );
    place.says(&["client", "resume", "akte"]);
    assert!(asks("akte.jwk"));
    place.says(&[
        "client",
        "replace-key",
        "akte",
        "--generate-key",
        "akte.2.jwk",
    ]);
    assert!(!asks("akte.jwk") && asks("akte.2.jwk"));
}

#[test]
fn a_partner_is_invited_registers_with_its_own_key_and_is_narrowed() {
    let place = Place::new("invited");
    let id = place.organisation("centre", "Beratung");
    let invite = ["client", "invite", "--id", "akte", "--organisation", &id];
    let earlier = place.says(&invite);
    let invited = place.run(&invite);
    let (token, told) = (text(&invited.stdout), text(&invited.stderr));
    assert_eq!(token.trim().len(), 64);
    assert!(
        token != earlier && told.contains("freigabe register"),
        "{told}"
    );
    assert!(!told.contains(token.trim()));
    for (file, token) in [("earlier", &earlier), ("token", &token)] {
        fs::write(place.path().join(file), token).unwrap();
    }
    let nobody = [
        "client",
        "invite",
        "--id",
        "x-y-z",
        "--organisation",
        "019a6b2e-7c40-7e11-9d3f-5a2b8c4d6eff",
    ];
    assert!(place.fails(&nobody).contains("there is no organisation"));

    let server = Server::start(&place, &[]);
    let register = |token: &str, key: &[&str]| {
        let of = ["register", "--server", &server.url, "--token-file", token];
        [&of[..], key]
            .concat()
            .iter()
            .map(|word| (*word).to_owned())
            .collect::<Vec<_>>()
    };
    let run = |arguments: Vec<String>| {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let output = place.run(&arguments);
        (
            output.status.success(),
            text(&output.stdout) + &text(&output.stderr),
        )
    };
    let open = run(register("token", &["--generate-key", "akte.jwk"]));
    assert!(!open.0 && open.1.contains("chmod 600"), "{open:?}");
    for file in ["earlier", "token"] {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(place.path().join(file), fs::Permissions::from_mode(0o600)).unwrap();
    }
    let worthless = run(register("earlier", &["--generate-key", "akte.jwk"]));
    assert!(
        !worthless.0 && worthless.1.contains("ask the operator for another"),
        "{worthless:?}"
    );
    assert!(
        !place.path().join("akte.jwk").exists(),
        "a key that nobody knows is not left behind"
    );
    let insecure = run(register(
        "token",
        &["--jwks-uri", "http://elsewhere.example/jwks"],
    ));
    assert!(
        !insecure.0 && insecure.1.contains("--jwks-uri: must begin with https://"),
        "{insecure:?}"
    );
    let registered = run(register("token", &["--generate-key", "akte.jwk"]));
    assert!(
        registered.0 && registered.1.contains("registered client akte"),
        "{registered:?}"
    );
    assert!(
        registered.1.contains("freigabe request --server"),
        "{registered:?}"
    );
    let again = run(register("token", &["--key", "akte.jwk"]));
    assert!(!again.0 && again.1.contains("invalid_token"), "{again:?}");

    let asks = |path: &str| {
        let of = [
            "request",
            path,
            "--client",
            "akte",
            "--key",
            "akte.jwk",
            "--server",
            &server.url,
        ];
        place.run(&of).status.success()
    };
    assert!(asks("/v1/consents") && asks("/v1/offices"));
    let said = place.says(&[
        "client",
        "set-scopes",
        "akte",
        "--scope",
        "consents:read",
        "--scope",
        "disclosures:read",
    ]);
    assert_eq!(
        said.trim(),
        "client akte may: consents:read disclosures:read"
    );
    assert!(asks("/v1/consents") && !asks("/v1/offices"));
    let listed = place.says(&["client", "list"]);
    assert!(
        listed.contains("consents:read disclosures:read") && listed.contains("  key  "),
        "{listed}"
    );
    assert!(
        place
            .fails(&["client", "set-scopes", "akte", "--scope", "everything"])
            .contains("there are: consents:read")
    );
    assert!(
        place
            .fails(&["client", "set-scopes", "akte", "--scope", "inbox:read"])
            .contains("clients of the role centre")
    );
    place.says(&["client", "set-scopes", "akte", "--all"]);
    assert!(asks("/v1/offices"));
}

#[test]
fn a_client_is_known_by_an_address_or_by_another_issuer() {
    let place = Place::new("kinds");
    let id = place.organisation("centre", "Beratung");
    let add = |id_of_client: &'static str, rest: &[&'static str]| {
        let mut arguments = vec!["client", "add", "--organisation", &id, "--id", id_of_client];
        arguments.extend(rest);
        place.run(&arguments)
    };
    let keys = ["--jwks-uri", "https://hafenlicht.example/jwks.json"];
    assert!(add("by-keys", &keys).status.success());
    let issuer = [
        "--issuer",
        "https://sso.example/realms/x",
        "--issuer-client-id",
        "akte",
    ];
    let narrow = ["--scope", "consents:read disclosures:read"];
    assert!(
        add("by-issuer", &[&issuer[..], &narrow].concat())
            .status
            .success()
    );
    let listed = place.says(&["client", "list"]);
    assert!(
        listed.contains("https://hafenlicht.example/jwks.json"),
        "{listed}"
    );
    assert!(
        listed.contains("akte at https://sso.example/realms/x"),
        "{listed}"
    );
    let taken = add("again", &issuer);
    assert!(text(&taken.stderr).contains("known by this client of the issuer already"));
    for (bad, status) in [
        (&["--jwks-uri", "http://hafenlicht.example"][..], 1),
        (&["--issuer", "https://sso.example"], 2),
        (&["--issuer-client-id", "akte"], 2),
        (
            &[keys[0], keys[1], issuer[0], issuer[1], issuer[2], issuer[3]],
            2,
        ),
    ] {
        assert_eq!(add("bad-one", bad).status.code(), Some(status), "{bad:?}");
    }
    let moved = [&["client", "replace-key", "by-issuer"][..], &keys].concat();
    assert!(
        place
            .says(&moved)
            .contains("known by the keys at that address")
    );
}
