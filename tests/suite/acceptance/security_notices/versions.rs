//! A notice is said anew, or withdrawn.

use freigabe_contract::{
    ProblemType, examples,
    security_notice::ReviseSecurityNotice,
    vocabulary::{Operation, SecurityNoticeState, Urgency},
};
use freigabe_testkit::{
    ExpectRefusal as _, TestApp, expect::pointers, network::KB_HAMBURG, on_both_databases,
    request::fresh_key,
};
use serde_json::json;
use time::Duration;

use super::{COUNSELLOR, MANAGEMENT, inbox, issued, known, somebody, to_person};
use crate::support::{
    A_MINUTE,
    trail::{text, trail_of},
};

fn later(text: &str) -> ReviseSecurityNotice {
    let mut version = examples::revise_security_notice();
    version["assessment"]["statements"][0]["text"] = json!(text);
    serde_json::from_value(version).expect("a version")
}

on_both_databases! {
    async fn a_later_version_takes_the_place_of_one_and_is_read_and_acknowledged_anew(app: TestApp) {
        let office = app.office(KB_HAMBURG);
        let management = somebody(&app.centre_a());
        let (disclosure, _) = known(&app).await;
        let first = issued(&office, to_person(disclosure)).await;
        management.read_security_notice(first.id, None).await.unwrap();
        app.advance(A_MINUTE);

        let key = fresh_key();
        let version = later("Er ist wieder in Haft.");
        let second = office.revise_security_notice(first.id, &version, Some(&key)).await.unwrap();
        assert_eq!(office.revise_security_notice(first.id, &version, Some(&key)).await.unwrap(), second, "once for one key");
        assert_eq!((second.version, second.series_id, second.urgency), (2, first.id, Urgency::Routine));
        assert_eq!((second.counts.addressed, second.counts.read), (1, 0));
        let listed: Vec<_> = inbox(&app.centre_a()).await.iter().map(|one| (one.id, one.state)).collect();
        assert_eq!(listed, [(second.id, SecurityNoticeState::Current), (first.id, SecurityNoticeState::Superseded)]);
        assert!(inbox(&app.centre_b()).await.is_empty());

        management.acknowledge_security_notice(first.id, &MANAGEMENT, None).await.expect_problem(ProblemType::Conflict);
        let old = management.read_security_notice(first.id, None).await.unwrap();
        assert_eq!((old.notice.state, old.assessment.is_some()), (SecurityNoticeState::Superseded, true));
        let new = management.read_security_notice(second.id, None).await.unwrap();
        assert_eq!(new.assessment.unwrap().statements[0].text, version.assessment.statements[0].text);
        management.acknowledge_security_notice(second.id, &COUNSELLOR, None).await.expect("no longer urgent");
        office.revise_security_notice(first.id, &version, None).await.expect_problem(ProblemType::Conflict);
        let [event] = trail_of(&app.auditor(), Operation::SecurityNoticeSuperseded).await.try_into().unwrap();
        assert_eq!((text(&event, "/security_notice"), text(&event, "/supersedes")), (second.id.to_string(), first.id.to_string()));
    }

    async fn of_a_withdrawn_version_nothing_is_left_to_read(app: TestApp) {
        let office = app.office(KB_HAMBURG);
        let management = somebody(&app.centre_a());
        let (disclosure, _) = known(&app).await;
        let notice = issued(&office, to_person(disclosure)).await;
        let key = fresh_key();
        assert!(management.read_security_notice(notice.id, Some(&key)).await.unwrap().assessment.is_some());
        let withdrawing = fresh_key();
        let withdrawn = office.withdraw_security_notice(notice.id, Some(&withdrawing)).await.unwrap();
        assert_eq!(withdrawn.state, SecurityNoticeState::Withdrawn);
        assert_eq!(office.withdraw_security_notice(notice.id, Some(&withdrawing)).await.unwrap(), withdrawn);

        let repeated = management.read_security_notice(notice.id, Some(&key)).await.unwrap();
        assert_eq!((repeated.notice.state, repeated.assessment), (SecurityNoticeState::Withdrawn, None), "a repeated request brings nothing back");
        assert_eq!(management.read_security_notice(notice.id, None).await.unwrap().assessment, None);
        assert_eq!(inbox(&app.centre_a()).await[0].state, SecurityNoticeState::Withdrawn);
        management.acknowledge_security_notice(notice.id, &MANAGEMENT, None).await.expect_problem(ProblemType::Conflict);
        office.withdraw_security_notice(notice.id, None).await.expect_problem(ProblemType::Conflict);
        office.revise_security_notice(notice.id, &later("x"), None).await.expect_problem(ProblemType::Conflict);
    }

    async fn what_makes_no_sense_is_refused_as_a_whole(app: TestApp) {
        let office = app.office(KB_HAMBURG);
        let (disclosure, _) = known(&app).await;
        let mut notice = to_person(disclosure);
        notice["valid_until"] = notice["valid_from"].clone();
        notice["assessment"]["statements"][1]["text"] = json!("siehe p-0f1e2d3c4b5a69788796a5b4c3d2e1f0");
        notice["kind"] = json!("threat_centre");
        let refused = office.issue_security_notice(&serde_json::from_value(notice).unwrap(), None).await;
        let refused = refused.expect_problem(ProblemType::InvalidBody);
        assert_eq!(pointers(&refused), ["/assessment/statements/1/text", "/audience", "/valid_until"]);

        let told = issued(&office, to_person(disclosure)).await;
        let mut over = later("x");
        over.valid_until = freigabe_contract::Timestamp::parse("2020-01-02T00:00:00Z").unwrap();
        over.valid_from = freigabe_contract::Timestamp::parse("2020-01-01T00:00:00Z").unwrap();
        app.advance(Duration::minutes(1));
        let refused = office.revise_security_notice(told.id, &over, None).await.expect_problem(ProblemType::InvalidBody);
        assert_eq!(pointers(&refused), ["/valid_until"]);
        assert_eq!(inbox(&app.centre_a()).await.len(), 1);
    }
}
