//! The tables of press releases hold by themselves what is published: the latest version, which both sides approved; and when two approve and
//! one revises at once, only that.

use freigabe_domain::{
    Error,
    access::{Partner, PartnerOrCoordination},
    directory::LanguageCode,
    exchange::PressDesk as _,
    gathering::{LongGeneralText, Participant, ShortGeneralText, Side},
    ids::PressReleaseId,
    press::{NewPressRelease, PressStanding, PressText},
    store::Scope,
};
use freigabe_testkit::{Backend, TestStore, on_both::run, on_both_databases};

use super::{
    isolation::Given,
    raw::{self, Says},
    refusals::{
        Rule::{Check, Foreign, Unique},
        assert_refused,
    },
};

fn text(title: &str) -> PressText {
    PressText {
        title: ShortGeneralText::parse(title).unwrap(),
        text: LongGeneralText::parse("Heute beginnt die gemeinsame Kampagne.").unwrap(),
        language: LanguageCode::parse("de").unwrap(),
        embargo_until: None,
    }
}

fn by_office(test: &TestStore) -> PartnerOrCoordination {
    PartnerOrCoordination::Partner(Partner::Office(test.office().clone()))
}

fn by_centre(test: &TestStore) -> PartnerOrCoordination {
    PartnerOrCoordination::Partner(Partner::Centre(test.centre().clone()))
}

/// The office drafts a release with the centre.
async fn drafted(test: &TestStore, title: &str) -> PressReleaseId {
    let new = NewPressRelease {
        participants: vec![Participant::Centre(test.centre().centre())],
        content: text(title),
    };
    let by = by_office(test);
    let request = test.request(&by);
    let drafted = test.application.draft_press_release(&by, &request, new);
    drafted.await.unwrap().value.id
}

async fn approve(
    test: &TestStore,
    by: &PartnerOrCoordination,
    id: PressReleaseId,
) -> Result<(), Error> {
    let request = test.request(by);
    let approved = test.application.approve_press_release(by, &request, id, 1);
    approved.await.map(drop)
}

async fn publish(
    test: &TestStore,
    by: &PartnerOrCoordination,
    id: PressReleaseId,
) -> Result<(), Error> {
    let request = test.request(by);
    let published = test.application.publish_press_release(by, &request, id);
    published.await.map(drop)
}

/// A draft that the centre has approved and commented on, and a release that is published.
pub(crate) async fn in_both_states(test: &TestStore) -> PressReleaseId {
    let (office, centre) = (by_office(test), by_centre(test));
    let published = drafted(test, "Gemeinsam").await;
    approve(test, &office, published).await.unwrap();
    approve(test, &centre, published).await.unwrap();
    publish(test, &office, published).await.unwrap();
    let draft = drafted(test, "Bald").await;
    approve(test, &centre, draft).await.unwrap();
    let request = test.request(&centre);
    let said = LongGeneralText::parse("Gut so.").unwrap();
    let application = &test.application;
    let commented = application.comment_press_release(&centre, &request, draft, 1, said);
    let _ = commented.await.unwrap();
    draft
}

const OF_PUBLISHED: &str = "release_id IN (SELECT release_id FROM press_release_publications)";
const OF_DRAFT: &str = "release_id NOT IN (SELECT release_id FROM press_release_publications)";
/// As if the draft were published.
const PUBLISHES: &str = "INSERT INTO press_release_publications (release_id, version, release_state, sha256, publishable_from, \
    police_side, network_side, published_by, published_at) \
    SELECT release_id, number, 'open', sha256, publishable_from, 'police', 'network', 0, publishable_from FROM press_release_versions";

