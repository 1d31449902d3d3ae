//! Every change brings a receipt, and the log keeps what it promises.

use std::{collections::BTreeSet, sync::Arc};

use freigabe_client::{Client, KeptReceipt, Method, RawAnswer, RecentReceipts, register_keeping};
use freigabe_contract::{
    ProblemType, examples,
    log::{ReceiptCheck, ReceiptStatus},
    onboarding::InviteClient,
    registration::ClientMetadata,
};
use freigabe_ledger::{
    Hash, Leaf, NoteSigner, NoteVerifier, Policy, Receipt, SignedCheckpoint, TlogProof,
    checkpoint::Checkpoint, receipt,
};
use freigabe_testkit::{
    ExpectAnswer as _, ExpectRefusal as _, Raw, TestApp, a_consent, a_draft,
    expect::pointers,
    network::{AUDITOR, CENTRE_A, KB_HAMBURG, OPERATOR},
    on_both_databases,
    request::fresh_key,
    store::{ORIGIN, log_rules},
};
use serde_json::{Value, json};
use time::Duration;

use super::case_09_isolation::{
    description::{Described, operations},
    things::{Things, request},
};
use crate::support::{collected, recorded, released};

/// What is sent with a method that could change something, and changes nothing. The list only gets shorter: whatever changes
/// something is an event of the log, and brings a receipt.
const ONLY_ASK: &[&str] = &["checkReceipt", "drawAuditSample", "issueToken"];

fn log_keys() -> Vec<NoteVerifier> {
    log_rules()
        .signers
        .iter()
        .map(|signer| signer.verifier().clone())
        .collect()
}

/// The receipt of an answer, signed by the log's key.
#[track_caller]
fn receipt_of(answer: &RawAnswer) -> KeptReceipt {
    let receipt = KeptReceipt::of(answer).expect("a receipt that can be read");
    let receipt = receipt.unwrap_or_else(|| panic!("no receipt: {}", answer.text()));
    let promise = receipt.verify(&log_keys()).expect("the log's signature");
    assert_eq!(promise.origin, ORIGIN);
    receipt
}

#[track_caller]
fn has_none(answer: &RawAnswer) {
    assert_eq!(answer.header("freigabe-receipt"), None, "{}", answer.text());
}

/// The published description's operations that change something.
fn changes() -> Vec<Described> {
    let all = operations().into_iter();
    let all = all.filter(|operation| operation.method != Method::GET);
    all.filter(|operation| !ONLY_ASK.contains(&operation.id.as_str()))
        .collect()
}

/// Who may do it.
fn caller(app: &TestApp, operation: &Described) -> Client {
    match operation.callers.first().map(String::as_str) {
        Some("centre") => app.client(CENTRE_A),
        Some("office") => app.office(KB_HAMBURG),
        Some("coordination") => app.coordination(),
        Some("auditor") => app.client(AUDITOR),
        Some("operator") => app.client(OPERATOR),
        other => panic!("{}: nobody is known for {other:?}", operation.id),
    }
}

/// A request that changes something, after what has to be so before.
async fn change(app: &TestApp, operation: &Described) -> Raw {
    let things = Things::prepare(app).await;
    let usual = request(operation, &things.objects);
    match operation.id.as_str() {
        "acknowledgeDisclosure" => things.are_collected(app).await,
        "acknowledgeSecurityNotice" => things.are_read(app).await,
        "agreeContact" => things.are_accepted(app).await,
        "acknowledgeContactDetails" => things.are_fetched(app).await,
        "confirmContactErasure" => things.are_taken_back(app).await,
        "resumeClient" => {
            let all = operations();
            let suspends = all.iter().find(|other| other.id == "suspendClient");
            let suspends = request(suspends.expect("described"), &things.objects);
            let _ = suspends.send(&app.operator()).await.expect_status(200);
        }
        "addClient" => {
            let path = format!("/v1/clients/{}", fresh_key());
            let body = json!({
                "organisation_id": app.network().participant(CENTRE_A).organisation,
                "credential": { "type": "jwk", "jwk": examples::public_jwk() }
            });
            return Raw::new(Method::PUT, path).json(&body);
        }
        "setClientScopes" => return usual.json(&json!({ "scopes": ["directory:read"] })),
        "replaceClientCredential" => return usual.json(&examples::replace_client_credential()),
        _ => {}
    }
    usual
}

