//! A client is shut out at once, and let in again; its key can be replaced.

use freigabe_client::{ClientKeyPair, SystemRandom};
use freigabe_contract::{ProblemType, vocabulary::Operation};
use freigabe_domain::access::{ClientChange, ClientId, ClientKey, Credential, Operator};
use freigabe_testkit::{
    ExpectAnswer as _, Raw, TestApp, a_consent,
    network::{CENTRE_A, CENTRE_B},
    on_both_databases,
};

use crate::support::{
    recorded,
    trail::{text, trail_of},
};

on_both_databases! {
    async fn the_tokens_of_a_suspended_client_die_at_once(app: TestApp) {
        let centre = app.centre_a();
        let consent = recorded(&centre, a_consent()).await;
        let token = centre.access_token().await.unwrap().token;
        let id = ClientId::parse(CENTRE_A).unwrap();
        app.operate(async |exchange| exchange.change_client(&Operator::AtTheMachine, &id, &ClientChange::Active(false)).await).await.unwrap();

        let path = format!("/v1/consents/{}", consent.record_id);
        let with_its_token = Raw::get(&path).token(&token).send(&centre).await;
        assert!(with_its_token.header("www-authenticate").unwrap().contains("invalid_token"));
        let _ = with_its_token.expect_problem(ProblemType::Unauthorized);
        let no_new_one = app.centre_a().get_consent(consent.record_id).await;
        assert!(no_new_one.is_err(), "and it gets no other");
        recorded(&app.centre_b(), a_consent()).await;

        app.operate(async |exchange| exchange.change_client(&Operator::AtTheMachine, &id, &ClientChange::Active(true)).await).await.unwrap();
        let _ = Raw::get(&path).token(&token).send(&centre).await.expect_status(200);
        let again = app.operate(async |exchange| exchange.change_client(&Operator::AtTheMachine, &id, &ClientChange::Active(true)).await).await;
        assert!(again.unwrap().active, "what is so already stays so, and is no event");

        let suspended = trail_of(&app.auditor(), Operation::ClientSuspended).await;
        assert_eq!(suspended.iter().map(|event| text(event, "/participant")).collect::<Vec<_>>(), [CENTRE_A]);
        assert_eq!(trail_of(&app.auditor(), Operation::ClientResumed).await.len(), 1);
    }

    async fn what_is_signed_with_a_replaced_key_counts_no_longer(app: TestApp) {
        let id = ClientId::parse(CENTRE_B).unwrap();
        let fresh = ClientKeyPair::generate(&SystemRandom).unwrap();
        let key = ClientKey { jwk: fresh.public_jwk() };
        app.operate(async |exchange| exchange.change_client(&Operator::AtTheMachine, &id, &ClientChange::Credential(Credential::Key(key))).await).await.unwrap();
        let refused = app.centre_b().access_token().await.unwrap_err();
        assert_eq!(refused.status(), Some(401));
        let credentials = freigabe_client::Credentials {
            client_id: CENTRE_B.to_owned(),
            private_jwk: fresh.private_jwk().to_string(),
        };
        let with_the_new_key = freigabe_client::Client::new(app.url(), credentials).unwrap();
        with_the_new_key.access_token().await.unwrap();
        let nobody = ClientId::parse("nobody-at-all").unwrap();
        assert!(app.operate(async |exchange| exchange.change_client(&Operator::AtTheMachine, &nobody, &ClientChange::Active(false)).await).await.is_err());
        assert_eq!(trail_of(&app.auditor(), Operation::ClientKeyReplaced).await.len(), 1);
    }
}
