//! Answers that others gave: Certificate Transparency's tests of RFC 6962, C2SP's examples, keys of logs and witnesses in
//! operation, and a log of Sigsum in the tests of the witness `litewitness`.

use freigabe_ledger::merkle::{verify_consistency, verify_inclusion};
use freigabe_ledger::tile::{Appender, Tiles, consistency_proof, inclusion_proof, root};
use freigabe_ledger::witness::{AddCheckpoint, Seen};
use freigabe_ledger::{
    Checkpoint, CosignatureVerifier, Hash, Note, NoteVerifier, Policy, leaf_hash,
};

use crate::given::hex;

/// The entries of Certificate Transparency's tests.
const ENTRIES: [&[u8]; 8] = [
    b"",
    b"\x00",
    b"\x10",
    b"\x20\x21",
    b"\x30\x31",
    b"\x40\x41\x42\x43",
    b"\x50\x51\x52\x53\x54\x55\x56\x57",
    b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
];

fn tiles() -> Tiles {
    let mut appender = Appender::new(0, &Tiles::new(), &[]).unwrap();
    for entry in ENTRIES {
        appender.append_entry(entry).unwrap();
    }
    appender.finish().tiles.into_iter().collect()
}

fn hexes(hashes: &[Hash]) -> Vec<String> {
    hashes.iter().map(|hash| hex(hash.as_bytes())).collect()
}

#[test]
fn inclusion_proofs_are_those_of_certificate_transparency() {
    let tiles = tiles();
    for (index, size, expected) in [
        (0, 1, &[][..]),
        (
            0,
            8,
            &[
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ],
        ),
        (
            5,
            8,
            &[
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ],
        ),
        (
            2,
            3,
            &["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
        ),
        (
            1,
            5,
            &[
                "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ],
        ),
    ] {
        let proof = inclusion_proof(index, size, &tiles).unwrap();
        assert_eq!(hexes(&proof), expected, "{index} of {size}");
        let leaf = leaf_hash(ENTRIES[index as usize]);
        let root = root(size, &tiles).unwrap();
        assert_eq!(verify_inclusion(index, size, leaf, &proof, root), Ok(()));
    }
}

#[test]
fn consistency_proofs_are_those_of_certificate_transparency() {
    let tiles = tiles();
    for (old, new, expected) in [
        (1, 1, &[][..]),
        (
            1,
            8,
            &[
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ],
        ),
        (
            6,
            8,
            &[
                "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ],
        ),
        (
            2,
            5,
            &[
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ],
        ),
    ] {
        let proof = consistency_proof(old, new, &tiles).unwrap();
        assert_eq!(hexes(&proof), expected, "{old} to {new}");
        let (old_root, new_root) = (root(old, &tiles).unwrap(), root(new, &tiles).unwrap());
        assert_eq!(
            verify_consistency(old, old_root, new, new_root, &proof),
            Ok(())
        );
    }
}

/// C2SP tlog-witness and tlog-cosignature; nobody has the keys, so only the form is looked at.
#[test]
fn the_examples_of_the_specifications_are_read_and_written_the_same() {
    let checkpoint = concat!(
        "example.com/behind-the-sofa\n",
        "20852163\n",
        "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        "\n",
        "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n",
        "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n",
    );
    let note = Note::parse(checkpoint).unwrap();
    assert_eq!(note.to_string(), checkpoint);
    let read = Checkpoint::parse(note.text()).unwrap();
    assert_eq!(
        (read.origin.as_str(), read.size),
        ("example.com/behind-the-sofa", 20_852_163)
    );
    let time = note.signatures()[1].bytes().first_chunk().unwrap();
    assert_eq!(u64::from_be_bytes(*time), 1_679_315_147);
    let request = format!(
        "old 20852014\nPlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\njrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=\n\
         5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=\n/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=\n\n{checkpoint}"
    );
    let read = AddCheckpoint::parse(&request).unwrap();
    assert_eq!((read.old_size, read.proof.len()), (20_852_014, 4));
    assert_eq!(read.to_string(), request);
}

/// Their ids were computed by others: Go's checksum database, and witnesses of the public witness network.
#[test]
fn keys_in_operation_are_read() {
    let log = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8";
    assert_eq!(NoteVerifier::parse(log).unwrap().to_string(), log);
    let witnesses = [
        "transparency.dev/DEV:witness-little-garden+d8042a87+BCtusOxINQNUTN5Oj8HObRkh2yHf/MwYaGX4CPdiVEPM",
        "staging.witness.transparency.goog/ring-any-bells+2e1a8dc9+BG5JTpLc3FJtwzgh1Uv+Qelz9qeOH2bfWjS1s0s+y4rL",
        "witness.navigli.sunlight.geomys.org+a3e00fe2+BNy/co4C1Hn1p+INwJrfUlgz7W55dSZReusH/GhUhJ/G",
        "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2",
    ];
    let mut policy = format!("log {log}\n");
    for (number, witness) in witnesses.into_iter().enumerate() {
        assert_eq!(
            CosignatureVerifier::parse(witness).unwrap().to_string(),
            witness
        );
        policy += &format!("witness w{number} {witness}\n");
    }
    policy += "group three 3 w0 w1 w2 w3\nquorum three\n";
    let policy = Policy::parse(policy).unwrap();
    assert!(policy.is_quorum(["w0", "w2", "w3"]) && !policy.is_quorum(["w0", "w2"]));
}

/// Signed by sigsum-go, as the tests of `litewitness` send it.
#[test]
fn a_checkpoint_of_another_program_is_accepted() {
    let origin =
        "sigsum.org/v1/tree/985ea163f5af026723561354f51f2ebcdcf2af809ce254ccfb64aa9aadd80f90";
    let body = format!(
        "old 0\n\n{origin}\n1\nKgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n\
         — {origin} 7BKT0gOfNZ1J0So9unY3BZtm2YkPIoNYM/dce0Z2avJDs8dxN6ts9bOSwwrVrbjm6P9K3ZxpK6jJngOG6YvGGzV/lwo=\n"
    );
    // The public key 52c05eda…2aecd after the type, in base64.
    let key = NoteVerifier::parse(&format!(
        "{origin}+ec1293d2+AVLAXtrRv1/v+oE1T6rlmmVdmpoaeT7S9iw5wmwL4q7N"
    ))
    .unwrap();
    let accepted = AddCheckpoint::parse(&body)
        .unwrap()
        .judge(&[key], Seen::NOTHING)
        .unwrap();
    assert_eq!(accepted.after().size, 1);
}
