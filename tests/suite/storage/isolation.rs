//! The database holds back what is another's, when the conditions of the application's own queries are gone.
//!
//! On SQLite it can't; there the same questions have answers, which shows that nothing else stood in their way here.

mod onboarding;

use freigabe_domain::{
    Error,
    access::{
        AtIssuer, Caller, CentreCaller, ClientId, InvitationSecret, Keeper, OfficeCaller, Operator,
    },
    directory::CentreEntry,
    exchange::{
        CollectionDesk as _, InvolvementDesk as _, KeeperDesk as _, LogDesk as _,
        OnboardingDesk as _, Presenter, ProofUse, ReferralDesk as _, ReleaseDesk as _,
        SecurityNoticeDesk as _, UpkeepDesk as _, WithdrawalDesk as _,
    },
    ids::{
        CaseId, CentreId, ConsentId, DisclosureId, InvolvementId, InvolvementOfferId,
        OrganisationId, SecurityNoticeId, WithdrawalNoticeId,
    },
    instant::Instant,
    involvement::{HelpNeeded, NewInvolvement},
    referral::{NewReferral, ReferralMedium},
    security_notice::{KnownFrom, NewAudience, SecurityNoticeKind},
    store::{Lock, Mode, PageRequest, Scope, prelude::*, unit_of_work},
    vocabulary::Language,
};
use freigabe_storage::SqlTx;
use freigabe_testkit::{
    Backend, TestStore, admission::admit_one, on_both::run, on_both_databases, store::HAMBURG,
    store::good_draft, store::references,
};

use super::raw::{self, Says};
use super::security_notices::a_notice;

const PAGE: PageRequest = PageRequest {
    after: None,
    limit: 10,
};

/// A network in which every table has rows, all of one centre and one office, and others who have nothing.
pub(super) struct Given {
    pub(super) test: TestStore,
    pub(super) other_centre: CentreCaller,
    pub(super) other_office: OfficeCaller,
    consent: ConsentId,
    case: CaseId,
    message: DisclosureId,
    notice: WithdrawalNoticeId,
    involvement: InvolvementId,
    offer: InvolvementOfferId,
    security_notice: SecurityNoticeId,
    /// Has a client of another issuer, and is invited to register two more.
    elsewhere: OrganisationId,
    invitation: InvitationSecret,
}

/// A client of another issuer.
fn at_issuer() -> AtIssuer {
    AtIssuer {
        issuer: "https://sso.example".to_owned(),
        client: "somebody".to_owned(),
    }
}

/// An entry of the directory that the centre keeps.
async fn entry_of(test: &TestStore) -> CentreId {
    let entry: CentreEntry = serde_json::from_str(ENTRY).unwrap();
    let keeper = Keeper::Centre(test.centre().clone());
    let request = test.request(test.centre());
    let added = test.application.add_centre(&keeper, &request, None, &entry);
    added.await.unwrap().value.0.id
}

/// The office told somebody about the centre, and asked it for help.
async fn asked_for_help(test: &TestStore, centre: CentreId) -> (InvolvementId, InvolvementOfferId) {
    let (application, office) = (&test.application, test.office());
    let at = Instant::from_unix_micros(0);
    let referral = NewReferral {
        told_at: at,
        language: Language::Romanian.into(),
        medium: ReferralMedium::Spoken,
        leaflet_version: None,
        centres: vec![centre],
    };
    let request = test.request(office);
    let noted = application.note_referral(office, &request, referral).await;
    let _ = noted.unwrap();
    let new = NewInvolvement {
        references: references(3),
        suspicion_noted_at: at,
        needed: HelpNeeded::default(),
        offer_to: vec![centre],
    };
    let request = test.request(office);
    let noted = application.note_involvement(office, &request, new).await;
    let noted = noted.unwrap().value;
    (noted.involvement.id, noted.offers[0].id)
}

/// The office told the centre of a threat to the person of a message.
async fn told_of(test: &TestStore, collected: DisclosureId) -> SecurityNoticeId {
    let audience = NewAudience::Person(KnownFrom::Disclosure(collected));
    let new = a_notice(SecurityNoticeKind::ThreatPerson, audience);
    let (application, office) = (&test.application, test.office());
    let request = test.request(office);
    let issued = application.issue_security_notice(office, &request, new);
    issued.await.unwrap().value.notice.id
}

const ENTRY: &str = r#"{"name":"Ahorn","regime":"gdpr","services":[{"name":"Beratung","status":"active","place":{"type":"remote","area":{"nationwide":true}}}]}"#;

