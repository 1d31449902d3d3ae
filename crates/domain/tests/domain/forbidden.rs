//! Programs that must not compile, each named for the rule that it breaks, and one on the right road that must.
//!
//! What the compiler says is kept beside each program, so that none fails for a reason other than its own. After a change
//! that alters the messages: `TRYBUILD=overwrite cargo test -p freigabe-domain --test domain forbidden`, then read them.

#[test]
fn what_the_agreement_forbids_does_not_compile() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/compile_fail/the_right_road.rs");
    for case in FORBIDDEN {
        cases.compile_fail(format!("tests/compile_fail/{case}.rs"));
    }
}

#[test]
fn every_program_is_tried_and_has_its_message() {
    let mut found: Vec<String> = std::fs::read_dir("tests/compile_fail")
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    found.sort();
    let mut expected: Vec<String> = FORBIDDEN
        .iter()
        .flat_map(|case| [format!("{case}.rs"), format!("{case}.stderr")])
        .chain(["the_right_road.rs".to_owned()])
        .collect();
    expected.sort();
    assert_eq!(found, expected);
}

const FORBIDDEN: &[&str] = &[
    "authorized_escapes_transaction",
    "authorized_used_in_another_transaction",
    "authorized_without_consent",
    "begin_cannot_be_made",
    "recorded_escapes_transaction",
    "contact_authorized_used_in_another_transaction",
    "contact_details_without_consent",
    "content_of_authorized",
    "content_of_recorded",
    "content_of_requested",
    "disclosure_cannot_be_put_together",
    "open_content_without_witness",
    "record_without_authorizing",
    "release_before_commit",
    "transaction_for_nobody",
    "witness_cannot_be_cloned",
    "witness_cannot_be_deserialized",
];
