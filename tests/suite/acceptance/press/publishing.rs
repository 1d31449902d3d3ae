//! What is published is what both sides approved.

use freigabe_contract::{
    ProblemType, Timestamp,
    vocabulary::{Operation, PressStanding, Side},
};
use freigabe_testkit::{
    ExpectRefusal as _, TestApp,
    network::{CENTRE_A, HAMBURG, KB_HAMBURG},
    on_both_databases,
    request::fresh_key,
};
use serde_json::json;
use time::Duration;

use super::{approval, approved, comment, content, drafted, revision, with_content};
use crate::support::trail::{text, trail_of};

on_both_databases! {
    async fn both_sides_approve_one_version_and_that_is_published(app: TestApp) {
        let (centre, office) = (app.centre_a(), app.office(HAMBURG));
        let release = drafted(&centre).await;
        assert_eq!((release.standing, release.latest.number), (PressStanding::Draft, 1));
        for approver in [&office, &centre] {
            centre.publish_press_release(release.id, None).await.expect_problem(ProblemType::Conflict);
            approved(approver, release.id, 1).await;
        }
        let key = fresh_key();
        let done = office.publish_press_release(release.id, Some(&key)).await.unwrap();
        assert_eq!((done.standing, done.published_at.is_some()), (PressStanding::Published, true));
        assert_eq!(done.latest, release.latest, "word for word");
        let sides: Vec<Side> = done.approvals.iter().map(|one| one.side).collect();
        assert_eq!(sides, [Side::Police, Side::Network]);
        assert_eq!(office.publish_press_release(release.id, Some(&key)).await.unwrap(), done, "once, however often it is sent");
        centre.publish_press_release(release.id, None).await.expect_problem(ProblemType::Conflict);
        for reader in [&centre, &office, &app.centre_b(), &app.office(KB_HAMBURG), &app.coordination()] {
            assert_eq!(reader.get_press_release(release.id).await.unwrap(), done, "everybody reads it");
        }
    }

    async fn one_side_alone_does_not_publish_however_often_it_approves(app: TestApp) {
        let centre = app.centre_a();
        let release = drafted(&centre).await;
        let key = fresh_key();
        let once = centre.approve_press_release(release.id, &approval(1), Some(&key)).await.unwrap();
        assert_eq!(centre.approve_press_release(release.id, &approval(1), Some(&key)).await.unwrap(), once);
        centre.approve_press_release(release.id, &approval(1), None).await.expect_problem(ProblemType::Conflict);
        assert_eq!((once.approvals.len(), once.standing), (1, PressStanding::Draft));
        centre.publish_press_release(release.id, None).await.expect_problem(ProblemType::Conflict);
    }

    async fn a_new_version_voids_all_approvals(app: TestApp) {
        let (centre, office) = (app.centre_a(), app.office(HAMBURG));
        let release = drafted(&centre).await;
        for approver in [&centre, &office] {
            approved(approver, release.id, 1).await;
        }
        let revised = office.revise_press_release(release.id, &revision(1, content("Noch gemeinsamer")), None).await.unwrap();
        assert_eq!((revised.standing, revised.latest.number), (PressStanding::Draft, 2));
        assert!(revised.approvals.is_empty());
        assert_eq!(revised.former_versions, [release.latest], "nobody changes what was written");
        centre.publish_press_release(release.id, None).await.expect_problem(ProblemType::Conflict);
        centre.approve_press_release(release.id, &approval(1), None).await.expect_problem(ProblemType::Conflict);
        approved(&centre, release.id, 2).await;
        centre.publish_press_release(release.id, None).await.expect_problem(ProblemType::Conflict);
        approved(&office, release.id, 2).await;
        let done = centre.publish_press_release(release.id, None).await.unwrap();
        assert_eq!(done.latest.content.title.as_str(), "Noch gemeinsamer");
        let seen = app.centre_b().get_press_release(release.id).await.unwrap();
        assert_eq!((seen.latest, seen.former_versions.len()), (done.latest, 0), "what was not published stays among those who wrote it");
    }

    async fn nothing_is_published_before_its_embargo_is_over(app: TestApp) {
        let (centre, office) = (app.centre_a(), app.office(HAMBURG));
        let now = drafted(&centre).await.drafted_at.get();
        let mut embargoed = content("Später");
        embargoed["embargo_until"] = json!(Timestamp::new(now + Duration::hours(2)));
        let release = with_content(&centre, embargoed).await;
        for approver in [&centre, &office] {
            approved(approver, release.id, 1).await;
        }
        office.publish_press_release(release.id, None).await.expect_problem(ProblemType::Conflict);
        app.advance(Duration::hours(1));
        office.publish_press_release(release.id, None).await.expect_problem(ProblemType::Conflict);
        app.advance(Duration::minutes(61));
        let done = app.office(HAMBURG).publish_press_release(release.id, None).await.unwrap();
        assert!(done.published_at.unwrap().get() >= now + Duration::hours(2));
    }

    async fn what_is_over_is_not_changed(app: TestApp) {
        let (centre, office) = (app.centre_a(), app.office(HAMBURG));
        let (published, discarded) = (drafted(&centre).await.id, drafted(&centre).await.id);
        for approver in [&centre, &office] {
            approved(approver, published, 1).await;
            approved(approver, discarded, 1).await;
        }
        centre.publish_press_release(published, None).await.unwrap();
        let over = office.discard_press_release(discarded, None).await.unwrap();
        assert_eq!((over.standing, over.discarded_at.is_some()), (PressStanding::Discarded, true));
        for id in [published, discarded] {
            let revised = revision(1, content("Anders"));
            centre.revise_press_release(id, &revised, None).await.expect_problem(ProblemType::Conflict);
            centre.comment_press_release(id, &comment(1, "Zu spät"), None).await.expect_problem(ProblemType::Conflict);
            centre.approve_press_release(id, &approval(1), None).await.expect_problem(ProblemType::Conflict);
            centre.publish_press_release(id, None).await.expect_problem(ProblemType::Conflict);
            centre.discard_press_release(id, None).await.expect_problem(ProblemType::Conflict);
        }
    }

    async fn the_log_says_who_approved_which_text_for_which_side(app: TestApp) {
        let (centre, office) = (app.centre_a(), app.office(HAMBURG));
        let release = drafted(&centre).await;
        for approver in [&centre, &office] {
            approved(approver, release.id, 1).await;
        }
        centre.publish_press_release(release.id, None).await.unwrap();
        app.publish_log().await;
        let approvals = trail_of(&app.auditor(), Operation::PressReleaseApproved).await;
        assert_eq!(approvals.len(), 2);
        for event in &approvals {
            assert_eq!(text(event, "/press_release/id"), release.id.to_string());
            assert_eq!(text(event, "/press_release/sha256"), release.latest.sha256.as_str());
            assert_eq!(event.event["press_release"]["version"], 1);
        }
        let sides: std::collections::BTreeSet<String> = approvals.iter().map(|event| text(event, "/press_release/approvals/0/side")).collect();
        assert_eq!(sides, ["network".to_owned(), "police".to_owned()].into());
        let published = trail_of(&app.auditor(), Operation::PressReleasePublished).await;
        let [published] = published.as_slice() else { panic!("one publication") };
        let organisation = app.network().participant(CENTRE_A).organisation;
        assert_eq!(text(published, "/press_release/approvals/0/office"), HAMBURG);
        assert_eq!(text(published, "/press_release/approvals/1/organisation"), organisation.to_string());
        assert!(!published.payload.contains("Gemeinsam"), "the log holds no word of it");
    }
}