impl Given {
    async fn start(backend: Backend) -> Self {
        let test = TestStore::start(backend).await;
        let withdrawn = test.consent(1).await.head.id;
        let collected = test.release(withdrawn).await;
        let request = test.request(test.office());
        let application = &test.application;
        let content = application.collect_disclosure(test.office(), &request, collected);
        assert!(content.await.unwrap().content().is_some());
        application
            .withdraw_consent(test.centre(), withdrawn)
            .await
            .unwrap();
        let notices = application.withdrawal_notices(test.office(), true, PAGE);
        let notice = notices.await.unwrap().items[0].id;
        let head = test.consent(2).await.head;
        let message = test.release(head.id).await;
        // The log has everything so far; what comes after it waits.
        assert!(application.sequence().await.unwrap().added > 0);
        assert!(application.sign_checkpoint(&[]).await.unwrap().is_some());
        let client = &test.centre().as_ref().client;
        let later = head.recorded_at.plus(time::Duration::minutes(5));
        let presenter = Presenter::Client(client.clone());
        let used = admit_one(application, &presenter, "once", later).await;
        assert!(matches!(used.unwrap(), ProofUse::Fresh(_)));
        let elsewhere = test.client_elsewhere(&at_issuer()).await;
        let invited = async |id| {
            let (by, id) = (Operator::AtTheMachine, ClientId::parse(id).unwrap());
            let invited = application.invite_client(&by, &id, elsewhere.organisation, None);
            invited.await.unwrap().value.1
        };
        let invitation = invited("invited").await;
        invited("invited.too").await;
        let entry = entry_of(&test).await;
        let (involvement, offer) = asked_for_help(&test, entry).await;
        Self {
            other_centre: test.another_centre().await,
            other_office: test.another_office("bpoli-kb-rostock").await,
            consent: head.id,
            case: head.case,
            message,
            notice,
            involvement,
            offer,
            security_notice: told_of(&test, collected).await,
            elsewhere: elsewhere.organisation,
            invitation,
            test,
        }
    }

    /// Whoever was invited.
    pub(super) fn registration(&self) -> Scope {
        Scope::Registration {
            secret: self.invitation.clone(),
        }
    }

    /// Everybody but those whom the rows concern.
    fn strangers(&self) -> Vec<Scope> {
        let client = |caller: &Caller| caller.client.clone();
        vec![
            Scope::from(&self.other_centre),
            Scope::from(&self.other_office),
            Scope::Coordination {
                client: ClientId::parse("the.coordination").unwrap(),
            },
            Scope::Auditor {
                client: ClientId::parse("an.auditor").unwrap(),
            },
            Scope::Denied {
                client: Some(client(self.test.centre().as_ref())),
            },
            Scope::Denied { client: None },
            Scope::SignIn {
                client: client(self.test.centre().as_ref()),
            },
            Scope::Admission,
            self.registration(),
            Scope::Operator { client: None },
            Scope::Directory,
            Scope::Sequencer,
            Scope::Eraser,
        ]
    }

    /// What a transaction for this scope finds if it asks by id, without a condition of the application's.
    async fn found_by(&self, scope: &Scope) -> Vec<(&'static str, bool)> {
        let found = unit_of_work(
            &self.test.store,
            scope,
            Mode::Write,
            async |tx: &mut SqlTx<'_>| {
                let now = tx.now().await?;
                Ok(vec![
                    ("message", tx.disclosure(self.message).await?.is_some()),
                    ("notice", tx.notice(self.notice).await?.is_some()),
                    ("head", tx.lock_head(self.consent).await?.is_some()),
                    (
                        "messages under the consent",
                        !tx.live_disclosures_of(self.consent).await?.is_empty(),
                    ),
                    (
                        "the centre's list",
                        !tx.disclosures(self.test.centre().centre(), PAGE)
                            .await?
                            .items
                            .is_empty(),
                    ),
                    (
                        "the office's inbox",
                        !tx.inbox(self.test.office().office(), now, PAGE)
                            .await?
                            .items
                            .is_empty(),
                    ),
                    (
                        "consent, held",
                        tx.lock_consent(self.consent, Lock::Shared).await?.is_some(),
                    ),
                    (
                        "involvement",
                        tx.lock_involvement(self.involvement).await?.is_some(),
                    ),
                    ("offer", tx.offer(self.offer).await?.is_some()),
                    (
                        "help needed",
                        !tx.help_needed(&[self.involvement]).await?.is_empty(),
                    ),
                    (
                        "security notice",
                        tx.security_notice(self.security_notice).await?.is_some(),
                    ),
                    (
                        "threat assessment",
                        tx.threat_assessment(self.security_notice).await?.is_some(),
                    ),
                    ("references", tx.case_references(self.case).await.is_ok()),
                ])
            },
        );
        found.await.unwrap()
    }
}

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
    ("contents", &["centre", "office", "upkeep"]),
    ("counselling_centres", EVERYBODY),
    ("directory_state", EVERYBODY),
    ("disclosures", &["centre", "office", "upkeep"]),
    ("event_terms", &["auditor"]),
    ("events", &["auditor"]),
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
    // Another centre and another office find one row, themselves.
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
        assert_eq!(given.test.execute(told).await.unwrap(), 1);
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
                "UPDATE security_notices SET state = 'superseded', ended_at = 1",
                "UPDATE security_notice_deliveries SET delivered_at = 1",
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
                    "INSERT INTO withdrawal_notices VALUES (gen_random_uuid(), '{}', '{}', '{centre}', '{office}', 'x', \
                     'withdrawn', 1)",
                    given.message, given.consent
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
            (&office, "DELETE FROM involvements"),
            // Whom a notice is for is fixed, and nobody acknowledges for a centre.
            (
                &office,
                "UPDATE security_notices SET organisation_id = gen_random_uuid()",
            ),
            (&office, "UPDATE security_notices SET audience = 'all'"),
            (&office, "DELETE FROM security_notices"),
            (
                &upkeep,
                "UPDATE security_notice_deliveries SET delivered_at = 1, read_at = 1, acknowledged_at = 1, acknowledged_as = 'management'",
            ),
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
        let held = raw::execute(&connection, &office, "SELECT FROM consents FOR SHARE").await;
        assert_eq!(
            held.unwrap(),
            2,
            "both consents under the office's messages"
        );
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
        assert_eq!(application.mark_expired_consents().await.unwrap(), 1);
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
