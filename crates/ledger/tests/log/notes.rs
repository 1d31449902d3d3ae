//! Signed notes, checkpoints and cosignatures.

use freigabe_ledger::checkpoint::CheckpointError;
use freigabe_ledger::note::{
    MAX_NOTE_LENGTH, MAX_SIGNATURES, Note, NoteError, NoteSigner, NoteVerifier, Signature,
};
use freigabe_ledger::{
    Checkpoint, CosignatureSigner, CosignatureVerifier, Hash, KeyError, SignedCheckpoint,
};

use crate::given::{Log, ORIGIN, log_key, witness_key};

/// The key and the note of Go's `sumdb/note` package documentation.
const PETER: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const PETER_SECRET: &str =
    "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
const PETER_NOTE: &str = concat!(
    "If you think cryptography is the answer to your problem,\n",
    "then you don't know what your problem is.\n",
    "\n",
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n",
);

#[test]
fn the_example_of_go_opens() {
    let note = Note::parse(PETER_NOTE).unwrap();
    let verifier = NoteVerifier::parse(PETER).unwrap();
    assert_eq!(note.open([&verifier]), Ok(vec![&verifier]));
    assert_eq!(note.to_string(), PETER_NOTE);
    assert_eq!(verifier.to_string(), PETER);
    assert_eq!(
        (verifier.name(), verifier.key_id()),
        ("PeterNeumann", 0xc74f_20a3)
    );
    let signer = NoteSigner::parse(PETER_SECRET).unwrap();
    assert_eq!(signer.verifier(), &verifier);
    assert_eq!(signer.to_text().as_str(), PETER_SECRET);
    assert_eq!(Note::sign(note.text(), &[&signer]), Ok(note));
}

#[test]
fn a_signer_does_not_show_its_secret() {
    let shown = format!(
        "{:?} {:?}",
        NoteSigner::parse(PETER_SECRET),
        witness_key("w", 1)
    );
    assert!(
        !shown.contains("AYEKFALVFGyN") && !shown.contains("AQEBAQEB"),
        "{shown}"
    );
    assert!(shown.contains("the private half of"), "{shown}");
    // What is public is shown.
    let key = log_key(1);
    let public = key.verifier();
    assert!(format!("{public:?}").contains(&public.to_string()));
}

#[test]
fn keys_of_one_kind_are_not_read_as_the_other() {
    let (log, witness) = (log_key(1), witness_key(ORIGIN, 1));
    let (note, cosignature) = (log.verifier().to_string(), witness.verifier().to_string());
    assert_ne!(log.verifier().key_id(), witness.verifier().key_id());
    let refused = |expected, found| KeyError::OtherType { expected, found };
    assert_eq!(NoteVerifier::parse(&cosignature), Err(refused(1, 4)));
    assert_eq!(CosignatureVerifier::parse(&note), Err(refused(4, 1)));
    assert_eq!(
        NoteSigner::parse(&witness.to_text()).unwrap_err(),
        refused(1, 4)
    );
    assert_eq!(
        CosignatureSigner::parse(&log.to_text()).unwrap_err(),
        refused(4, 1)
    );
    let again = CosignatureSigner::parse(&witness.to_text()).unwrap();
    assert_eq!(again.verifier(), witness.verifier());
    assert_eq!(
        CosignatureVerifier::parse(&cosignature).as_ref(),
        Ok(witness.verifier())
    );
}

#[test]
fn a_note_has_as_many_signatures_as_it_may_and_no_more() {
    let (key, one_more) = (log_key(1), witness_key("one-more.example", 7));
    let checkpoint = Log::of(3).checkpoint();
    let mut note = Note::sign(checkpoint.to_string(), &[&key; MAX_SIGNATURES - 1]).unwrap();
    note.add(one_more.cosign(&checkpoint, 1).unwrap()).unwrap();
    assert_eq!(note.signatures().len(), MAX_SIGNATURES);
    assert_eq!(Note::parse(note.to_string()), Ok(note.clone()));
    let all = Note::sign("text\n", &[&key; MAX_SIGNATURES]).unwrap();
    assert_eq!(all.signatures().len(), MAX_SIGNATURES);
    let more = Note::sign("text\n", &[&key; MAX_SIGNATURES + 1]);
    assert_eq!(more, Err(NoteError::TooLong));
    let other = witness_key("another.example", 8)
        .cosign(&checkpoint, 1)
        .unwrap();
    assert_eq!(note.add(other), Err(NoteError::TooLong));
    // In the place of its earlier one there is room for a signature. Another key of the same name has no such place.
    note.add(one_more.cosign(&checkpoint, 2).unwrap()).unwrap();
    assert_eq!(one_more.verifier().cosigned(&note), Ok(Some(2)));
    let other = witness_key("one-more.example", 9)
        .cosign(&checkpoint, 1)
        .unwrap();
    assert_eq!(note.add(other), Err(NoteError::TooLong));
}

