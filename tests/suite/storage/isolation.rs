//! The database holds back what is another's, when the conditions of the application's own queries are gone.
//!
//! On SQLite it can't; there the same questions have answers, which shows that nothing else stood in their way here.

mod given;
mod onboarding;
mod rights;

use freigabe_domain::{
    Error,
    exchange::{ReleaseDesk as _, UpkeepDesk as _},
    store::{Mode, Scope, prelude::*, unit_of_work},
};
use freigabe_storage::SqlTx;
use freigabe_testkit::{
    Backend, TestStore,
    on_both::run,
    on_both_databases,
    store::{HAMBURG, good_draft},
};

use self::given::PAGE;
pub(super) use self::given::{Given, entry_of};
use super::raw::{self, Says};

on_both_databases! {
    async fn what_is_asked_for_by_its_id_is_there_for_those_whom_it_concerns(given: Given) {
        let concerned = [Scope::from(given.test.centre()), Scope::from(given.test.office())];
        for scope in concerned {
            for (what, found) in given.found_by(&scope).await {
                assert!(found, "{what} is missing for {scope:?}");
            }
        }
    }

    async fn without_the_applications_conditions_only_postgresql_holds_rows_back(given: Given) {
        for scope in given.strangers() {
            for (what, found) in given.found_by(&scope).await {
                let expected = given.test.backend == Backend::Sqlite;
                assert_eq!(found, expected, "{what} for {scope:?}");
            }
        }
    }

    async fn the_log_is_there_for_auditors_only(given: Given) {
        let query = freigabe_domain::audit::AuditQuery::default();
        let mut scopes = given.strangers();
        scopes.extend([Scope::from(given.test.centre()), Scope::from(given.test.office()), Scope::Upkeep]);
        for scope in scopes {
            let found = unit_of_work(&given.test.store, &scope, Mode::Read, async |tx: &mut SqlTx<'_>| {
                Ok(tx.events(&query, PAGE).await?.items.len())
            });
            let found = found.await.unwrap();
            let may = given.test.backend == Backend::Sqlite || matches!(scope, Scope::Auditor { .. });
            assert_eq!(found > 0, may, "{found} events for {scope:?}");
        }
    }
}

/// Centres, offices and the coordination, whoever the parties are.
const PARTNERS: &[&str] = &[
    "another centre",
    "another office",
    "centre",
    "coordination",
    "office",
];

/// Who finds rows in which table, if the whole table is asked for. A table that is not here fails the test below.
const WHO_SEES: &[(&str, &[&str])] = &[
    ("cases", &["centre", "office"]),
    ("client_invitations", &["operator", "registration"]),
    ("client_requests", &["admission", "sign_in"]),
    ("clients", &["admission", "operator", "sign_in"]),
    ("consent_events", &["centre"]),
    ("consent_forms", EVERYBODY),
    ("consent_revisions", &["centre", "office"]),
    ("consents", &["centre", "office", "upkeep"]),
    ("contact_consents", &["centre", "office", "upkeep"]),
    ("contact_contents", &["centre", "office", "upkeep"]),
    ("contact_details", &["centre", "office", "upkeep"]),
    ("contact_pair_contents", &["centre", "office"]),
    // When sides confirmed is every office's to know, and with whom it is not.
    (
        "contact_pair_halves",
        &["another office", "centre", "coordination", "office"],
    ),
    ("contact_pairs", &["centre", "coordination", "office"]),
    ("contents", &["centre", "office", "upkeep"]),
    ("counselling_centres", EVERYBODY),
    ("directory_state", EVERYBODY),
    ("disclosures", &["centre", "office", "upkeep"]),
    ("event_terms", &["auditor"]),
    ("events", &["auditor"]),
    ("handovers", &["centre", "office"]),
    (
        "involvement_offers",
        &["centre", "coordination", "office", "upkeep"],
    ),
    (
        "involvements",
        &["centre", "coordination", "office", "upkeep"],
    ),
    ("log_checkpoints", EVERYBODY),
    ("log_entries", EVERYBODY),
    ("log_heads", EVERYBODY),
    ("log_leaves", EVERYBODY),
    ("log_pending", &["sequencer"]),
    ("log_tiles", EVERYBODY),
    // Another centre finds one row, itself; an office the centres.
    (
        "organisations",
        &[
            "admission",
            "another centre",
            "another office",
            "centre",
            "coordination",
            "office",
            "operator",
            "registration",
            "sign_in",
        ],
    ),
    ("referral_notices", &["office"]),
    // What was agreed is no secret among the partners.
    ("regional_agreement_areas", PARTNERS),
    ("regional_agreement_offices", PARTNERS),
    ("regional_agreement_parties", PARTNERS),
    ("regional_agreements", PARTNERS),
    // Of the client that all of them name here.
    ("requests", &["centre", "coordination", "office", "upkeep"]),
    (
        "security_notice_deliveries",
        &["centre", "office", "upkeep"],
    ),
    ("security_notices", &["centre", "office", "upkeep"]),
    ("used_assertions", &["admission", "sign_in", "upkeep"]),
    ("withdrawal_notices", &["centre", "office"]),
];