/// What has become of a receipt.
async fn check(app: &TestApp, receipt: &KeptReceipt) -> ReceiptCheck {
    app.coordination()
        .check_receipt(receipt)
        .await
        .expect("a checked receipt")
}

/// The promise was kept: the log has the leaf, as anybody can verify.
#[track_caller]
fn assert_kept(receipt: &KeptReceipt, check: &ReceiptCheck) {
    assert_eq!(check.status, ReceiptStatus::Included);
    let proof: TlogProof = check
        .tlog_proof
        .as_ref()
        .expect("a proof")
        .parse()
        .expect("a tlog-proof");
    assert_eq!(Some(proof.index), check.leaf_index);
    let policy = Policy::without_witnesses(log_keys()).unwrap();
    proof
        .verify(receipt.claimed().leaf.leaf_hash(), &policy)
        .expect("the leaf is in the log");
}

#[test]
fn every_change_is_described_with_its_receipt_and_nothing_else_is() {
    let description: Value = serde_json::from_str(&freigabe_http::openapi_json()).unwrap();
    let changes: BTreeSet<String> = changes()
        .into_iter()
        .map(|operation| operation.id)
        .collect();
    assert!(changes.len() > 16, "{changes:?}");
    for operation in operations() {
        let method = operation.method.as_str().to_lowercase();
        let responses = description["paths"][&operation.path][&method]["responses"]
            .as_object()
            .unwrap();
        for (status, response) in responses {
            let is_described = response["headers"].get("Freigabe-Receipt").is_some();
            let expected = status.starts_with('2') && changes.contains(&operation.id);
            assert_eq!(is_described, expected, "{} {status}", operation.id);
        }
    }
}

/// Whether what is repeated is an event of its own: content was seen once more.
fn has_an_event_each_time(operation: &Described) -> bool {
    matches!(
        operation.id.as_str(),
        "collectDisclosure" | "collectContactDetails" | "readSecurityNotice"
    )
}

