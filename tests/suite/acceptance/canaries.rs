//! Words that people told never get into logs, addresses or errors.

use freigabe_client::{Method, RawAnswer};
use freigabe_contract::{
    ProblemType,
    contact_pair::ContactPair,
    disclosure::Details,
    examples::{self, public_jwk},
    onboarding::InviteClient,
    vocabulary::{Category, Handling, NoticeAnswerKind, PersonRole},
    withdrawal::AnswerWithdrawalNotice,
};
use freigabe_testkit::{
    Backend, ExpectAnswer as _, ExpectRefusal as _, Raw, TestApp, a_consent, a_draft, an_item,
    logs,
    network::{CENTRE_A, HAMBURG, KB_HAMBURG},
    on_both,
    request::fresh_key,
};
use serde_json::json;
use uuid::Uuid;

use super::contact::Helped;
use crate::support::{collected, directory::entry_of, recorded, released};

/// Nothing else says this.
const CANARIES: &[&str] = &["Kanarienvogel", "KANARIEN", "HH KV 4711", "+49 40 4711"];

#[test]
fn on_sqlite_no_log_line_and_no_error_repeats_what_people_told() {
    on_both::run(tell_everything(Backend::Sqlite));
}

#[test]
fn on_postgres_no_log_line_and_no_error_repeats_what_people_told() {
    on_both::run(tell_everything(Backend::Postgres));
}

/// An office asks for help for a person; and somebody searches for it, of which only the page itself repeats what was typed.
async fn asked_for_help(app: &TestApp, answers: &mut Vec<RawAnswer>) {
    let office = app.office(KB_HAMBURG);
    let mut body = examples::note_involvement();
    body["offer_to"] = json!([]);
    body["case_reference"] = "KANARIEN-2".into();
    body["person_reference"] = "KANARIEN-3".into();
    let noted = Raw::post("/v1/involvements")
        .json(&body)
        .send(&office)
        .await;
    answers.push(noted.expect_status(201));
    for (place, value) in [
        ("/person_reference", "Kanarienvogel Muster"),
        ("/needed/postcode", "KANARIEN"),
        ("/needed/language", "Kanarienvogel"),
        ("/suspicion_noted_at", "Kanarienvogel"),
    ] {
        let mut bad = body.clone();
        *bad.pointer_mut(place).unwrap() = value.into();
        answers.push(Raw::post("/v1/involvements").json(&bad).send(&office).await);
    }
    who_she_is(app, answers).await;
    let form = Raw::new(Method::POST, "/help")
        .body("place=Kanarienvogel")
        .header("content-type", "application/x-www-form-urlencoded");
    let _ = form.send(&app.anonymous()).await.expect_status(422);
}

/// An office and a centre name each other whom to call: well, badly, and to nobody else.
async fn whom_to_call(app: &TestApp, answers: &mut Vec<RawAnswer>) {
    let (centre, office) = (app.centre_c(), app.office(KB_HAMBURG));
    let contact = json!({
        "role": "management", "name": "Kanarienvogel", "channel": "phone", "value": "+49 40 4711", "reachable": "Kanarienvogel"
    });
    let with = json!({ "type": "office", "office": KB_HAMBURG });
    let body = json!({ "with": with, "contacts": [contact] });
    let opening = |body: &serde_json::Value| Raw::post("/v1/contact-pairs").json(body);
    for (place, value) in [
        ("/contacts/0/role", "Kanarienvogel"),
        ("/contacts/0/channel", "Kanarienvogel"),
        ("/contacts/0/value", "Kanarienvogel +49 40 4711"),
        ("/contacts/0/name", "Kanarienvogel \u{0}"),
        ("/with/office", "Kanarienvogel"),
        ("/with/type", "Kanarienvogel"),
    ] {
        let mut bad = body.clone();
        *bad.pointer_mut(place).expect("a place") = value.into();
        answers.push(opening(&bad).send(&centre).await);
    }
    let opened = opening(&body).send(&centre).await.expect_status(201);
    answers.push(opening(&body).send(&centre).await.expect_status(409));
    let opened: ContactPair = opened.read();
    let path = format!("/v1/contact-pairs/{}", opened.id);
    // The other side reads it.
    let read = Raw::get(path.clone()).send(&office).await;
    assert!(read.expect_status(200).text().contains("Kanarienvogel"));
    answers.push(Raw::get(path.clone()).send(&app.centre_a()).await);
    let own = json!({ "contacts": [contact, contact] });
    let twice = Raw::new(Method::PUT, format!("{path}/contacts")).json(&own);
    let twice = twice.header("if-match", "\"0\"").send(&office).await;
    answers.push(twice.expect_status(400));
    for list in ["/v1/contact-pairs", "/v1/offices-without-contact"] {
        let listed = Raw::get(list).send(&app.coordination()).await;
        let listed = listed.expect_status(200).text();
        assert!(CANARIES.iter().all(|canary| !listed.contains(canary)));
    }
}

