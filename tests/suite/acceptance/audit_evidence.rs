//! The evidence of one event: a package that proves it without this server.

use std::io::{Cursor, Read as _};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use freigabe_contract::{ProblemType, audit::AuditEvent, vocabulary::Operation};
use freigabe_ledger::{Commitment, Leaf, NoteVerifier, Policy, Salt, TlogProof};
use freigabe_testkit::{ExpectRefusal as _, TestApp, a_consent, on_both_databases};
use serde_json::json;
use zip::ZipArchive;

use crate::support::{
    A_MINUTE, NOBODYS,
    log::log_key,
    recorded,
    trail::{field, trail_of, trail_of_consent},
};

/// The event of a consent that was recorded.
async fn recorded_event(app: &TestApp) -> AuditEvent {
    let consent = recorded(&app.centre_a(), a_consent()).await.record_id;
    trail_of_consent(&app.auditor(), consent).await.remove(0)
}

struct Package(ZipArchive<Cursor<Vec<u8>>>);

impl Package {
    fn of(bytes: Vec<u8>) -> Self {
        Self(ZipArchive::new(Cursor::new(bytes)).expect("a ZIP"))
    }

    fn file(&mut self, name: &str) -> Vec<u8> {
        let mut content = Vec::new();
        let mut file = self
            .0
            .by_name(name)
            .unwrap_or_else(|_| panic!("{name} is missing"));
        file.read_to_end(&mut content).expect("a file");
        content
    }

    fn text(&mut self, name: &str) -> String {
        String::from_utf8(self.file(name)).expect("UTF-8")
    }

    fn decoded(&mut self, name: &str) -> Vec<u8> {
        STANDARD.decode(self.text(name).trim_end()).expect("Base64")
    }
}

on_both_databases! {
    async fn the_package_proves_the_event_offline(app: TestApp) {
        let event = recorded_event(&app).await;
        app.publish_log().await;
        let auditor = app.auditor();
        let bytes = auditor.get_audit_evidence(event.id).await.unwrap();
        let mut package = Package::of(bytes);
        let payload = package.file("event.json");
        assert_eq!(payload, event.payload.as_bytes());
        let salt: [u8; 32] = package.decoded("salt").try_into().unwrap();
        let leaf = Leaf::decode(&package.decoded("leaf")).unwrap();
        assert_eq!(leaf.commitment, Commitment::over(&Salt::from_bytes(salt), &payload));
        assert_eq!(leaf.commitment.to_string(), event.commitment);
        let proof = TlogProof::parse(package.text("proof.tlog-proof")).unwrap();
        let policy = Policy::parse(package.text("policy.txt")).unwrap();
        proof.verify(leaf.leaf_hash(), &policy).unwrap();
        let keys = package.text("keys.txt");
        let keys: Vec<NoteVerifier> = keys.lines().map(|key| NoteVerifier::parse(key).unwrap()).collect();
        assert_eq!(keys, [log_key()]);
        let readme = package.text("README.md");
        for word in ["Nachweis", "Evidence", "freigabe verify", "tlog.CheckRecord"] {
            assert!(readme.contains(word), "{word}");
        }
        // Another event's leaf is not proven by it.
        let other = Leaf { expiry_year: leaf.expiry_year + 1, ..leaf };
        assert!(proof.verify(other.leaf_hash(), &policy).is_err());

        app.advance(A_MINUTE);
        let log = trail_of(&auditor, Operation::AuditQueried).await;
        assert_eq!(field(log.last().unwrap(), "/query"), Some(&json!({ "event": event.id })));
    }

    async fn there_is_no_evidence_before_the_leaf_is_published_and_none_of_what_is_not_there(app: TestApp) {
        let event = recorded_event(&app).await;
        let auditor = app.auditor();
        let early = auditor.get_audit_evidence(event.id).await;
        let _ = early.expect_problem(ProblemType::Conflict);
        app.publish_log().await;
        let missing = auditor.get_audit_evidence(NOBODYS).await;
        let _ = missing.expect_problem(ProblemType::NotFound);
        let log = trail_of(&auditor, Operation::AccessDenied).await;
        assert_eq!(field(&log[0], "/attempted"), Some(&json!("getAuditEvidence")));
    }
}