on_both_databases! {
    async fn every_change_brings_a_receipt_and_the_log_keeps_it(app: TestApp) {
        let mut receipts = Vec::new();
        for operation in changes() {
            let receipt = if operation.id == "registerClient" {
                registration(&app).await
            } else {
                let request = change(&app, &operation).await;
                let answer = request.send(&caller(&app, &operation)).await;
                assert!(answer.status.is_success(), "{}: {}", operation.id, answer.text());
                receipt_of(&answer)
            };
            receipts.push((operation.id, receipt));
        }
        let leaves: BTreeSet<_> = receipts.iter().map(|(_, receipt)| receipt.claimed().leaf.encode()).collect();
        assert_eq!(leaves.len(), receipts.len(), "each has an event of its own");
        for (id, receipt) in &receipts {
            // What later preparations published is in already.
            let status = check(&app, receipt).await.status;
            assert!(matches!(status, ReceiptStatus::Pending | ReceiptStatus::Included), "{id}");
        }
        app.publish_log().await;
        for (id, receipt) in &receipts {
            println!("{id}");
            assert_kept(receipt, &check(&app, receipt).await);
        }
    }

    async fn a_repeated_change_brings_the_receipt_of_the_event_that_did_it(app: TestApp) {
        for operation in changes().into_iter().filter(|operation| operation.is_keyed) {
            let request = change(&app, &operation).await;
            let caller = caller(&app, &operation);
            let first = receipt_of(&request.send(&caller).await);
            app.advance(Duration::seconds(30));
            let second = receipt_of(&request.send(&caller).await);
            if has_an_event_each_time(&operation) {
                assert_ne!(first.claimed().leaf, second.claimed().leaf, "each collection and each reading is an event of its own");
            } else {
                assert_eq!(first, second, "{}", operation.id);
            }
        }
    }

    async fn of_the_same_request_twice_at_once_one_does_it_and_both_are_told_so(app: TestApp) {
        let mut otherwise = Vec::new();
        for operation in changes().into_iter().filter(|operation| operation.is_keyed) {
            let request = change(&app, &operation).await;
            let caller = caller(&app, &operation);
            let (one, other) = tokio::join!(request.send(&caller), request.send(&caller));
            let refused = [&one, &other].into_iter().find(|answer| !answer.status.is_success());
            if let Some(refused) = refused {
                otherwise.push(format!("{}: {} {}", operation.id, refused.status, refused.text()));
            } else if (receipt_of(&one) == receipt_of(&other)) == has_an_event_each_time(&operation) {
                otherwise.push(format!("{}: two receipts", operation.id));
            }
        }
        assert_eq!(otherwise, Vec::<String>::new());
    }

    async fn a_repeated_withdrawal_brings_the_receipt_of_the_first(app: TestApp) {
        let centre = app.centre_a();
        let consent = recorded(&centre, a_consent()).await.record_id;
        let withdraws = Raw::post(format!("/v1/consents/{consent}/withdrawal"));
        let first = receipt_of(&withdraws.send(&centre).await);
        app.advance(Duration::minutes(5));
        assert_eq!(receipt_of(&withdraws.send(&centre).await), first, "while it waits");
        app.publish_log().await;
        assert_eq!(receipt_of(&withdraws.send(&centre).await), first, "when it is in the log");
        assert_kept(&first, &check(&app, &first).await);
    }

    async fn a_client_that_is_so_already_brings_none(app: TestApp) {
        let path = "/v1/clients/coordination.reports";
        let body = json!({
            "organisation_id": app.network().participant(CENTRE_A).organisation,
            "credential": { "type": "jwk", "jwk": examples::public_jwk() }
        });
        let operator = app.operator();
        let adds = Raw::new(Method::PUT, path).json(&body);
        let _ = receipt_of(&adds.send(&operator).await);
        has_none(&adds.send(&operator).await.expect_status(201));
        let suspends = Raw::post(format!("{path}/suspension"));
        let _ = receipt_of(&suspends.send(&operator).await);
        has_none(&suspends.send(&operator).await.expect_status(200));
    }

    async fn what_is_refused_brings_none(app: TestApp) {
        let centre = app.centre_a();
        let consent = recorded(&centre, a_consent()).await.record_id;
        centre.withdraw_consent(consent).await.unwrap();
        let refused = Raw::post("/v1/disclosures").json(&a_draft(consent).build()).send(&centre).await;
        has_none(&refused.expect_status(422));
        has_none(&Raw::post("/v1/consents").body("{").send(&centre).await.expect_status(400));
        let foreign = Raw::post(format!("/v1/consents/{consent}/withdrawal"));
        has_none(&foreign.send(&app.centre_b()).await.expect_status(404));
        has_none(&foreign.send(&app.anonymous()).await.expect_status(401));
        has_none(&Raw::get(format!("/v1/consents/{consent}")).send(&centre).await.expect_status(200));
    }

    async fn a_receipt_says_nothing_but_its_leaf_and_its_time(app: TestApp) {
        let receipts = Arc::new(RecentReceipts::default());
        let centre = app.centre_a().keeping_receipts(receipts.clone());
        let office = app.office(KB_HAMBURG).keeping_receipts(receipts.clone());
        let consent = recorded(&centre, a_consent().of("KANARIE-1", "KANARIE-2")).await;
        let disclosure = released(&centre, a_draft(consent.record_id)).await;
        collected(&office, disclosure.id).await;
        office.acknowledge_disclosure(disclosure.id, None).await.unwrap();
        centre.withdraw_consent(consent.record_id).await.unwrap();
        let all = receipts.all();
        assert_eq!(all.len(), 5);
        for receipt in all {
            // Four lines of a known form hold nothing else: they are written again out of leaf, origin and time.
            let Receipt { origin, leaf, merge_by } = receipt.claimed().clone();
            let again = Receipt { origin, leaf: Leaf::decode(&leaf.encode()).unwrap(), merge_by };
            assert_eq!(receipt.note().text(), again.to_string());
            assert_eq!(receipt.note().signatures().len(), 1);
            let text = receipt.note().to_string();
            for canary in ["KANARIE", &consent.record_id.to_string(), &disclosure.id.to_string(), CENTRE_A, KB_HAMBURG] {
                assert!(!text.contains(canary), "{canary} in {text}");
            }
        }
    }

    async fn what_is_no_receipt_of_this_log_is_refused(app: TestApp) {
        let genuine = a_receipt(&app).await;
        let promise = genuine.claimed().clone();
        let signed_by = |origin: &str, seed: u8| {
            let promise = Receipt { origin: origin.to_owned(), ..promise.clone() };
            let signer = NoteSigner::from_seed(origin, &[seed; 32]).unwrap();
            receipt::to_header(&promise.sign(&[&signer]).unwrap())
        };
        let text = genuine.note().to_string();
        let altered = |from: &str, to: &str| {
            let altered = text.replacen(from, to, 1);
            assert_ne!(altered, text);
            receipt::to_header(&freigabe_ledger::Note::parse(&altered).unwrap())
        };
        let year = text.lines().nth(3).unwrap()[..4].to_owned();
        let own = log_rules().signers.remove(0);
        let checkpoint = Checkpoint { origin: ORIGIN.to_owned(), size: 1, root: Hash::EMPTY };
        let checkpoint = SignedCheckpoint::sign(&checkpoint, &[&own]).unwrap();
        let forged = [
            ("another key under the same name", signed_by(ORIGIN, 8)),
            ("another log", signed_by("log.example.org/other", 7)),
            ("another time", altered(&format!("\n{year}-"), "\n2099-")),
            ("another origin in the text", altered(&format!("\n{ORIGIN}\n"), "\nlog.example.org/other\n")),
            ("a checkpoint of the log itself", receipt::to_header(checkpoint.note())),
            ("half of one", genuine.to_header()[..80].to_owned()),
            ("anything", "AAAA".to_owned()),
        ];
        for (what, forged) in forged {
            let check = Raw::post("/v1/log/receipt-checks").json(&json!({ "receipt": forged }));
            let answer = check.send(&app.centre_b()).await;
            let problem = answer.expect_problem(ProblemType::ForeignReceipt);
            assert_eq!(pointers(&problem), ["/receipt"], "{what}");
        }
        for malformed in ["", "not base64url!", "AAAA=="] {
            let check = Raw::post("/v1/log/receipt-checks").json(&json!({ "receipt": malformed }));
            let problem = check.send(&app.centre_b()).await.expect_problem(ProblemType::InvalidBody);
            assert_eq!(pointers(&problem), ["/receipt"], "{malformed}");
        }
    }

    async fn a_broken_promise_is_told(app: TestApp) {
        let late = a_receipt(&app).await;
        app.advance(Duration::seconds(55));
        assert_eq!(check(&app, &late).await.status, ReceiptStatus::Pending);
        app.advance(Duration::seconds(10));
        let told = check(&app, &late).await;
        assert_eq!((told.status, told.tlog_proof), (ReceiptStatus::Overdue, None));

        let own = log_rules().signers.remove(0);
        let signed = |promise: &Receipt| {
            KeptReceipt::from_header(&receipt::to_header(&promise.sign(&[&own]).unwrap())).unwrap()
        };
        let mut never = late.claimed().clone();
        never.leaf.commitment = freigabe_ledger::Commitment::from_bytes([9; 32]);
        assert_eq!(check(&app, &signed(&never)).await.status, ReceiptStatus::Unknown);
        app.publish_log().await;
        assert_kept(&late, &check(&app, &late).await);
        // The same commitment is not the same leaf.
        let mut otherwise = late.claimed().clone();
        otherwise.leaf.expiry_year += 1;
        assert_eq!(check(&app, &signed(&otherwise)).await.status, ReceiptStatus::Unknown);
    }

    async fn a_client_that_knows_the_key_takes_no_other_receipt(app: TestApp) {
        let receipts = Arc::new(RecentReceipts::default());
        let with_key = |seed| {
            let participant = app.network().participant(CENTRE_A);
            let key = NoteSigner::from_seed(ORIGIN, &[seed; 32]).unwrap().verifier().clone();
            Client::builder(app.url(), participant.credentials.clone())
                .receipts(receipts.clone())
                .log_keys(vec![key])
                .build()
                .unwrap()
        };
        recorded(&with_key(7), a_consent()).await;
        let error = with_key(8).record_consent(&a_consent().record(), None).await.unwrap_err();
        assert!(error.to_string().contains("receipt"), "{error}");
        assert_eq!(receipts.all().len(), 2, "what came is kept as evidence");
    }

    async fn an_event_has_a_proof_once_it_is_published(app: TestApp) {
        let (centre, auditor) = (app.centre_a(), app.auditor());
        let consent = recorded(&centre, a_consent()).await.record_id;
        let event = crate::support::trail::trail_of_consent(&auditor, consent).await.remove(0);
        let path = format!("/v1/audit/events/{}/proof", event.id);
        let early = Raw::get(&path).send(&auditor).await;
        assert_eq!(early.header("retry-after"), Some("5"));
        let _ = early.expect_problem(ProblemType::NotYetPublished);
        app.publish_log().await;
        let proof = auditor.get_audit_event_proof(event.id).await.unwrap();
        assert_eq!(proof.event_id, event.id);
        let leaf = Leaf::decode(&decoded(&proof.leaf)).unwrap();
        let salt = freigabe_ledger::Salt::from_bytes(decoded(&proof.salt).try_into().unwrap());
        assert_eq!(leaf.commitment, freigabe_ledger::Commitment::over(&salt, event.payload.as_bytes()));
        assert_eq!((leaf.commitment.to_string(), leaf.expiry_year), (event.commitment, event.expiry_year));
        let tlog_proof: TlogProof = proof.tlog_proof.parse().unwrap();
        assert_eq!(tlog_proof.index, proof.leaf_index);
        let policy = Policy::without_witnesses(log_keys()).unwrap();
        tlog_proof.verify(leaf.leaf_hash(), &policy).unwrap();
        let asked = crate::support::trail::trail_of(&auditor, freigabe_contract::vocabulary::Operation::AuditQueried).await;
        let of_this = asked.iter().filter(|asked| asked.payload.contains(&format!("\"event\":\"{}\"", event.id)));
        assert_eq!(of_this.count(), 2, "each reading is in the log");
        let refused = app.centre_b().get_audit_event_proof(event.id).await;
        let _ = refused.expect_problem(ProblemType::Forbidden);
    }
}

