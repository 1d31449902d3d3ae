//! Whatever is changed, deleted, put elsewhere or cut off is found.

use freigabe_ledger::merkle::{CompactRange, verify_consistency, verify_inclusion};
use freigabe_ledger::tile::{consistency_proof, inclusion_proof};
use freigabe_ledger::{Hash, node_hash};
use proptest::prelude::*;

use crate::edits::{Edit, edit};
use crate::given::{Log, leaf_hashes, log_key, witness_key};
use crate::naive;
use crate::ours;
use crate::served::{MUTATIONS, Served};

fn root(leaves: &[Hash]) -> Hash {
    let mut range = CompactRange::new();
    leaves.iter().for_each(|leaf| range.append(*leaf));
    range.root().unwrap()
}

/// Every proof that differs from the right one: a bit flipped in any hash, a hash left out, two put in each other's
/// place, one added.
fn wrong_proofs(proof: &[Hash]) -> Vec<Vec<Hash>> {
    let mut wrong = Vec::new();
    for (at, hash) in proof.iter().enumerate() {
        for byte in [0, 17, 31] {
            let mut bytes = *hash.as_bytes();
            bytes[byte] ^= 1 << (at % 8);
            let mut other = proof.to_vec();
            other[at] = Hash::from_bytes(bytes);
            wrong.push(other);
        }
        let mut shorter = proof.to_vec();
        shorter.remove(at);
        wrong.push(shorter);
        for with in at + 1..proof.len() {
            let mut other = proof.to_vec();
            other.swap(at, with);
            wrong.push(other);
        }
    }
    for at in 0..=proof.len() {
        let mut longer = proof.to_vec();
        longer.insert(at, Hash::EMPTY);
        wrong.push(longer);
    }
    wrong
}

#[test]
fn only_the_right_inclusion_proof_is_accepted() {
    let leaves = leaf_hashes(41);
    for size in [1, 2, 3, 7, 8, 9, 31, 32, 33, 41] {
        let log = Log::of(size);
        for index in 0..size {
            let proof = inclusion_proof(index, size, &log.tiles).unwrap();
            let leaf = leaves[index as usize];
            let verify = |index, leaf, proof: &[Hash], root| {
                verify_inclusion(index, size, leaf, proof, root).is_ok()
            };
            assert!(verify(index, leaf, &proof, log.root()));
            for wrong in wrong_proofs(&proof) {
                assert!(
                    !verify(index, leaf, &wrong, log.root()),
                    "{index} of {size}: {wrong:?}"
                );
            }
            for other in (0..size).filter(|other| *other != index) {
                assert!(
                    !verify(other, leaf, &proof, log.root()),
                    "{index} as {other} of {size}"
                );
                assert!(!verify(index, leaves[other as usize], &proof, log.root()));
            }
            assert!(!verify(index, leaf, &proof, Hash::EMPTY));
        }
    }
}

#[test]
fn only_the_right_consistency_proof_is_accepted() {
    let leaves = leaf_hashes(41);
    for new in [2, 3, 7, 8, 9, 31, 32, 33, 41] {
        let log = Log::of(new);
        for old in 1..=new {
            let proof = consistency_proof(old, new, &log.tiles).unwrap();
            let old_root = naive::root(&leaves[..old as usize]);
            let verify = |old_root, proof: &[Hash], new_root| {
                verify_consistency(old, old_root, new, new_root, proof).is_ok()
            };
            assert!(verify(old_root, &proof, log.root()));
            for wrong in wrong_proofs(&proof) {
                assert!(
                    !verify(old_root, &wrong, log.root()),
                    "{old} to {new}: {wrong:?}"
                );
            }
            for other in (1..=new).filter(|other| *other != old) {
                let other_root = naive::root(&leaves[..other as usize]);
                assert!(
                    !verify(other_root, &proof, log.root()),
                    "{other} as {old} to {new}"
                );
            }
            assert!(!verify(old_root, &proof, Hash::EMPTY));
            // The right proof and roots, but said to be of a tree that is twice as high.
            let higher = verify_consistency(old, old_root, new * new, log.root(), &proof);
            assert!(higher.is_err(), "{old} to {new} as {}", new * new);
        }
    }
}

/// An inner node's hash cannot pass for a leaf's, nor two hashes for an entry.
#[test]
fn an_inner_node_is_no_leaf() {
    let leaves = leaf_hashes(4);
    let node = node_hash(&leaves[0], &leaves[1]);
    let two = [*leaves[0].as_bytes(), *leaves[1].as_bytes()].concat();
    assert_ne!(freigabe_ledger::leaf_hash(&two), node);
    let right = node_hash(&leaves[2], &leaves[3]);
    // As the first of two leaves it would lead to the root; the tree's signed size forbids it.
    assert!(verify_inclusion(0, 2, node, &[right], root(&leaves)).is_ok());
    assert!(verify_inclusion(0, 4, node, &[right], root(&leaves)).is_err());
}

#[test]
fn each_named_change_is_found() {
    let (key, witness) = (log_key(1), witness_key("witness.example", 7));
    let good = Served::new();
    ours::verify(&good, key.verifier(), witness.verifier()).unwrap();
    for (name, change) in MUTATIONS {
        let mut changed = good.clone();
        change(&mut changed);
        let found = ours::verify(&changed, key.verifier(), witness.verifier());
        assert!(found.is_err(), "nobody finds that {name}");
    }
}

#[test]
fn a_missing_file_is_found() {
    let (key, witness) = (log_key(1), witness_key("witness.example", 7));
    let good = Served::new();
    for path in good.0.keys().filter(|path| path.starts_with("tile/")) {
        let mut changed = good.clone();
        changed.0.remove(path);
        let found = ours::verify(&changed, key.verifier(), witness.verifier());
        assert!(found.is_err(), "nobody misses {path}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn every_change_of_any_file_is_found(file: prop::sample::Index, edits in prop::collection::vec(edit(), 1..3)) {
        let (key, witness) = (log_key(1), witness_key("witness.example", 7));
        let mut served = Served::new();
        let path = file.get(&served.0.keys().cloned().collect::<Vec<_>>()).clone();
        let good = served.0[&path].clone();
        let bytes = served.0.get_mut(&path).unwrap();
        // A signature line that stands there twice says nothing new, so nothing is repeated here.
        edits.iter().filter(|edit| !matches!(edit, Edit::Repeat(..))).for_each(|edit| edit.apply(bytes));
        prop_assume!(*bytes != good);
        let found = ours::verify(&served, key.verifier(), witness.verifier());
        prop_assert!(found.is_err(), "a change of {} is not found", path);
    }

    #[test]
    fn every_change_of_the_leaves_changes_the_root(
        size in 2_u64..600,
        a: prop::sample::Index,
        b: prop::sample::Index,
    ) {
        let leaves = leaf_hashes(size);
        let expected = root(&leaves);
        let (a, b) = (a.index(leaves.len()), b.index(leaves.len()));
        let mut deleted = leaves.clone();
        deleted.remove(a);
        prop_assert_ne!(root(&deleted), expected);
        prop_assert_ne!(root(&leaves[..a]), expected);
        let mut doubled = leaves.clone();
        doubled.insert(b, leaves[a]);
        prop_assert_ne!(root(&doubled), expected);
        if a != b {
            let mut swapped = leaves.clone();
            swapped.swap(a, b);
            prop_assert_ne!(root(&swapped), expected);
            let mut moved = leaves.clone();
            let leaf = moved.remove(a);
            moved.insert(b, leaf);
            prop_assert_ne!(root(&moved), expected);
        }
    }
}