on_both_databases! {
    async fn contradictory_releases_are_refused_by_the_database(given: Given) {
        let other_text = format!("(SELECT sha256 FROM press_release_versions WHERE {OF_DRAFT})");
        for (why, rule, statement) in [
            ("both sides approved what is published", Foreign, format!("{PUBLISHES} WHERE {OF_DRAFT}")),
            ("it is published once", Unique, format!("{PUBLISHES} WHERE {OF_PUBLISHED}")),
            ("one approval is the police's", Check, "UPDATE press_release_publications SET police_side = 'network'".to_owned()),
            ("one approval is the network's", Check, "UPDATE press_release_publications SET network_side = 'police'".to_owned()),
            ("the embargo is over", Check, "UPDATE press_release_publications SET published_at = publishable_from - 1".to_owned()),
            ("both approved this text", Foreign, format!("UPDATE press_release_publications SET sha256 = {other_text}")),
            ("both approved this version", Foreign, "UPDATE press_release_publications SET version = 2".to_owned()),
            ("the published version is the latest", Foreign, "UPDATE press_releases SET latest_version = 2 WHERE id IN (SELECT release_id FROM press_release_publications)".to_owned()),
            ("what is published is not discarded", Foreign, "UPDATE press_releases SET state = 'discarded', discarded_at = 1, discarded_by = 0 WHERE id IN (SELECT release_id FROM press_release_publications)".to_owned()),
            ("what is published stays approved", Foreign, format!("DELETE FROM press_release_approvals WHERE {OF_PUBLISHED}")),
            ("what is published stays as it is", Foreign, format!("UPDATE press_release_versions SET sha256 = {other_text} WHERE {OF_PUBLISHED}")),
            ("a side approves by one of its own", Foreign, format!("UPDATE press_release_approvals SET side = 'police' WHERE {OF_DRAFT}")),
            ("a side approves a version that is there", Foreign, format!("UPDATE press_release_approvals SET version = 2 WHERE {OF_DRAFT}")),
            ("a side approves what it says", Foreign, format!("UPDATE press_release_approvals SET sha256 = (SELECT sha256 FROM press_release_publications) WHERE {OF_DRAFT}")),
            ("an embargo is what it says", Check, "UPDATE press_release_versions SET embargo_until = publishable_from + 1".to_owned()),
            ("a version is written by a participant", Foreign, "UPDATE press_release_versions SET written_by = 9".to_owned()),
            ("a comment is on a version", Foreign, "UPDATE press_release_comments SET version = 2".to_owned()),
            ("an office is of the police", Check, "UPDATE press_release_participants SET side = 'network' WHERE office_id IS NOT NULL".to_owned()),
            ("a participant is one of three", Check, "UPDATE press_release_participants SET coordination_organisation = centre_organisation WHERE centre_organisation IS NOT NULL".to_owned()),
            ("who discards says when", Check, "UPDATE press_releases SET state = 'discarded' WHERE id NOT IN (SELECT release_id FROM press_release_publications)".to_owned()),
        ] {
            assert_refused(&given.test, why, rule, &statement).await;
        }
        let approves = format!(
            "INSERT INTO press_release_approvals (release_id, version, side, sha256, approved_by, approved_at) \
             SELECT release_id, number, 'police', sha256, 0, 1 FROM press_release_versions WHERE {OF_DRAFT}"
        );
        assert_eq!(given.test.execute(&approves).await.unwrap(), 1);
        let publishes = format!("{PUBLISHES} WHERE {OF_DRAFT}");
        assert_eq!(given.test.execute(&publishes).await.unwrap(), 1, "with the other approval it is taken: nothing else stood in its way");
    }

    async fn of_two_approvals_and_a_new_version_at_once_only_what_both_approved_is_published(test: TestStore) {
        let (office, centre) = (by_office(&test), by_centre(&test));
        let mut published = 0;
        for round in 0..12 {
            let id = drafted(&test, &format!("Runde {round}")).await;
            let revise = async {
                let request = test.request(&centre);
                let application = &test.application;
                let revised = application.revise_press_release(&centre, &request, id, 1, text("Neu"));
                revised.await.map(drop)
            };
            // Whoever is begun first is not always the first.
            let outcomes = if round % 2 == 0 {
                tokio::join!(approve(&test, &office, id), approve(&test, &centre, id), revise, publish(&test, &office, id))
            } else {
                let (approved, too, done, revised) =
                    tokio::join!(approve(&test, &centre, id), approve(&test, &office, id), publish(&test, &office, id), revise);
                (approved, too, revised, done)
            };
            for outcome in [&outcomes.0, &outcomes.1, &outcomes.2, &outcomes.3] {
                assert!(matches!(outcome, Ok(()) | Err(Error::InvalidState(_))), "{outcome:?}");
            }
            let release = test.application.press_release(&centre, id).await.unwrap();
            assert_eq!(release.published.is_some(), outcomes.3.is_ok());
            if let Some(publication) = &release.published {
                published += 1;
                assert_eq!((publication.version, release.latest.number), (1, 1));
                assert!(outcomes.2.is_err(), "nothing is revised any more");
                assert!(release.approval_of(Side::Police).is_some() && release.approval_of(Side::Network).is_some());
            } else {
                assert_ne!(release.standing(), PressStanding::Published);
            }
        }
        println!("{published} of 12 were published");
    }
}

#[test]
fn who_is_not_named_can_do_nothing_and_nobody_acts_for_the_other_side() {
    run(async {
        let given = Given::start(Backend::Postgres).await;
        let connection = given.test.connection().await;
        let office = Says::of(&Scope::from(given.test.office()));
        let centre = Says::of(&Scope::from(given.test.centre()));
        let stranger = Says::of(&Scope::from(&given.other_office));
        let approves = |number: u8, side: &str| {
            format!(
                "INSERT INTO press_release_approvals (release_id, version, side, sha256, approved_by, approved_at) \
                 SELECT release_id, number, '{side}', sha256, {number}, 1 FROM press_release_versions WHERE {OF_DRAFT}"
            )
        };
        // Number 0 is the office, number 1 the centre.
        raw::assert_held_off(&connection, &centre, &approves(0, "police")).await;
        let own = raw::execute(&connection, &office, &approves(0, "police")).await;
        assert_eq!(own.unwrap(), 1);
        let publishes = format!("{PUBLISHES} WHERE {OF_PUBLISHED}");
        raw::assert_held_off(&connection, &stranger, &publishes).await;
        let joins = "INSERT INTO press_release_participants (release_id, number, side, office_id) \
            SELECT release_id, 2, 'police', 'bpoli-kb-rostock' FROM press_release_participants LIMIT 1";
        raw::assert_held_off(&connection, &stranger, joins).await;
        raw::assert_held_off(&connection, &office, joins).await;
        for statement in [
            "UPDATE press_release_versions SET title = 'x'",
            "UPDATE press_release_approvals SET version = 1",
            "UPDATE press_release_publications SET published_at = 1",
            "DELETE FROM press_release_publications",
            "DELETE FROM press_releases",
        ] {
            raw::assert_held_off(&connection, &office, statement).await;
        }
        let discards =
            "UPDATE press_releases SET state = 'discarded', discarded_at = 1, discarded_by = 0";
        let touched = raw::execute(&connection, &stranger, discards).await;
        assert_eq!(
            touched.unwrap(),
            0,
            "who is not named finds nothing to change"
        );
        for table in [
            "press_release_versions",
            "press_release_approvals",
            "press_releases",
        ] {
            let count = format!("SELECT count(*) FROM {table}");
            let seen = raw::number(&connection, &stranger, &count).await.unwrap();
            let all = raw::number(&connection, &centre, &count).await.unwrap();
            assert!(
                0 < seen && seen < all,
                "{table}: the draft is hidden, what is published is not"
            );
        }
    });
}
