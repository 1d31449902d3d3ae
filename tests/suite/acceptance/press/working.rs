//! Who works on a release, and who sees it.

use freigabe_client::{Client, PageQuery, PressFilter};
use freigabe_contract::{
    ProblemType,
    vocabulary::{PressStanding, Side},
};
use freigabe_testkit::{
    ExpectRefusal as _, TestApp,
    network::{CENTRE_A, CENTRE_B, COORDINATION, HAMBURG, KB_HAMBURG},
    on_both_databases,
    request::fresh_key,
};
use serde_json::json;
use uuid::Uuid;

use super::{approval, approved, centre, comment, content, draft, drafted, office, read, revision};

async fn listed(of: &Client, standing: Option<PressStanding>) -> Vec<(Uuid, PressStanding)> {
    let filter = PressFilter { standing };
    let found = of.list_press_releases(&filter, &PageQuery::default()).await;
    let items = found.expect("a page").items.into_iter();
    items.map(|one| (one.id, one.standing)).collect()
}

on_both_databases! {
    async fn a_draft_is_there_for_those_who_are_named_and_for_nobody_else(app: TestApp) {
        let a = app.centre_a();
        let participants = json!([office(HAMBURG), centre(&app, CENTRE_B)]);
        let release = a.draft_press_release(&read(draft(participants, content("Zu dritt"))), None).await.unwrap();
        assert_eq!(release.participants.len(), 3, "whoever drafts takes part");
        for named in [&a, &app.centre_b(), &app.office(HAMBURG)] {
            assert_eq!(named.get_press_release(release.id).await.unwrap(), release);
            assert_eq!(listed(named, None).await, [(release.id, PressStanding::Draft)]);
        }
        for stranger in [app.centre_c(), app.office(KB_HAMBURG), app.coordination()] {
            assert!(listed(&stranger, None).await.is_empty());
            stranger.get_press_release(release.id).await.expect_problem(ProblemType::NotFound);
            let revised = revision(1, content("Anders"));
            stranger.revise_press_release(release.id, &revised, None).await.expect_problem(ProblemType::NotFound);
            stranger.comment_press_release(release.id, &comment(1, "Darf ich?"), None).await.expect_problem(ProblemType::NotFound);
            stranger.approve_press_release(release.id, &approval(1), None).await.expect_problem(ProblemType::NotFound);
            stranger.publish_press_release(release.id, None).await.expect_problem(ProblemType::NotFound);
            stranger.discard_press_release(release.id, None).await.expect_problem(ProblemType::NotFound);
        }
        assert_eq!(a.get_press_release(release.id).await.unwrap(), release, "nothing was changed");
    }

    async fn any_named_participant_approves_for_its_side(app: TestApp) {
        let a = app.centre_a();
        let organisation = app.network().participant(COORDINATION).organisation;
        let coordination = json!({ "type": "coordination", "organisation_id": organisation });
        let participants = json!([office(HAMBURG), office(KB_HAMBURG), coordination]);
        let release = a.draft_press_release(&read(draft(participants, content("Zu viert"))), None).await.unwrap();
        let once = approved(&app.coordination(), release.id, 1).await;
        assert_eq!(once.approvals[0].side, Side::Network);
        a.approve_press_release(release.id, &approval(1), None).await.expect_problem(ProblemType::Conflict);
        let both = approved(&app.office(KB_HAMBURG), release.id, 1).await;
        assert_eq!(both.standing, PressStanding::Approved);
        let done = app.office(HAMBURG).publish_press_release(release.id, None).await.unwrap();
        assert_eq!(done.standing, PressStanding::Published);
        let stranger = app.centre_b();
        assert_eq!(listed(&stranger, None).await, [(release.id, PressStanding::Published)]);
        stranger.discard_press_release(release.id, None).await.expect_problem(ProblemType::NotFound);
    }

    async fn both_sides_write_versions_after_the_latest_and_comment(app: TestApp) {
        let (a, other) = (app.centre_a(), app.office(HAMBURG));
        let release = drafted(&a).await;
        let key = fresh_key();
        let second = revision(1, content("Zweite"));
        let revised = other.revise_press_release(release.id, &second, Some(&key)).await.unwrap();
        assert_eq!(other.revise_press_release(release.id, &second, Some(&key)).await.unwrap(), revised, "one version, however often it is sent");
        a.revise_press_release(release.id, &revision(1, content("Überholt")), None).await.expect_problem(ProblemType::Conflict);
        let said = a.comment_press_release(release.id, &comment(1, "Die erste war besser."), None).await.unwrap();
        let said = other.comment_press_release(said.id, &comment(2, "Nein."), None).await.unwrap();
        let versions: Vec<(u32, u32)> = said.comments.iter().map(|one| (one.number, one.version)).collect();
        assert_eq!(versions, [(1, 1), (2, 2)]);
        assert_ne!(said.latest.sha256, release.latest.sha256);
        assert_eq!(a.get_press_release(release.id).await.unwrap(), said);
        let organisation = app.network().participant(CENTRE_A).organisation;
        assert_eq!(serde_json::to_value(&said.comments[0].written_by).unwrap()["organisation_id"], json!(organisation));
    }

    async fn a_list_tells_those_that_stand_so(app: TestApp) {
        let (a, other) = (app.centre_a(), app.office(HAMBURG));
        let mut ids = Vec::new();
        for _ in 0..4 {
            ids.push(drafted(&a).await.id);
        }
        approved(&a, ids[0], 1).await;
        for id in &ids[1..] {
            approved(&a, *id, 1).await;
            approved(&other, *id, 1).await;
        }
        a.publish_press_release(ids[2], None).await.unwrap();
        a.discard_press_release(ids[3], None).await.unwrap();
        for (id, standing) in ids.iter().zip([PressStanding::Draft, PressStanding::Approved, PressStanding::Published, PressStanding::Discarded]) {
            assert_eq!(listed(&other, Some(standing)).await, [(*id, standing)]);
            assert_eq!(a.get_press_release(*id).await.unwrap().standing, standing, "the rule and its SQL say the same");
        }
        let newest_first: Vec<Uuid> = ids.iter().rev().copied().collect();
        let all: Vec<Uuid> = listed(&a, None).await.into_iter().map(|(id, _)| id).collect();
        assert_eq!(all, newest_first);
    }
}
