use std::{fs, path::PathBuf};

use freigabe_http::proxy::{AddressHeader, Proxies};

use super::*;
use crate::scratch::Scratch;

fn environment(variables: &[(&str, &str)]) -> Sources {
    let pairs = variables.iter();
    Sources {
        environment: pairs
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        ..Sources::default()
    }
}

fn file(scratch: &Scratch, text: &str) -> PathBuf {
    let path = scratch.path().join("settings.toml");
    fs::write(&path, text).unwrap();
    path
}

fn with_file(scratch: &Scratch, text: &str, variables: &[(&str, &str)]) -> Sources {
    let mut sources = environment(variables);
    sources.common.config = Some(file(scratch, text));
    sources
}

#[track_caller]
fn problem(sources: &Sources) -> String {
    load(sources).unwrap_err().to_string()
}

#[test]
fn without_anything_the_defaults_hold() {
    assert_eq!(load(&Sources::default()).unwrap(), Settings::default());
}

#[test]
fn the_file_beats_defaults_the_environment_beats_the_file_and_flags_beat_all() {
    let scratch = Scratch::new("settings-order");
    let text = "workers = 2\nlog_level = \"debug\"\npublic_url = \"https://file.example\"\n";
    let mut sources = with_file(
        &scratch,
        text,
        &[
            ("FREIGABE_LOG_LEVEL", "trace"),
            ("FREIGABE_PUBLIC_URL", "https://environment.example"),
        ],
    );
    sources.serve.public_url = Some("https://flag.example".to_owned());
    let settings = load(&sources).unwrap();
    assert_eq!(settings.workers.map(|n| n.get()), Some(2), "from the file");
    assert_eq!(settings.log_level, "trace", "from the environment");
    assert_eq!(
        settings.public_url.as_deref(),
        Some("https://flag.example"),
        "from the flag"
    );
    assert_eq!(
        settings.expiry_interval_seconds, 60,
        "the default where nobody says anything"
    );
}

#[test]
fn the_file_may_be_named_in_the_environment() {
    let scratch = Scratch::new("settings-named");
    let path = file(&scratch, "workers = 3\n");
    let sources = environment(&[("FREIGABE_CONFIG", path.to_str().unwrap())]);
    assert_eq!(load(&sources).unwrap().worker_count(), 3);
    let missing = environment(&[("FREIGABE_CONFIG", "/nonexistent/f.toml")]);
    assert!(problem(&missing).contains("/nonexistent/f.toml can't be read"));
}

#[test]
fn an_unknown_key_in_the_file_is_an_error_that_names_it() {
    let scratch = Scratch::new("settings-unknown");
    let message = problem(&with_file(&scratch, "lisen = \"127.0.0.1:1\"\n", &[]));
    assert!(
        message.contains("lisen") && message.contains("listen"),
        "{message}"
    );
    assert!(message.contains("settings.toml"), "{message}");
}

#[test]
fn the_master_key_may_not_stand_in_the_file() {
    let scratch = Scratch::new("settings-master");
    let message = problem(&with_file(&scratch, "master_key = \"c2VjcmV0\"\n", &[]));
    assert!(message.contains("master_key_file"), "{message}");
}

#[test]
fn a_variable_of_the_wrong_kind_is_named() {
    for (name, value) in [
        ("FREIGABE_WORKERS", "many"),
        ("FREIGABE_WORKERS", "0"),
        ("FREIGABE_LISTEN", "localhost"),
        ("FREIGABE_LOG_FORMAT", "xml"),
        ("FREIGABE_EXPIRY_INTERVAL_SECONDS", "-1"),
    ] {
        let message = problem(&environment(&[(name, value)]));
        assert!(message.contains(name), "{name}={value}: {message}");
    }
}

#[test]
fn an_empty_variable_counts_as_not_set() {
    let sources = environment(&[("FREIGABE_WORKERS", ""), ("DATABASE_URL", "")]);
    assert_eq!(load(&sources).unwrap(), Settings::default());
}

