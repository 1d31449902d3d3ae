//! Tiles, bundles and their paths.

use freigabe_ledger::bundle::{self, BundleError};
use freigabe_ledger::merkle::MerkleError;
use freigabe_ledger::tile::{
    Appender, ParseTilePathError, Place, TileError, TilePath, Tiles, hashes, root, tiles_for_append,
};
use freigabe_ledger::{Leaf, MAX_SIZE, Tile};
use proptest::prelude::*;

use crate::given::{Log, leaf};

fn path(level: u8, index: u64, width: usize) -> String {
    TilePath::tile(Tile { level, index }, width)
        .unwrap()
        .to_string()
}

/// The examples of C2SP tlog-tiles and of Go's `tlog`, with C2SP's spelling.
#[test]
fn paths_are_written_as_the_specification_does() {
    assert_eq!(path(0, 1_234_067, 256), "tile/0/x001/x234/067");
    assert_eq!(path(0, 0, 256), "tile/0/000");
    assert_eq!(path(63, 999, 1), "tile/63/999.p/1");
    assert_eq!(path(1, 1000, 255), "tile/1/x001/000.p/255");
    let bundle = TilePath::entries(1_234_067, 3).unwrap();
    assert_eq!(bundle.to_string(), "tile/entries/x001/x234/067.p/3");
    assert_eq!(
        TilePath::tile(
            Tile {
                level: 64,
                index: 0
            },
            1
        ),
        None
    );
    assert_eq!(TilePath::entries(0, 0), None);
    assert_eq!(TilePath::entries(0, 257), None);
}

#[test]
fn a_tile_has_whole_hashes_and_at_most_256_of_them() {
    for (bytes, count) in [(0, Some(0)), (32, Some(1)), (256 * 32, Some(256))] {
        assert_eq!(hashes(&vec![7; bytes]).map(|hashes| hashes.len()), count);
    }
    for bytes in [1, 31, 33, 256 * 32 - 1, 256 * 32 + 1, 257 * 32] {
        assert_eq!(hashes(&vec![7; bytes]), None, "{bytes}");
    }
}

#[test]
fn the_largest_tree_only_lacks_its_tiles() {
    let none = Tiles::default();
    assert!(matches!(root(MAX_SIZE, &none), Err(TileError::Missing(_))));
    let beyond = MerkleError::TooLarge(MAX_SIZE + 1);
    assert_eq!(root(MAX_SIZE + 1, &none), Err(beyond.into()));
}

/// C2SP tlog-tiles, "Partial Tiles".
#[test]
fn a_tree_of_70000_leaves_has_the_tiles_that_the_specification_counts() {
    let width = |level, index| Tile { level, index }.width_at(70_000);
    assert_eq!([width(0, 272), width(0, 273), width(0, 274)], [256, 112, 0]);
    assert_eq!([width(1, 0), width(1, 1), width(1, 2)], [256, 17, 0]);
    assert_eq!(
        [width(2, 0), width(2, 1), width(3, 0), width(63, 0)],
        [1, 0, 0, 0]
    );
}

#[test]
fn no_other_spelling_of_a_path_is_read() {
    for wrong in [
        "",
        "tile",
        "tile/0",
        "tile/0/",
        "/tile/0/000",
        "tile/00/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/+1/000",
        "tile/0/0",
        "tile/0/0000",
        "tile/0/x000/001",
        "tile/0/x001/1",
        "tile/0/001/001",
        "tile/0/x001",
        "tile/0/x001/x001",
        "tile/0/x18/446/744/073/709/551/615",
        "tile/0/x018/x446/x744/x073/x709/x551/616",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/257",
        "tile/0/000.p/01",
        "tile/0/000.p/",
        "tile/0/000.p/1.p/1",
        "tile/entries/000.p/1/",
        "tile/8/0/000",
        "tile/data/000",
        "tile/0/٠٠٠",
    ] {
        assert_eq!(
            wrong.parse::<TilePath>(),
            Err(ParseTilePathError),
            "{wrong}"
        );
    }
}

/// What a log serves: one tile or bundle of each place, as wide as the tree's size says.
#[test]
fn the_appender_keeps_exactly_the_tiles_of_the_tree() {
    let mut log = Log::default();
    for size in [
        1, 2, 255, 256, 257, 511, 512, 1000, 65_535, 65_536, 65_537, 70_000,
    ] {
        log.grow(size);
        for (tile, hashes) in log.tiles.iter() {
            assert_eq!(hashes.len(), 32 * tile.width_at(size), "{tile:?} of {size}");
        }
        for level in 0..3 {
            let full = log
                .tiles
                .iter()
                .filter(|(tile, _)| tile.level == level)
                .count() as u64;
            assert_eq!(
                full,
                (size >> (8 * level)).div_ceil(256),
                "level {level} of {size}"
            );
        }
        for (index, bytes) in &log.bundles {
            let width = Tile {
                level: 0,
                index: *index,
            }
            .width_at(size);
            assert_eq!(bundle::entries(bytes).unwrap().len(), width);
        }
        assert_eq!(log.bundles.len() as u64, size.div_ceil(256));
    }
}