const EVERYBODY: &[&str] = &[
    "admission",
    "another centre",
    "another office",
    "auditor",
    "centre",
    "coordination",
    "denied",
    "directory",
    "eraser",
    "nobody",
    "office",
    "operator",
    "registration",
    "sequencer",
    "sign_in",
    "upkeep",
];

/// Tables that the server's role may not even read.
const OWNERS_ALONE: &[&str] = &["erasures"];

/// Tables without a tenant: what is public, and what belongs to the installation. The server may only read them; of the
/// last it writes the first row.
const WITHOUT_TENANT: &[&str] = &[
    "direktion_areas",
    "offices",
    "places",
    "postcodes",
    "seaql_migrations",
    "installation",
];

#[test]
fn a_whole_table_shows_each_scope_its_own_rows_and_without_a_scope_none() {
    run(async {
        let given = Given::start(Backend::Postgres).await;
        let connection = given.test.connection().await;
        let scopes = raw::scopes(&given);
        let mut names: Vec<&str> = scopes.iter().map(|(name, _)| *name).collect();
        names.sort_unstable();
        assert_eq!(names, EVERYBODY, "each kind of scope is asked");
        // As if nobody had answered in time: before, the coordination sees nothing of it.
        let told = "UPDATE involvement_offers SET escalated_at = 1";
        assert_eq!(given.test.execute(told).await.unwrap(), 2);
        for (table, who) in WHO_SEES {
            let count = format!("SELECT count(*) FROM {table}");
            let all = given.test.number(&count).await;
            assert!(all > 0, "{table} is empty: the test shows nothing");
            for (name, says) in &scopes {
                let found = raw::number(&connection, says, &count).await.unwrap();
                assert_eq!(
                    found > 0,
                    who.contains(name),
                    "{name} sees {found} rows of {table}"
                );
            }
        }
        for table in OWNERS_ALONE {
            let count = format!("SELECT count(*) FROM {table}");
            for (name, says) in &scopes {
                let refused = raw::number(&connection, says, &count).await;
                assert!(refused.is_err(), "{name} reads {table}");
            }
        }
        let itself = Says::of(&Scope::from(&given.other_centre));
        let found = raw::number(&connection, &itself, "SELECT count(*) FROM organisations").await;
        assert_eq!(found.unwrap(), 1, "a centre sees no other");
        let signing_in = Says::of(&Scope::SignIn {
            client: given.test.centre().as_ref().client.clone(),
        });
        for table in ["organisations", "clients"] {
            let count = format!("SELECT count(*) FROM {table}");
            let found = raw::number(&connection, &signing_in, &count).await;
            assert_eq!(found.unwrap(), 1, "who signs in sees no other in {table}");
        }
        let registering = Says::of(&given.registration());
        for table in ["organisations", "client_invitations"] {
            let count = format!("SELECT count(*) FROM {table}");
            let found = raw::number(&connection, &registering, &count).await;
            assert_eq!(
                found.unwrap(),
                1,
                "who was invited sees no other in {table}"
            );
        }
    });
}