#[test]
fn the_databases_address_comes_from_the_nearest_place() {
    let scratch = Scratch::new("settings-database");
    let text = "database_url = \"sqlite://file.db\"\n";
    let url = |sources: &Sources| load(sources).unwrap().database_url.reveal().to_owned();
    assert_eq!(url(&with_file(&scratch, text, &[])), "sqlite://file.db");
    let usual = ("DATABASE_URL", "postgres://usual@h/d");
    assert_eq!(url(&with_file(&scratch, text, &[usual])), usual.1);
    let own = ("FREIGABE_DATABASE_URL", "postgres://own@h/d");
    assert_eq!(url(&with_file(&scratch, text, &[usual, own])), own.1);
    let mut sources = with_file(&scratch, text, &[usual, own]);
    sources.common.database_url = Some(DatabaseUrl::new("sqlite://flag.db"));
    assert_eq!(url(&sources), "sqlite://flag.db");
}

#[test]
fn the_databases_address_may_lie_in_a_secret_file() {
    let scratch = Scratch::new("settings-secret");
    let secret = scratch.path().join("url");
    crate::keys::secret_file::create(&secret, "postgres://f:pw@h/d\n").unwrap();
    let variable = ("FREIGABE_DATABASE_URL_FILE", secret.to_str().unwrap());
    let settings = load(&environment(&[variable])).unwrap();
    assert_eq!(settings.database_url.reveal(), "postgres://f:pw@h/d");
    let both = environment(&[variable, ("FREIGABE_DATABASE_URL", "sqlite://x.db")]);
    assert!(problem(&both).contains("both set"));
}

const TLS: [(&str, &str); 2] = [
    ("FREIGABE_TLS_CERTIFICATE_FILE", "a"),
    ("FREIGABE_TLS_KEY_FILE", "b"),
];

#[test]
fn client_certificates_are_those_that_the_settings_lead_to() {
    for (more, policy) in [
        (None, ClientCertificatePolicy::None),
        (
            Some(("FREIGABE_TLS_CLIENT_CA_FILE", "c")),
            ClientCertificatePolicy::Ca,
        ),
        (
            Some(("FREIGABE_TLS_CLIENT_CERTIFICATES", "any")),
            ClientCertificatePolicy::Any,
        ),
    ] {
        let variables: Vec<_> = TLS.into_iter().chain(more).collect();
        let settings = load(&environment(&variables)).unwrap();
        assert_eq!(settings.client_certificates(), policy, "{more:?}");
        let bound = SocketAddr::from(([127, 0, 0, 1], 4711));
        assert_eq!(settings.public_url_for(bound), "https://127.0.0.1:4711");
    }
}

#[test]
fn proxies_are_listed_in_the_file_the_environment_and_flags() {
    let header = ("FREIGABE_PROXY_CLIENT_CERTIFICATE_HEADER", "client-cert");
    let expected = ["10.1.2.3/32", "fd00::/64"];
    let addresses = |sources: &Sources| {
        let settings = load(sources).unwrap();
        assert!(settings.proxies().unwrap().is_some());
        let addresses = settings.proxy_addresses.iter();
        addresses.map(ToString::to_string).collect::<Vec<_>>()
    };
    let scratch = Scratch::new("settings-proxies");
    let text = "proxy_addresses = [\"10.1.2.3\", \"fd00::/64\"]\n";
    assert_eq!(addresses(&with_file(&scratch, text, &[header])), expected);
    let variable = ("FREIGABE_PROXY_ADDRESSES", "10.1.2.3, fd00::/64");
    let mut sources = with_file(
        &scratch,
        "proxy_addresses = [\"10.9.9.9\"]\n",
        &[header, variable],
    );
    assert_eq!(addresses(&sources), expected);
    sources.serve.proxy_addresses = vec!["10.8.8.8".parse().unwrap()];
    assert_eq!(addresses(&sources), ["10.8.8.8/32"]);
}

