//! Answers that nobody can tell apart.

use std::collections::BTreeMap;

use freigabe_client::RawAnswer;

/// Headers that differ between any two answers, and say nothing.
const DIFFER: &[&str] = &["date", "request-id"];

/// Byte for byte the same, but for the time and the number of the request.
#[track_caller]
pub(crate) fn assert_indistinguishable(what: &str, one: &RawAnswer, other: &RawAnswer) {
    assert_eq!(one.status, other.status, "{what}: the status tells");
    assert_eq!(
        String::from_utf8_lossy(&one.body),
        String::from_utf8_lossy(&other.body),
        "{what}: the body tells"
    );
    assert_eq!(headers(one), headers(other), "{what}: a header tells");
}

fn headers(answer: &RawAnswer) -> BTreeMap<&str, Vec<&[u8]>> {
    let mut headers: BTreeMap<&str, Vec<&[u8]>> = BTreeMap::new();
    for (name, value) in &answer.headers {
        if !DIFFER.contains(&name.as_str()) {
            headers
                .entry(name.as_str())
                .or_default()
                .push(value.as_bytes());
        }
    }
    headers
}
