//! The log as everybody may read it (C2SP tlog-tiles).

use freigabe_client::{Method, RawAnswer};
use freigabe_contract::ProblemType;
use freigabe_ledger::{
    Hash, Leaf, Note, SignedCheckpoint, bundle,
    tile::{self, TilePath, Tiles},
};
use freigabe_testkit::{
    ExpectAnswer as _, Raw, TestApp, a_consent, a_draft, on_both_databases, store::log_rules,
};

use crate::support::recorded;

const FOREVER: &str = "public, max-age=31536000, immutable";

async fn get(app: &TestApp, path: &str) -> RawAnswer {
    Raw::get(path).send(&app.anonymous()).await
}

async fn missing(app: &TestApp, path: &str) {
    let answer = get(app, path).await;
    assert_eq!(answer.status.as_u16(), 404, "{path}");
    let _ = answer.expect_problem(ProblemType::NotFound);
}

/// The published checkpoint, signed by the log.
async fn checkpoint(app: &TestApp) -> SignedCheckpoint {
    let note = Note::parse(app.anonymous().get_log_checkpoint().await.unwrap()).unwrap();
    let rules = log_rules();
    SignedCheckpoint::open(note, rules.signers.iter().map(|signer| signer.verifier())).unwrap()
}

/// Every tile that a tree of this size has at this level, and every entry.
async fn leaves_and_tiles(app: &TestApp, size: u64) -> (Vec<Leaf>, Tiles) {
    let (anyone, mut leaves, mut tiles) = (app.anonymous(), Vec::new(), Tiles::new());
    for index in 0..size.div_ceil(256) {
        let path = TilePath::entries_at(index, size).expect("a bundle");
        let entries = anyone.get_log_tile(&path).await.expect("entries");
        leaves.extend(bundle::leaves(&entries).expect("leaves"));
    }
    for tile in tile::tiles_for_root(size) {
        let path = tile.path_at(size).expect("a tile");
        tiles.insert(tile, anyone.get_log_tile(&path).await.expect("hashes"));
    }
    (leaves, tiles)
}

