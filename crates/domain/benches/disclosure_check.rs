//! How long the gate takes: `cargo bench -p freigabe-domain`.
//!
//! Ten items are judged against five grants and three exclusions. The grant that fits is the last one, so that every
//! item is compared with every grant; the other four are for other offices. The floors are what an answer costs at the
//! very least, in the same run: numbers from different machines compare as multiples of them. The aim is under 2 µs
//! for the authorised case.

use std::{collections::HashSet, hint::black_box};

use divan::Bencher;
use freigabe_domain::{
    consent::{ConsentStatus, Exclusion, Grant},
    office::OfficeId,
    vocabulary::{Category, ExpressScope, Purpose},
};

use given::Situation;

#[path = "../tests/domain/given.rs"]
#[allow(
    dead_code,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "the tests' builders, of which this needs a few"
)]
mod given;

const ITEMS: usize = 10;
const GRANTS: usize = 5;

fn main() {
    divan::main();
}

fn grant(recipients: [&str; 3]) -> Grant {
    Grant {
        recipients: recipients.map(given::office_id).to_vec(),
        purposes: vec![Purpose::DangerPrevention, Purpose::CriminalInvestigation],
        categories: Category::ALL.iter().copied().take(ITEMS).collect(),
        ..given::grant()
    }
}

fn situation() -> Situation {
    let mut terms = given::consent_terms();
    terms.grants = vec![grant(["bpoli-kb-sued", "bpoli-kb-west", "bpoli-kb-ost"]); GRANTS - 1];
    terms
        .grants
        .push(grant(["bpoli-kb-sued", "bpoli-kb-west", given::ADDRESSED]));
    terms.exclusions = vec![
        Exclusion {
            category: Some(Category::SafeReturn),
            ..given::exclusion()
        },
        Exclusion {
            express_scope: Some(ExpressScope::ShelterAddress),
            ..given::exclusion()
        },
        Exclusion {
            recipient: Some(given::office_id(given::SUPERIOR)),
            purpose: Some(Purpose::VictimProtection),
            ..given::exclusion()
        },
    ];
    let mut situation = Situation::under(terms);
    let categories = Category::ALL.iter().copied().take(ITEMS);
    situation.disclosure.items = categories.map(given::profile).collect();
    situation
}

#[divan::bench]
fn authorised(bencher: Bencher<'_, '_>) {
    let situation = situation();
    assert!(situation.assess().is_ok());
    bencher.bench_local(|| black_box(&situation).assess());
}

/// The last grant is for another office too: each of the ten items has its reason.
#[divan::bench]
fn refused_for_every_item(bencher: Bencher<'_, '_>) {
    let mut situation = situation();
    if let Some(last) = situation.terms().grants.last_mut() {
        last.recipients.pop();
    }
    assert!(
        situation
            .assess()
            .is_err_and(|refusals| refusals.len() == ITEMS)
    );
    bencher.bench_local(|| black_box(&situation).assess());
}

/// The consent is withdrawn: one reason, and the items are judged all the same.
#[divan::bench]
fn refused_as_a_whole(bencher: Bencher<'_, '_>) {
    let situation = situation().with_status(ConsentStatus::Withdrawn);
    assert!(
        situation
            .assess()
            .is_err_and(|refusals| refusals.len() == 1)
    );
    bencher.bench_local(|| black_box(&situation).assess());
}

/// Nothing but the answer: a list with a grant's number for each item.
#[divan::bench]
fn floor_allocating_the_answer() -> Vec<u16> {
    let mut covering = Vec::with_capacity(black_box(ITEMS));
    for _ in 0..ITEMS {
        covering.push(black_box(4));
    }
    covering
}

/// One look-up in a hash set for each item and grant: the cheapest rule that looks at all of them.
#[divan::bench]
fn floor_fifty_set_lookups(bencher: Bencher<'_, '_>) {
    let allowed: HashSet<(OfficeId, Category)> = Category::ALL
        .iter()
        .map(|category| (given::office_id(given::ADDRESSED), *category))
        .collect();
    let wanted: Vec<(OfficeId, Category)> = Category::ALL
        .iter()
        .take(ITEMS)
        .map(|category| (given::office_id(given::ADDRESSED), *category))
        .collect();
    bencher.bench_local(|| {
        (0..GRANTS).all(|_| black_box(&wanted).iter().all(|item| allowed.contains(item)))
    });
}
