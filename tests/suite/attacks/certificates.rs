//! Tokens that are bound to the client's TLS certificate (RFC 8705), which a proxy on this machine shows.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use freigabe_client::RawAnswer;
use freigabe_domain::access::{ClientChange, ClientId, Operator};
use freigabe_testkit::{
    ExpectAnswer as _, Raw, node::CERTIFICATE_HEADER, on_both_databases, tokens::claims_of,
};

use super::{PATH, Stage, assertions, failure};

on_both_databases! {
    async fn a_token_is_good_only_with_the_certificate_it_is_bound_to(stage: Stage) {
        let (own, other) = (certificate(), certificate());
        let granted = sign_in(&stage, Some(&own)).await.expect_status(200).json();
        assert_eq!(granted["token_type"], "Bearer");
        let token = granted["access_token"].as_str().unwrap();
        let confirmation = &claims_of(token)["cnf"];
        assert_eq!(confirmation.as_object().unwrap().len(), 1, "{confirmation}");
        assert_eq!(confirmation["x5t#S256"].as_str().unwrap().len(), 43);

        let bearer = || Raw::get(PATH).header("authorization", format!("Bearer {token}"));
        let _ = bearer().header(CERTIFICATE_HEADER, &own).send(&stage.nobody).await.expect_status(200);
        let _ = bearer().header(CERTIFICATE_HEADER, &own).send(&stage.nobody).await.expect_status(200);
        let bound_by_proof = Raw::get(PATH).header("authorization", format!("Bearer {}", stage.token));
        let as_dpop = stage.ask(token, &stage.proof(token).sign());
        for (attack, request) in [
            ("no certificate", bearer()),
            ("another certificate", bearer().header(CERTIFICATE_HEADER, &other)),
            ("no certificate at all in the header", bearer().header(CERTIFICATE_HEADER, ":AAAA:")),
            ("the header without colons", bearer().header(CERTIFICATE_HEADER, own.trim_matches(':'))),
            ("two certificates in one header", bearer().header(CERTIFICATE_HEADER, format!("{own}, {own}"))),
            ("a proof in place of the certificate", as_dpop.header(CERTIFICATE_HEADER, &own)),
            ("a certificate in place of the proof", bound_by_proof.header(CERTIFICATE_HEADER, &own)),
        ] {
            let answer = request.send(&stage.nobody).await;
            assert_eq!(failure(&answer, "invalid_token"), None, "{attack}");
        }
        let refused = sign_in(&stage, None).await.expect_status(400).json();
        assert_eq!(refused["error"], "invalid_dpop_proof", "bound to something it must be");
    }

    async fn a_suspended_client_is_out_with_its_certificate_as_well(stage: Stage) {
        let own = certificate();
        let granted = sign_in(&stage, Some(&own)).await.expect_status(200).json();
        let token = granted["access_token"].as_str().unwrap();
        let request = Raw::get(PATH).header("authorization", format!("Bearer {token}")).header(CERTIFICATE_HEADER, &own);
        let _ = request.send(&stage.nobody).await.expect_status(200);
        let id = ClientId::parse(freigabe_testkit::network::CENTRE_A).unwrap();
        stage.app.operate(async |exchange| exchange.change_client(&Operator::AtTheMachine, &id, &ClientChange::Active(false)).await).await.unwrap();
        assert_eq!(failure(&request.send(&stage.nobody).await, "invalid_token"), None);
    }
}

/// A self-signed certificate, as a proxy writes it (RFC 9440).
fn certificate() -> String {
    let made =
        rcgen::generate_simple_self_signed(["client.invalid".to_owned()]).expect("a certificate");
    format!(":{}:", STANDARD.encode(made.cert.der()))
}

/// Signs in without a proof of possession.
async fn sign_in(stage: &Stage, certificate: Option<&str>) -> RawAnswer {
    let mut request = assertions::token_request(&assertions::assertion(stage).sign());
    if let Some(certificate) = certificate {
        request = request.header(CERTIFICATE_HEADER, certificate);
    }
    request.send(&stage.nobody).await
}
