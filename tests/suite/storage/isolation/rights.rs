//! What each scope may do in the database, besides what it sees.

use freigabe_domain::{access::Partner, exchange::RegionalDesk as _, store::Scope};
use freigabe_testkit::{Backend, on_both::run};

use super::given::Given;
use crate::storage::raw::{self, Says};

#[test]
fn each_scope_does_what_its_use_cases_do_and_no_more() {
    run(async {
        let given = Given::start(Backend::Postgres).await;
        let connection = given.test.connection().await;
        let centre = Says::of(&Scope::from(given.test.centre()));
        let office = Says::of(&Scope::from(given.test.office()));
        let upkeep = Says::of(&Scope::Upkeep);
        let operator = Says::of(&Scope::Operator { client: None });
        let sequencer = Says::of(&Scope::Sequencer);
        for (says, statement) in [
            // An office holds a consent's row, and can't change it.
            (&office, "UPDATE consents SET status = 'refused'"),
            (
                &office,
                "UPDATE disclosures SET state = 'recalled', closed_at = 1",
            ),
            (
                &office,
                "UPDATE disclosures SET recipient = 'bpoli-kb-rostock'",
            ),
            (
                &office,
                "INSERT INTO consent_forms VALUES ('data_protection_consent', '9', 'de', 1)",
            ),
            (
                &centre,
                "UPDATE disclosures SET state = 'collected', collected_at = 1",
            ),
            (&centre, "UPDATE consents SET centre_id = gen_random_uuid()"),
            // A centre says that it helps, or not; how the person is met, and the end, are the office's.
            (
                &centre,
                "UPDATE involvements SET state = 'closed', closed_at = 1",
            ),
            (
                &centre,
                "UPDATE involvements SET contact_mode = 'centre_comes', contact_agreed_at = 1",
            ),
            (&centre, "UPDATE involvements SET sealed_need = 'x'"),
            (
                &office,
                "UPDATE involvement_offers SET organisation_id = gen_random_uuid()",
            ),
            (&office, "UPDATE referral_notices SET medium = 'link'"),
            // A centre holds the row of a contact consent, and can't change it; it is the office that takes back.
            (&centre, "UPDATE contact_consents SET status = 'expired'"),
            (
                &centre,
                "UPDATE contact_details SET state = 'sealed', seal_reason = 'withdrawn', closed_at = 1",
            ),
            (
                &office,
                "UPDATE contact_details SET state = 'collected', collected_at = 1",
            ),
            (
                &office,
                "UPDATE contact_details SET organisation_id = gen_random_uuid()",
            ),
            (&office, "DELETE FROM contact_consents"),
            // A message waits for another office only where its case was handed over to that one; a handover is made once.
            (
                &centre,
                "UPDATE disclosures SET recipient = 'bpoli-kb-rostock', handling_office = 'bpoli-kb-rostock' WHERE state = 'held'",
            ),
            // Whom a message is for changes in what is held and stays so, and with no other step.
            (
                &centre,
                "UPDATE disclosures SET state = 'sealed', seal_reason = 'withdrawn', closed_at = 1, recipient = 'bpoli-kb-rostock' \
                 WHERE state = 'held'",
            ),
            (
                &upkeep,
                "UPDATE disclosures SET state = 'sealed', seal_reason = 'expired', closed_at = 1, recipient = 'bpoli-kb-rostock' \
                 WHERE state = 'held'",
            ),
            (
                &office,
                "UPDATE disclosures SET state = 'acknowledged', closed_at = 1, released_at = 1 WHERE state = 'collected'",
            ),
            (
                &office,
                "UPDATE disclosures SET state = 'collected', collected_at = 1, person_for_recipient = 'p-1' WHERE state = 'held'",
            ),
            // A handover, and a notice about a person, rest on what the office has of this centre in this case.
            (
                &office,
                "INSERT INTO handovers (id, office_id, organisation_id, case_id, turn, person, disclosure_id, to_kind, to_land, \
                 handed_over_at) SELECT gen_random_uuid(), office_id, organisation_id, case_id, 9, person, \
                 (SELECT id FROM disclosures d WHERE d.case_id <> h.case_id LIMIT 1), 'prosecution', 'DE-HH', 1 FROM handovers h",
            ),
            (
                &office,
                "INSERT INTO security_notices (id, series, version, office_id, kind, urgency, audience, subject, organisation_id, \
                 case_id, person, disclosure_id, valid_from, valid_until, issued_at, wrapped_key, sealed_assessment, state) \
                 SELECT series, series, 1, office_id, kind, urgency, audience, subject, organisation_id, case_id, person, \
                 (SELECT id FROM disclosures d WHERE d.case_id <> n.case_id LIMIT 1), 1, 2, 1, 'x', 'x', 'current' FROM \
                 (SELECT gen_random_uuid() AS series, s.office_id, s.kind, s.urgency, s.audience, s.subject, s.organisation_id, \
                 s.case_id, s.person FROM security_notices s WHERE s.case_id IS NOT NULL) n",
            ),
            (&office, "UPDATE handovers SET to_land = 'DE-BE'"),
            (&centre, "UPDATE handovers SET acknowledged_at = NULL"),
            (&centre, "DELETE FROM handovers"),
            // A centre holds the row of a notice, and can't change it.
            (
                &centre,
                "UPDATE security_notices SET state = 'superseded', ended_at = 1",
            ),
            (
                &upkeep,
                "UPDATE security_notices SET state = 'superseded', ended_at = 1",
            ),
            // Whose pair it is is fixed, and nobody writes or confirms for the other side.
            (
                &office,
                "UPDATE contact_pairs SET organisation_id = gen_random_uuid()",
            ),
            (&office, "UPDATE contact_pair_halves SET since = 1"),
            (&office, "DELETE FROM contact_pairs"),
            (&centre, "DELETE FROM contact_pair_halves"),
            (&centre, "DELETE FROM contact_pair_contents"),
            (
                &upkeep,
                "UPDATE contact_pair_halves SET office_id = 'bpoli-hamburg'",
            ),
            // Whom a notice is for is fixed, and nobody acknowledges for a centre.
            (
                &office,
                "UPDATE security_notices SET organisation_id = gen_random_uuid()",
            ),
            (&office, "UPDATE security_notices SET audience = 'all'"),
            (&office, "DELETE FROM security_notices"),
            // What was proposed stays as it is. A party confirms for itself, and ends in its own name.
            (&office, "UPDATE regional_agreements SET title = 'x'"),
            (&office, "UPDATE regional_agreements SET valid_until = NULL"),
            (
                &office,
                "UPDATE regional_agreement_parties SET office_id = 'bpoli-kiel'",
            ),
            (
                &office,
                "UPDATE regional_agreements SET ended_at = 1, ended_by_organisation = (SELECT organisation_id FROM regional_agreement_parties WHERE organisation_id IS NOT NULL)",
            ),
            (&centre, "DELETE FROM regional_agreements"),
            (&centre, "DELETE FROM regional_agreement_areas"),
            (
                &upkeep,
                "UPDATE security_notice_deliveries SET delivered_at = 1, read_at = 1, acknowledged_at = 1, acknowledged_as = 'management'",
            ),
            (
                &upkeep,
                "UPDATE contact_consents SET status = 'withdrawn', withdrawn_at = 1",
            ),
            (
                &upkeep,
                "UPDATE contact_details SET state = 'sealed', seal_reason = 'withdrawn', closed_at = 1",
            ),
            (&office, "DELETE FROM involvements"),
            (
                &upkeep,
                "UPDATE involvement_offers SET state = 'declined', answered_at = 1",
            ),
            (
                &upkeep,
                "UPDATE involvements SET state = 'closed', closed_at = 1",
            ),
            (&centre, "DELETE FROM consents"),
            (&centre, "DELETE FROM disclosures"),
            (
                &centre,
                "INSERT INTO organisations VALUES (gen_random_uuid(), 'auditor', 'x', NULL, 'gdpr', 1)",
            ),
            (
                &upkeep,
                "UPDATE consents SET status = 'withdrawn', withdrawn_at = 1",
            ),
            (
                &upkeep,
                "UPDATE disclosures SET state = 'sealed', seal_reason = 'withdrawn', closed_at = 1",
            ),
            (
                &operator,
                "UPDATE clients SET organisation_id = (SELECT max(CAST(id AS text)) FROM organisations)::uuid",
            ),
            (&operator, "DELETE FROM organisations"),
            (&operator, "DELETE FROM consent_forms"),
            // The sequencer adds to the log; it can't take back what the log said.
            (&sequencer, "UPDATE log_heads SET origin = 'another'"),
            (&sequencer, "UPDATE log_checkpoints SET size = 0"),
            (&sequencer, "UPDATE log_leaves SET leaf_index = 0"),
            (&sequencer, "DELETE FROM log_heads"),
            (&sequencer, "DELETE FROM log_entries"),
            (&sequencer, "DELETE FROM log_tiles"),
            (&sequencer, "DELETE FROM log_checkpoints"),
            (&sequencer, "TRUNCATE log_pending"),
            (&upkeep, "INSERT INTO log_heads VALUES (9, 'x', 0, 'x')"),
            (&centre, "INSERT INTO log_leaves VALUES ('x', 0, 999)"),
            (&centre, "INSERT INTO log_tiles VALUES (0, 9, 9, 'x')"),
            (&office, "INSERT INTO log_entries VALUES (0, 999, 'x')"),
            (
                &operator,
                "INSERT INTO log_checkpoints VALUES (0, 999, 'x', 'x', 1)",
            ),
        ] {
            raw::assert_held_off(&connection, says, statement).await;
        }
        for says in [&centre, &office, &upkeep] {
            let suspended =
                raw::execute(&connection, says, "UPDATE clients SET active = false").await;
            assert_eq!(
                suspended.unwrap(),
                0,
                "nobody but the operator suspends a client"
            );
        }
        for says in [&centre, &office, &upkeep, &operator] {
            for statement in [
                "DELETE FROM log_pending",
                "DELETE FROM log_leaves",
                "UPDATE log_heads SET size = 0",
                "UPDATE log_tiles SET hashes = 'x'",
                "UPDATE log_entries SET entries = 'x'",
                "UPDATE log_checkpoints SET note = 'x'",
            ] {
                let touched = raw::execute(&connection, says, statement).await;
                assert_eq!(touched.unwrap(), 0, "{statement} for {says:?}");
            }
            let waiting = "SELECT CAST(freigabe_oldest_pending() > 0 AS INTEGER)";
            let oldest = raw::number(&connection, says, &format!("{waiting}::bigint")).await;
            assert_eq!(oldest.unwrap(), 1, "how long the oldest has waited is told");
        }
        let confirms = "UPDATE regional_agreement_parties SET confirmed_at = 1";
        for (says, own) in [(&office, 0), (&centre, 1), (&upkeep, 0), (&operator, 0)] {
            let confirmed = raw::execute(&connection, says, confirms).await;
            assert_eq!(confirmed.unwrap(), own, "each for itself, and once");
        }
        let held = raw::execute(&connection, &office, "SELECT FROM consents FOR SHARE").await;
        assert_eq!(held.unwrap(), 3, "the consents under the office's messages");
    });
}

#[test]
fn what_was_agreed_gets_no_more_parties_and_is_ended_once() {
    run(async {
        let given = Given::start(Backend::Postgres).await;
        let connection = given.test.connection().await;
        let proposer = Partner::Office(given.test.office().clone());
        let office = Says::of(&Scope::from(given.test.office()));
        let centre = Says::of(&Scope::from(given.test.centre()));
        let one_more = "INSERT INTO regional_agreement_parties (agreement_id, number, office_id) \
            SELECT agreement_id, 9, 'bpoli-hamburg' FROM regional_agreement_parties LIMIT 1";
        raw::assert_held_off(&connection, &office, one_more).await;

        let request = given.test.request(given.test.office());
        let ended =
            given
                .test
                .application
                .end_regional_agreement(&proposer, &request, given.agreement);
        let _ = ended.await.unwrap();
        let later = "UPDATE regional_agreements SET ended_at = 4102444800000000, ended_by_office = NULL, \
            ended_by_organisation = freigabe_organisation()";
        raw::assert_held_off(&connection, &centre, later).await;
    });
}