#[test]
fn a_note_is_as_long_as_it_may_be_and_no_longer() {
    let key = log_key(1);
    let signatures = Note::sign("\n", &[&key]).unwrap().to_string().len() - 1;
    let text = |length: usize| format!("{}\n", "x".repeat(length - 1));
    let longest = Note::sign(text(MAX_NOTE_LENGTH - signatures), &[&key]).unwrap();
    assert_eq!(longest.to_string().len(), MAX_NOTE_LENGTH);
    assert_eq!(Note::parse(longest.to_string()).as_ref(), Ok(&longest));
    let longer = text(MAX_NOTE_LENGTH - signatures + 1);
    assert_eq!(Note::sign(longer, &[&key]), Err(NoteError::TooLong));
    let longer = longest.to_string().replacen('x', "xx", 1);
    assert_eq!(Note::parse(longer), Err(NoteError::TooLong));
    let (mut added_to, witness) = (longest.clone(), witness_key("witness.example", 1));
    let signature = witness.cosign(&Log::of(3).checkpoint(), 1).unwrap();
    assert_eq!(added_to.add(signature), Err(NoteError::TooLong));
    assert_eq!(added_to, longest, "it is as it was");
}

#[test]
fn a_witness_signs_no_later_than_a_note_can_say() {
    let witness = witness_key("witness.example", 1);
    let (signed, last) = (Log::of(3).signed(), u64::try_from(i64::MAX).unwrap());
    let signature = witness.cosign(signed.checkpoint(), last).unwrap();
    let mut note = signed.clone().into_note();
    note.add(signature).unwrap();
    assert_eq!(witness.verifier().cosigned(&note), Ok(Some(last)));
    let later = witness.cosign(signed.checkpoint(), last + 1);
    assert_eq!(later, Err(CheckpointError::Malformed));
}

#[test]
fn damaged_keys_are_refused() {
    let zero_point = {
        // The neutral point: anybody can sign under it.
        let mut key = [0; 32];
        key[0] = 1;
        key
    };
    assert_eq!(NoteVerifier::parse(""), Err(KeyError::Malformed));
    assert_eq!(
        NoteVerifier::parse(&PETER.replace("c74f20a3", "C74F20A3")),
        Err(KeyError::Malformed)
    );
    assert_eq!(
        NoteVerifier::parse(&PETER.replace("c74f20a3", "c74f20a4")),
        Err(KeyError::OtherId)
    );
    assert_eq!(
        NoteVerifier::parse(&PETER.replace("PeterNeumann", "Peter")),
        Err(KeyError::OtherId)
    );
    assert_eq!(
        NoteVerifier::parse(&PETER.replace("PeterNeumann", "Peter Neumann")),
        Err(KeyError::BadName)
    );
    assert_eq!(
        NoteVerifier::parse(&PETER[1..PETER.len() - 4]),
        Err(KeyError::Malformed)
    );
    assert_eq!(NoteSigner::parse(PETER).unwrap_err(), KeyError::Malformed);
    assert_eq!(
        NoteSigner::from_seed("a+b", &zero_point).unwrap_err(),
        KeyError::BadName
    );
    assert_eq!(
        NoteSigner::from_seed("", &zero_point).unwrap_err(),
        KeyError::BadName
    );
    // Base64 of 0x01 and the neutral point; the id is looked at after the key.
    let weak = "weak+00000000+AQEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    assert_eq!(NoteVerifier::parse(weak), Err(KeyError::Unusable));
}