/// An office tells the centre that helps who the person is: as she allowed it, and otherwise.
async fn who_she_is(app: &TestApp, answers: &mut Vec<RawAnswer>) {
    let helped = Helped::by_centre_a(app).await;
    let consent = helped.consent(|terms| {
        terms["collected_by"] = "KANARIEN-WACHE".into();
        terms["retention"]["basis"] = "Kanarienvogel als Grund".into();
        terms["evidence"]["kept_at"] = "Kanarienvogel im Tresor".into();
    });
    let consent = helped.record(&consent).await;
    let told = helped.told(consent).await;
    let path = format!("/v1/contact-consents/{consent}/contact-details");
    for items in [
        json!([{ "kind": "whereabouts", "text": "Kanarienvogel" }]),
        json!([{ "kind": "name", "text": "Kanarienvogel \u{0}" }]),
        json!([{ "kind": "Kanarienvogel", "text": "Kanarienvogel" }]),
    ] {
        let body = json!({ "centre_id": helped.entry, "items": items });
        let request = Raw::post(path.clone()).json(&body);
        answers.push(request.send(&helped.office).await);
    }
    let collection = format!("/v1/contact-details/{}/collection", told.id);
    // Who may read it reads it.
    let collected = Raw::post(collection.clone()).send(&helped.centre).await;
    let _ = collected.expect_status(200);
    let withdrawn = helped.office.withdraw_contact_consent(consent).await;
    withdrawn.expect("withdrawn");
    answers.push(Raw::post(collection).send(&helped.centre).await);
}

/// An office warns the centre of what threatens the person of a message that it collected: as it should, and otherwise.
async fn warned(app: &TestApp, disclosure: Uuid, answers: &mut Vec<RawAnswer>) {
    let (centre, office) = (app.centre_a(), app.office(KB_HAMBURG));
    let mut body = examples::issue_security_notice();
    body["audience"]["subject"]["known_from"]["disclosure_id"] = json!(disclosure);
    body["assessment"]["statements"][0]["text"] = "Kanarienvogel fragt nach HH KV 4711".into();
    for (place, value) in [
        (
            "/assessment/statements/1/text",
            "Kanarienvogel, p-0f1e2d3c4b5a69788796a5b4c3d2e1f0",
        ),
        ("/assessment/statements/1/text", "Kanarienvogel \u{0}"),
        ("/assessment/level", "Kanarienvogel"),
        ("/audience/type", "Kanarienvogel"),
        (
            "/audience/subject/known_from/disclosure_id",
            "Kanarienvogel",
        ),
        ("/kind", "threat_centre"),
        ("/valid_until", "Kanarienvogel"),
    ] {
        let mut bad = body.clone();
        *bad.pointer_mut(place).unwrap() = value.into();
        let request = Raw::post("/v1/security-notices").json(&bad);
        answers.push(request.send(&office).await);
    }
    let issued = Raw::post("/v1/security-notices").json(&body);
    let issued = issued.send(&office).await.expect_status(201);
    assert!(!issued.text().contains("Kanarienvogel"), "nor told again");
    let location = issued.header("location").expect("a Location");
    let id = location.rsplit('/').next().unwrap();
    let at = |act: &str| Raw::post(format!("/v1/security-inbox/{id}/{act}"));
    answers.push(at("reading").send(&centre).await);
    let centre = centre.on_behalf_of("LEITUNG-1").unwrap();
    // Who may read it reads it.
    let read = at("reading").send(&centre).await.expect_status(200);
    assert!(read.text().contains("Kanarienvogel fragt"));
    for role in ["counsellor", "Kanarienvogel"] {
        let acknowledged = at("acknowledgement").json(&json!({ "role": role }));
        answers.push(acknowledged.send(&centre).await);
    }
    let withdrawal = Raw::post(format!("/v1/security-notices/{id}/withdrawal"));
    answers.push(withdrawal.send(&office).await.expect_status(200));
    let role = json!({ "role": "management" });
    answers.push(at("acknowledgement").json(&role).send(&centre).await);
}

