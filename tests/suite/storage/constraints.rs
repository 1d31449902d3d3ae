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

use super::isolation::Given;

on_both_databases! {
    async fn contradictory_rows_are_refused_by_the_database(test: TestStore) {
        let consent = test.consent(1).await.head.id;
        test.release(consent).await;
        for (rule, statement) in [
            ("a withdrawn consent has a time of withdrawal", "UPDATE consents SET status = 'withdrawn'"),
            ("a given consent has an end", "UPDATE consents SET valid_from = NULL, valid_until = NULL"),
            ("validity ends after it begins", "UPDATE consents SET valid_until = valid_from"),
            ("a status is one of the vocabulary", "UPDATE consents SET status = 'implied'"),
            ("a given revision has terms", "UPDATE consent_revisions SET sealed_terms = NULL"),
            ("a sealed disclosure says why", "UPDATE disclosures SET state = 'sealed', closed_at = 1"),
            ("a held disclosure was not collected", "UPDATE disclosures SET collected_at = 1"),
            ("a collected disclosure has a time", "UPDATE disclosures SET state = 'collected'"),
            ("a disclosure has a known office", "UPDATE disclosures SET recipient = 'nobody'"),
            ("a disclosure rests on an existing revision", "UPDATE disclosures SET consent_revision = 2"),
            ("a commitment stands once", "INSERT INTO events SELECT * FROM events"),
            ("only an office is an office", "UPDATE organisations SET office_id = NULL"),
            ("a form is for one of the two declarations", "UPDATE consent_forms SET kind = 'blanket_consent'"),
            ("a form stands once", "INSERT INTO consent_forms SELECT * FROM consent_forms"),
            ("a consent with disclosures stays", "DELETE FROM consents"),
        ] {
            assert!(test.execute(statement).await.is_err(), "{rule}, but the database took: {statement}");
        }
    }

    async fn contradictory_rows_of_points_2_and_3_are_refused_by_the_database(given: Given) {
        for (rule, statement) in [
            ("what is only said has no leaflet", "UPDATE referral_notices SET leaflet_version = 1"),
            ("a closed involvement has a time", "UPDATE involvements SET state = 'closed'"),
            ("where a centre helps it is known which", "UPDATE involvements SET accepted_offer = NULL"),
            ("a contact is agreed at a time", "UPDATE involvements SET contact_mode = 'centre_comes'"),
            ("an answered offer has a time", "UPDATE involvement_offers SET answered_at = NULL, state = 'declined'"),
            ("who helps gives no reason against it", "UPDATE involvement_offers SET reason = 'capacity'"),
            ("a withdrawn contact consent has a time", "UPDATE contact_consents SET status = 'withdrawn'"),
            ("a contact consent is never refused", "UPDATE contact_consents SET status = 'refused'"),
            ("a contact consent ends after it begins", "UPDATE contact_consents SET valid_until = valid_from"),
            ("sealed contact details say why", "UPDATE contact_details SET state = 'sealed', closed_at = 1"),
            ("held contact details were not collected", "UPDATE contact_details SET collected_at = 1"),
            ("what nobody collected nobody is asked to erase", "UPDATE contact_details SET erasure_asked_at = 1"),
            ("what nobody asked to erase is not erased", "UPDATE contact_details SET erased_at = 1"),
            (
                "contact details rest on an offer of their involvement",
                "UPDATE contact_details SET offer_id = (SELECT id FROM involvement_offers WHERE id <> contact_details.offer_id)",
            ),
            (
                "only the centre of that offer is told",
                "UPDATE contact_details SET organisation_id = (SELECT id FROM organisations WHERE role = 'centre' AND id <> contact_details.organisation_id)",
            ),
            ("a consent with contact details stays", "DELETE FROM contact_consents"),
            ("an office and a centre have one pair", "INSERT INTO contact_pairs SELECT (SELECT id FROM organisations ORDER BY id LIMIT 1), office_id, organisation_id, opened_at FROM contact_pairs"),
            ("a pair has two sides and no third", "UPDATE contact_pair_halves SET side = 'coordination'"),
            ("a half is confirmed when it was changed, or later", "UPDATE contact_pair_halves SET confirmed_at = changed_at - 1"),
            ("a half is changed when it was written, or later", "UPDATE contact_pair_halves SET since = changed_at + 1"),
            ("a half is of its pair's office", "UPDATE contact_pair_halves SET office_id = 'bpold-hannover'"),
            ("a half says something", "UPDATE contact_pair_contents SET sealed_contacts = NULL"),
            ("a pair with halves stays", "DELETE FROM contact_pairs"),
            ("a half that says something stays", "DELETE FROM contact_pair_halves"),
        ] {
            assert!(given.test.execute(statement).await.is_err(), "{rule}, but the database took: {statement}");
        }
    }

    async fn contradictory_rows_of_point_5_are_refused_by_the_database(given: Given) {
        for (rule, statement) in [
            ("a kind is one of the vocabulary", "UPDATE security_notices SET kind = 'rumour'"),
            ("an urgency is one of the vocabulary", "UPDATE security_notices SET urgency = 'whenever'"),
            ("versions are counted from one", "UPDATE security_notices SET version = 0"),
            ("only the first version begins a series", "UPDATE security_notices SET version = 2"),
            ("a notice ends after it begins", "UPDATE security_notices SET valid_until = valid_from"),
            ("what no longer holds has a time", "UPDATE security_notices SET state = 'superseded'"),
            ("what holds has not ended", "UPDATE security_notices SET ended_at = 1"),
            ("what is withdrawn says nothing", "UPDATE security_notices SET state = 'withdrawn', ended_at = 1"),
            ("what is not withdrawn says something", "UPDATE security_notices SET sealed_assessment = NULL, wrapped_key = NULL"),
            ("what is sealed has a key", "UPDATE security_notices SET wrapped_key = NULL"),
            ("a notice to one centre says which", "UPDATE security_notices SET organisation_id = NULL"),
            ("a notice about a person has her case", "UPDATE security_notices SET case_id = NULL"),
            ("a notice about a person names her for the log", "UPDATE security_notices SET person = NULL"),
            ("a person is known from something", "UPDATE security_notices SET disclosure_id = NULL"),
            (
                "a person is known from one thing alone",
                "UPDATE security_notices SET person_for_centre = person, offer_id = (SELECT id FROM involvement_offers LIMIT 1)",
            ),
            ("only who was asked was told a pseudonym", "UPDATE security_notices SET person_for_centre = person"),
            (
                "who was asked was told a pseudonym",
                "UPDATE security_notices SET disclosure_id = NULL, offer_id = (SELECT id FROM involvement_offers LIMIT 1)",
            ),
            ("only a country has a code", "UPDATE security_notices SET country = 'RO'"),
            ("only a region has Länder", "UPDATE security_notices SET laender = '[\"DE-HH\"]'"),
            ("one centre is told of no country", "UPDATE security_notices SET subject = 'country', country = 'RO'"),
            ("what was read was delivered", "UPDATE security_notice_deliveries SET read_at = 1"),
            (
                "what is acknowledged was read",
                "UPDATE security_notice_deliveries SET delivered_at = 1, acknowledged_at = 1, acknowledged_as = 'management'",
            ),
            (
                "who acknowledges says as what",
                "UPDATE security_notice_deliveries SET delivered_at = 1, read_at = 1, acknowledged_at = 1",
            ),
            (
                "as what is one of the vocabulary",
                "UPDATE security_notice_deliveries SET delivered_at = 1, read_at = 1, acknowledged_at = 1, acknowledged_as = 'visitor'",
            ),
            ("a notice is delivered by its office", "UPDATE security_notice_deliveries SET office_id = 'bpoli-kb-rostock'"),
            (
                "who is told of a person is the one centre of her notice",
                "UPDATE security_notice_deliveries SET organisation_id = \
                 (SELECT id FROM organisations WHERE role = 'centre' AND id <> security_notice_deliveries.organisation_id ORDER BY id LIMIT 1)",
            ),
            (
                "no other centre is told of her",
                "INSERT INTO security_notice_deliveries (notice_id, organisation_id, office_id, case_id, issued_at, remind_at) \
                 SELECT n.id, o.id, n.office_id, n.case_id, 1, 1 FROM security_notices n, organisations o WHERE o.id <> n.organisation_id",
            ),
            (
                "nor when her case is left out",
                "INSERT INTO security_notice_deliveries (notice_id, organisation_id, office_id, issued_at, remind_at) \
                 SELECT n.id, o.id, n.office_id, 1, 1 FROM security_notices n, organisations o WHERE o.id <> n.organisation_id",
            ),
            ("a delivery keeps the case", "UPDATE security_notice_deliveries SET case_id = NULL"),
            ("a notice with deliveries stays", "DELETE FROM security_notices"),
        ] {
            assert!(given.test.execute(statement).await.is_err(), "{rule}, but the database took: {statement}");
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
        assert!(test.execute(other_case).await.is_err());
    }

    async fn an_answered_notice_says_when_and_a_retention_says_why(test: TestStore) {
        use freigabe_domain::exchange::WithdrawalDesk as _;
        let consent = test.consent(1).await.head.id;
        let id = test.release(consent).await;
        let request = test.request(test.office());
        let _ = test.application.collect_disclosure(test.office(), &request, id).await.unwrap();
        test.application.withdraw_consent(test.centre(), consent).await.unwrap();
        assert!(test.execute("UPDATE withdrawal_notices SET answer = 'erased'").await.is_err());
        let retained = "UPDATE withdrawal_notices SET answer = 'retained', answered_at = 1";
        assert!(test.execute(retained).await.is_err());
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