#[test]
fn only_notes_are_read() {
    let line = PETER_NOTE.lines().last().unwrap();
    for wrong in [
        String::new(),
        "\n\n".to_owned(),
        "text\n\n".to_owned(),
        format!("text\n{line}\n"),
        format!("text\n\n{line}"),
        format!("text\n\n{line}\n\n"),
        format!("te\rxt\n\n{line}\n"),
        format!("te\u{0}xt\n\n{line}\n"),
        format!("text\n\n{line} \n"),
        format!("text\n\n{}\n", line.replace('—', "-")),
        format!(
            "text\n\n{}\n",
            line.replace("PeterNeumann", "Peter+Neumann")
        ),
        format!("text\n\n{}\n", line.replace("PeterNeumann", "")),
        "text\n\n— a AAAAAA==\n".to_owned(),
        "text\n\n— a AAAAAB==\n".to_owned(),
    ] {
        assert_eq!(Note::parse(&wrong), Err(NoteError::Malformed), "{wrong:?}");
    }
    assert!(Note::parse("text\n\n— a AAAAAAA=\n").is_ok());
    assert_eq!(Note::parse(b"\xff\n\n"), Err(NoteError::Malformed));
    let many = format!("text\n\n{}", "— a AAAAAAA=\n".repeat(101));
    assert_eq!(Note::parse(many), Err(NoteError::TooLong));
    assert_eq!(Note::parse(vec![b'a'; 1_000_001]), Err(NoteError::TooLong));
}

#[test]
fn only_a_clean_text_is_signed() {
    let key = log_key(1);
    for wrong in ["", "text", "te\rxt\n", "\ttext\n"] {
        assert_eq!(
            Note::sign(wrong, &[&key]),
            Err(NoteError::BadText),
            "{wrong:?}"
        );
    }
    assert_eq!(Note::sign("text\n", &[]), Err(NoteError::NoSigner));
}

/// While a key is being replaced, whoever knows only one of the two still opens the note.
#[test]
fn either_of_two_keys_opens_what_both_signed() {
    let (old, new, other) = (log_key(1), log_key(2), log_key(3));
    let note = Note::sign("text\n", &[&old, &new]).unwrap();
    assert_eq!(note.open([old.verifier()]), Ok(vec![old.verifier()]));
    assert_eq!(note.open([new.verifier()]), Ok(vec![new.verifier()]));
    assert_eq!(note.open([other.verifier()]), Err(NoteError::Unverified));
    let both = note.open([old.verifier(), other.verifier(), new.verifier()]);
    assert_eq!(both, Ok(vec![old.verifier(), new.verifier()]));
}

#[test]
fn a_wrong_signature_of_a_known_key_spoils_the_note() {
    let (known, other) = (log_key(1), log_key(2));
    let note = Note::sign("text\n", &[&known, &other]).unwrap().to_string();
    let changed = Note::parse(note.replace("text", "next")).unwrap();
    let name = ORIGIN.to_owned();
    assert_eq!(
        changed.open([known.verifier()]),
        Err(NoteError::BadSignature { name })
    );
    let third = log_key(3);
    assert_eq!(changed.open([third.verifier()]), Err(NoteError::Unverified));
}

#[test]
fn checkpoints_have_three_lines() {
    let root = Log::of(3).root();
    let text = format!("{ORIGIN}\n3\n{root}\n");
    let checkpoint = Checkpoint::parse(&text).unwrap();
    assert_eq!(checkpoint, Log::of(3).checkpoint());
    assert_eq!(checkpoint.to_string(), text);
    for wrong in [
        String::new(),
        format!("{ORIGIN}\n3\n{root}"),
        format!("\n3\n{root}\n"),
        format!("{ORIGIN}\n03\n{root}\n"),
        format!("{ORIGIN}\n+3\n{root}\n"),
        format!("{ORIGIN}\n\n{root}\n"),
        format!("{ORIGIN}\n9223372036854775808\n{root}\n"),
        format!("{ORIGIN}\n3\n{}\n", &root.to_string()[1..]),
        format!("{ORIGIN}\n3\n"),
        format!("{ORIGIN}\r\n3\n{root}\n"),
    ] {
        assert_eq!(
            Checkpoint::parse(&wrong),
            Err(CheckpointError::Malformed),
            "{wrong:?}"
        );
    }
    assert_eq!(
        Checkpoint::parse(&format!("{text}more\n")),
        Err(CheckpointError::Extended)
    );
    assert_eq!(
        Checkpoint::parse(&format!("{ORIGIN}\n0\n{root}\n")),
        Err(CheckpointError::NotEmpty)
    );
    assert!(Checkpoint::parse(&format!("{ORIGIN}\n0\n{}\n", Hash::EMPTY)).is_ok());
    // Other logs' origins may have spaces.
    assert!(Checkpoint::parse(&format!("go.sum database tree\n3\n{root}\n")).is_ok());
}