#[test]
fn proxies_are_believed_in_the_headers_that_are_named() {
    let proxies = |variables: &[(&str, &str)]| {
        let addresses = ("FREIGABE_PROXY_ADDRESSES", "10.1.2.3");
        let settings = load(&environment(&[variables, &[addresses]].concat())).unwrap();
        settings.proxies().unwrap().unwrap()
    };
    let at = || Proxies::at(vec!["10.1.2.3".parse().unwrap()]);
    let certificates = ("FREIGABE_PROXY_CLIENT_CERTIFICATE_HEADER", "client-cert");
    for (value, header) in [
        ("forwarded", AddressHeader::Forwarded),
        ("x-forwarded-for", AddressHeader::XForwardedFor),
    ] {
        let clients = ("FREIGABE_PROXY_ADDRESS_HEADER", value);
        assert_eq!(proxies(&[clients]), at().with_clients_in(header));
        let both = at().with_certificates_in("client-cert").unwrap();
        let both = both.with_clients_in(header);
        assert_eq!(proxies(&[certificates, clients]), both);
    }
}

#[test]
fn a_log_is_named_after_the_address_by_which_partners_reach_it() {
    let origin = |variables: &[(&str, &str)]| load(&environment(variables)).unwrap().log_origin();
    assert_eq!(origin(&[]), "127.0.0.1:8080/log");
    let any_port = ("FREIGABE_LISTEN", "127.0.0.1:0");
    assert_eq!(origin(&[any_port]), "127.0.0.1/log");
    let public = ("FREIGABE_PUBLIC_URL", "https://f.example:8443/api/");
    assert_eq!(origin(&[public]), "f.example:8443/log");
    let named = ("FREIGABE_LOG_ORIGIN", "log.f.example/2026");
    assert_eq!(origin(&[public, named]), "log.f.example/2026");
}

#[test]
fn what_the_log_waits_for_may_be_set_with_a_policy() {
    let settings = load(&environment(&[
        ("FREIGABE_LOG_POLICY_FILE", "policy"),
        ("FREIGABE_LOG_BEFORE_DISCLOSE", "true"),
        ("FREIGABE_LOG_QUORUM_TIMEOUT_SECONDS", "600"),
        ("FREIGABE_LOG_OTHER_KEY_FILES", "a, b"),
    ]))
    .unwrap();
    assert!(settings.log_before_disclose);
    assert_eq!(settings.log_quorum_timeout_seconds, Some(600));
    assert_eq!(settings.log_other_key_files.len(), 2);
}

