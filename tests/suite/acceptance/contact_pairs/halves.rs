//! Each side writes and confirms its own half, and a pair that nobody confirms turns stale.

use freigabe_contract::{
    ProblemType,
    contact_pair::ContactPair,
    vocabulary::{Operation, PairRole, PairStanding},
};
use freigabe_testkit::{
    ExpectRefusal as _, TestApp, expect::pointers, network::KB_HAMBURG, on_both_databases,
};
use time::Duration;

use super::{known, of_centre, of_office, opened, pairs_of, phone, set};
use crate::support::{
    A_MINUTE,
    trail::{text, trail_of},
};

on_both_databases! {
    async fn each_side_changes_its_own_half_and_nothing_of_the_others(app: TestApp) {
        let (office, centre) = (app.office(KB_HAMBURG), app.centre_a());
        let pair = known(&app, KB_HAMBURG).await;
        let before = office.get_contact_pair(pair).await.unwrap();
        app.advance(Duration::hours(1));
        let new = vec![phone(PairRole::Investigation, "+49 40 555 0111")];
        let changed = office.set_pair_contacts(pair, &before.etag, &set(new.clone())).await.unwrap();
        let half = changed.office_half.as_ref().unwrap();
        assert_eq!((&half.contacts, half.version, changed.etag.as_str()), (&new, 2, "\"2\""));
        assert_eq!(half.confirmed_at, half.changed_at, "a change confirms as well");
        assert!(half.changed_at > before.office_half.as_ref().unwrap().changed_at);
        assert_eq!(changed.centre_half, before.centre_half);

        // The centre's tag is as it was: it changes its own without reading anew.
        let seen = centre.get_contact_pair(pair).await.unwrap();
        assert_eq!((seen.etag.as_str(), &seen.office_half), ("\"1\"", &changed.office_half));
        let own = vec![phone(PairRole::OnCallCounselling, "+49 40 555 0222")];
        let changed = centre.set_pair_contacts(pair, "\"1\"", &set(own.clone())).await.unwrap();
        assert_eq!(changed.centre_half.as_ref().unwrap().contacts, own);
        assert_eq!(changed.office_half, seen.office_half);

        // Roles of the other side are none of its own.
        let refused = centre.set_pair_contacts(pair, "\"2\"", &set(of_office())).await;
        assert_eq!(pointers(&refused.expect_problem(ProblemType::InvalidBody)), ["/contacts/0/role"]);
        let refused = office.set_pair_contacts(pair, "\"2\"", &set(of_centre())).await;
        assert_eq!(pointers(&refused.expect_problem(ProblemType::InvalidBody)), ["/contacts/0/role"]);
    }

    async fn what_was_changed_meanwhile_is_not_overwritten(app: TestApp) {
        let office = app.office(KB_HAMBURG);
        let pair = known(&app, KB_HAMBURG).await;
        let new = set(vec![phone(PairRole::Management, "+49 40 555 0111")]);
        // Told apart in the log from the first time.
        app.advance(A_MINUTE);
        let changed = office.set_pair_contacts(pair, "\"1\"", &new).await.unwrap();
        let late = set(vec![phone(PairRole::Management, "+49 40 555 0999")]);
        for stale in ["\"1\"", "\"0\"", "\"3\"", "W/\"2\""] {
            office.set_pair_contacts(pair, stale, &late).await.expect_problem(ProblemType::Stale);
            office.confirm_contact_pair(pair, stale).await.expect_problem(ProblemType::Stale);
        }
        assert_eq!(office.get_contact_pair(pair).await.unwrap().value, changed.value);
        let [event] = trail_of(&app.auditor(), Operation::ContactPairChanged).await.into_iter().skip(1).collect::<Vec<_>>().try_into().unwrap();
        assert_eq!((text(&event, "/contact_pair"), text(&event, "/actor/role")), (pair.to_string(), "office".to_owned()));
    }

    async fn who_has_named_nobody_has_nothing_to_confirm(app: TestApp) {
        let (office, centre) = (app.office(KB_HAMBURG), app.centre_a());
        let pair = opened(&office, &centre).await.id;
        centre.confirm_contact_pair(pair, "\"0\"").await.expect_problem(ProblemType::Conflict);
        centre.confirm_contact_pair(pair, "\"1\"").await.expect_problem(ProblemType::Stale);
        office.confirm_contact_pair(pair, "\"1\"").await.expect("its own half");
        assert_eq!(pairs_of(&centre).await[0].standing, PairStanding::Incomplete);
    }

    async fn a_pair_turns_stale_with_the_clock_and_is_current_again_when_both_confirm(app: TestApp) {
        let (office, centre) = (app.office(KB_HAMBURG), app.centre_a());
        let pair = known(&app, KB_HAMBURG).await;
        let at_first = office.get_contact_pair(pair).await.unwrap();
        app.advance(Duration::days(300));
        let confirmed = office.confirm_contact_pair(pair, "\"1\"").await.unwrap();
        let half = |pair: &ContactPair| pair.office_half.clone().unwrap();
        assert!(half(&confirmed).confirmed_at > half(&at_first).confirmed_at);
        assert_eq!(half(&confirmed).changed_at, half(&at_first).changed_at);
        assert_eq!((confirmed.etag.as_str(), confirmed.until), ("\"1\"", until_the_centre(&at_first)));

        // The office confirmed of late, the centre did not.
        app.advance(Duration::days(66));
        let stale = office.get_contact_pair(pair).await.unwrap();
        assert_eq!((stale.standing, stale.since, stale.until), (PairStanding::Stale, confirmed.until, None));
        assert_eq!(pairs_of(&app.coordination()).await[0].standing, PairStanding::Stale);
        assert!(stale.centre_half.is_some(), "whom it named is still told");
        let current = centre.confirm_contact_pair(pair, "\"1\"").await.unwrap();
        assert_eq!((current.standing, current.since), (PairStanding::Current, None));
        let events = trail_of(&app.auditor(), Operation::ContactPairConfirmed).await;
        let roles: Vec<String> = events.iter().map(|event| text(event, "/actor/role")).collect();
        assert_eq!(roles, ["office", "centre"]);
    }

    async fn the_same_contacts_again_are_a_confirmation_and_no_change(app: TestApp) {
        let centre = app.centre_a();
        let pair = known(&app, KB_HAMBURG).await;
        app.advance(Duration::days(2));
        let again = centre.set_pair_contacts(pair, "\"1\"", &set(of_centre())).await.unwrap();
        let half = again.centre_half.as_ref().unwrap();
        assert_eq!((half.version, again.etag.as_str()), (1, "\"1\""));
        assert!(half.confirmed_at > half.changed_at);
        assert_eq!(trail_of(&app.auditor(), Operation::ContactPairConfirmed).await.len(), 1);
        assert_eq!(trail_of(&app.auditor(), Operation::ContactPairChanged).await.len(), 1, "the first time");
    }
}

/// A year after the centre confirmed, which is when it named somebody.
fn until_the_centre(pair: &ContactPair) -> Option<freigabe_contract::Timestamp> {
    let confirmed = pair.centre_half.as_ref()?.confirmed_at.get();
    Some(freigabe_contract::Timestamp::new(
        confirmed + Duration::days(365),
    ))
}