fn decoded(base64: &str) -> Vec<u8> {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD
        .decode(base64)
        .expect("base64")
}

/// The receipt of a consent that was just recorded.
async fn a_receipt(app: &TestApp) -> KeptReceipt {
    let receipts = Arc::new(RecentReceipts::default());
    recorded(
        &app.centre_a().keeping_receipts(receipts.clone()),
        a_consent(),
    )
    .await;
    receipts.last().expect("a receipt")
}

/// The receipt that an invited client gets with its registration.
async fn registration(app: &TestApp) -> KeptReceipt {
    let centre = app.network().participant(CENTRE_A).organisation;
    let client_id = freigabe_contract::ClientId::new("hafenlicht-zweite");
    let invites = InviteClient {
        client_id,
        scopes: None,
    };
    let invitation = app
        .operator()
        .invite_client(centre, &invites)
        .await
        .expect("an invitation");
    let metadata: ClientMetadata = serde_json::from_value(examples::client_metadata()).unwrap();
    let receipts = Arc::new(RecentReceipts::default());
    register_keeping(
        app.url(),
        &invitation.registration_token,
        &metadata,
        receipts.clone(),
    )
    .await
    .expect("a registered client");
    let receipt = receipts.last().expect("a receipt");
    receipt.verify(&log_keys()).expect("the log's signature");
    receipt
}