#[test]
fn every_table_has_rules_that_bind_everybody_or_is_known_to_have_no_tenant() {
    run(async {
        let test = TestStore::start(Backend::Postgres).await;
        let connection = test.connection().await;
        let list = |condition: &str| {
            let sql = format!(
                "SELECT CAST(relname AS TEXT) AS name FROM pg_class WHERE relnamespace = to_regnamespace('public') \
                 AND relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT relispartition AND {condition} ORDER BY 1"
            );
            raw::texts(&connection, sql)
        };
        let bound = list("relrowsecurity AND relforcerowsecurity").await;
        let mut named: Vec<&str> = WHO_SEES.iter().map(|(table, _)| *table).collect();
        named.extend(OWNERS_ALONE);
        named.sort_unstable();
        assert_eq!(bound, named, "tables with forced row-level security");
        let mut free = list("NOT (relrowsecurity AND relforcerowsecurity)").await;
        free.sort_unstable();
        let mut without = WITHOUT_TENANT.to_vec();
        without.sort_unstable();
        assert_eq!(
            free, without,
            "a new table needs a policy, or a reason to have none"
        );
        let writable = list(
            "NOT relrowsecurity AND has_table_privilege('freigabe_app', oid, 'INSERT, UPDATE, DELETE, TRUNCATE')",
        );
        assert_eq!(writable.await, ["installation"]);
        let more = list(
            "has_table_privilege('freigabe_app', oid, 'UPDATE, TRUNCATE, TRIGGER, REFERENCES')",
        );
        let more = more.await;
        assert!(more.is_empty(), "too many rights on whole tables: {more:?}");
    });
}

#[test]
fn what_is_anothers_can_be_neither_changed_nor_written() {
    run(async {
        let given = Given::start(Backend::Postgres).await;
        let connection = given.test.connection().await;
        let (centre, office) = (given.test.centre().centre(), HAMBURG);
        let strangers = given.strangers().iter().map(Says::of).collect::<Vec<_>>();
        for says in strangers.iter().chain([&Says::nothing()]) {
            for statement in [
                "UPDATE consents SET status = 'withdrawn', withdrawn_at = 1",
                "UPDATE disclosures SET state = 'recalled', closed_at = 1",
                "UPDATE disclosures SET state = 'collected', collected_at = 1",
                "UPDATE withdrawal_notices SET answer = 'erased', answered_at = 1",
                "UPDATE involvements SET state = 'closed', closed_at = 1",
                "UPDATE involvement_offers SET state = 'declined', answered_at = 1",
                "UPDATE contact_consents SET status = 'withdrawn', withdrawn_at = 1",
                "UPDATE contact_details SET state = 'collected', collected_at = 1",
                "SELECT FROM contact_consents FOR SHARE",
                "DELETE FROM contact_contents",
                "UPDATE handovers SET acknowledged_at = handed_over_at",
                "UPDATE security_notices SET state = 'superseded', ended_at = 1",
                "UPDATE security_notice_deliveries SET delivered_at = 1",
                "UPDATE contact_pair_halves SET confirmed_at = 4102444800000000",
                "UPDATE contact_pair_contents SET sealed_contacts = 'x'",
                "UPDATE regional_agreements SET ended_at = 1",
                "UPDATE regional_agreement_parties SET confirmed_at = 1",
                "SELECT FROM regional_agreements FOR UPDATE",
                "DELETE FROM contents",
                "DELETE FROM requests",
                "SELECT FROM consents FOR UPDATE",
                "SELECT FROM consents FOR SHARE",
            ] {
                let touched = raw::execute(&connection, says, statement).await;
                assert_eq!(touched.unwrap(), 0, "{statement} for {says:?}");
            }
            for statement in [
                format!(
                    "INSERT INTO cases VALUES (gen_random_uuid(), '{centre}', 'x', 'x', 'x', 'x', 1)"
                ),
                format!(
                    "INSERT INTO consents (id, centre_id, case_id, person, status, revision, recorded_at, changed_at, \
                     commitment) VALUES (gen_random_uuid(), '{centre}', '{}', 'x', 'refused', 1, 1, 1, 'x')",
                    given.case
                ),
                format!(
                    "INSERT INTO consent_events VALUES ('{}', 9, 'recorded', 1)",
                    given.consent
                ),
                format!(
                    "INSERT INTO consent_revisions VALUES ('{}', 9, 1, 'refused', NULL)",
                    given.consent
                ),
                format!("INSERT INTO contents VALUES ('{}', 'x')", given.message),
                format!(
                    "INSERT INTO regional_agreement_areas VALUES ('{}', 'DE-BY')",
                    given.agreement
                ),
                format!(
                    "INSERT INTO regional_agreement_offices VALUES ('{}', 'danger_prevention', '{office}')",
                    given.agreement
                ),
                format!(
                    "INSERT INTO regional_agreement_parties (agreement_id, number, office_id) VALUES ('{}', 9, 'bpoli-kiel')",
                    given.agreement
                ),
                format!(
                    "INSERT INTO contact_contents VALUES ('{}', 'x')",
                    given.told
                ),
                format!(
                    "INSERT INTO withdrawal_notices VALUES (gen_random_uuid(), '{}', '{}', '{centre}', '{office}', 'x', \
                     'withdrawn', 1)",
                    given.message, given.consent
                ),
                format!(
                    "INSERT INTO contact_pairs VALUES (gen_random_uuid(), '{office}', '{centre}', 1)"
                ),
                format!(
                    "INSERT INTO contact_pair_halves VALUES ('{}', 'office', '{office}', 1, 1, 1, 1)",
                    given.contact_pair
                ),
                format!(
                    "INSERT INTO contact_pair_contents VALUES ('{}', 'centre', 'x', 'x')",
                    given.contact_pair
                ),
                format!(
                    "INSERT INTO requests VALUES ('{}', 'request-key', 'x', gen_random_uuid(), 1)",
                    given.test.office().as_ref().client
                ),
            ] {
                raw::assert_held_off(&connection, says, &statement).await;
            }
        }
    });
}