/// An office gives a case away, well and badly. Which body has it now the centre reads, and is told when it would release more; nobody else.
async fn given_away(app: &TestApp, answers: &mut Vec<RawAnswer>) {
    let (centre, office) = (app.centre_a(), app.office(KB_HAMBURG));
    let consent = a_consent().of("2026/KANARIEN.4", "KANARIEN-4");
    let consent = recorded(&centre, consent).await.record_id;
    let message = released(&centre, a_draft(consent)).await.id;
    let body = json!({
        "known_from": { "type": "disclosure", "disclosure_id": message },
        "to": { "type": "prosecution", "land": "DE-HH", "unit": "Kanarienvogel, +49 40 4711" }
    });
    let giving = |body: &serde_json::Value| Raw::post("/v1/handovers").json(body);
    for (place, value) in [
        ("/to/unit", "Kanarienvogel \u{0}"),
        ("/to/unit", &"Kanarienvogel ".repeat(40)),
        ("/to/type", "Kanarienvogel"),
        ("/to/land", "Kanarienvogel"),
        ("/known_from/disclosure_id", "Kanarienvogel"),
    ] {
        let mut bad = body.clone();
        *bad.pointer_mut(place).expect("a place") = value.into();
        answers.push(giving(&bad).send(&office).await.expect_status(400));
    }
    for other in [app.office(HAMBURG), centre.clone()] {
        answers.push(giving(&body).send(&other).await);
    }
    let key = fresh_key();
    let given = giving(&body).key(&key).send(&office).await;
    let given = given.expect_status(201);
    let path = path_of(&given);
    answers.push(given);
    let mut elsewhere = body.clone();
    elsewhere["to"]["unit"] = "Kanarienvogel".into();
    for again in [giving(&body), giving(&elsewhere).key(&key)] {
        let again = again.send(&office).await;
        assert!(!again.status.is_success());
        answers.push(again);
    }
    // The centre reads it.
    let read = Raw::get(path.clone()).send(&centre).await;
    assert!(read.expect_status(200).text().contains("Kanarienvogel"));
    answers.push(Raw::get(path.clone()).send(&app.centre_b()).await);
    for acknowledged in [200, 409] {
        let acknowledgement = Raw::post(format!("{path}/acknowledgement"));
        let answer = acknowledgement.send(&centre).await;
        answers.push(answer.expect_status(acknowledged));
    }
    let redirection = Raw::post(format!("/v1/disclosures/{message}/redirection"));
    answers.push(redirection.send(&centre).await.expect_status(409));
}

/// A centre and an office agree on something: what it is called, and where it lies, is told to those who take part alone.
async fn agreed(app: &TestApp, answers: &mut Vec<RawAnswer>) {
    let (centre, office) = (app.centre_a(), app.office(KB_HAMBURG));
    let mut body = examples::propose_regional_agreement();
    body["title"] = "Vereinbarung Kanarienvogel".into();
    body["reference"] = "Akte HH KV 4711".into();
    body["offices"] = json!([KB_HAMBURG]);
    body["centres"] = json!([entry_of(&centre).await]);
    body["deviations"]["competent_offices"] = json!([]);
    let proposing = |body: &serde_json::Value| Raw::post("/v1/regional-agreements").json(body);
    for (place, value) in [
        ("/title", json!("Kanarienvogel \u{0}")),
        ("/title", json!("Kanarienvogel ".repeat(40))),
        ("/reference", json!("HH KV 4711 \u{0}")),
        ("/offices", json!(["Kanarienvogel"])),
        ("/centres", json!(["Kanarienvogel"])),
        ("/area", json!({ "postcodes": ["KANARIEN"] })),
        ("/precedence", json!("Kanarienvogel")),
        ("/valid_from", json!("Kanarienvogel")),
        ("/replaces", json!("Kanarienvogel")),
    ] {
        let mut bad = body.clone();
        bad[&place[1..]] = value;
        answers.push(proposing(&bad).send(&centre).await.expect_status(400));
    }
    for other in [app.office(HAMBURG), app.centre_b(), app.coordination()] {
        let answer = proposing(&body).send(&other).await;
        assert!(!answer.status.is_success(), "it is not theirs to propose");
        answers.push(answer);
    }
    let proposed = proposing(&body).send(&centre).await.expect_status(201);
    let path = path_of(&proposed);
    answers.push(proposed);
    for (act, by, status) in [
        ("confirmation", app.centre_b(), 404),
        ("confirmation", office.clone(), 200),
        ("confirmation", office.clone(), 409),
        ("ending", app.office(HAMBURG), 404),
        ("ending", centre.clone(), 200),
        ("ending", office, 409),
        ("confirmation", centre, 409),
    ] {
        let answer = Raw::post(format!("{path}/{act}")).send(&by).await;
        answers.push(answer.expect_status(status));
    }
    // The coordination reads it.
    let read = Raw::get(path.clone()).send(&app.coordination()).await;
    assert!(read.expect_status(200).text().contains("Kanarienvogel"));
    answers.push(Raw::get(path).send(&app.auditor()).await);
}

