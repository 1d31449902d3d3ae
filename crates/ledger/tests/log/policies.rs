//! Policies, and proofs that are judged under one.

use freigabe_ledger::checkpoint::CheckpointError;
use freigabe_ledger::note::NoteError;
use freigabe_ledger::policy::{Policy, PolicyError, PolicyFault};
use freigabe_ledger::tile::inclusion_proof;
use freigabe_ledger::tlog_proof::{TlogProof, TlogProofError};

use crate::given::{Log, leaf, log_key, witness_key};

/// A megabyte.
const LONGEST: usize = 1_000_000;

/// Police and network both, of three witnesses on each side.
fn file() -> String {
    let mut file = format!(
        "# the log\nlog {} https://log.example/log\n\n",
        log_key(1).verifier()
    );
    for (name, number) in [("X1", 11), ("X2", 12), ("X3", 13), ("Y1", 21), ("Y2", 22)] {
        let key = witness_key(&format!("{name}.example"), number);
        file += &format!(
            " witness\t{name}  {} https://{name}.example\n",
            key.verifier()
        );
    }
    file + "group X 2 X1 X2 X3\ngroup Y any Y1 Y2\n#\ngroup both all X Y \nquorum both\n"
}

fn cosigned(names: &[(&str, u8)]) -> freigabe_ledger::Note {
    let log = Log::of(9);
    let mut note = log.signed().into_note();
    for (name, number) in names {
        let key = witness_key(&format!("{name}.example"), *number);
        note.add(key.cosign(&log.checkpoint(), 5).unwrap()).unwrap();
    }
    note
}

#[test]
fn the_quorum_is_counted_through_groups() {
    let policy = Policy::parse(file()).unwrap();
    for (names, enough) in [
        (&["X1", "X2", "Y1"][..], true),
        (&["X1", "X3", "Y1", "Y2"], true),
        (&["X1", "X2", "X3"], false),
        (&["X1", "Y1", "Y2"], false),
        (&["X1", "X1", "Y1"], false),
        (&["X", "Y"], false),
        (&["both"], false),
        (&[], false),
    ] {
        assert_eq!(policy.is_quorum(names.iter().copied()), enough, "{names:?}");
    }
    let trusted = policy
        .verify(cosigned(&[("X1", 11), ("Y2", 22), ("X3", 13)]))
        .unwrap();
    let names: Vec<&str> = trusted
        .cosigned
        .iter()
        .map(|one| one.witness.name.as_str())
        .collect();
    assert_eq!(names, ["X1", "X3", "Y2"]);
    assert!(trusted.cosigned.iter().all(|one| one.time == 5));
    assert_eq!(trusted.checkpoint.checkpoint().size, 9);
    // A key of the right name that the policy does not know.
    let refused = policy.verify(cosigned(&[("X1", 11), ("Y2", 22), ("X3", 99)]));
    let cosigned_by = vec!["X1".to_owned(), "Y2".to_owned()];
    let error = PolicyError::NoQuorum { cosigned_by };
    assert!(error.to_string().ends_with("cosigned by: X1, Y2"));
    assert_eq!(refused, Err(error));
    let nobody = PolicyError::NoQuorum {
        cosigned_by: Vec::new(),
    };
    assert!(nobody.to_string().ends_with("cosigned by: none"));
}

#[test]
fn a_note_is_cosigned_by_a_quorum_or_it_is_not() {
    let policy = Policy::parse(file()).unwrap();
    let groups: Vec<&str> = policy
        .groups()
        .iter()
        .map(|group| group.name.as_str())
        .collect();
    assert_eq!(groups, ["X", "Y", "both"]);
    let enough = cosigned(&[("X1", 11), ("X2", 12), ("Y1", 21)]);
    assert_eq!(policy.is_cosigned(&enough), Ok(true));
    assert_eq!(
        policy.is_cosigned(&cosigned(&[("X1", 11), ("X2", 12)])),
        Ok(false)
    );
}

