//! The table itself has no room for a person beside an audience of several centres, and nothing is left of what was withdrawn.

use freigabe_domain::{
    Error,
    exchange::{
        CollectionDesk as _, NoticeReminderDesk as _, SecurityInboxDesk as _,
        SecurityNoticeDesk as _,
    },
    instant::Instant,
    known_person::KnownFrom,
    security_notice::{
        AcknowledgingRole, AssessedStatement, NewAudience, NewSecurityNotice, NoticeVersion,
        PublicSubject, SecurityNoticeKind, ThreatAssessment, ThreatLevel, Urgency,
    },
    text::LongText,
    vocabulary::{InformationGrade, SourceGrade, Statement},
};
use freigabe_testkit::{TestStore, on_both_databases, store::CANARY};
use sea_orm::{ConnectionTrait as _, DatabaseConnection, TransactionTrait as _};
use time::Duration;

use super::refusals::{Rule::Check, assert_refused};

/// An urgent notice that holds for long.
pub(crate) fn a_notice(kind: SecurityNoticeKind, audience: NewAudience) -> NewSecurityNotice {
    let said = AssessedStatement {
        statement: Statement::Fact,
        observed_at: Instant::from_unix_micros(0),
        text: LongText::parse(CANARY).unwrap(),
    };
    NewSecurityNotice {
        kind,
        audience,
        version: NoticeVersion {
            urgency: Urgency::Urgent,
            valid_from: Instant::from_unix_micros(0),
            valid_until: Instant::parse("2099-12-31T00:00:00Z").unwrap(),
            assessment: ThreatAssessment {
                level: ThreatLevel::High,
                source: SourceGrade::A,
                information: InformationGrade::One,
                statements: vec![said],
                measures: Vec::new(),
            },
        },
    }
}