#[test]
fn settings_that_make_no_sense_are_refused() {
    for (variables, expected) in [
        (&[("FREIGABE_DATABASE_URL", "mysql://h/d")][..], "sqlite:"),
        (&[("FREIGABE_LISTEN", "0.0.0.0:8080")], "public_url"),
        (&[("FREIGABE_PUBLIC_URL", "freigabe.example")], "public_url"),
        (
            &[("FREIGABE_PUBLIC_URL", "https://f.example/?a")],
            "public_url",
        ),
        (&[("FREIGABE_TLS_CERTIFICATE_FILE", "a")], "tls_key_file"),
        (&[("FREIGABE_TLS_KEY_FILE", "a")], "tls_certificate_file"),
        (&[("FREIGABE_TLS_CLIENT_CA_FILE", "a")], "a TLS listener"),
        (
            &[("FREIGABE_TLS_CLIENT_CERTIFICATES", "any")],
            "a TLS listener",
        ),
        (
            &[TLS[0], TLS[1], ("FREIGABE_TLS_CLIENT_CERTIFICATES", "ca")],
            "set tls_client_ca_file",
        ),
        (
            &[
                TLS[0],
                TLS[1],
                ("FREIGABE_TLS_CLIENT_CERTIFICATES", "any"),
                ("FREIGABE_TLS_CLIENT_CA_FILE", "a"),
            ],
            "no authority counts",
        ),
        (
            &[TLS[0], TLS[1], ("FREIGABE_PUBLIC_URL", "http://f.example")],
            "begin with https://",
        ),
        (
            &[("FREIGABE_PROXY_CLIENT_CERTIFICATE_HEADER", "client-cert")],
            "set proxy_addresses",
        ),
        (
            &[("FREIGABE_PROXY_ADDRESSES", "10.1.2.3")],
            "set proxy_address_header or proxy_client_certificate_header",
        ),
        (
            &[("FREIGABE_PROXY_ADDRESS_HEADER", "forwarded")],
            "set proxy_addresses",
        ),
        (
            &[("FREIGABE_PROXY_ADDRESS_HEADER", "x-real-ip")],
            "FREIGABE_PROXY_ADDRESS_HEADER",
        ),
        (
            &[
                ("FREIGABE_PROXY_ADDRESSES", "10.1.2.3"),
                ("FREIGABE_PROXY_CLIENT_CERTIFICATE_HEADER", "client cert"),
            ],
            "the name of a header",
        ),
        (
            &[("FREIGABE_PROXY_ADDRESSES", "10.1.2.3,0.0.0.0/0")],
            "the whole internet",
        ),
        (
            &[("FREIGABE_PROXY_ADDRESSES", "proxy.example")],
            "FREIGABE_PROXY_ADDRESSES",
        ),
        (
            &[("FREIGABE_LOG_ORIGIN", "https://f.example/log")],
            "without https://",
        ),
        (&[("FREIGABE_LOG_ORIGIN", "f.example/a+b")], "plus signs"),
        (
            &[("FREIGABE_LOG_BEFORE_DISCLOSE", "true")],
            "set log_policy_file",
        ),
        (
            &[("FREIGABE_LOG_BEFORE_DISCLOSE", "perhaps")],
            "FREIGABE_LOG_BEFORE_DISCLOSE",
        ),
        (
            &[("FREIGABE_LOG_QUORUM_TIMEOUT_SECONDS", "60")],
            "set log_policy_file",
        ),
        (
            &[
                ("FREIGABE_LOG_POLICY_FILE", "p"),
                ("FREIGABE_LOG_QUORUM_TIMEOUT_SECONDS", "1"),
            ],
            "between 5 and 604800",
        ),
        (
            &[("FREIGABE_LOG_CHECKPOINT_INTERVAL_SECONDS", "0")],
            "between 1 and 10",
        ),
        (
            &[("FREIGABE_LOG_MERGE_DEADLINE_SECONDS", "1")],
            "between 30 and 86400",
        ),
        (&[("FREIGABE_LOG_BACKLOG_LIMIT", "1")], "at least 1024"),
        (&[("FREIGABE_CONSENT_EVIDENCE_YEARS", "1")], "§§ 195, 199"),
        (
            &[
                ("FREIGABE_LOG_SIGNING_KEY_FILE", "a"),
                ("FREIGABE_LOG_OTHER_KEY_FILES", "b,a"),
            ],
            "signs already",
        ),
        (&[("FREIGABE_EXPIRY_INTERVAL_SECONDS", "0")], "at least 1"),
        (&[("FREIGABE_SHUTDOWN_TIMEOUT_SECONDS", "60")], "and 10"),
        (&[("FREIGABE_TOKEN_LIFETIME_SECONDS", "86400")], "3600"),
        (
            &[
                ("FREIGABE_MASTER_KEY", "a"),
                ("FREIGABE_MASTER_KEY_FILE", "b"),
            ],
            "both set",
        ),
    ] {
        let message = problem(&environment(variables));
        assert!(message.contains(expected), "{variables:?}: {message}");
    }
}

#[test]
fn the_public_address_has_no_slash_at_its_end() {
    let bound = SocketAddr::from(([127, 0, 0, 1], 4711));
    let mut settings = Settings::default();
    assert_eq!(settings.public_url_for(bound), "http://127.0.0.1:4711");
    settings.public_url = Some("https://f.example/".to_owned());
    assert_eq!(settings.public_url_for(bound), "https://f.example");
}

