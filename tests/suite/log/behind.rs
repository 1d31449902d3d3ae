//! With too many waiting events: what is put off besides messages and consents, and what protects and is not.

use freigabe_domain::{
    Error,
    access::{
        AccessScopes, ClientChange, ClientId, ClientKey, Credential, DataProtectionRegime,
        InvitationSecret, NewClient, NewOrganisation, Operator, Role,
    },
    audit::{Denial, DenialReason, ExportFormat, ExportRequest, WantedLeaves},
    exchange::{
        Application, AuditDesk as _, ExaminationDesk as _, LogDesk as _, OnboardingDesk as _,
        SecurityInboxDesk as _, SecurityNoticeDesk as _,
    },
    log::{LogError, LogRules},
    security_notice::{AcknowledgingRole, NewAudience, PublicSubject, SecurityNoticeKind},
    text::ShortText,
};
use freigabe_storage::SqlStore;
use freigabe_testkit::{TestStore, on_both_databases, store::log_rules};

use super::{let_happen, sequence_all};
use crate::{
    storage::security_notices::a_notice,
    support::audit::{ask_everything, newest_event},
};

/// A node that knows that too many events wait.
async fn behind(test: &TestStore) -> Application<SqlStore> {
    let application = test.with_log(LogRules {
        backlog_limit: 100,
        ..log_rules()
    });
    let_happen(test, 4_300).await;
    assert!(application.sequence().await.unwrap().backlog > 100);
    application
}

async fn events(test: &TestStore) -> i64 {
    test.number("SELECT count(*) FROM events").await
}

#[track_caller]
fn put_off<T>(what: &str, outcome: Result<T, Error>) {
    match outcome {
        Err(Error::Log(LogError::Backlog(events))) => assert!(events > 100),
        Err(other) => panic!("{what}: {other}"),
        Ok(_) => panic!("{what} was not put off"),
    }
}

fn key(jwk: &str) -> Credential {
    Credential::Key(ClientKey {
        jwk: jwk.to_owned(),
    })
}

const BY: &Operator = &Operator::AtTheMachine;

on_both_databases! {
    async fn what_auditors_ask_waits_as_well_for_it_is_logged(test: TestStore) {
        let auditor = test.auditor().await;
        test.consent(1).await;
        let id = newest_event(&test, &auditor).await;
        sequence_all(&test.application).await;
        test.application.sign_checkpoint(&[]).await.unwrap();
        let all = ExportRequest::Leaves(WantedLeaves::default());
        let begun = test.application.begin_export(&auditor, ExportFormat::Ndjson, all).await.unwrap();

        let application = behind(&test).await;
        let before = events(&test).await;
        for (what, outcome) in ask_everything(&application, &auditor, id).await {
            put_off(what, outcome);
        }
        assert_eq!(events(&test).await, before, "nothing was added to what waits");
        let batch = application.export_batch(&auditor, &begun, begun.begin()).await.unwrap();
        assert!(!batch.leaves.is_empty(), "what was begun goes on");
        let denial = Denial {
            caller: None,
            attempted: "queryAuditEvents",
            reason: DenialReason::NotFoundOrNotYours,
            unrecorded_before: 0,
        };
        application.record_denial(denial).await.unwrap();
        assert_eq!(events(&test).await, before + 1, "a denial is logged in any case");

        sequence_all(&application).await;
        application.audit_event(&auditor, id).await.expect("no longer behind");
    }

    async fn whatever_lets_somebody_in_waits_and_what_protects_does_not(test: TestStore) {
        let centre = test.centre().centre();
        let client = test.centre().as_ref().client.clone();
        let invited = ClientId::parse("invited").unwrap();
        let invitation = test.application.invite_client(BY, &invited, centre, None).await.unwrap();
        let (_, secret): (_, InvitationSecret) = invitation.value;

        let application = behind(&test).await;
        let organisation = NewOrganisation {
            role: Role::Centre,
            name: ShortText::parse("Beispielberatung Weide").unwrap(),
            office: None,
            regime: DataProtectionRegime::Gdpr,
        };
        let new = NewClient {
            id: ClientId::parse("another").unwrap(),
            organisation: centre,
            credential: key("{}"),
            scopes: None,
        };
        let before = events(&test).await;
        put_off("an organisation", application.add_organisation(BY, None, &organisation).await);
        put_off("a client", application.add_client(BY, &new).await);
        put_off("an invitation", application.invite_client(BY, &new.id, centre, None).await);
        put_off("its acceptance", application.register_client(&secret, &key("{}")).await);
        assert_eq!(events(&test).await, before);

        let change = async |change: ClientChange| application.change_client(BY, &client, &change).await;
        let fewer = AccessScopes::parse("consents:read").unwrap();
        change(ClientChange::Scopes(Some(fewer))).await.expect("fewer scopes");
        put_off("more scopes", change(ClientChange::Scopes(None)).await);
        change(ClientChange::Credential(key("{\"kty\":\"OKP\"}"))).await.expect("another key");
        let suspended = change(ClientChange::Active(false)).await.expect("a suspension");
        assert!(!suspended.active);
        put_off("the end of a suspension", change(ClientChange::Active(true)).await);
        assert_eq!(events(&test).await, before + 3, "and it is all logged");

        sequence_all(&application).await;
        assert!(change(ClientChange::Active(true)).await.unwrap().active);
        application.register_client(&secret, &key("{}")).await.expect("no longer behind");
    }

    async fn a_warning_is_read_and_taken_back_all_the_same_and_a_new_one_waits(test: TestStore) {
        let (centre, office) = (test.centre(), test.office());
        let to_all = || NewAudience::All { subject: PublicSubject::Counsellors };
        let new = || a_notice(SecurityNoticeKind::ThreatCounsellor, to_all());
        let issued = test.application.issue_security_notice(office, &test.request(office), new()).await.unwrap();
        let id = issued.value.notice.id;

        let application = behind(&test).await;
        let before = events(&test).await;
        put_off("a warning", application.issue_security_notice(office, &test.request(office), new()).await);
        let version = new().version;
        put_off("a later one", application.supersede_security_notice(office, &test.request(office), id, version).await);
        assert_eq!(events(&test).await, before);
        let read = application.read_security_notice(centre, &test.request(centre), id).await.unwrap();
        assert!(read.value.1.is_some());
        let role = AcknowledgingRole::Management;
        let _ = application.acknowledge_security_notice(centre, &test.request(centre), id, role).await.unwrap();
        let _ = application.withdraw_security_notice(office, &test.request(office), id).await.unwrap();
        assert_eq!(events(&test).await, before + 3, "and it is all logged");
    }
}