#[test]
fn the_log_only_grows_and_nobody_writes_in_anothers_name() {
    run(async {
        let given = Given::start(Backend::Postgres).await;
        let connection = given.test.connection().await;
        let event = |actor: &str| {
            format!(
                "INSERT INTO events (id, at, operation, outcome, actor, payload, salt, commitment, class, expiry_year) VALUES \
                 (gen_random_uuid(), 1, 'client_added', 'done', {actor}, 'x', 'x', 'x', 1, 2027)"
            )
        };
        for (name, says) in raw::scopes(&given) {
            for statement in [
                "UPDATE events SET outcome = 'done'",
                "UPDATE event_terms SET value = 'x'",
                "DELETE FROM events",
                "DELETE FROM event_terms",
                "SELECT FROM events_2027",
                "INSERT INTO event_terms_default VALUES ('category', 'x', 1, gen_random_uuid(), 1)",
                "TRUNCATE events, event_terms",
                "DROP TABLE event_terms",
                "ALTER TABLE events DISABLE ROW LEVEL SECURITY",
                &event("'somebody.else'"),
            ] {
                raw::assert_held_off(&connection, &says, statement).await;
            }
            let own = format!("'{}'", says.client);
            let actor = if says.client.is_empty() { "NULL" } else { &own };
            let written = raw::execute(&connection, &says, &event(actor)).await;
            let may = !["nobody", "sign_in", "admission", "directory", "eraser"].contains(&name);
            assert_eq!(written.is_ok(), may, "{name} writes an event: {written:?}");
        }
    });
}

#[test]
fn the_upkeep_works_on_what_it_sees() {
    run(async {
        let given = Given::start(Backend::Postgres).await;
        given.test.advance(time::Duration::days(365 * 80));
        let application = &given.test.application;
        assert_eq!(application.mark_expired_consents().await.unwrap(), 2);
        assert!(application.forget_old_requests().await.unwrap() > 0);
        let request = given.test.request(given.test.centre());
        let late = application.release_disclosure(
            given.test.centre(),
            &request,
            good_draft(given.consent),
        );
        assert!(matches!(late.await, Err(Error::Refused(_))));
    });
}
