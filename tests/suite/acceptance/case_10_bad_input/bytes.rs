//! Bodies that are not JSON as this API takes it.

use freigabe_contract::ProblemType;
use freigabe_testkit::on_both_databases;

use super::{Desk, Target};

/// What is wrong, the bytes, and where the fault is told to be. `{}` stands for a good body without its last brace.
fn malformed() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let text = |text: &str| text.as_bytes().to_vec();
    let in_reference =
        |inside: &[u8]| [b"{\"case_reference\":\"" as &[u8], inside, b"\"}"].concat();
    vec![
        ("nothing", Vec::new(), ""),
        ("white space", text(" \n"), ""),
        ("an open object", text("{"), ""),
        ("a cut member", text(r#"{"case_reference":"A""#), ""),
        (
            "a cut text",
            text(r#"{"case_reference":"A"#),
            "/case_reference",
        ),
        (
            "an open array",
            text(r#"{"terms":{"grants":[1,"#),
            "/terms/grants/1",
        ),
        ("a word", text("nul"), ""),
        ("two values", text("{} {}"), ""),
        ("a comment", text("/* a comment */ {}"), ""),
        ("a comma too many", text(r#"{"decision":"given",}"#), ""),
        ("single quotes", text("{'decision':'given'}"), ""),
        ("a name without quotes", text("{decision:1}"), ""),
        ("not a number", text(r#"{"decision":NaN}"#), "/decision"),
        ("infinity", text(r#"{"decision":-Infinity}"#), "/decision"),
        ("a hexadecimal number", text(r#"{"decision":0x10}"#), ""),
        ("a leading zero", text(r#"{"decision":01}"#), "/decision"),
        ("a byte order mark", text("\u{feff}{}"), ""),
        (
            "UTF-16",
            "{}".encode_utf16().flat_map(u16::to_le_bytes).collect(),
            "",
        ),
        (
            "invalid UTF-8",
            in_reference(&[0xff, 0xfe]),
            "/case_reference",
        ),
        (
            "overlong UTF-8",
            in_reference(&[0xc0, 0x80]),
            "/case_reference",
        ),
        (
            "a surrogate in UTF-8",
            in_reference(&[0xed, 0xa0, 0x80]),
            "/case_reference",
        ),
        (
            "a lone surrogate",
            in_reference(br"\ud800"),
            "/case_reference",
        ),
        (
            "a reversed pair of surrogates",
            in_reference(br"\udc00\ud800"),
            "/case_reference",
        ),
        (
            "an escaped NUL",
            in_reference(br"\u0000"),
            "/case_reference",
        ),
        ("a raw NUL", in_reference(&[0]), "/case_reference"),
        (
            "an escaped control character",
            in_reference(br"\u009f"),
            "/case_reference",
        ),
        ("a raw line feed", in_reference(b"\n"), "/case_reference"),
        (
            "an unknown escape",
            in_reference(br"\x41"),
            "/case_reference",
        ),
        ("a huge number", text(r#"{"decision":1e400}"#), "/decision"),
        (
            "a huge integer",
            text(&format!(r#"{{"decision":{}}}"#, "9".repeat(400))),
            "/decision",
        ),
        (
            "an inexact integer",
            text(r#"{"decision":9007199254740993}"#),
            "/decision",
        ),
        (
            "a member twice",
            text(r#"{"decision":"refused","decision":"given"}"#),
            "/decision",
        ),
        (
            "a member twice, once escaped",
            text(r#"{"decision":"refused","\u0064ecision":"given"}"#),
            "/decision",
        ),
        (
            "a deep member twice",
            text(r#"{"terms":{"notice":{"a":1,"a":2}}}"#),
            "/terms/notice/a",
        ),
        (
            "a name that needs escaping, twice",
            text(r#"{"a/b~c":1,"a/b~c":2}"#),
            "/a~1b~0c",
        ),
    ]
}

on_both_databases! {
    async fn what_is_not_json_is_refused_with_the_place_at_which_reading_stopped(desk: Desk) {
        for (what, body, place) in malformed() {
            let told = desk.faults(what, Target::Consent, body, ProblemType::MalformedJson).await;
            // A syntax error is told where the reader stood; whether that is the member or its object is its affair.
            assert!(
                told.iter().all(|pointer| place.starts_with(pointer.as_str()) || pointer.starts_with(place)),
                "{what}: told at {told:?}, expected at {place:?}"
            );
        }
    }

    async fn every_target_refuses_what_is_not_json(desk: Desk) {
        for target in Target::ALL {
            let told = desk.faults("a cut body", target, "{", ProblemType::MalformedJson).await;
            assert_eq!(told, [""], "{target:?}");
        }
    }

    async fn all_duplicate_members_and_inexact_numbers_are_told_at_once(desk: Desk) {
        let body = r#"{"a":1,"a":2,"b":[1e300,{"c":0,"c":0}],"d":"\u0000"}"#;
        let told = desk.faults("four faults", Target::Consent, body, ProblemType::MalformedJson).await;
        assert_eq!(told, ["/a", "/b/0", "/b/1/c", "/d"]);
    }

    async fn deep_nesting_is_refused_however_deep(desk: Desk) {
        let deepest = "/0".repeat(16);
        let told = desk.faults("17 levels", Target::Consent, nested(17), ProblemType::MalformedJson).await;
        assert_eq!(told, [deepest]);
        let told = desk.faults("16 levels", Target::Consent, nested(16), ProblemType::InvalidBody).await;
        assert_eq!(told, [""], "16 levels are read, and are no consent");
        for levels in [1_000, 100_000] {
            let what = format!("{levels} levels");
            let _ = desk.faults(&what, Target::Consent, nested(levels), ProblemType::MalformedJson).await;
            let objects = [r#"{"a":"#.repeat(levels / 5), "1".to_owned()].concat();
            let _ = desk.faults(&what, Target::Release, objects, ProblemType::MalformedJson).await;
        }
    }

    async fn what_is_larger_than_the_limit_is_refused_before_it_is_read(desk: Desk) {
        let limit = 256 * 1024;
        let padded = |target, size: usize| {
            let mut body = serde_json::to_vec(&desk.good(target)).unwrap();
            body.resize(size, b' ');
            body
        };
        for target in [Target::Consent, Target::Release] {
            let (request, sender) = desk.request(target);
            let problem = desk.refuses("a byte too many", request.body(padded(target, limit + 1)), sender, ProblemType::TooLarge).await;
            assert!(problem.errors.is_empty());
            let (request, sender) = desk.request(target);
            let _ = desk.refuses("four megabytes", request.body(padded(target, 4 << 20)), sender, ProblemType::TooLarge).await;
        }
        let (request, sender) = desk.request(Target::Consent);
        let answer = request.body(padded(Target::Consent, limit)).send(sender).await;
        assert_eq!(answer.status.as_u16(), 201, "exactly the limit passes");
    }
}

fn nested(levels: usize) -> Vec<u8> {
    ["[".repeat(levels), "]".repeat(levels)]
        .concat()
        .into_bytes()
}
