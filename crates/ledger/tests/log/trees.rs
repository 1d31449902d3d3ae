//! Roots and proofs.

use freigabe_ledger::merkle::{
    CompactRange, MAX_SIZE, MerkleError, root_from_inclusion, verify_consistency, verify_inclusion,
};
use freigabe_ledger::tile::{
    Tiles, consistency_proof, inclusion_proof, range_hash, root, tiles_for_consistency,
    tiles_for_inclusion, tiles_for_range, tiles_for_root,
};
use freigabe_ledger::{Hash, Tile, leaf_hash};
use proptest::prelude::*;

use crate::given::{Log, hex, leaf_hashes};
use crate::naive;

/// All sizes up to here are tried.
const ALL: u64 = 300;

fn compact(hashes: &[Hash]) -> CompactRange {
    let mut range = CompactRange::new();
    hashes.iter().for_each(|hash| range.append(*hash));
    range
}

/// Only these tiles, so that a proof which needs another one fails.
fn only(tiles: &Tiles, needed: &[Tile]) -> Tiles {
    let loaded = needed.iter();
    loaded
        .map(|tile| (*tile, tiles.get(*tile).unwrap().to_vec()))
        .collect()
}

/// The eight entries of the reference implementation of RFC 6962 and the roots over the first of them, as published
/// with Certificate Transparency's own tests.
#[test]
fn roots_agree_with_certificate_transparency() {
    let entries: [&[u8]; 8] = [
        b"",
        b"\x00",
        b"\x10",
        b"\x20\x21",
        b"\x30\x31",
        b"\x40\x41\x42\x43",
        b"\x50\x51\x52\x53\x54\x55\x56\x57",
        b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
    ];
    let roots = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];
    let leaves = entries.map(leaf_hash);
    for (size, expected) in roots.into_iter().enumerate() {
        let root = compact(&leaves[..size]).root().unwrap();
        assert_eq!(hex(root.as_bytes()), expected, "{size} leaves");
    }
}

#[test]
fn roots_from_leaves_and_from_tiles_agree_with_the_naive_tree() {
    let leaves = leaf_hashes(ALL);
    let mut log = Log::default();
    let mut range = CompactRange::new();
    for size in 0..=ALL {
        let expected = naive::root(&leaves[..size as usize]);
        assert_eq!(range.root(), Some(expected), "{size} leaves");
        log.grow(size);
        assert_eq!(log.root(), expected, "{size} leaves");
        let tiles = only(&log.tiles, &tiles_for_root(size));
        assert_eq!(root(size, &tiles), Ok(expected), "{size} leaves");
        range.append(*leaves.get(size as usize).unwrap_or(&Hash::EMPTY));
    }
}

#[test]
fn inclusion_proofs_agree_with_the_naive_tree() {
    let leaves = leaf_hashes(ALL);
    let log = Log::of(ALL);
    for size in 1..=ALL {
        let leaves = &leaves[..size as usize];
        let expected_root = naive::root(leaves);
        for index in
            (0..size).filter(|index| size < 70 || (index + size) % 29 == 0 || index + 3 > size)
        {
            let tiles = only(&log.tiles, &tiles_for_inclusion(index, size));
            let proof = inclusion_proof(index, size, &tiles).unwrap();
            assert_eq!(
                proof,
                naive::path(index as usize, leaves),
                "{index} of {size}"
            );
            let leaf = leaves[index as usize];
            assert_eq!(
                verify_inclusion(index, size, leaf, &proof, expected_root),
                Ok(())
            );
        }
    }
}

#[test]
fn consistency_proofs_agree_with_the_naive_tree() {
    let leaves = leaf_hashes(ALL);
    let log = Log::of(ALL);
    for new in 0..=ALL {
        let leaves = &leaves[..new as usize];
        let new_root = naive::root(leaves);
        for old in (0..=new).filter(|old| new < 70 || (old + new) % 31 == 0 || old + 3 > new) {
            let tiles = only(&log.tiles, &tiles_for_consistency(old, new));
            let proof = consistency_proof(old, new, &tiles).unwrap();
            assert_eq!(proof, naive::proof(old as usize, leaves), "{old} to {new}");
            let old_root = naive::root(&leaves[..old as usize]);
            assert_eq!(
                verify_consistency(old, old_root, new, new_root, &proof),
                Ok(()),
                "{old} to {new}"
            );
        }
    }
}

