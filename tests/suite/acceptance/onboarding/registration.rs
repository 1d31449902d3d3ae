//! Whoever was invited registers, once and in time, with a key of its own.

use freigabe_client::{Error, PageQuery, register};
use freigabe_contract::{
    ProblemType,
    access::ServerMetadata,
    onboarding::{ClientCredential, InviteClient},
    registration::ClientMetadata,
    vocabulary::{AccessScope, Operation, Role},
};
use freigabe_testkit::{
    ExpectAnswer as _, ExpectRefusal as _, Raw, TestApp, a_consent, network::OPERATOR,
    on_both_databases,
};
use serde_json::{Value, json};
use time::Duration;

use super::{
    A_CENTRES, AKTE, a_centre, a_key, akte, denials, doers, invited, invited_to, partner, public,
    registers,
};
use crate::support::{
    NOBODYS,
    compare::assert_indistinguishable,
    recorded,
    trail::{text, trail_of},
};

on_both_databases! {
    async fn an_invited_centre_registers_its_key_signs_in_and_works(app: TestApp) {
        let operator = app.operator();
        let centre = a_centre(&app).await;
        assert_eq!(operator.get_organisation(centre.id).await.unwrap(), centre);
        let invitation = invited(&app, &centre, AKTE).await;
        assert_eq!((invitation.client_id.as_str(), invitation.organisation_id), (AKTE, centre.id));
        assert_eq!(invitation.scopes, None);
        let token = &invitation.registration_token;
        assert!(token.len() == 64 && token.bytes().all(|b| b.is_ascii_hexdigit()), "{}", token.len());
        let metadata = Raw::get("/.well-known/oauth-authorization-server").send(&app.anonymous()).await;
        let metadata: ServerMetadata = metadata.expect_status(200).read();
        assert_eq!(metadata.registration_endpoint, invitation.registration_endpoint);

        let key = a_key();
        let registration = registers(&app, token, &key).await.unwrap();
        assert_eq!(registration.client_id.as_str(), AKTE);
        assert_eq!(registration.token_endpoint_auth_method, "private_key_jwt");
        assert_eq!(registration.grant_types, ["client_credentials"]);
        assert_eq!(registration.scope, A_CENTRES);
        assert_eq!(registration.jwks.unwrap().keys, [public(&key)]);
        assert!(registration.client_id_issued_at > 1_700_000_000);

        let akte_system = partner(&app, AKTE, &key);
        recorded(&akte_system, a_consent()).await;
        let seen = operator.get_client(&akte()).await.unwrap();
        assert_eq!((seen.organisation_id, seen.role, seen.active), (centre.id, Role::Centre, true));
        assert_eq!(seen.credential, ClientCredential::Jwk { jwk: public(&key) });
        assert_eq!((seen.scopes, seen.allowed.len()), (None, A_CENTRES.split(' ').count()));

        let by_the_operator = (OPERATOR.to_owned(), AKTE.to_owned());
        assert_eq!(doers(&app, Operation::ClientInvited).await, [by_the_operator]);
        let added = doers(&app, Operation::ClientAdded).await;
        assert_eq!(added.last(), Some(&(String::new(), AKTE.to_owned())), "by nobody who was known");
        let organisations = doers(&app, Operation::OrganisationAdded).await;
        assert_eq!(organisations.last(), Some(&(OPERATOR.to_owned(), centre.id.to_string())));
    }

    async fn keys_that_the_centre_publishes_itself_are_registered_by_their_address(app: TestApp) {
        let centre = a_centre(&app).await;
        let scopes = vec![AccessScope::ConsentsRead];
        let token = invited_to(&app, &centre, AKTE, Some(scopes.clone())).await.registration_token;
        let address = "https://hafenlicht.example/jwks.json";
        let registered = register(app.url(), &token, &ClientMetadata::with_keys_at(address)).await.unwrap();
        assert_eq!((registered.jwks_uri.as_deref(), registered.jwks), (Some(address), None));
        assert_eq!(registered.scope, "consents:read");
        let seen = app.operator().get_client(&akte()).await.unwrap();
        assert_eq!(seen.credential, ClientCredential::JwksUri { jwks_uri: address.to_owned() });
        assert_eq!((seen.scopes.as_ref(), &seen.allowed), (Some(&scopes), &scopes));
    }

    async fn a_registration_token_is_good_once(app: TestApp) {
        let centre = a_centre(&app).await;
        let token = invited(&app, &centre, AKTE).await.registration_token;
        let (key, thief) = (a_key(), a_key());
        registers(&app, &token, &key).await.unwrap();
        assert_worthless(&registers(&app, &token, &thief).await);
        assert_worthless(&registers(&app, &token, &key).await);
        partner(&app, AKTE, &key).access_token().await.unwrap();
        assert_eq!(partner(&app, AKTE, &thief).access_token().await.unwrap_err().status(), Some(401));
        let again = InviteClient { client_id: akte(), scopes: None };
        let _ = app.operator().invite_client(centre.id, &again).await.expect_problem(ProblemType::Conflict);
        assert_eq!(app.inspect().rows_in("client_invitations").await, 0);
    }

    async fn a_registration_token_is_good_for_seven_days(app: TestApp) {
        let centre = a_centre(&app).await;
        let in_time = invited(&app, &centre, AKTE).await;
        let too_late = invited(&app, &centre, "hafenlicht-zweite").await;
        let at = trail_of(&app.auditor(), Operation::ClientInvited).await[0].at;
        assert_eq!(in_time.expires_at.get() - at.get(), Duration::days(7));
        app.advance(Duration::days(7) - Duration::minutes(1));
        registers(&app, &in_time.registration_token, &a_key()).await.unwrap();
        app.advance(Duration::minutes(1));
        assert_worthless(&registers(&app, &too_late.registration_token, &a_key()).await);
        let again = invited(&app, &centre, "hafenlicht-zweite").await;
        registers(&app, &again.registration_token, &a_key()).await.unwrap();
    }

    async fn another_invitation_leaves_the_earlier_one_good_for_nothing(app: TestApp) {
        let centre = a_centre(&app).await;
        let first = invited(&app, &centre, AKTE).await.registration_token;
        let second = invited_to(&app, &centre, AKTE, Some(vec![AccessScope::ConsentsRead])).await.registration_token;
        assert_ne!(first, second);
        assert_worthless(&registers(&app, &first, &a_key()).await);
        assert_eq!(registers(&app, &second, &a_key()).await.unwrap().scope, "consents:read");
        assert_eq!(doers(&app, Operation::ClientInvited).await.len(), 2);
    }

    async fn of_two_who_register_at_the_same_moment_one_does(app: TestApp) {
        let centre = a_centre(&app).await;
        for round in 0..8 {
            let id = format!("hafenlicht-{round}");
            let token = invited(&app, &centre, &id).await.registration_token;
            let keys = [a_key(), a_key(), a_key()];
            let all = tokio::join!(
                registers(&app, &token, &keys[0]),
                registers(&app, &token, &keys[1]),
                registers(&app, &token, &keys[2]),
            );
            let all = [all.0, all.1, all.2];
            assert_eq!(all.iter().filter(|one| one.is_ok()).count(), 1, "round {round}: {all:?}");
            for (outcome, key) in all.iter().zip(&keys) {
                if outcome.is_err() {
                    assert_worthless(outcome);
                }
                let lets_in = partner(&app, &id, key).access_token().await.is_ok();
                assert_eq!(lets_in, outcome.is_ok(), "round {round}");
            }
        }
        let added = doers(&app, Operation::ClientAdded).await;
        assert_eq!(added.iter().filter(|(_, id)| id.starts_with("hafenlicht-")).count(), 8);
    }

    async fn of_two_invitations_at_the_same_moment_one_is_good(app: TestApp) {
        let centre = a_centre(&app).await;
        for round in 0..5 {
            let id = format!("hafenlicht-{round}");
            let both = tokio::join!(invited(&app, &centre, &id), invited(&app, &centre, &id));
            let mut good = 0;
            for invitation in [both.0, both.1] {
                good += usize::from(registers(&app, &invitation.registration_token, &a_key()).await.is_ok());
            }
            assert_eq!(good, 1, "round {round}");
        }
        assert_eq!(app.inspect().rows_in("client_invitations").await, 0);
    }

    async fn a_client_that_was_added_meanwhile_is_not_registered_again(app: TestApp) {
        let centre = a_centre(&app).await;
        let token = invited(&app, &centre, AKTE).await.registration_token;
        let key = a_key();
        let new = freigabe_contract::onboarding::AddClient {
            organisation_id: centre.id,
            credential: ClientCredential::Jwk { jwk: public(&key) },
            scopes: None,
        };
        app.operator().add_client(&akte(), &new).await.unwrap();
        let refused = registers(&app, &token, &a_key()).await.unwrap_err();
        assert_eq!(refused.status(), Some(400));
        assert!(refused.to_string().contains("another client with this id"), "{refused}");
        partner(&app, AKTE, &key).access_token().await.unwrap();
    }

    async fn without_a_good_token_nobody_can_tell_why_and_the_attempt_is_in_the_log(app: TestApp) {
        let centre = a_centre(&app).await;
        let used = invited(&app, &centre, AKTE).await.registration_token;
        registers(&app, &used, &a_key()).await.unwrap();
        let before = app.inspect().rows().await;
        let of_a_client = app.centre_a().access_token().await.unwrap().token;
        let unknown = "ab".repeat(32);
        let registration = |authorization: Option<String>| {
            let request = Raw::post("/oauth2/register").json(&ClientMetadata::with_key(public(&a_key())));
            match authorization {
                Some(value) => request.header("authorization", value),
                None => request,
            }
        };
        let attempts = [
            None,
            Some(format!("Bearer {used}")),
            Some(format!("Bearer {unknown}")),
            Some(format!("Bearer {}", unknown.to_uppercase())),
            Some(format!("Basic {unknown}")),
            Some(format!("DPoP {unknown}")),
            Some("Bearer".to_owned()),
            Some("Bearer ".to_owned()),
            Some(format!("Bearer {of_a_client}")),
        ];
        let mut first: Option<freigabe_client::RawAnswer> = None;
        for authorization in &attempts {
            let what = format!("{authorization:?}");
            let answer = registration(authorization.clone()).send(&app.anonymous()).await.expect_status(401);
            assert_eq!(answer.header("www-authenticate"), Some("Bearer error=\"invalid_token\""), "{what}");
            assert_eq!(answer.header("cache-control"), Some("no-store"));
            assert_eq!(answer.json(), json!({ "error": "invalid_token" }));
            match &first {
                Some(first) => assert_indistinguishable(&what, &answer, first),
                None => first = Some(answer),
            }
        }
        assert_eq!(app.inspect().rows().await, before);
        let denied = ("registerClient".to_owned(), String::new(), "invalid_invitation".to_owned());
        assert_eq!(denials(&app).await, vec![denied; attempts.len()]);
    }

    async fn metadata_that_are_not_acceptable_use_no_token_up(app: TestApp) {
        let centre = a_centre(&app).await;
        let token = invited(&app, &centre, AKTE).await.registration_token;
        let key = a_key();
        let jwks = json!({ "keys": [public(&key)] });
        let private: Value = serde_json::from_str(&key.private_jwk()).unwrap();
        for (metadata, said) in [
            (json!({}), "jwks or jwks_uri is needed"),
            (json!({ "jwks": jwks, "jwks_uri": "https://h.example/jwks" }), "only one of jwks and jwks_uri"),
            (json!({ "jwks": { "keys": [] } }), "/jwks/keys"),
            (json!({ "jwks": { "keys": [public(&key), public(&a_key())] } }), "/jwks/keys"),
            (json!({ "jwks": { "keys": [private] } }), "/jwks/keys/0: the key has the private member `d`"),
            (json!({ "jwks": { "keys": [{ "kty": "oct", "k": "AA" }] } }), "/jwks/keys/0"),
            (json!({ "jwks": { "keys": [{ "kty": "OKP", "crv": "Ed25519", "x": "AA" }] } }), "`x` must have 32 bytes"),
            (json!({ "jwks": [] }), "/jwks: must be an object"),
            (json!({ "jwks_uri": "http://h.example/jwks" }), "/jwks_uri: must begin with https://"),
            (json!({ "jwks_uri": "https://u@h.example/jwks" }), "/jwks_uri: must not hold a user name or a password"),
            (json!({ "jwks_uri": 7 }), "/jwks_uri: must be a string"),
            (json!({ "jwks": jwks, "token_endpoint_auth_method": "client_secret_basic" }), "token_endpoint_auth_method must be private_key_jwt"),
            (json!({ "jwks": jwks, "grant_types": ["client_credentials", "password"] }), "grant_types must be client_credentials"),
            (json!({ "jwks": jwks, "grant_types": [] }), "grant_types must be client_credentials"),
            (json!({ "jwks": jwks, "scope": A_CENTRES }), "scope must be left out"),
            (json!([]), "must be an object"),
        ] {
            let body = metadata.to_string();
            refused(&app, &token, Raw::post("/oauth2/register").json(&metadata), said, &body).await;
        }
        for (bytes, said) in [
            (&b"{"[..], ""),
            (b"{\"jwks_uri\":\"https://h.example\",\"jwks_uri\":\"https://h.example\"}", "stands twice"),
            (&[b' '; 17 * 1024], "more than 16384 bytes"),
        ] {
            refused(&app, &token, Raw::post("/oauth2/register").body(bytes), said, "bytes").await;
        }
        let form = Raw::post("/oauth2/register").body("jwks_uri=x").header("content-type", "application/x-www-form-urlencoded");
        refused(&app, &token, form, "must be application/json", "a form").await;

        // What is not understood is ignored (RFC 7591 §2).
        let metadata = json!({ "jwks": jwks, "client_name": "Fallakte", "contacts": ["it@h.example"], "redirect_uris": [] });
        let request = Raw::post("/oauth2/register").json(&metadata).header("authorization", format!("bearer {token}"));
        let answer = request.send(&app.anonymous()).await.expect_status(201);
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        let answer = answer.json();
        assert_eq!(answer["client_id"], AKTE);
        assert!(answer.get("client_name").is_none() && answer.get("client_secret").is_none());
    }

    async fn an_organisation_that_is_not_there_is_invited_to_nothing(app: TestApp) {
        let operator = app.operator();
        let new = InviteClient { client_id: akte(), scopes: None };
        let _ = operator.invite_client(NOBODYS, &new).await.expect_problem(ProblemType::NotFound);
        let denied = ("inviteClient".to_owned(), OPERATOR.to_owned(), "not_found_or_not_yours".to_owned());
        assert_eq!(denials(&app).await, [denied]);
        let page = operator.list_clients(&PageQuery::default()).await.unwrap();
        let clients = page.items.iter().map(|client| client.client_id.as_str());
        assert!(clients.clone().all(|id| id != AKTE));
        assert!(clients.clone().is_sorted() && page.next.is_none());
        assert_eq!(clients.count(), app.network().clients().count());
        let first = trail_of(&app.auditor(), Operation::ClientAdded).await;
        assert!(first.iter().all(|event| text(event, "/actor/client").is_empty()), "at the machine");
    }
}

/// The token is good for nothing.
#[track_caller]
fn assert_worthless<T: std::fmt::Debug>(outcome: &Result<T, Error>) {
    match outcome {
        Err(Error::Registration(refused)) => {
            assert_eq!(
                (refused.status, refused.error.as_str()),
                (401, "invalid_token")
            );
        }
        other => panic!("{other:?}"),
    }
}

/// The metadata are refused with these words, and nothing is written.
async fn refused(app: &TestApp, token: &str, request: Raw, said: &str, what: &str) {
    let before = app.inspect().rows().await;
    let request = request.header("authorization", format!("Bearer {token}"));
    let answer = request.send(&app.anonymous()).await;
    assert_eq!(answer.status.as_u16(), 400, "{what}: {}", answer.text());
    let answer = answer.json();
    assert_eq!(answer["error"], "invalid_client_metadata", "{what}");
    let description = answer["error_description"].as_str().unwrap();
    assert!(description.contains(said), "{what}: {description}");
    let is_plain = |c: char| matches!(c, ' '..='~') && !matches!(c, '"' | '\\');
    assert!(description.chars().all(is_plain), "{what}: {description}");
    assert_eq!(app.inspect().rows().await, before, "{what}");
}