/// Where it lies that was made.
fn path_of(made: &RawAnswer) -> String {
    made.header("location").expect("a Location").to_owned()
}

/// Everything that a centre and an office can say, said well and badly.
async fn tell_everything(backend: Backend) {
    logs::keep_everything();
    let app = TestApp::start(backend).await;
    let (centre, office) = (app.centre_a(), app.office(KB_HAMBURG));
    let mut answers = Vec::new();

    let consent = a_consent()
        .of("2026/KANARIEN.1", "KANARIEN-1")
        .handling(Handling::H1, "Kanarienvogel: nur mündlich")
        .with(|terms| {
            terms.collected_by = "KANARIEN-BERAT".into();
            terms.retention.basis = "Kanarienvogel als Grund".into();
            if let Some(evidence) = &mut terms.evidence {
                evidence.kept_at = "Kanarienvogel im Tresor".into();
            }
        });
    let consent = recorded(&centre, consent).await;
    let draft = a_draft(consent.record_id).items([
        an_item(Category::Vehicle)
            .text("Kanarienvogel am Steuer")
            .details(Details::Vehicle {
                registration: Some("HH KV 4711".into()),
                country: None,
                make_and_model: None,
                colour: None,
            }),
        an_item(Category::TravelRoute)
            .without_text()
            .details(Details::Person {
                role: PersonRole::Witness,
                name: Some("Kanarienvogel".into()),
                description: Some("ruft an von +49 40 4711".into()),
            }),
    ]);
    let disclosure = released(&centre, draft.clone()).await;
    collected(&office, disclosure.id).await;

    // Refused by the gate, and by the schema.
    let uncovered = a_draft(consent.record_id)
        .items([an_item(Category::PhoneNumber).text("Kanarienvogel +49 40 4711")]);
    answers.push(
        Raw::post("/v1/disclosures")
            .json(&uncovered.build())
            .send(&centre)
            .await,
    );
    for (place, value) in [
        ("/items/0/text", "Kanarienvogel \u{0} HH KV 4711"),
        ("/items/0/category", "Kanarienvogel"),
        (
            "/items/0/details/registration",
            &"Kanarienvogel ".repeat(20),
        ),
        ("/recipient", "Kanarienvogel"),
        ("/consent_id", "Kanarienvogel"),
        ("/matter/postcode", "KANARIEN"),
    ] {
        let mut body = serde_json::to_value(draft.clone().build()).unwrap();
        *body.pointer_mut(place).unwrap() = value.into();
        answers.push(Raw::post("/v1/disclosures").json(&body).send(&centre).await);
    }
    let mut bad = serde_json::to_value(a_consent().record()).unwrap();
    bad["pii_principal_id"] = "Kanarienvogel Muster".into();
    answers.push(Raw::post("/v1/consents").json(&bad).send(&centre).await);
    for bytes in [
        &br#"{"case_reference":"Kanarienvogel"#[..],
        b"{\"case_reference\":\"Kanarienvogel\xff\"}",
        b"Kanarienvogel",
    ] {
        answers.push(Raw::post("/v1/consents").body(bytes).send(&centre).await);
    }
    // In places where nobody should put it.
    for request in [
        Raw::get("/v1/consents/Kanarienvogel"),
        Raw::get("/v1/consents?cursor=Kanarienvogel"),
        Raw::get("/v1/consents?limit=Kanarienvogel"),
        // Nobody who looks for help is in a log.
        Raw::get("/v1/counselling-centres?place=Kanarienvogel"),
        Raw::get("/v1/counselling-centres?postcode=KANARIEN"),
        Raw::get("/v1/places?name=Kanarienvogel"),
        Raw::get("/v1/counselling-centres/Kanarienvogel"),
        Raw::get("/Kanarienvogel"),
        Raw::new(Method::DELETE, "/v1/disclosures/Kanarienvogel"),
        Raw::post("/v1/consents")
            .key("Kanarienvogel in the key")
            .json(&a_consent().record()),
        Raw::get("/v1/consents").token("Kanarienvogel"),
        Raw::get("/v1/consents")
            .header("request-id", "Kanarienvogel")
            .header("traceparent", "Kanarienvogel"),
        Raw::get("/v1/consents").header("user-agent", "Kanarienvogel"),
        Raw::get("/v1/consents").header("forwarded", "for=Kanarienvogel"),
    ] {
        answers.push(request.send(&centre).await);
    }
    let form = "grant_type=client_credentials&client_id=Kanarienvogel&client_assertion=Kanarienvogel&client_assertion_type=Kanarienvogel";
    let token = Raw::post("/oauth2/token")
        .body(form)
        .header("content-type", "application/x-www-form-urlencoded");
    answers.push(token.send(&app.anonymous()).await);

    asked_for_help(&app, &mut answers).await;
    warned(&app, disclosure.id, &mut answers).await;
    whom_to_call(&app, &mut answers).await;
    given_away(&app, &mut answers).await;
    agreed(&app, &mut answers).await;

    let tokens = registration_tokens(&app, &mut answers).await;

    centre.withdraw_consent(consent.record_id).await.unwrap();
    let _ = office
        .collect_disclosure(disclosure.id, None)
        .await
        .expect_problem(ProblemType::NotFound);
    let notices = office
        .list_withdrawal_notices(true, &Default::default())
        .await
        .unwrap();
    let retained = AnswerWithdrawalNotice {
        answer: NoticeAnswerKind::Retained,
        legal_basis: Some("§ 163 StPO, Akte Kanarienvogel".into()),
    };
    office
        .answer_withdrawal_notice(notices.items[0].id, &retained, None)
        .await
        .unwrap();

    for location in answers
        .iter()
        .filter_map(|answer| answer.header("location"))
    {
        let repeated = CANARIES.iter().find(|canary| location.contains(**canary));
        assert_eq!(repeated, None, "an address repeats it: {location}");
    }
    for answer in answers.iter().filter(|answer| !answer.status.is_success()) {
        for canary in CANARIES {
            assert!(
                !answer.text().contains(canary),
                "an error repeats {canary:?}: {}",
                answer.text()
            );
            for (name, value) in &answer.headers {
                let value = String::from_utf8_lossy(value.as_bytes());
                assert!(
                    !value.contains(canary),
                    "the header {name} repeats {canary:?}: {value}"
                );
            }
        }
    }

    let log = logs::kept();
    assert!(log.contains("answered"), "the server's log was kept");
    // What this test's own HTTP client says to itself is not the server's log.
    let of_the_server = log
        .lines()
        .filter(|line| !CLIENT_SIDE.iter().any(|name| line.contains(name)));
    let secret_key = &app.network().participant(CENTRE_A).credentials.private_jwk;
    let bearer = centre.access_token().await.unwrap().token;
    for line in of_the_server {
        for canary in CANARIES
            .iter()
            .copied()
            .chain([secret_key.as_str(), bearer.as_str()])
            .chain(tokens.iter().map(String::as_str))
        {
            assert!(!line.contains(canary), "the log repeats {canary:?}: {line}");
        }
    }
}