on_both_databases! {
    async fn nothing_is_there_before_it_is_published(app: TestApp) {
        recorded(&app.centre_a(), a_consent()).await;
        for path in ["/log/checkpoint", "/log/tile/0/000.p/1", "/log/tile/entries/000.p/1", "/log/former/0/checkpoint"] {
            missing(&app, path).await;
        }
    }

    async fn whoever_reads_the_tiles_gets_the_signed_root(app: TestApp) {
        let centre = app.centre_a();
        let consent = recorded(&centre, a_consent()).await.record_id;
        // More than one full tile.
        for _ in 0..260 {
            centre.check_disclosure(&a_draft(consent).build()).await.unwrap();
        }
        app.publish_log().await;
        let signed = checkpoint(&app).await;
        let size = signed.checkpoint().size;
        assert!((257..512).contains(&size), "{size}");
        let (leaves, tiles) = leaves_and_tiles(&app, size).await;
        assert_eq!(leaves.len() as u64, size);
        assert_eq!(tile::root(size, &tiles).unwrap(), signed.checkpoint().root);
        let full = get(&app, "/log/tile/0/000").await.expect_status(200);
        let first = tile::hashes(&full.body).unwrap();
        let hashes: Vec<Hash> = leaves.iter().take(256).map(Leaf::leaf_hash).collect();
        assert_eq!(first, hashes);
        // Entries hold leaves and nothing else.
        let entries = get(&app, "/log/tile/entries/000").await.expect_status(200);
        assert_eq!(entries.body.len(), 256 * (2 + Leaf::LENGTH));
    }

    async fn what_is_there_says_how_long_it_stays_so(app: TestApp) {
        recorded(&app.centre_a(), a_consent()).await;
        app.publish_log().await;
        let size = checkpoint(&app).await.checkpoint().size;
        let answer = get(&app, "/log/checkpoint").await.expect_status(200);
        assert_eq!(answer.header("content-type"), Some("text/plain; charset=utf-8"));
        assert_eq!(answer.header("cache-control"), Some("no-cache"));
        for path in [format!("/log/tile/0/000.p/{size}"), format!("/log/tile/entries/000.p/{size}")] {
            let answer = get(&app, &path).await.expect_status(200);
            assert_eq!(answer.header("content-type"), Some("application/octet-stream"), "{path}");
            assert_eq!(answer.header("cache-control"), Some(FOREVER), "{path}");
            let head = Raw::new(Method::HEAD, &path).send(&app.anonymous()).await.expect_status(200);
            assert_eq!(head.header("cache-control"), Some(FOREVER), "{path}");
            assert!(head.body.is_empty(), "{path}");
        }
        let one = get(&app, "/log/tile/0/000.p/1").await.expect_status(200);
        assert_eq!(one.body.len(), Hash::LENGTH, "an earlier, smaller tile is still there");
    }

    async fn what_is_not_published_or_spelt_otherwise_is_not_there(app: TestApp) {
        recorded(&app.centre_a(), a_consent()).await;
        app.publish_log().await;
        let size = checkpoint(&app).await.checkpoint().size;
        recorded(&app.centre_a(), a_consent()).await;
        app.operate(async |exchange| exchange.sequence().await.unwrap()).await;
        let beyond = size + 1;
        let paths = [
            format!("/log/tile/0/000.p/{beyond}"),
            format!("/log/tile/entries/000.p/{beyond}"),
            "/log/tile/0/000".to_owned(),
            "/log/tile/entries/000".to_owned(),
            "/log/tile/0/001.p/1".to_owned(),
            "/log/tile/1/000.p/1".to_owned(),
            "/log/tile/0/000.p/0".to_owned(),
            "/log/tile/0/000.p/256".to_owned(),
            "/log/tile/0/0.p/1".to_owned(),
            "/log/tile/00/000.p/1".to_owned(),
            "/log/tile/0/x000/000.p/1".to_owned(),
            "/log/tile/0/000.p/01".to_owned(),
            "/log/tile/0/000.p/1/".to_owned(),
            "/log/tile/0/".to_owned(),
            "/log/tile/-1/000.p/1".to_owned(),
            "/log/tile/0/%30%30%30.p/1".to_owned(),
            "/log/tile/64/000.p/1".to_owned(),
            "/log/".to_owned(),
            "/log/tile".to_owned(),
        ];
        for path in paths {
            missing(&app, &path).await;
        }
        assert_eq!(get(&app, &format!("/log/tile/0/000.p/{size}")).await.status.as_u16(), 200);
    }

    async fn a_former_log_stays_readable(app: TestApp) {
        recorded(&app.centre_a(), a_consent()).await;
        app.publish_log().await;
        let (last, size) = {
            let signed = checkpoint(&app).await;
            (signed.note().to_string(), signed.checkpoint().size)
        };
        let tile = format!("tile/0/000.p/{size}");
        let before = get(&app, &format!("/log/{tile}")).await.expect_status(200).body;
        app.operate(async |exchange| exchange.continue_log("log.example.org/second").await.unwrap()).await;
        // The next log has published nothing yet; its leaves are nobody's business until then.
        missing(&app, "/log/checkpoint").await;
        missing(&app, &format!("/log/{tile}")).await;
        let anyone = app.anonymous();
        assert_eq!(anyone.get_former_log_checkpoint(0).await.unwrap(), last);
        let path = tile.parse().unwrap();
        assert_eq!(anyone.get_former_log_tile(0, &path).await.unwrap(), before);
        let entries = format!("/log/former/0/tile/entries/000.p/{size}");
        let entries = get(&app, &entries).await.expect_status(200);
        assert_eq!(entries.header("cache-control"), Some(FOREVER));
        for nowhere in ["7", "00", "-1", "x", "4294967296"] {
            missing(&app, &format!("/log/former/{nowhere}/checkpoint")).await;
        }
    }
}
