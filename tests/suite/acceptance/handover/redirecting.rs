//! What waits is redirected under a consent that covers the new office, and not without.

use freigabe_contract::{
    ProblemType,
    disclosure::Needed,
    handover::{AccompanyingMessage, Handler},
    vocabulary::{
        Accompanies, CompetenceReason, DisclosureState, Operation, RefusalReason, SealReason,
    },
};
use freigabe_testkit::{
    ExpectRefusal as _, TestApp, a_consent, a_draft,
    expect::reasons,
    network::{FRANKFURT_ODER, HANNOVER, KB_HAMBURG},
    on_both_databases,
    request::fresh_key,
};

use super::{handed_over, made_in_full, to_office, told, told_in_full};
use crate::support::{
    A_MINUTE, collected, followed, inbox_of, recorded, released, revised,
    trail::{text, trail_of},
};

on_both_databases! {
    async fn what_waits_stays_sealed_until_a_consent_covers_the_new_office(app: TestApp) {
        let (centre, office, other) = (app.centre_a(), app.office(KB_HAMBURG), app.office(FRANKFURT_ODER));
        let consent = recorded(&centre, a_consent()).await;
        let message = released(&centre, a_draft(consent.record_id)).await;
        let made = handed_over(&office, message.id, &to_office()).await;
        let stays = AccompanyingMessage { disclosure_id: message.id, standing: Accompanies::StaysSealed };
        assert_eq!(made.messages, [stays]);

        for asks in [&office, &other] {
            assert!(inbox_of(asks).await.is_empty());
            asks.get_disclosure(message.id).await.expect_problem(ProblemType::NotFound);
            asks.collect_disclosure(message.id, None).await.expect_problem(ProblemType::NotFound);
            asks.acknowledge_disclosure(message.id, None).await.expect_problem(ProblemType::NotFound);
        }
        assert_eq!(followed(&centre, message.id).await.state, DisclosureState::Held);
        assert_eq!(told_in_full(&centre, made.handover.id).await.waiting, [message.id]);

        let refused = centre.redirect_disclosure(message.id, None).await;
        let problem = refused.expect_problem(ProblemType::DisclosureRefused);
        assert_eq!(reasons(&problem), [(RefusalReason::RecipientNotCovered, Some(0))]);
        assert_eq!(problem.refusals[0].needed, Needed::Recipient { office: FRANKFURT_ODER.into() });
        assert!(inbox_of(&other).await.is_empty() && app.inspect().holds_content_of(message.id).await);

        app.advance(A_MINUTE);
        let consent = revised(&centre, &consent, a_consent().recipient(FRANKFURT_ODER)).await;
        assert!(inbox_of(&other).await.is_empty(), "the centre decides, not the consent alone");
        let key = fresh_key();
        let redirected = centre.redirect_disclosure(message.id, Some(&key)).await.unwrap();
        assert_eq!((redirected.id, redirected.recipient.as_str()), (message.id, FRANKFURT_ODER));
        assert_eq!((redirected.competence, redirected.consent_revision), (CompetenceReason::HandlesCase, 2));
        assert_ne!(redirected.person, message.person, "the new office knows her by another pseudonym");
        assert_eq!(centre.redirect_disclosure(message.id, Some(&key)).await.unwrap(), redirected);
        centre.redirect_disclosure(message.id, None).await.expect_problem(ProblemType::Conflict);

        assert!(inbox_of(&office).await.is_empty());
        office.get_disclosure(message.id).await.expect_problem(ProblemType::NotFound);
        assert_eq!(inbox_of(&other).await, [message.id]);
        let arrived = collected(&other, message.id).await;
        assert_eq!(arrived.items, a_draft(consent.record_id).build().items);
        assert_eq!(arrived.disclosure.person, redirected.person);
        assert!(told_in_full(&centre, made.handover.id).await.waiting.is_empty());

        let log = trail_of(&app.auditor(), Operation::DisclosureRedirected).await;
        let outcomes: Vec<_> = log.iter().map(|event| (text(event, "/outcome"), text(event, "/recipient"))).collect();
        let to = FRANKFURT_ODER.to_owned();
        assert_eq!(outcomes, [("refused".to_owned(), to.clone()), ("done".to_owned(), to)]);
    }

    async fn a_withdrawal_wins_over_a_handover(app: TestApp) {
        let (centre, office, other) = (app.centre_a(), app.office(KB_HAMBURG), app.office(FRANKFURT_ODER));
        let consent = recorded(&centre, a_consent().recipient(FRANKFURT_ODER)).await;
        let [first, second] = [released(&centre, a_draft(consent.record_id)).await, released(&centre, a_draft(consent.record_id)).await];
        let made = handed_over(&office, first.id, &to_office()).await;
        assert_eq!(made.messages.len(), 2);
        centre.redirect_disclosure(second.id, None).await.unwrap();

        centre.withdraw_consent(consent.record_id).await.unwrap();
        for message in [first.id, second.id] {
            let sealed = followed(&centre, message).await;
            assert_eq!((sealed.state, sealed.seal_reason), (DisclosureState::Sealed, Some(SealReason::Withdrawn)));
            assert!(!app.inspect().holds_content_of(message).await);
            centre.redirect_disclosure(message, None).await.expect_problem(ProblemType::Conflict);
            for asks in [&office, &other] {
                asks.collect_disclosure(message, None).await.expect_problem(ProblemType::NotFound);
            }
        }
        assert!(told_in_full(&centre, made.handover.id).await.waiting.is_empty());
    }

    async fn only_what_the_person_allowed_to_be_passed_on_may_go_along(app: TestApp) {
        let (centre, office) = (app.centre_a(), app.office(KB_HAMBURG));
        let consent = recorded(&centre, a_consent().passing_on()).await;
        let here = released(&centre, a_draft(consent.record_id)).await.id;
        app.advance(A_MINUTE);
        let along = released(&centre, a_draft(consent.record_id).passing_on()).await.id;
        app.advance(A_MINUTE);
        let waits = released(&centre, a_draft(consent.record_id).passing_on()).await.id;
        for message in [here, along] {
            collected(&office, message).await;
        }
        office.acknowledge_disclosure(along, None).await.unwrap();
        let made = handed_over(&office, here, &to_office()).await;
        let standing = |made: &[AccompanyingMessage]| made.iter().map(|one| (one.disclosure_id, one.standing)).collect::<Vec<_>>();
        let at_first = [(here, Accompanies::StaysHere), (along, Accompanies::MayGoAlong), (waits, Accompanies::StaysSealed)];
        assert_eq!(standing(&made.messages), at_first);
        office.collect_disclosure(here, None).await.expect_problem(ProblemType::NotFound);
        office.acknowledge_disclosure(here, None).await.expect("what was collected is acknowledged all the same");

        centre.withdraw_consent(consent.record_id).await.unwrap();
        let now = made_in_full(&office, made.handover.id).await.messages;
        assert_eq!(standing(&now), [(here, Accompanies::StaysHere), (along, Accompanies::StaysHere)], "what was taken back goes nowhere");
    }

    async fn what_waits_at_the_first_of_several_offices_goes_to_the_last(app: TestApp) {
        let (centre, first, second, third) = (app.centre_a(), app.office(KB_HAMBURG), app.office(FRANKFURT_ODER), app.office(HANNOVER));
        let consent = recorded(&centre, a_consent().recipient(FRANKFURT_ODER)).await;
        let known = released(&centre, a_draft(consent.record_id)).await.id;
        let waits = released(&centre, a_draft(consent.record_id)).await.id;
        let first_made = handed_over(&first, known, &to_office()).await.handover.id;
        centre.redirect_disclosure(known, None).await.unwrap();
        app.advance(A_MINUTE);
        // From the message that was redirected to it the second office knows the person.
        let to_third = serde_json::json!({ "type": "office", "office": HANNOVER });
        let second_made = handed_over(&second, known, &to_third).await.handover.id;
        assert_eq!(told(&centre).await.iter().map(|one| one.id).collect::<Vec<_>>(), [second_made, first_made]);
        assert_eq!(told_in_full(&centre, first_made).await.waiting, [waits]);
        assert_eq!(told_in_full(&centre, second_made).await.waiting, [known]);

        for message in [known, waits] {
            let refused = centre.redirect_disclosure(message, None).await.expect_problem(ProblemType::DisclosureRefused);
            assert_eq!(reasons(&refused), [(RefusalReason::RecipientNotCovered, Some(0))]);
            assert_eq!(refused.refusals[0].needed, Needed::Recipient { office: HANNOVER.into() }, "not the one in between");
        }
        revised(&centre, &consent, a_consent().recipient(FRANKFURT_ODER).recipient(HANNOVER)).await;
        for message in [known, waits] {
            let redirected = centre.redirect_disclosure(message, None).await.unwrap();
            assert_eq!(redirected.recipient.as_str(), HANNOVER);
            for none in [&first, &second] {
                none.collect_disclosure(message, None).await.expect_problem(ProblemType::NotFound);
            }
            collected(&third, message).await;
        }
        for office in [&first, &second, &third] {
            assert!(inbox_of(office).await.is_empty());
        }
        for made in [first_made, second_made] {
            assert!(told_in_full(&centre, made).await.waiting.is_empty());
        }
    }

    async fn a_case_that_comes_back_is_the_offices_again(app: TestApp) {
        let (centre, office, other) = (app.centre_a(), app.office(KB_HAMBURG), app.office(FRANKFURT_ODER));
        let consent = recorded(&centre, a_consent().recipient(FRANKFURT_ODER)).await;
        let [first, second] = [released(&centre, a_draft(consent.record_id)).await.id, released(&centre, a_draft(consent.record_id)).await.id];
        handed_over(&office, first, &to_office()).await;
        let refused = centre.release_disclosure(&a_draft(consent.record_id).build(), None).await;
        let problem = refused.expect_problem(ProblemType::DisclosureRefused);
        assert_eq!(reasons(&problem), [(RefusalReason::OfficeNotCompetent, None)]);
        let handler = Handler::Office { office: FRANKFURT_ODER.into() };
        assert_eq!(problem.refusals[0].needed, Needed::Handler { handler });
        let there = a_draft(consent.record_id).handled_by(FRANKFURT_ODER).recipient(FRANKFURT_ODER);
        released(&centre, there.clone()).await;
        centre.redirect_disclosure(first, None).await.unwrap();

        // The other one gives it back by the message that reached it.
        let back = serde_json::json!({ "type": "office", "office": KB_HAMBURG });
        handed_over(&other, first, &back).await;
        assert!(inbox_of(&other).await.is_empty());
        assert_eq!(inbox_of(&office).await, [second], "it never left");
        collected(&office, second).await;
        released(&centre, a_draft(consent.record_id)).await;
        let refused = centre.release_disclosure(&there.build(), None).await;
        assert_eq!(reasons(&refused.expect_problem(ProblemType::DisclosureRefused)), [(RefusalReason::OfficeNotCompetent, None)]);
        assert_eq!(centre.redirect_disclosure(first, None).await.unwrap().recipient.as_str(), KB_HAMBURG);
        collected(&office, first).await;
        assert_eq!(told(&centre).await.len(), 2);
    }
}
