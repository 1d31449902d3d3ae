//! Single faults in good bodies, and where they are told to be.

use serde_json::{Value, json};

use super::CANARY;

/// One change to a good body: what it is, where, what is put there (nothing: it is taken out), and where the fault is.
pub(super) type Change = (&'static str, &'static str, Option<Value>, &'static str);

pub(super) fn changes_of_a_consent() -> Vec<Change> {
    let grant = "/terms/grants/0";
    let put = Some;
    vec![
        ("no reference", "/case_reference", None, ""),
        (
            "a number as reference",
            "/case_reference",
            put(json!(17)),
            "/case_reference",
        ),
        (
            "a name as reference",
            "/pii_principal_id",
            put(json!("Kanarienvogel Muster")),
            "/pii_principal_id",
        ),
        (
            "an empty reference",
            "/case_reference",
            put(json!("")),
            "/case_reference",
        ),
        (
            "a long reference",
            "/case_reference",
            put(json!("K".repeat(65))),
            "/case_reference",
        ),
        (
            "an unknown decision",
            "/decision",
            put(json!("Kanarienvogel")),
            "/decision",
        ),
        ("no decision", "/decision", None, ""),
        (
            "a decision in capitals",
            "/decision",
            put(json!("GIVEN")),
            "/decision",
        ),
        ("given without terms", "/terms", None, "/terms"),
        (
            "null instead of nothing",
            "/terms",
            put(Value::Null),
            "/terms",
        ),
        (
            "an unknown field",
            "/cooperates",
            put(json!(true)),
            "/cooperates",
        ),
        (
            "a field that needs escaping",
            "/a~1b~0c",
            put(json!(1)),
            "/a~1b~0c",
        ),
        (
            "an unknown field of the terms",
            "/terms/fee",
            put(json!(10)),
            "/terms/fee",
        ),
        (
            "an unknown field of a grant",
            "/terms/grants/0/everything",
            put(json!(true)),
            "/terms/grants/0/everything",
        ),
        (
            "an unknown field of the grantor",
            "/terms/grantor/cooperates",
            put(json!(true)),
            "/terms/grantor/cooperates",
        ),
        (
            "grants as an object",
            "/terms/grants",
            put(json!({})),
            "/terms/grants",
        ),
        (
            "no grants",
            "/terms/grants",
            put(json!([])),
            "/terms/grants",
        ),
        ("a text as grant", grant, put(json!(CANARY)), grant),
        (
            "no recipients",
            "/terms/grants/0/recipients",
            put(json!([])),
            "/terms/grants/0/recipients",
        ),
        (
            "a recipient twice",
            "/terms/grants/0/recipients",
            put(json!(["bpolp", "bpolp"])),
            "/terms/grants/0/recipients",
        ),
        (
            "an unknown office",
            "/terms/grants/0/recipients/0",
            put(json!("bpoli-atlantis")),
            "/terms/grants/0/recipients/0",
        ),
        (
            "an office in capitals",
            "/terms/grants/0/recipients/0",
            put(json!("BPOLP")),
            "/terms/grants/0/recipients/0",
        ),
        (
            "a wildcard as office",
            "/terms/grants/0/recipients/0",
            put(json!("*")),
            "/terms/grants/0/recipients/0",
        ),
        (
            "an unknown purpose",
            "/terms/grants/0/purposes/0",
            put(json!("deportation")),
            "/terms/grants/0/purposes/0",
        ),
        (
            "an unknown category",
            "/terms/grants/0/categories/0",
            put(json!(CANARY)),
            "/terms/grants/0/categories/0",
        ),
        (
            "an unknown express scope",
            "/terms/grants/0/express_scopes",
            put(json!([CANARY])),
            "/terms/grants/0/express_scopes/0",
        ),
        (
            "an unknown action",
            "/terms/grants/0/actions/0",
            put(json!("publish")),
            "/terms/grants/0/actions/0",
        ),
        (
            "no actions",
            "/terms/grants/0/actions",
            put(json!([])),
            "/terms/grants/0/actions",
        ),
        (
            "an unknown handling code",
            "/terms/grants/0/handling",
            put(json!("H9")),
            "/terms/grants/0/handling",
        ),
        (
            "H3 without instructions",
            "/terms/grants/0/handling",
            put(json!("H3")),
            "/terms/grants/0/handling_instructions",
        ),
        (
            "an exclusion of nothing",
            "/terms/exclusions",
            put(json!([{}])),
            "/terms/exclusions/0",
        ),
        (
            "an unknown office excluded",
            "/terms/exclusions",
            put(json!([{ "recipient": "bpoli-atlantis" }])),
            "/terms/exclusions/0/recipient",
        ),
        ("no end", "/terms/valid_until", None, "/terms"),
        (
            "a date without a time",
            "/terms/valid_until",
            put(json!("2027-01-01")),
            "/terms/valid_until",
        ),
        (
            "a time without an offset",
            "/terms/valid_until",
            put(json!("2027-01-01T00:00:00")),
            "/terms/valid_until",
        ),
        (
            "a day that is none",
            "/terms/valid_until",
            put(json!("2027-02-29T00:00:00Z")),
            "/terms/valid_until",
        ),
        (
            "the year 10000",
            "/terms/valid_until",
            put(json!("10000-01-01T00:00:00Z")),
            "/terms/valid_until",
        ),
        (
            "before 1970",
            "/terms/valid_from",
            put(json!("1969-12-31T23:59:59Z")),
            "/terms/valid_from",
        ),
        (
            "out of the calendar",
            "/terms/valid_until",
            put(json!("9999-12-31T23:59:59-01:00")),
            "/terms/valid_until",
        ),
        (
            "a number as time",
            "/terms/valid_from",
            put(json!(1_764_000_000)),
            "/terms/valid_from",
        ),
        (
            "an end before the beginning",
            "/terms/valid_until",
            put(json!("2026-10-01T00:00:00Z")),
            "/terms/valid_until",
        ),
        (
            "an end at the beginning",
            "/terms/valid_until",
            put(json!("2026-11-01T00:00:00+01:00")),
            "/terms/valid_until",
        ),
        (
            "evidence that goes too early",
            "/terms/retention/until",
            put(json!("2027-01-01T00:00:00Z")),
            "/terms/retention/until",
        ),
        (
            "a word as confirmation",
            "/terms/notice/consequences",
            put(json!("true")),
            "/terms/notice/consequences",
        ),
        (
            "a number as confirmation",
            "/terms/notice/consequences",
            put(json!(1)),
            "/terms/notice/consequences",
        ),
        (
            "an unknown capacity",
            "/terms/capacity",
            put(json!("unknown")),
            "/terms/capacity",
        ),
        (
            "an unknown grantor",
            "/terms/grantor/type",
            put(json!("police")),
            "/terms/grantor/type",
        ),
        (
            "a grantor without a type",
            "/terms/grantor",
            put(json!({})),
            "/terms/grantor",
        ),
        (
            "a text as grantor",
            "/terms/grantor",
            put(json!("person")),
            "/terms/grantor",
        ),
        (
            "a representative without a ground",
            "/terms/grantor",
            put(json!({
                "type": "representative", "representative": "V-1", "suspected": false, "assent": { "type": "refused" }
            })),
            "/terms/grantor",
        ),
        (
            "an assent of an unknown kind",
            "/terms/grantor",
            put(json!({
                "type": "representative", "basis": "guardianship", "representative": "V-1", "suspected": false,
                "assent": { "type": "implied" }
            })),
            "/terms/grantor/assent/type",
        ),
        (
            "an unknown language",
            "/terms/conversation/language",
            put(json!("tlh")),
            "/terms/conversation/language",
        ),
        (
            "an unnamed interpreter",
            "/terms/conversation/mediation",
            put(json!({ "type": "interpreted" })),
            "/terms/conversation/mediation",
        ),
        (
            "a hash in capitals",
            "/terms/evidence/sha256",
            put(json!("AB".repeat(32))),
            "/terms/evidence/sha256",
        ),
        (
            "a short hash",
            "/terms/evidence/sha256",
            put(json!("ab".repeat(16))),
            "/terms/evidence/sha256",
        ),
        (
            "a blank place",
            "/terms/evidence/kept_at",
            put(json!("   ")),
            "/terms/evidence/kept_at",
        ),
        (
            "a long place",
            "/terms/evidence/kept_at",
            put(json!("ä".repeat(201))),
            "/terms/evidence/kept_at",
        ),
        (
            "a name as counsellor",
            "/terms/collected_by",
            put(json!("Kanarienvogel Muster")),
            "/terms/collected_by",
        ),
    ]
}

pub(super) fn changes_of_a_draft() -> Vec<Change> {
    let put = Some;
    vec![
        ("no consent", "/consent_id", None, ""),
        ("no recipient", "/recipient", None, ""),
        (
            "revision 0",
            "/consent_revision",
            put(json!(0)),
            "/consent_revision",
        ),
        (
            "a negative revision",
            "/consent_revision",
            put(json!(-1)),
            "/consent_revision",
        ),
        (
            "half a revision",
            "/consent_revision",
            put(json!(1.5)),
            "/consent_revision",
        ),
        (
            "a revision beyond all",
            "/consent_revision",
            put(json!(4_294_967_296_u64)),
            "/consent_revision",
        ),
        (
            "a revision in words",
            "/consent_revision",
            put(json!("1")),
            "/consent_revision",
        ),
        (
            "onward transfer in words",
            "/onward_transfer",
            put(json!("false")),
            "/onward_transfer",
        ),
        ("an override", "/override", put(json!(true)), "/override"),
        ("an emergency", "/emergency", put(json!(true)), "/emergency"),
        ("no matter", "/matter", None, ""),
        ("an empty matter", "/matter", put(json!({})), "/matter"),
        (
            "a short postcode",
            "/matter/postcode",
            put(json!("2009")),
            "/matter/postcode",
        ),
        (
            "a postcode in Arabic digits",
            "/matter/postcode",
            put(json!("٢٠٠٩٥")),
            "/matter/postcode",
        ),
        (
            "a number as postcode",
            "/matter/postcode",
            put(json!(20095)),
            "/matter/postcode",
        ),
        ("no items", "/items", put(json!([])), "/items"),
        ("null as items", "/items", put(Value::Null), "/items"),
        (
            "an unknown field of an item",
            "/items/0/victim_name",
            put(json!(CANARY)),
            "/items/0/victim_name",
        ),
        (
            "an unknown category",
            "/items/0/category",
            put(json!(CANARY)),
            "/items/0/category",
        ),
        (
            "a touch twice",
            "/items/0/touches",
            put(json!(["health", "health"])),
            "/items/0/touches",
        ),
        (
            "an unknown touch",
            "/items/0/touches",
            put(json!(["religion"])),
            "/items/0/touches/0",
        ),
        ("no touches", "/items/0/touches", None, "/items/0"),
        (
            "an opinion",
            "/items/0/statement",
            put(json!("opinion")),
            "/items/0/statement",
        ),
        (
            "source D",
            "/items/0/grading/source",
            put(json!("D")),
            "/items/0/grading/source",
        ),
        (
            "a number as grade",
            "/items/0/grading/information",
            put(json!(2)),
            "/items/0/grading/information",
        ),
        ("no grading", "/items/0/grading", None, "/items/0"),
        (
            "an item that says nothing",
            "/items/0/text",
            None,
            "/items/0",
        ),
        (
            "a blank text",
            "/items/0/text",
            put(json!(" \n\t ")),
            "/items/0/text",
        ),
        (
            "a long text",
            "/items/0/text",
            put(json!("ß".repeat(4_001))),
            "/items/0/text",
        ),
        (
            "details without a type",
            "/items/0/details",
            put(json!({ "registration": "HH X 1" })),
            "/items/0/details",
        ),
        (
            "details of an unknown type",
            "/items/0/details",
            put(json!({ "type": "dna" })),
            "/items/0/details/type",
        ),
        (
            "details with an unknown field",
            "/items/0/details",
            put(json!({ "type": "vehicle", "owner": CANARY })),
            "/items/0/details/owner",
        ),
        (
            "details that lack a field",
            "/items/0/details",
            put(json!({ "type": "phone" })),
            "/items/0/details",
        ),
        (
            "a country in words",
            "/items/0/details",
            put(json!({ "type": "vehicle", "country": "Germany" })),
            "/items/0/details/country",
        ),
        (
            "a shelter not said to touch its address",
            "/items/0/details",
            put(json!({
                "type": "place", "role": "shelter", "description": CANARY
            })),
            "/items/0/touches",
        ),
        (
            "the person not said to touch identity",
            "/items/0/details",
            put(json!({
                "type": "person", "role": "affected_person", "name": CANARY
            })),
            "/items/0/touches",
        ),
        (
            "more than yes or no about a shelter",
            "/items/0/category",
            put(json!("shelter_placed")),
            "/items/0",
        ),
    ]
}