#[test]
fn a_policy_is_as_long_as_it_may_be_and_no_longer() {
    let of_length = |length: usize| {
        let file = file();
        format!("{file}#{}\n", "x".repeat(length - file.len() - 2))
    };
    assert!(Policy::parse(of_length(LONGEST)).is_ok());
    for longer in [LONGEST + 1, LONGEST + 2] {
        let refused = Policy::parse(of_length(longer)).unwrap_err();
        assert_eq!(refused.fault, PolicyFault::TooLong);
    }
}

#[test]
fn cosignatures_do_not_replace_the_logs_signature() {
    let other_log = file().replace(
        &log_key(1).verifier().to_string(),
        &log_key(2).verifier().to_string(),
    );
    let policy = Policy::parse(other_log).unwrap();
    let refused = policy.verify(cosigned(&[("X1", 11), ("X2", 12), ("Y1", 21)]));
    let unverified = CheckpointError::Note(NoteError::Unverified);
    assert_eq!(refused, Err(unverified.into()));
}

/// While a key is being replaced, policies with the old key, with the new one and with both hold.
#[test]
fn a_key_is_replaced_with_an_overlap() {
    let (old, new) = (log_key(1), log_key(2));
    let tree = Log::of(9).checkpoint();
    let policy = |keys: &[&freigabe_ledger::NoteSigner]| {
        let keys = keys.iter().map(|key| key.verifier().clone());
        Policy::without_witnesses(keys).unwrap()
    };
    let signed = |keys: &[&freigabe_ledger::NoteSigner]| {
        let signed = freigabe_ledger::SignedCheckpoint::sign(&tree, keys);
        signed.unwrap().into_note()
    };
    for (known, signers, trusted) in [
        (&[&old][..], &[&old, &new][..], true),
        (&[&new], &[&old, &new], true),
        (&[&old, &new], &[&old, &new], true),
        (&[&old, &new], &[&old], true),
        (&[&old, &new], &[&new], true),
        (&[&old], &[&new], false),
        (&[&new], &[&old], false),
    ] {
        assert_eq!(policy(known).verify(signed(signers)).is_ok(), trusted);
    }
}

#[test]
fn a_policy_prints_as_what_it_means() {
    let policy = Policy::parse(file()).unwrap();
    assert_eq!(Policy::parse(policy.to_string()), Ok(policy.clone()));
    assert_eq!(
        policy.logs()[0].url.as_deref(),
        Some("https://log.example/log")
    );
    let alone = Policy::without_witnesses([log_key(1).verifier().clone()]).unwrap();
    assert_eq!(alone.quorum(), None);
    assert!(alone.verify(cosigned(&[])).is_ok());
}