#[test]
fn no_proof_is_made_or_accepted_for_what_cannot_be() {
    let tiles = Log::of(10).tiles;
    let outside = MerkleError::OutsideTree {
        index: 10,
        size: 10,
    };
    assert_eq!(inclusion_proof(10, 10, &tiles), Err(outside.into()));
    assert_eq!(root_from_inclusion(10, 10, Hash::EMPTY, &[]), Err(outside));
    assert_eq!(tiles_for_inclusion(10, 10), []);
    let shrunk = MerkleError::Shrunk { old: 10, new: 9 };
    assert_eq!(consistency_proof(10, 9, &tiles), Err(shrunk.into()));
    assert_eq!(
        verify_consistency(10, Hash::EMPTY, 9, Hash::EMPTY, &[]),
        Err(shrunk)
    );
    let large = MerkleError::TooLarge(u64::MAX);
    assert_eq!(root(u64::MAX, &tiles), Err(large.into()));
    assert_eq!(
        root_from_inclusion(0, u64::MAX, Hash::EMPTY, &[]),
        Err(large)
    );
    assert_eq!(
        verify_consistency(0, Hash::EMPTY, u64::MAX, Hash::EMPTY, &[]),
        Err(large)
    );
}

#[test]
fn the_largest_tree_that_there_can_be_is_none_too_large() {
    let root = Hash::from_bytes([7; 32]);
    assert_eq!(
        verify_consistency(MAX_SIZE, root, MAX_SIZE, root, &[]),
        Ok(())
    );
    // 63 levels lie over its first leaf.
    assert!(root_from_inclusion(0, MAX_SIZE, root, &[root; 63]).is_ok());
    let range = CompactRange::from_parts(MAX_SIZE - 1, MAX_SIZE, vec![root]).unwrap();
    assert_eq!((range.begin(), range.end()), (MAX_SIZE - 1, MAX_SIZE));
    let beyond = MAX_SIZE + 1;
    assert_eq!(
        CompactRange::from_parts(MAX_SIZE, beyond, vec![root]).unwrap_err(),
        MerkleError::TooLarge(beyond)
    );
    assert_eq!(
        CompactRange::from_parts(MAX_SIZE, MAX_SIZE + 2, vec![root; 2]).unwrap_err(),
        MerkleError::TooLarge(MAX_SIZE + 2)
    );
}

#[test]
fn from_the_empty_tree_everything_grows_but_only_from_it() {
    let other = leaf_hash(b"");
    assert_eq!(verify_consistency(0, Hash::EMPTY, 7, other, &[]), Ok(()));
    assert_eq!(
        verify_consistency(0, other, 7, other, &[]),
        Err(MerkleError::OtherOldRoot)
    );
    assert_eq!(
        verify_consistency(0, Hash::EMPTY, 0, other, &[]),
        Err(MerkleError::OtherRoot)
    );
    assert_eq!(
        verify_consistency(3, other, 3, Hash::EMPTY, &[]),
        Err(MerkleError::OtherOldRoot)
    );
    let expected = MerkleError::WrongLength {
        expected: 0,
        found: 1,
    };
    assert_eq!(
        verify_consistency(0, Hash::EMPTY, 7, other, &[other]),
        Err(expected)
    );
    assert_eq!(
        verify_consistency(3, other, 3, other, &[other]),
        Err(expected)
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn large_trees_agree_with_the_naive_one(size in 1_u64..3000, a: prop::sample::Index, b: prop::sample::Index) {
        let leaves = leaf_hashes(size);
        let log = Log::of(size);
        prop_assert_eq!(log.root(), naive::root(&leaves));
        let index = a.index(size as usize);
        let tiles = only(&log.tiles, &tiles_for_inclusion(index as u64, size));
        prop_assert_eq!(inclusion_proof(index as u64, size, &tiles).unwrap(), naive::path(index, &leaves));
        let old = b.index(size as usize + 1);
        let tiles = only(&log.tiles, &tiles_for_consistency(old as u64, size));
        prop_assert_eq!(consistency_proof(old as u64, size, &tiles).unwrap(), naive::proof(old, &leaves));
    }

    #[test]
    fn ranges_join_in_any_way(size in 0_u64..700, a: prop::sample::Index, b: prop::sample::Index) {
        let log = Log::of(size);
        let (a, b) = (a.index(size as usize + 1) as u64, b.index(size as usize + 1) as u64);
        let cuts = [0, a.min(b), a.max(b), size];
        let mut whole = CompactRange::new();
        for cut in cuts.windows(2) {
            let range = cut[0]..cut[1];
            let tiles = only(&log.tiles, &tiles_for_range(range.clone()));
            let part = range_hash(range.clone(), &tiles).unwrap();
            let again = CompactRange::from_parts(range.start, range.end, part.hashes().to_vec());
            prop_assert_eq!(again.as_ref(), Ok(&part));
            let mut leaf_by_leaf = CompactRange::starting_at(range.start);
            leaf_hashes(size)[range.start as usize..range.end as usize].iter().for_each(|hash| leaf_by_leaf.append(*hash));
            prop_assert_eq!(&leaf_by_leaf, &part);
            whole.append_range(&part).unwrap();
        }
        prop_assert_eq!(whole.root(), Some(log.root()));
    }
}
