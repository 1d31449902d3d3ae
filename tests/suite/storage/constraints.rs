//! The database itself refuses what the types rule out, whoever writes.

use freigabe_domain::{
    Error,
    consent::{ConsentForm, FormKind},
    exchange::CollectionDesk as _,
    instant::Instant,
    store::{Mode, Scope, StoreError, prelude::*, unit_of_work},
    text::Reference,
    vocabulary::Language,
};
use freigabe_storage::SqlTx;
use freigabe_testkit::{Backend, TestStore, on_both_databases};

use super::{
    isolation::Given,
    refusals::{
        Rule::{Check, Foreign, NotNull, Unique},
        assert_refused,
    },
};

on_both_databases! {
    async fn contradictory_rows_are_refused_by_the_database(test: TestStore) {
        let consent = test.consent(1).await.head.id;
        test.release(consent).await;
        for (why, rule, statement) in [
            ("a withdrawn consent has a time of withdrawal", Check, "UPDATE consents SET status = 'withdrawn'"),
            ("a given consent has an end", Check, "UPDATE consents SET valid_from = NULL, valid_until = NULL"),
            ("validity ends after it begins", Check, "UPDATE consents SET valid_until = valid_from"),
            ("a status is one of the vocabulary", Check, "UPDATE consents SET status = 'implied'"),
            ("a given revision has terms", Check, "UPDATE consent_revisions SET sealed_terms = NULL"),
            ("a sealed disclosure says why", Check, "UPDATE disclosures SET state = 'sealed', closed_at = 1"),
            ("a held disclosure was not collected", Check, "UPDATE disclosures SET collected_at = 1"),
            ("a collected disclosure has a time", Check, "UPDATE disclosures SET state = 'collected'"),
            ("a disclosure has a known office", Foreign, "UPDATE disclosures SET recipient = 'nobody'"),
            ("a disclosure rests on an existing revision", Foreign, "UPDATE disclosures SET consent_revision = 2"),
            ("a commitment stands once", Unique, "INSERT INTO events SELECT * FROM events"),
            ("only an office is an office", Check, "UPDATE organisations SET office_id = NULL"),
            ("a form is for one of the two declarations", Check, "UPDATE consent_forms SET kind = 'blanket_consent'"),
            ("a form stands once", Unique, "INSERT INTO consent_forms SELECT * FROM consent_forms"),
            ("a consent with disclosures stays", Foreign, "DELETE FROM consents"),
        ] {
            assert_refused(&test, why, rule, statement).await;
        }
    }

    async fn contradictory_rows_of_points_2_and_3_are_refused_by_the_database(given: Given) {
        for (why, rule, statement) in [
            ("what is only said has no leaflet", Check, "UPDATE referral_notices SET leaflet_version = 1"),
            ("a closed involvement has a time", Check, "UPDATE involvements SET state = 'closed'"),
            ("where a centre helps it is known which", Check, "UPDATE involvements SET accepted_offer = NULL"),
            ("a contact is agreed at a time", Check, "UPDATE involvements SET contact_mode = 'centre_comes', state = 'contact_agreed' WHERE state = 'accepted'"),
            ("an answered offer has a time", Check, "UPDATE involvement_offers SET answered_at = NULL, state = 'declined' WHERE state = 'accepted'"),
            ("who helps gives no reason against it", Check, "UPDATE involvement_offers SET reason = 'capacity' WHERE state = 'accepted'"),
            ("a withdrawn contact consent has a time", Check, "UPDATE contact_consents SET status = 'withdrawn'"),
            ("a contact consent is never refused", Check, "UPDATE contact_consents SET status = 'refused'"),
            ("a contact consent ends after it begins", Check, "UPDATE contact_consents SET valid_until = valid_from"),
            ("sealed contact details say why", Check, "UPDATE contact_details SET state = 'sealed', closed_at = 1"),
            ("held contact details were not collected", Check, "UPDATE contact_details SET collected_at = 1"),
            ("what nobody collected nobody is asked to erase", Check, "UPDATE contact_details SET erasure_asked_at = 1"),
            ("what nobody asked to erase is not erased", Check, "UPDATE contact_details SET erased_at = 1"),
            (
                "contact details rest on an offer of their involvement",
                Foreign,
                "UPDATE contact_details SET offer_id = (SELECT id FROM involvement_offers WHERE id <> contact_details.offer_id)",
            ),
            (
                "only the centre of that offer is told",
                Foreign,
                "UPDATE contact_details SET organisation_id = (SELECT id FROM organisations WHERE role = 'centre' AND id <> contact_details.organisation_id LIMIT 1)",
            ),
            ("a consent with contact details stays", Foreign, "DELETE FROM contact_consents"),
            ("an office and a centre have one pair", Unique, "INSERT INTO contact_pairs SELECT (SELECT id FROM organisations ORDER BY id LIMIT 1), office_id, organisation_id, opened_at FROM contact_pairs"),
            ("a pair has two sides and no third", Check, "UPDATE contact_pair_halves SET side = 'coordination' WHERE side = 'office'"),
            ("a half is confirmed when it was changed, or later", Check, "UPDATE contact_pair_halves SET confirmed_at = changed_at - 1"),
            ("a half is changed when it was written, or later", Check, "UPDATE contact_pair_halves SET since = changed_at + 1"),
            ("a half is of its pair's office", Foreign, "UPDATE contact_pair_halves SET office_id = 'bpold-hannover'"),
            ("a half says something", NotNull, "UPDATE contact_pair_contents SET sealed_contacts = NULL"),
            ("a pair with halves stays", Foreign, "DELETE FROM contact_pairs"),
            ("a half that says something stays", Foreign, "DELETE FROM contact_pair_halves"),
        ] {
            assert_refused(&given.test, why, rule, statement).await;
        }
    }

    async fn contradictory_rows_of_point_5_are_refused_by_the_database(given: Given) {
        for (why, rule, statement) in [
            ("a kind is one of the vocabulary", Check, "UPDATE security_notices SET kind = 'rumour'"),
            ("an urgency is one of the vocabulary", Check, "UPDATE security_notices SET urgency = 'whenever'"),
            ("versions are counted from one", Check, "UPDATE security_notices SET version = 0, series = case_id"),
            ("only the first version begins a series", Check, "UPDATE security_notices SET version = 2"),
            ("a notice ends after it begins", Check, "UPDATE security_notices SET valid_until = valid_from"),
            ("what no longer holds has a time", Check, "UPDATE security_notices SET state = 'superseded'"),
            ("what holds has not ended", Check, "UPDATE security_notices SET ended_at = 1"),
            ("what is withdrawn says nothing", Check, "UPDATE security_notices SET state = 'withdrawn', ended_at = 1"),
            ("what is not withdrawn says something", Check, "UPDATE security_notices SET sealed_assessment = NULL, wrapped_key = NULL"),
            ("what is sealed has a key", Check, "UPDATE security_notices SET wrapped_key = NULL"),
            ("a notice to one centre says which", Check, "UPDATE security_notices SET organisation_id = NULL"),
            ("a notice about a person has her case", Check, "UPDATE security_notices SET case_id = NULL"),
            ("a notice about a person names her for the log", Check, "UPDATE security_notices SET person = NULL"),
            ("a person is known from something", Check, "UPDATE security_notices SET disclosure_id = NULL"),
            (
                "a person is known from one thing alone",
                Check,
                "UPDATE security_notices SET person_for_centre = person, offer_id = (SELECT id FROM involvement_offers LIMIT 1)",
            ),
            ("only who was asked was told a pseudonym", Check, "UPDATE security_notices SET person_for_centre = person"),
            (
                "who was asked was told a pseudonym",
                Check,
                "UPDATE security_notices SET disclosure_id = NULL, offer_id = (SELECT id FROM involvement_offers LIMIT 1)",
            ),
            ("only a country has a code", Check, "UPDATE security_notices SET country = 'RO'"),
            ("only a region has Länder", Check, "UPDATE security_notices SET laender = '[\"DE-HH\"]'"),
            ("one centre is told of no country", Check, "UPDATE security_notices SET subject = 'country', country = 'RO', kind = 'origin_country_change', case_id = NULL, person = NULL, disclosure_id = NULL"),
            ("what was read was delivered", Check, "UPDATE security_notice_deliveries SET read_at = 1"),
            (
                "what is acknowledged was read",
                Check,
                "UPDATE security_notice_deliveries SET delivered_at = 1, acknowledged_at = 1, acknowledged_as = 'management'",
            ),
            (
                "who acknowledges says as what",
                Check,
                "UPDATE security_notice_deliveries SET delivered_at = 1, read_at = 1, acknowledged_at = 1",
            ),
            (
                "as what is one of the vocabulary",
                Check,
                "UPDATE security_notice_deliveries SET delivered_at = 1, read_at = 1, acknowledged_at = 1, acknowledged_as = 'visitor'",
            ),
            ("a notice is delivered by its office", Foreign, "UPDATE security_notice_deliveries SET office_id = 'bpoli-kb-rostock'"),
            (
                "who is told of a person is the one centre of her notice",
                Foreign,
                "UPDATE security_notice_deliveries SET organisation_id = \
                 (SELECT id FROM organisations WHERE role = 'centre' AND id <> security_notice_deliveries.organisation_id ORDER BY id LIMIT 1)",
            ),
            (
                "no other centre is told of her",
                Foreign,
                "INSERT INTO security_notice_deliveries (notice_id, organisation_id, office_id, case_id, issued_at, remind_at) \
                 SELECT n.id, o.id, n.office_id, n.case_id, 1, 1 FROM security_notices n, organisations o WHERE o.role = 'centre' AND o.id <> n.organisation_id",
            ),
            (
                "nor when her case is left out",
                Foreign,
                "INSERT INTO security_notice_deliveries (notice_id, organisation_id, office_id, issued_at, remind_at) \
                 SELECT n.id, o.id, n.office_id, 1, 1 FROM security_notices n, organisations o WHERE o.role = 'centre' AND o.id <> n.organisation_id",
            ),
            ("a delivery keeps the case", Foreign, "UPDATE security_notice_deliveries SET case_id = NULL"),
            ("a notice with deliveries stays", Foreign, "DELETE FROM security_notices"),
        ] {
            assert_refused(&given.test, why, rule, statement).await;
        }
    }

    async fn a_transaction_that_only_reads_writes_nothing(test: TestStore) {
        let form = ConsentForm {
            kind: FormKind::ConfidentialityRelease,
            version: Reference::parse("2027-1").unwrap(),
            language: Language::German,
        };
        let forms = test.number("SELECT count(*) FROM consent_forms").await;
        let operator = Scope::Operator { client: None };
        let added = unit_of_work(&test.store, &operator, Mode::Read, async |tx: &mut SqlTx<'_>| {
            Ok(tx.insert_consent_form(&form, Instant::from_unix_micros(1)).await?)
        });
        let added = added.await;
        assert!(matches!(added, Err(Error::Store(StoreError::Unavailable(_)))), "{added:?}");
        assert_eq!(test.number("SELECT count(*) FROM consent_forms").await, forms);
        // And whoever writes next, on whichever connection, still can.
        test.release(test.consent(1).await.head.id).await;
    }

    async fn a_disclosure_belongs_to_its_consents_centre_and_case(test: TestStore) {
        let consent = test.consent(1).await.head.id;
        test.release(consent).await;
        test.consent(2).await;
        let other_case = "UPDATE disclosures SET case_id = (SELECT id FROM cases WHERE id <> disclosures.case_id)";
        assert_refused(&test, "a disclosure keeps its consent's case", Foreign, other_case).await;
    }

    async fn an_answered_notice_says_when_and_a_retention_says_why(test: TestStore) {
        use freigabe_domain::exchange::WithdrawalDesk as _;
        let consent = test.consent(1).await.head.id;
        let id = test.release(consent).await;
        let request = test.request(test.office());
        let _ = test.application.collect_disclosure(test.office(), &request, id).await.unwrap();
        test.application.withdraw_consent(test.centre(), consent).await.unwrap();
        let erased = "UPDATE withdrawal_notices SET answer = 'erased'";
        assert_refused(&test, "an answer has a time", Check, erased).await;
        let retained = "UPDATE withdrawal_notices SET answer = 'retained', answered_at = 1";
        assert_refused(&test, "who retains says why", Check, retained).await;
    }

    async fn migrating_again_changes_nothing(test: TestStore) {
        assert_eq!(freigabe_storage::migrate(&test.database.url).await.unwrap(), Vec::<String>::new());
        let status = freigabe_storage::migration_status(&test.database.url).await.unwrap();
        assert!(status.iter().all(|(_, applied)| *applied), "{status:?}");
        assert_eq!(test.number("SELECT count(*) FROM offices").await, 117);
    }

    async fn durability_is_on(test: TestStore) {
        match test.backend {
            // 2 is FULL. The pragma belongs to a connection, so it is read on the store's own.
            Backend::Sqlite => {
                let file = test.database.url.trim_start_matches("sqlite://").to_owned();
                assert!(std::path::Path::new(&format!("{file}-wal")).exists(), "the journal is a WAL");
            }
            Backend::Postgres => {
                let on = "SELECT count(*) FROM pg_settings WHERE name = 'synchronous_commit' AND setting = 'on'";
                assert_eq!(test.number(on).await, 1);
            }
        }
    }
}