#[test]
fn a_key_signs_only_for_its_own_log() {
    let checkpoint = Log::of(3).checkpoint();
    let foreign = NoteSigner::from_seed("other.example/log", &[9; 32]).unwrap();
    let refused = CheckpointError::OtherOrigin {
        key: "other.example/log".to_owned(),
        origin: ORIGIN.to_owned(),
    };
    assert_eq!(
        SignedCheckpoint::sign(&checkpoint, &[&foreign]),
        Err(refused.clone())
    );
    let note = Note::sign(checkpoint.to_string(), &[&foreign]).unwrap();
    assert_eq!(
        SignedCheckpoint::open(note, [foreign.verifier()]),
        Err(refused)
    );
    let signed = Log::of(3).signed();
    let opened = SignedCheckpoint::open(signed.note().clone(), [log_key(1).verifier()]);
    assert_eq!(opened, Ok(signed));
}

/// The checkpoint and the cosignature of C2SP tlog-cosignature are only an illustration without keys; its form holds.
#[test]
fn a_cosignature_states_time_and_checkpoint() {
    let witness = witness_key("witness.example/w1", 7);
    let checkpoint = Log::of(5).checkpoint();
    let signature = witness.cosign(&checkpoint, 1_679_315_147).unwrap();
    assert_eq!(signature.bytes().len(), 72);
    assert_eq!(signature.bytes()[..8], 1_679_315_147_u64.to_be_bytes());
    let text = checkpoint.to_string();
    assert_eq!(
        witness.verifier().verify(&text, &signature),
        Some(1_679_315_147)
    );
    assert_eq!(
        witness
            .verifier()
            .verify(&Log::of(6).checkpoint().to_string(), &signature),
        None
    );
    assert_eq!(
        witness_key("witness.example/w2", 7)
            .verifier()
            .verify(&text, &signature),
        None
    );

    let mut note = Log::of(5).signed().into_note();
    assert_eq!(witness.verifier().cosigned(&note), Ok(None));
    note.add(signature).unwrap();
    note.add(witness.cosign(&checkpoint, 1_679_315_148).unwrap())
        .unwrap();
    assert_eq!(
        note.signatures().len(),
        2,
        "a later cosignature replaces the earlier one"
    );
    assert_eq!(witness.verifier().cosigned(&note), Ok(Some(1_679_315_148)));
    let read = Note::parse(note.to_string()).unwrap();
    assert_eq!(read, note);
    assert!(SignedCheckpoint::open(read, [log_key(1).verifier()]).is_ok());
    assert!(witness.cosign(&checkpoint, u64::MAX).is_err());
}

/// C2SP tlog-cosignature: the time is at most 2^63 − 1.
#[test]
fn a_cosignature_at_an_impossible_time_is_refused() {
    use ed25519_dalek::{Signer, SigningKey};
    let witness = witness_key("witness.example", 7);
    let text = Log::of(5).checkpoint().to_string();
    let by_hand = |time: u64| {
        let message = format!("cosignature/v1\ntime {time}\n{text}");
        let signature = SigningKey::from_bytes(&[7; 32]).sign(message.as_bytes());
        let id = witness.verifier().key_id().to_be_bytes();
        let bytes = [&id[..], &time.to_be_bytes(), &signature.to_bytes()].concat();
        let line = format!("— witness.example {}", base64_of(&bytes));
        witness
            .verifier()
            .verify(&text, &Signature::parse_line(&line).unwrap())
    };
    assert_eq!(by_hand(i64::MAX as u64), Some(i64::MAX as u64));
    assert_eq!(by_hand(1 << 63), None);
}

fn base64_of(bytes: &[u8]) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}
