//! What is around a body: media type, keys, tags, queries, identifiers.

use freigabe_contract::ProblemType;
use freigabe_testkit::{ExpectAnswer as _, Raw, on_both_databases, request::fresh_key};
use serde_json::json;

use super::{CANARY, Desk, Target};
use crate::support::{NOBODYS, compare::assert_indistinguishable};

on_both_databases! {
    async fn only_uncompressed_json_is_taken(desk: Desk) {
        for target in Target::ALL {
            for (name, value) in [
                ("content-type", "text/plain"),
                ("content-type", "application/x-www-form-urlencoded"),
                ("content-type", "application/jsonp"),
                ("content-type", "application/json; charset=iso-8859-1"),
                ("content-type", "application/problem+json"),
                ("content-type", "*/*"),
                ("content-encoding", "gzip"),
                ("content-encoding", "br"),
            ] {
                let (request, sender) = desk.request(target);
                let request = request.json(&desk.good(target)).header(name, value);
                let what = format!("{target:?} with {name}: {value}");
                let _ = desk.refuses(&what, request, sender, ProblemType::UnsupportedMediaType).await;
            }
            let (request, sender) = desk.request(target);
            let request = request.json(&desk.good(target)).without("content-type");
            let _ = desk.refuses("no media type", request, sender, ProblemType::UnsupportedMediaType).await;
        }
        let (request, sender) = desk.request(Target::Consent);
        let request = request.json(&desk.good(Target::Consent)).header("content-type", "application/json; charset=UTF-8");
        let _ = request.send(sender).await.expect_status(201);
    }

    async fn what_changes_something_needs_an_idempotency_key(desk: Desk) {
        let keyed = [
            desk.request(Target::Consent).0.json(&desk.good(Target::Consent)),
            desk.request(Target::Revision).0.json(&desk.good(Target::Revision)),
            desk.request(Target::Release).0.json(&desk.good(Target::Release)),
            Raw::post(format!("/v1/disclosures/{}/recall", desk.disclosure)),
        ];
        let of_the_office = [
            desk.request(Target::Answer).0.json(&desk.good(Target::Answer)),
            Raw::post(format!("/v1/disclosures/{}/collection", desk.disclosure)),
            Raw::post(format!("/v1/disclosures/{}/acknowledgement", desk.disclosure)),
        ];
        let of_the_centre = keyed.into_iter().map(|request| (request, &desk.centre));
        let of_the_office = of_the_office.into_iter().map(|request| (request, &desk.office));
        for (request, sender) in of_the_centre.chain(of_the_office) {
            let without = request.clone().without("idempotency-key");
            let problem = desk.refuses("no key", without, sender, ProblemType::IdempotencyKeyMissing).await;
            assert_eq!(problem.errors[0].header.as_deref(), Some("Idempotency-Key"));
            let overlong = "k".repeat(65);
            for bad in [&b"short"[..], b"", b"with a space", b"with\xc3\xa4umlaut", overlong.as_bytes()] {
                let request = request.clone().header("idempotency-key", bad);
                let problem = desk.refuses("a bad key", request, sender, ProblemType::InvalidHeader).await;
                assert_eq!(problem.errors[0].header.as_deref(), Some("Idempotency-Key"));
            }
        }
    }

    async fn a_key_belongs_to_one_request(desk: Desk) {
        let key = fresh_key();
        let (request, sender) = desk.request(Target::Consent);
        let first = desk.good(Target::Consent);
        let _ = request.key(&key).json(&first).send(sender).await.expect_status(201);

        let reused = |target| desk.request(target).0.key(&key).json(&desk.good(target));
        for (what, request) in [
            ("another body", reused(Target::Consent)),
            ("another operation", reused(Target::Release)),
            ("an operation without a body", Raw::post(format!("/v1/disclosures/{}/recall", desk.disclosure)).key(&key)),
        ] {
            let _ = desk.refuses(what, request, sender, ProblemType::IdempotencyKeyReused).await;
        }
    }

    async fn a_change_rests_on_one_version(desk: Desk) {
        let revision = |tag: Option<&str>| {
            let request = desk.request(Target::Revision).0.json(&desk.good(Target::Revision));
            match tag {
                Some(tag) => request.header("if-match", tag),
                None => request.without("if-match"),
            }
        };
        let problem =
            desk.refuses("no tag", revision(None), &desk.centre, ProblemType::PreconditionRequired).await;
        assert_eq!(problem.errors[0].header.as_deref(), Some("If-Match"));
        let long = format!("\"{}\"", "1".repeat(63));
        for bad in ["*", "1", "", "\"1\", \"2\"", "\"1", "1\"", "\"1\"2\"", "w/\"1\"", &long] {
            let problem = desk.refuses(bad, revision(Some(bad)), &desk.centre, ProblemType::InvalidHeader).await;
            assert_eq!(problem.errors[0].header.as_deref(), Some("If-Match"), "{bad}");
        }
        let longest = format!("\"{}\"", "1".repeat(62));
        for stale in [&longest, "W/\"1-given\"", "\"0\"", "\"nothing-like-it\"", "\"\""] {
            let _ = desk.refuses(stale, revision(Some(stale)), &desk.centre, ProblemType::Stale).await;
        }
    }

    async fn queries_are_read_strictly_and_every_bad_parameter_is_named(desk: Desk) {
        let auditor = desk.app.auditor();
        let listings = [
            ("/v1/consents", &desk.centre),
            ("/v1/disclosures", &desk.centre),
            ("/v1/inbox", &desk.office),
            ("/v1/withdrawal-notices", &desk.office),
            ("/v1/offices", &desk.centre),
            ("/v1/audit/events", &auditor),
        ];
        for (path, sender) in listings {
            for (query, named) in [
                ("limit=0", &["limit"][..]),
                ("limit=201", &["limit"]),
                ("limit=-1", &["limit"]),
                ("limit=1e1", &["limit"]),
                ("limit=99999999999999999999", &["limit"]),
                ("limit=", &["limit"]),
                ("limit=10&limit=10", &["limit"]),
                ("cursor=", &["cursor"]),
                ("cursor=Kanarienvogel", &["cursor"]),
                ("cursor=%00", &["cursor"]),
                ("cursor=%FF%FE", &["cursor"]),
                ("cursor=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", &["cursor"]),
                ("offset=10", &["offset"]),
                ("limit=x&cursor=%21&page=2&Limit=3", &["Limit", "cursor", "limit", "page"]),
            ] {
                let what = format!("{path}?{query}");
                let problem = desk.refuses(&what, Raw::get(&what), sender, ProblemType::InvalidQuery).await;
                let mut told: Vec<_> = problem.errors.into_iter().filter_map(|fault| fault.parameter).collect();
                told.sort();
                assert_eq!(told, named, "{what}");
            }
            let long = format!("{path}?cursor={}", "A".repeat(5_000));
            let _ = desk.refuses("a long cursor", Raw::get(long), sender, ProblemType::InvalidQuery).await;
        }
    }

    async fn conditions_of_queries_are_read_strictly(desk: Desk) {
        let auditor = desk.app.auditor();
        for (query, parameter) in [
            ("from=yesterday", "from"),
            ("from=2026-11-24", "from"),
            ("until=2026-11-24T09%3A00%3A00", "until"),
            ("until=2026-02-30T00%3A00%3A00Z", "until"),
            ("until=9999-12-31T23%3A59%3A59-01%3A00", "until"),
            ("actor=A%20B", "actor"),
            ("organisation=1", "organisation"),
            ("recipient=BPOLI", "recipient"),
            ("operation=everything", "operation"),
            ("outcome=perhaps", "outcome"),
            ("refusal_reason=withdrawn", "refusal_reason"),
            ("category=therapy_notes", "category"),
            ("case=0", "case"),
            ("consent=Kanarienvogel", "consent"),
            ("event=019a6b2e7c407e119d3f5a2b8c4d6eff", "event"),
            ("pseudonym=p-1", "pseudonym"),
        ] {
            let path = format!("/v1/audit/events?{query}");
            let problem = desk.refuses(query, Raw::get(path), &auditor, ProblemType::InvalidQuery).await;
            let told: Vec<_> = problem.errors.into_iter().filter_map(|fault| fault.parameter).collect();
            assert_eq!(told, [parameter], "{query}");
        }
        for (path, parameter) in [
            ("/v1/competent-office?postcode=20095", "task"),
            ("/v1/competent-office?postcode=2009&task=criminal_investigation", "postcode"),
            ("/v1/competent-office?postcode=20095&task=gossip", "task"),
            ("/v1/competent-office?handling_office=%C3%A4&task=criminal_investigation", "handling_office"),
            ("/v1/offices?kind=station", "kind"),
            ("/v1/offices?parent=..%2F", "parent"),
        ] {
            let problem = desk.refuses(path, Raw::get(path), &desk.centre, ProblemType::InvalidQuery).await;
            let told: Vec<_> = problem.errors.into_iter().filter_map(|fault| fault.parameter).collect();
            assert_eq!(told, [parameter], "{path}");
        }
        let neither = "/v1/competent-office?task=criminal_investigation";
        let _ = desk.refuses("neither office nor place", Raw::get(neither), &desk.centre, ProblemType::InvalidQuery).await;
        let open = "/v1/withdrawal-notices?open=yes";
        let _ = desk.refuses(open, Raw::get(open), &desk.office, ProblemType::InvalidQuery).await;
    }

    async fn what_is_no_identifier_is_not_there(desk: Desk) {
        let missing = Raw::get(format!("/v1/consents/{NOBODYS}")).send(&desk.centre).await;
        for bad in [
            "x",
            "0",
            "019a6b2e7c407e119d3f5a2b8c4d6eff",
            "%7B019a6b2e-7c40-7e11-9d3f-5a2b8c4d6eff%7D",
            "urn:uuid:019a6b2e-7c40-7e11-9d3f-5a2b8c4d6eff",
            "019a6b2e-7c40-7e11-9d3f-5a2b8c4d6eff%00",
            "%FF",
            "..%2Fdisclosures",
            "019a6b2e-7c40-7e11-9d3f-5a2b8c4d6eff%27%20OR%201%3D1",
        ] {
            let answer = Raw::get(format!("/v1/consents/{bad}")).send(&desk.centre).await;
            assert_indistinguishable(bad, &answer, &missing);
            for (path, sender) in [
                (format!("/v1/disclosures/{bad}"), &desk.office),
                (format!("/v1/withdrawal-notices/{bad}"), &desk.office),
                (format!("/v1/offices/{bad}"), &desk.office),
            ] {
                let _ = desk.refuses(&path, Raw::get(&path), sender, ProblemType::NotFound).await;
            }
        }
        let _ = missing.expect_problem(ProblemType::NotFound);
    }

    async fn identifiers_in_bodies_have_one_form(desk: Desk) {
        for bad in [
            json!(""),
            json!(CANARY),
            json!(desk.consent.simple().to_string()),
            json!(desk.consent.braced().to_string()),
            json!(desk.consent.urn().to_string()),
            json!(format!("{} ", desk.consent)),
            json!(7),
            json!(null),
        ] {
            let mut body = desk.good(Target::Release);
            body["consent_id"] = bad.clone();
            let told = desk.faults("a bad identifier", Target::Release, body.to_string(), ProblemType::InvalidBody).await;
            assert_eq!(told, ["/consent_id"], "{bad}");
        }
    }
}