/// Invitations are made, refused and accepted: whoever has such a token can register.
async fn registration_tokens(app: &TestApp, answers: &mut Vec<RawAnswer>) -> Vec<String> {
    let operator = app.operator();
    let mut tokens = Vec::new();
    for client in ["canary.one", "canary.two"] {
        let centre = app.network().participant(CENTRE_A).organisation;
        let new = InviteClient {
            client_id: client.into(),
            scopes: None,
        };
        let invitation = operator.invite_client(centre, &new).await.unwrap();
        assert!(!format!("{invitation:?}").contains(&invitation.registration_token));
        tokens.push(invitation.registration_token);
    }
    for (token, metadata, status) in [
        (
            &tokens[0],
            json!({ "jwks_uri": "http://Kanarienvogel/" }),
            400,
        ),
        (
            &tokens[0],
            json!({ "jwks": { "keys": [{ "kty": "OKP", "d": "Kanarienvogel" }] } }),
            400,
        ),
        (
            &tokens[0],
            json!({ "jwks": { "keys": [public_jwk()] } }),
            201,
        ),
        (
            &tokens[0],
            json!({ "jwks": { "keys": [public_jwk()] } }),
            401,
        ),
    ] {
        let request = Raw::post("/oauth2/register")
            .json(&metadata)
            .header("authorization", format!("Bearer {token}"));
        let answer = request.send(&app.anonymous()).await;
        assert_eq!(answer.status.as_u16(), status, "{}", answer.text());
        assert!(!answer.text().contains(token.as_str()));
        answers.push(answer);
    }
    let wrong = Raw::get("/v1/consents").header("authorization", format!("Bearer {}", tokens[1]));
    answers.push(wrong.send(&app.anonymous()).await);
    tokens
}

/// Libraries that only the client uses.
const CLIENT_SIDE: &[&str] = &["hyper", "reqwest", "h2::"];
