//! What a witness answers.

use freigabe_ledger::note::NoteError;
use freigabe_ledger::tile::consistency_proof;
use freigabe_ledger::witness::{
    AddCheckpoint, Refusal, Seen, read_conflict, read_response, response,
};
use freigabe_ledger::{Hash, NoteVerifier};

use crate::given::{Log, log_key, witness_key};

fn keys() -> Vec<NoteVerifier> {
    vec![log_key(1).verifier().clone()]
}

fn seen(size: u64) -> Seen {
    let root = Log::of(size).root();
    Seen { size, root }
}

fn request(old: u64, new: u64) -> AddCheckpoint {
    let log = Log::of(new);
    let proof = consistency_proof(old, new, &log.tiles).unwrap();
    AddCheckpoint::new(old, proof, log.signed())
}

#[test]
fn a_request_is_read_as_it_was_written() {
    for (old, new) in [(0, 0), (0, 7), (3, 7), (7, 7), (4, 300)] {
        let request = request(old, new);
        assert_eq!(AddCheckpoint::parse(request.to_string()), Ok(request));
    }
}

#[test]
fn a_tree_that_grew_is_cosigned() {
    let witness = witness_key("witness.example", 3);
    let mut last = Seen::NOTHING;
    for size in [1, 2, 5, 5, 8, 300] {
        let accepted = request(last.size, size).judge(&keys(), last).unwrap();
        assert_eq!(accepted.before(), last);
        last = accepted.after();
        assert_eq!(last, seen(size));
        let body = response(&[accepted.cosign(&witness, 77).unwrap()]);
        let read = read_response(&body, accepted.checkpoint(), witness.verifier()).unwrap();
        assert_eq!(read[0].1, 77);
        let other = witness_key("witness.example", 4);
        let unknown = read_response(&body, accepted.checkpoint(), other.verifier());
        assert_eq!(unknown, Err(NoteError::Unverified));
    }
}

#[test]
fn each_reason_has_its_status() {
    let good = request(3, 7);
    let judge = |request: &AddCheckpoint, seen| request.judge(&keys(), seen).map(|_| ());
    assert_eq!(judge(&good, seen(3)), Ok(()));
    assert_eq!(
        good.judge(&[], seen(3)).unwrap_err(),
        Refusal::UnknownOrigin
    );
    let other = [log_key(2).verifier().clone()];
    assert_eq!(
        good.judge(&other, seen(3)).unwrap_err(),
        Refusal::BadSignature
    );
    assert_eq!(judge(&good, seen(4)), Err(Refusal::Conflict { size: 4 }));
    assert_eq!(
        judge(&good, Seen::NOTHING),
        Err(Refusal::Conflict { size: 0 })
    );
    assert_eq!(
        judge(
            &good,
            Seen {
                size: 3,
                root: Hash::EMPTY
            }
        ),
        Err(Refusal::BadProof)
    );
    let same = request(7, 7);
    assert_eq!(judge(&same, seen(7)), Ok(()));
    assert_eq!(
        judge(
            &same,
            Seen {
                size: 7,
                root: Hash::EMPTY
            }
        ),
        Err(Refusal::Conflict { size: 7 })
    );
    let mut short = good.clone();
    short.proof.clear();
    assert_eq!(judge(&short, seen(3)), Err(Refusal::BadProof));
    let mut long = request(0, 7);
    long.proof.push(Hash::EMPTY);
    assert_eq!(judge(&long, Seen::NOTHING), Err(Refusal::BadProof));
    let mut backwards = good;
    backwards.old_size = 8;
    assert_eq!(judge(&backwards, seen(8)), Err(Refusal::Malformed));
    let statuses = [
        Refusal::Malformed,
        Refusal::BadSignature,
        Refusal::UnknownOrigin,
        Refusal::Conflict { size: 4 },
        Refusal::BadProof,
    ]
    .map(|refusal| refusal.status());
    assert_eq!(statuses, [400, 403, 404, 409, 422]);
    let conflict = Refusal::Conflict { size: 42 };
    assert_eq!(
        (conflict.body().as_str(), conflict.content_type()),
        ("42\n", "text/x.tlog.size")
    );
    assert_eq!(read_conflict(conflict.body()), Some(42));
    assert_eq!(read_conflict("42"), None);
}

#[test]
fn other_bodies_are_no_requests() {
    let good = request(3, 7).to_string();
    for wrong in [
        String::new(),
        good.replacen("old 3", "old 03", 1),
        good.replacen("old 3", "old -3", 1),
        good.replacen("old 3", "3", 1),
        good.replacen("old 3\n", "old 3\n\n", 1),
        good.replacen("old 3\n", "old 3\nAAAA\n", 1),
        good.replacen(
            "old 3\n",
            &format!("old 3\n{}", format!("{}\n", Hash::EMPTY).repeat(64)),
            1,
        ),
        good.replacen("\n7\n", "\n7\nextension\n", 1),
        good.replace('\n', "\r\n"),
        good.trim_end().to_owned(),
    ] {
        assert_eq!(
            AddCheckpoint::parse(&wrong),
            Err(Refusal::Malformed),
            "{wrong}"
        );
    }
}
