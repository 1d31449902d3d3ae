//! To bodies that take no messages here.

use freigabe_contract::{
    ProblemType,
    disclosure::Needed,
    handover::Handler,
    vocabulary::{DisclosureState, Land, RefusalReason},
};
use freigabe_testkit::{
    ExpectRefusal as _, TestApp, a_consent, a_draft, expect::reasons, network::KB_HAMBURG,
    on_both_databases,
};
use serde_json::{Value, json};

use super::{handed_over, to_prosecution, told, told_in_full};
use crate::support::{followed, inbox_of, recorded, released};

on_both_databases! {
    async fn what_went_to_a_prosecution_is_reached_another_way(app: TestApp) {
        let handler = Handler::Prosecution { land: Land::Hamburg, unit: Some("Staatsanwaltschaft Hamburg".into()) };
        is_reached_another_way(app, to_prosecution(), handler, "Staatsanwaltschaft Hamburg").await;
    }

    async fn what_went_to_the_police_of_a_land_is_reached_another_way(app: TestApp) {
        let to = json!({ "type": "land_police", "land": "DE-HH", "unit": "LKA Hamburg" });
        let handler = Handler::LandPolice { land: Land::Hamburg, unit: Some("LKA Hamburg".into()) };
        is_reached_another_way(app, to, handler, "LKA Hamburg").await;
    }

    async fn the_police_of_a_land_are_named_by_their_land_at_least(app: TestApp) {
        let (centre, office) = (app.centre_a(), app.office(KB_HAMBURG));
        let consent = recorded(&centre, a_consent()).await;
        let message = released(&centre, a_draft(consent.record_id)).await.id;
        handed_over(&office, message, &json!({ "type": "land_police", "land": "DE-NI" })).await;
        assert_eq!(told(&centre).await[0].to, Handler::LandPolice { land: Land::LowerSaxony, unit: None });
        assert_eq!(followed(&centre, message).await.state, DisclosureState::Held);
    }
}

/// What waited can't be redirected there, and nothing more is released to the office, which finds nothing any more; the centre takes it
/// back.
async fn is_reached_another_way(app: TestApp, to: Value, handler: Handler, named: &str) {
    let (centre, office) = (app.centre_a(), app.office(KB_HAMBURG));
    let consent = recorded(&centre, a_consent()).await;
    let message = released(&centre, a_draft(consent.record_id)).await.id;
    let made = handed_over(&office, message, &to).await;
    assert_eq!(told(&centre).await[0].to, handler);
    assert!(inbox_of(&office).await.is_empty());

    let refused = centre.redirect_disclosure(message, None).await;
    refused.expect_problem(ProblemType::Conflict);
    let draft = a_draft(consent.record_id).build();
    let refused = centre.release_disclosure(&draft, None).await;
    let problem = refused.expect_problem(ProblemType::DisclosureRefused);
    assert_eq!(
        reasons(&problem),
        [(RefusalReason::OfficeNotCompetent, None)]
    );
    assert_eq!(problem.refusals[0].needed, Needed::Handler { handler });
    for words in [&problem.refusals[0].text_de, &problem.refusals[0].text_en] {
        assert!(words.contains(named), "{words}");
    }
    let checked = centre.check_disclosure(&draft).await.unwrap();
    assert!(!checked.authorized && checked.passing_items.is_empty());

    let waiting = async || told_in_full(&centre, made.handover.id).await.waiting;
    assert_eq!(waiting().await, [message]);
    let recalled = centre.recall_disclosure(message, None).await.unwrap();
    assert_eq!(recalled.state, DisclosureState::Recalled);
    assert!(waiting().await.is_empty());
}