#[test]
fn a_policy_that_says_something_else_is_refused() {
    let (log, x1) = (log_key(1), witness_key("X1.example", 11));
    let (log, x1) = (log.verifier(), x1.verifier());
    let same_key = witness_key("another.example", 11);
    let same_key = same_key.verifier();
    let x2 = witness_key("X2.example", 12);
    let x2 = x2.verifier();
    let name = |name: &str| name.to_owned();
    for (file, line, fault) in [
        (String::new(), 1, PolicyFault::NotOneQuorum),
        (format!("log {log}\n"), 1, PolicyFault::NotOneQuorum),
        (
            name("quorum none\nquorum none\n"),
            2,
            PolicyFault::NotOneQuorum,
        ),
        (name("quorum none"), 1, PolicyFault::Unended),
        (name("quorum none\r\n"), 1, PolicyFault::BadCharacter),
        (name("quorum\n"), 1, PolicyFault::Malformed),
        (name("quorum none none\n"), 1, PolicyFault::Malformed),
        (name("quorum X1\n"), 1, PolicyFault::Undefined(name("X1"))),
        (format!("log {log}\nlog {log}\n"), 2, PolicyFault::KeyTwice),
        (
            format!("witness X1 {x1}\nwitness X2 {same_key}\n"),
            2,
            PolicyFault::KeyTwice,
        ),
        (
            format!("witness X1 {x1}\nwitness X1 {x2}\n"),
            2,
            PolicyFault::NameTaken(name("X1")),
        ),
        (
            format!("witness none {x1}\n"),
            1,
            PolicyFault::NameTaken(name("none")),
        ),
        (
            format!("witness X1 {x1}\ngroup X1 any X1\n"),
            2,
            PolicyFault::NameTaken(name("X1")),
        ),
        (
            format!("witness X1 {x1}\ngroup G 0 X1\n"),
            2,
            PolicyFault::BadThreshold,
        ),
        (
            format!("witness X1 {x1}\ngroup G 2 X1\n"),
            2,
            PolicyFault::BadThreshold,
        ),
        (
            format!("witness X1 {x1}\ngroup G 01 X1\n"),
            2,
            PolicyFault::BadThreshold,
        ),
        (
            format!("witness X1 {x1}\ngroup G any\n"),
            2,
            PolicyFault::Malformed,
        ),
        (
            format!("witness X1 {x1}\ngroup G any G\n"),
            2,
            PolicyFault::Undefined(name("G")),
        ),
        (
            format!("witness X1 {x1}\ngroup G any none\n"),
            2,
            PolicyFault::Undefined(name("none")),
        ),
        (
            format!("witness X1 {x1}\ngroup G all X1 X1\n"),
            2,
            PolicyFault::MemberTwice(name("X1")),
        ),
        (
            format!("witness X1 {x1}\ngroup G any X1\ngroup H any X1\n"),
            3,
            PolicyFault::MemberTwice(name("X1")),
        ),
    ] {
        let error = Policy::parse(&file).unwrap_err();
        assert_eq!((error.line, error.fault), (line, fault), "{file}");
    }
    assert!(matches!(
        Policy::parse(format!("log {x1}\n")).unwrap_err().fault,
        PolicyFault::Key(_)
    ));
    assert!(Policy::parse(b"quorum none\n# \xff\n").is_err());
}

#[test]
fn a_proof_holds_under_its_policy() {
    let log = Log::of(9);
    let policy = Policy::parse(file()).unwrap();
    let proof = TlogProof {
        extra: Some(b"hint".to_vec()),
        index: 6,
        hashes: inclusion_proof(6, 9, &log.tiles).unwrap(),
        checkpoint: cosigned(&[("X1", 11), ("X2", 12), ("Y1", 21)]),
    };
    let text = proof.to_string();
    assert!(
        text.starts_with("c2sp.org/tlog-proof@v1\nextra aGludA==\nindex 6\n"),
        "{text}"
    );
    assert_eq!(TlogProof::parse(&text), Ok(proof.clone()));
    let bare = TlogProof {
        extra: None,
        ..proof.clone()
    };
    assert_eq!(TlogProof::parse(bare.to_string()), Ok(bare));
    // No tree has proofs of more than 63 hashes.
    for (number, is_read) in [(63, true), (64, false), (65, false)] {
        let long = TlogProof {
            hashes: vec![leaf(6).leaf_hash(); number],
            ..proof.clone()
        };
        let read = TlogProof::parse(long.to_string());
        assert_eq!(read.is_ok(), is_read, "{number} hashes");
    }
    assert!(proof.verify(leaf(6).leaf_hash(), &policy).is_ok());
    let refused = proof.verify(leaf(5).leaf_hash(), &policy);
    assert!(
        matches!(refused, Err(TlogProofError::NotIncluded(_))),
        "{refused:?}"
    );
    let fewer = TlogProof {
        checkpoint: cosigned(&[("X1", 11), ("X2", 12)]),
        ..proof
    };
    let refused = fewer.verify(leaf(6).leaf_hash(), &policy);
    assert!(
        matches!(refused, Err(TlogProofError::Policy(_))),
        "{refused:?}"
    );
}