#[test]
fn only_what_changed_is_handed_out() {
    let log = Log::of(300);
    let nothing = Appender::new(300, &log.tiles, &log.bundles[&1])
        .unwrap()
        .finish();
    assert_eq!((nothing.size, nothing.root), (300, log.root()));
    assert!(nothing.tiles.is_empty() && nothing.bundles.is_empty());
    let mut one = Appender::new(300, &log.tiles, &log.bundles[&1]).unwrap();
    one.append(&leaf(300));
    let one = one.finish();
    let places: Vec<Tile> = one.tiles.iter().map(|(tile, _)| *tile).collect();
    assert_eq!(places, [Tile { level: 0, index: 1 }]);
    assert_eq!(one.bundles.len(), 1);
}

#[test]
fn nothing_is_appended_to_damaged_ground() {
    let log = Log::of(300);
    let edge = tiles_for_append(300);
    assert_eq!(
        edge,
        [Tile { level: 0, index: 1 }, Tile { level: 1, index: 0 }]
    );
    let go_on = |tiles: &Tiles, last: &[u8]| Appender::new(300, tiles, last).map(|_| ());
    assert_eq!(go_on(&log.tiles, &log.bundles[&1]), Ok(()));
    for tile in edge {
        let mut tiles: Tiles = log
            .tiles
            .iter()
            .filter(|(other, _)| *other != tile)
            .map(|(tile, hashes)| (tile, hashes.to_vec()))
            .collect();
        assert_eq!(
            go_on(&tiles, &log.bundles[&1]),
            Err(TileError::Missing(tile))
        );
        let hashes = log.tiles.get(tile).unwrap();
        for wrong in [&hashes[32..], &[hashes, &[0; 32]].concat(), &hashes[1..]] {
            tiles.insert(tile, wrong.to_vec());
            let expected = tile.width_at(300);
            assert_eq!(
                go_on(&tiles, &log.bundles[&1]),
                Err(TileError::WrongWidth {
                    tile,
                    expected,
                    found: wrong.len()
                })
            );
        }
    }
    let last = &log.bundles[&1];
    let (expected, cut) = (44, &last[38..]);
    assert_eq!(
        go_on(&log.tiles, cut),
        Err(BundleError::WrongWidth {
            expected,
            found: 43
        }
        .into())
    );
    let mut other = last.clone();
    other[37] ^= 1;
    assert_eq!(
        go_on(&log.tiles, &other),
        Err(TileError::OtherEntry { index: 256 })
    );
}

#[test]
fn a_bundle_is_read_only_whole() {
    let bundle = &Log::of(3).bundles[&0];
    let leaves = bundle::leaves(bundle).unwrap();
    assert_eq!(leaves, [leaf(0), leaf(1), leaf(2)]);
    for length in 0..bundle.len() {
        let whole = length % (Leaf::LENGTH + 2) == 0;
        assert_eq!(
            bundle::entries(&bundle[..length]).is_ok(),
            whole,
            "{length} bytes"
        );
    }
    let mut many = Vec::new();
    for _ in 0..256 {
        bundle::push(&mut many, b"").unwrap();
    }
    assert_eq!(bundle::entries(&many).unwrap().len(), 256);
    bundle::push(&mut many, b"").unwrap();
    assert_eq!(bundle::entries(&many), Err(BundleError::TooMany));
    let mut none = Vec::new();
    assert_eq!(
        bundle::push(&mut none, &[0; 65_536]),
        Err(BundleError::EntryTooLong)
    );
    assert!(none.is_empty());
}

proptest! {
    #[test]
    fn paths_round_trip(level in 0_u8..64, index: u64, width in 1_usize..=256, entries: bool) {
        let path = if entries {
            TilePath::entries(index, width)
        } else {
            TilePath::tile(Tile { level, index }, width)
        };
        let path = path.unwrap();
        prop_assert_eq!(path.to_string().parse(), Ok(path));
        prop_assert_eq!(path.width(), width);
        let place = if entries { Place::Entries(index) } else { Place::Tile(Tile { level, index }) };
        prop_assert_eq!(path.place(), place);
    }

    #[test]
    fn a_path_that_is_read_is_written_the_same(path in "tile/(entries|[0-9]{1,2})/(x[0-9]{3}/){0,3}[0-9]{3}(\\.p/[0-9]{1,3})?") {
        if let Ok(read) = path.parse::<TilePath>() {
            prop_assert_eq!(read.to_string(), path);
        }
    }
}