#[test]
fn the_example_file_loads_and_names_every_setting() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../deploy/freigabe.example.toml");
    let text = fs::read_to_string(&path).unwrap();
    let mut sources = Sources::default();
    sources.common.config = Some(path);
    load(&sources).unwrap();
    // Every line that is commented out is a setting as well, and must be known.
    let scratch = Scratch::new("settings-example");
    let secret = scratch.path().join("url");
    crate::keys::secret_file::create(&secret, "sqlite://x.db").unwrap();
    let whole: Vec<String> = text
        .lines()
        .map(|line| line.strip_prefix("#: ").unwrap_or(line))
        .filter(|line| !line.starts_with("database_url ="))
        .map(|line| match line.split_once(" = ") {
            Some(("database_url_file", _)) => format!("database_url_file = {secret:?}"),
            _ => line.to_owned(),
        })
        .collect();
    load(&with_file(&scratch, &whole.join("\n"), &[])).unwrap();
    for name in [
        "database_url",
        "database_url_file",
        "listen",
        "public_url",
        "tls_certificate_file",
        "tls_key_file",
        "tls_client_ca_file",
        "tls_client_certificates",
        "proxy_client_certificate_header",
        "proxy_address_header",
        "proxy_addresses",
        "master_key_file",
        "token_signing_key_file",
        "token_other_key_files",
        "token_lifetime_seconds",
        "token_binding",
        "trusted_issuers",
        "key_set_networks",
        "key_set_ca_file",
        "rate_limit_per_client",
        "rate_limit_per_address",
        "rate_limit_sign_ins",
        "workers",
        "log_level",
        "log_format",
        "log_origin",
        "log_signing_key_file",
        "log_other_key_files",
        "log_policy_file",
        "log_checkpoint_interval_seconds",
        "log_merge_deadline_seconds",
        "log_before_disclose",
        "log_quorum_timeout_seconds",
        "log_backlog_limit",
        "consent_evidence_years",
        "directory_confirmation_days",
        "involvement_reminder_hours",
        "involvement_answer_hours",
        "security_notice_reminder_hours",
        "security_notice_urgent_reminder_hours",
        "contact_pair_confirmation_days",
        "expiry_interval_seconds",
        "shutdown_timeout_seconds",
    ] {
        let named = [format!("{name} = "), format!("[[{name}]]")];
        assert!(
            named.iter().any(|named| text.contains(named)),
            "{name} is missing"
        );
    }
}

#[test]
fn issuers_are_described_in_the_file_and_checked() {
    let scratch = Scratch::new("settings-issuers");
    let one = "[[trusted_issuers]]\nissuer = \"https://sso.example/realms/f\"\n\
        key_set_uri = \"https://sso.example/keys\"\nroles = [\"office\"]\n\
        organisations = [\"019a6b2e-7c40-7e11-9d3f-5a2b8c4d6e01\"]\n";
    let settings = load(&with_file(
        &scratch,
        &format!("key_set_networks = [\"10.3.0.0/16\"]\n{one}{one}"),
        &[],
    ))
    .unwrap();
    assert_eq!(settings.trusted_issuers.len(), 2);
    for (from, to, told) in [
        (
            "https://sso.example/realms/f",
            "http://sso.example",
            "exactly as in its tokens (`iss`): must begin with https://",
        ),
        (
            "https://sso.example/keys",
            "http://sso.example/keys",
            "https://",
        ),
        ("[\"office\"]", "[]", "roles must name"),
        ("[\"office\"]", "[\"police\"]", "role"),
        (
            "[\"019a6b2e-7c40-7e11-9d3f-5a2b8c4d6e01\"]",
            "[]",
            "organisations must name",
        ),
        ("issuer = ", "issure = ", "issure"),
    ] {
        let problem = problem(&with_file(&scratch, &one.replacen(from, to, 1), &[]));
        assert!(problem.contains(told), "{to}: {problem}");
    }
    for (network, told) in [
        ("0.0.0.0/0", "must not be the whole internet"),
        ("sso.example", "must be an IP address or a network"),
    ] {
        let problem = problem(&environment(&[("FREIGABE_KEY_SET_NETWORKS", network)]));
        assert!(problem.contains(told), "{problem}");
    }
}

#[test]
fn misspelt_variables_are_noticed() {
    let sources = environment(&[
        ("FREIGABE_LISTN", "x"),
        ("FREIGABE_LISTEN", "x"),
        ("FREIGABE_TEST_POSTGRES", "x"),
        ("HOME", "x"),
    ]);
    assert_eq!(unknown_variables(&sources.environment), ["FREIGABE_LISTN"]);
}

#[test]
fn secrets_are_never_shown() {
    let settings = load(&environment(&[
        ("FREIGABE_MASTER_KEY", "bWFzdGVya2V5"),
        ("FREIGABE_DATABASE_URL", "postgres://f:passw0rd@h/d"),
    ]))
    .unwrap();
    let shown = format!("{settings:?}");
    assert!(
        !shown.contains("bWFzdGVya2V5") && !shown.contains("passw0rd"),
        "{shown}"
    );
}
