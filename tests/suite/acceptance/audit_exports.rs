//! Exports of the log: complete, verifiable, and in the log themselves before their first byte.

use freigabe_client::{AuditFilter, ExportQuery, Method};
use freigabe_contract::{
    ProblemType,
    vocabulary::{ExportFormat, Operation, Outcome},
};
use freigabe_ledger::merkle::{CompactRange, verify_inclusion};
use freigabe_testkit::{
    ExpectAnswer as _, ExpectRefusal as _, Raw, TestApp, a_consent, a_draft, network::KB_HAMBURG,
    on_both_databases,
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{
    A_MINUTE, collected,
    log::{event_of, exported, hashes, leaf, lines, opened, strict_lines, verified},
    recorded, released,
    trail::{field, trail_of},
};

/// A consent, a message under it, and its collection; all of it published. Returns the consent.
async fn told(app: &TestApp) -> Uuid {
    let consent = recorded(&app.centre_a(), a_consent()).await.record_id;
    app.advance(A_MINUTE);
    let message = released(&app.centre_a(), a_draft(consent)).await;
    app.advance(A_MINUTE);
    collected(&app.office(KB_HAMBURG), message.id).await;
    app.advance(A_MINUTE);
    app.publish_log().await;
    consent
}

fn of_consent(consent: Uuid) -> AuditFilter {
    AuditFilter {
        consent: Some(consent),
        ..AuditFilter::default()
    }
}

/// The lines between the first and the last, which is the end.
#[track_caller]
fn records(lines: &[Value], announced: u64) -> (&Value, &[Value]) {
    let [header, records @ .., end] = lines else {
        panic!("{} lines", lines.len())
    };
    assert_eq!(end, &json!({ "type": "end", "count": records.len() }));
    assert_eq!(records.len() as u64, announced);
    (header, records)
}

on_both_databases! {
    async fn a_range_is_complete_down_to_the_root_of_the_published_checkpoint(app: TestApp) {
        let _ = told(&app).await;
        let auditor = app.auditor();
        let size = {
            let (_, text) = exported(&auditor, &ExportQuery::of(ExportFormat::Ndjson), &AuditFilter::default()).await;
            opened(lines(&text)[0]["checkpoint"].as_str().unwrap()).size
        };
        for (from, until) in [(0, size), (0, 7), (5, 11), (7, size), (size, size)] {
            let query = ExportQuery { from_leaf: Some(from), to_leaf: Some(until), format: ExportFormat::Ndjson };
            let (announced, text) = exported(&auditor, &query, &AuditFilter::default()).await;
            let lines = strict_lines(&text);
            let (header, records) = records(&lines, announced);
            assert_eq!(header["type"], "freigabe-log-export/v1");
            assert_eq!(header["range"], json!([from, until]));
            let checkpoint = opened(header["checkpoint"].as_str().unwrap());
            assert_eq!(checkpoint.size, size);
            let mut tree = CompactRange::from_parts(0, from, hashes(&header["left"])).unwrap();
            for (index, record) in (from..).zip(records) {
                assert_eq!(record["index"], index);
                let _ = event_of(record);
                tree.append(leaf(&record["leaf"]).leaf_hash());
            }
            let right = CompactRange::from_parts(until, size, hashes(&header["right"])).unwrap();
            tree.append_range(&right).unwrap();
            assert_eq!(tree.root(), Some(checkpoint.root), "{from}..{until}");
        }
    }

    async fn a_selection_holds_what_matches_each_with_its_proof(app: TestApp) {
        let consent = told(&app).await;
        let auditor = app.auditor();
        let query = ExportQuery::of(ExportFormat::Ndjson);
        let (announced, text) = exported(&auditor, &query, &of_consent(consent)).await;
        let lines = strict_lines(&text);
        let (header, records) = records(&lines, announced);
        assert_eq!(header["type"], "freigabe-log-selection/v1");
        assert_eq!((&header["query"], &header["hits"]), (&json!({ "consent": consent }), &json!(3)));
        let checkpoint = opened(header["checkpoint"].as_str().unwrap());
        let mut operations = Vec::new();
        for record in records {
            let event = event_of(record);
            operations.push(event["operation"].as_str().unwrap().to_owned());
            assert_eq!(record["columns"]["operation"], event["operation"]);
            assert_eq!(record["columns"]["consent_id"], json!(consent));
            let hash = leaf(&record["leaf"]).leaf_hash();
            let proof = hashes(&record["proof"]);
            let index = record["index"].as_u64().unwrap();
            verify_inclusion(index, checkpoint.size, hash, &proof, checkpoint.root).unwrap();
        }
        assert_eq!(operations, ["disclosure_collected", "disclosure_released", "consent_recorded"]);
        let nothing = AuditFilter { outcome: Some(Outcome::Denied), ..of_consent(consent) };
        let (announced, text) = exported(&auditor, &query, &nothing).await;
        assert_eq!(self::records(&strict_lines(&text), announced).1.len(), 0);
    }

    async fn a_verifier_finds_nothing_wrong_with_an_export_and_finds_what_was_changed(app: TestApp) {
        let consent = told(&app).await;
        let auditor = app.auditor();
        let query = ExportQuery::of(ExportFormat::Ndjson);
        for filter in [AuditFilter::default(), of_consent(consent)] {
            let (_, text) = exported(&auditor, &query, &filter).await;
            let report = verified(&text);
            assert!(report.verified, "{:#?}", report.violations);
            let other = text.replace("\"disclosure_collected\"", "\"disclosure_recalled\"");
            assert!(!verified(&other).verified, "a column that is not the payload's");
            let shorter: String = text.split_inclusive('\n').enumerate().filter(|(n, _)| *n != 2).map(|(_, l)| l).collect();
            assert!(!verified(&shorter).verified, "a line that was left out");
        }
    }

    async fn an_export_is_of_what_was_published_when_it_began(app: TestApp) {
        let consent = told(&app).await;
        let _ = released(&app.centre_a(), a_draft(consent)).await;
        let query = ExportQuery::of(ExportFormat::Ndjson);
        let (announced, _) = exported(&app.auditor(), &query, &of_consent(consent)).await;
        assert_eq!(announced, 3, "the second release is not published yet");
        app.publish_log().await;
        let (announced, _) = exported(&app.auditor(), &query, &of_consent(consent)).await;
        assert_eq!(announced, 4);
    }

    async fn an_export_is_in_the_log_with_what_was_asked_of_which_leaves(app: TestApp) {
        let consent = told(&app).await;
        let auditor = app.auditor();
        let (_, _) = exported(&auditor, &ExportQuery::of(ExportFormat::Csv), &of_consent(consent)).await;
        app.advance(A_MINUTE);
        let query = ExportQuery { from_leaf: Some(2), to_leaf: Some(4), format: ExportFormat::Fhir };
        let (_, _) = exported(&auditor, &query, &AuditFilter::default()).await;
        app.advance(A_MINUTE);
        let log = trail_of(&auditor, Operation::AuditExported).await;
        let [selection, range] = log.as_slice() else { panic!("{} exports", log.len()) };
        assert_eq!(field(selection, "/query"), Some(&json!({ "consent": consent })));
        assert_eq!(field(selection, "/format"), Some(&json!("csv")));
        assert_eq!(field(selection, "/hits"), Some(&json!(3)));
        assert_eq!(field(range, "/query"), None);
        assert_eq!(field(range, "/population"), Some(&json!({ "generation": 0, "from": 2, "until": 4 })));
        let found = AuditFilter { queried: Some(consent.to_string()), ..AuditFilter::default() };
        let found = crate::support::trail::trail(&auditor, &found).await;
        assert_eq!(found, std::slice::from_ref(selection), "found when the person's events are erased");
    }

    async fn events_are_written_for_spreadsheets_and_as_fhir_resources(app: TestApp) {
        let consent = told(&app).await;
        let auditor = app.auditor();
        let (announced, text) = exported(&auditor, &ExportQuery::of(ExportFormat::Csv), &of_consent(consent)).await;
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let headers = reader.headers().unwrap().clone();
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert_eq!(rows.len() as u64, announced);
        let cell = |row: usize, name: &str| {
            let at = headers.iter().position(|header| header == name).unwrap();
            rows[row][at].to_owned()
        };
        assert_eq!(cell(0, "operation"), "disclosure_collected");
        assert_eq!(cell(0, "consent"), consent.to_string());
        assert_eq!(cell(0, "legal_basis"), "consent");
        assert!(text.lines().all(|line| line.starts_with('"')));

        let (announced, text) = exported(&auditor, &ExportQuery::of(ExportFormat::Fhir), &of_consent(consent)).await;
        let resources = lines(&text);
        assert_eq!(resources.len() as u64, announced);
        assert!(resources.iter().all(|resource| resource["resourceType"] == "AuditEvent"));
        let profile = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.PrivacyDisclosure.Source";
        assert_eq!(resources[0]["meta"]["profile"], json!([profile]));
    }

    async fn an_export_longer_than_a_batch_comes_in_pieces_and_is_whole(app: TestApp) {
        let consent = told(&app).await;
        let operator = app.auditor();
        for _ in 0..300 {
            let _ = operator.query_audit_events(&of_consent(consent), &Default::default()).await.unwrap();
        }
        app.publish_log().await;
        let queries = AuditFilter { queried: Some(consent.to_string()), ..AuditFilter::default() };
        for format in [ExportFormat::Ndjson, ExportFormat::Csv, ExportFormat::Fhir] {
            let (announced, text) = exported(&app.auditor(), &ExportQuery::of(format), &queries).await;
            let others = match format { ExportFormat::Ndjson => 2, ExportFormat::Csv => 1, ExportFormat::Fhir => 0 };
            assert!(announced >= 300, "{format}: {announced}");
            assert_eq!(text.lines().count() as u64, announced + others, "{format}");
            let everything = exported(&app.auditor(), &ExportQuery::of(format), &AuditFilter::default()).await;
            assert_eq!(everything.1.lines().count() as u64, everything.0 + others, "{format}");
            assert!(everything.0 > announced);
        }
    }

    async fn what_can_not_be_exported_is_refused_with_its_parameter(app: TestApp) {
        app.publish_log().await;
        for (query, parameter) in [
            ("", "format"),
            ("format=xml", "format"),
            ("format=csv&from_leaf=-1", "from_leaf"),
            ("format=csv&from_leaf=5&to_leaf=4", "to_leaf"),
            ("format=csv&from_leaf=0&outcome=done", "from_leaf"),
            ("format=csv&retention=gone", "retention"),
            ("format=csv&limit=5", "limit"),
        ] {
            let path = format!("/v1/audit/exports?{query}");
            let refused = Raw::new(Method::GET, path).send(&app.auditor()).await;
            let problem = refused.expect_problem(ProblemType::InvalidQuery);
            assert_eq!(problem.errors[0].parameter.as_deref(), Some(parameter), "{query}");
        }
    }

    async fn before_anything_is_published_there_is_nothing_to_export(app: TestApp) {
        let export = app.auditor().export_audit_events(&ExportQuery::of(ExportFormat::Csv), &AuditFilter::default()).await;
        let _ = export.expect_problem(ProblemType::Conflict);
    }
}