on_both_databases! {
    async fn the_table_refuses_a_person_beside_an_audience_of_several_centres(test: TestStore) {
        let (application, office) = (&test.application, test.office());
        let message = test.release(test.consent(1).await.head.id).await;
        let collected = application.collect_disclosure(office, &test.request(office), message).await;
        assert!(collected.unwrap().content().is_some());
        let about_her = NewAudience::Person(KnownFrom::Disclosure(message));
        let to_all = NewAudience::All { subject: PublicSubject::Counsellors };
        for (kind, audience) in [(SecurityNoticeKind::ThreatPerson, about_her), (SecurityNoticeKind::ThreatCounsellor, to_all)] {
            let issued = application.issue_security_notice(office, &test.request(office), a_notice(kind, audience)).await;
            let _ = issued.unwrap();
        }
        // Nothing depends on the notices any more: what is refused is refused for what they say.
        assert!(test.execute("DELETE FROM security_notice_deliveries").await.unwrap() > 1);
        let of_her = "(SELECT {} FROM security_notices WHERE audience = 'centre')";
        let hers = |column: &str| of_her.replace("{}", column);
        let about_her = format!("subject = 'person', case_id = {}, person = {}, disclosure_id = {}", hers("case_id"), hers("person"), hers("disclosure_id"));
        let changes = [
            format!("case_id = {}", hers("case_id")),
            "person = 'p-00000000000000000000000000000000'".to_owned(),
            format!("disclosure_id = {}", hers("disclosure_id")),
            "person_for_centre = 'p-00000000000000000000000000000000'".to_owned(),
            format!("organisation_id = {}", hers("organisation_id")),
            about_her.clone(),
            about_her.replace("'person'", "'family'"),
            "kind = 'threat_person'".to_owned(),
            "kind = 'threat_family'".to_owned(),
            "kind = 'suspect_released'".to_owned(),
            "kind = 'handover'".to_owned(),
            "subject = 'family'".to_owned(),
            "subject = 'country'".to_owned(),
            "audience = 'region'".to_owned(),
        ];
        for change in changes {
            let sql = format!("UPDATE security_notices SET {change} WHERE audience = 'all'");
            assert_refused(&test, "several centres are told of no person", Check, &sql).await;
        }
        for change in [
            "audience = 'all', organisation_id = NULL, kind = 'protection_changed'",
            "audience = 'region', laender = '[\"DE-HH\"]', organisation_id = NULL, kind = 'protection_changed'",
            "case_id = NULL",
            "disclosure_id = NULL",
        ] {
            let sql = format!("UPDATE security_notices SET {change} WHERE audience = 'centre'");
            assert_refused(&test, "what is about a person stays so, and for one centre", Check, &sql).await;
        }
        let harmless = "UPDATE security_notices SET kind = 'protection_changed' WHERE audience = 'all'";
        assert_eq!(test.execute(harmless).await.unwrap(), 1, "the others were refused for what they said");
        let to_her_centre = format!("UPDATE security_notices SET {about_her}, audience = 'centre', organisation_id = {} WHERE audience = 'all'", hers("organisation_id"));
        assert_eq!(test.execute(&to_her_centre).await.unwrap(), 1, "the same is said to the one centre");
    }

    async fn of_what_was_withdrawn_neither_content_nor_key_is_left(test: TestStore) {
        let (application, office) = (&test.application, test.office());
        let _ = test.consent(1).await;
        let to_all = NewAudience::All { subject: PublicSubject::Centres };
        let new = a_notice(SecurityNoticeKind::ThreatCentre, to_all);
        let issued = application.issue_security_notice(office, &test.request(office), new).await.unwrap();
        let kept = "SELECT count(*) FROM security_notices WHERE sealed_assessment IS NOT NULL AND wrapped_key IS NOT NULL";
        assert_eq!(test.number(kept).await, 1);
        let withdrawn = application.withdraw_security_notice(office, &test.request(office), issued.value.notice.id).await;
        let _ = withdrawn.unwrap();
        let left = "SELECT count(*) FROM security_notices WHERE sealed_assessment IS NOT NULL OR wrapped_key IS NOT NULL";
        assert_eq!(test.number(left).await, 0);
    }

    async fn what_is_said_anew_meanwhile_is_neither_acknowledged_nor_reminded_of(test: TestStore) {
        let (application, centre, office) = (&test.application, test.centre(), test.office());
        let to_all = || NewAudience::All { subject: PublicSubject::Centres };
        let new = || a_notice(SecurityNoticeKind::ThreatCentre, to_all());
        let read = application.issue_security_notice(office, &test.request(office), new()).await.unwrap();
        let read = read.value.notice.id;
        let _ = application.read_security_notice(centre, &test.request(centre), read).await.unwrap();
        test.advance(Duration::hours(4));
        let superseding = async |connection: &DatabaseConnection| {
            let transaction = connection.begin().await.unwrap();
            transaction.execute_unprepared("UPDATE security_notices SET state = 'superseded', ended_at = 1").await.unwrap();
            transaction
        };
        // On PostgreSQL the other waits for the row by then, and on SQLite for the database.
        let a_moment = || tokio::time::sleep(std::time::Duration::from_millis(300));

        let connection = test.connection().await;
        let superseded = superseding(&connection).await;
        let request = test.request(centre);
        let acknowledging = application.acknowledge_security_notice(centre, &request, read, AcknowledgingRole::Management);
        let (acknowledged, ()) = tokio::join!(acknowledging, async {
            a_moment().await;
            superseded.commit().await.unwrap();
        });
        assert!(matches!(acknowledged, Err(Error::InvalidState(_))), "{acknowledged:?}");

        let _ = application.issue_security_notice(office, &test.request(office), new()).await.unwrap();
        test.advance(Duration::hours(4));
        let superseded = superseding(&connection).await;
        let (reminded, ()) = tokio::join!(application.remind_of_security_notices(), async {
            a_moment().await;
            superseded.commit().await.unwrap();
        });
        assert_eq!(reminded.unwrap(), 0);
        connection.close().await.unwrap();
    }
}
