//! Answers that nobody can tell apart.

use std::collections::BTreeMap;

use freigabe_client::RawAnswer;

/// Headers that differ between any two answers, and say nothing: the time, the number of the request, and whether the
/// connection stays open, which hangs on how much of an unread body had arrived; and the nonce, which is the minute's.
const DIFFER: &[&str] = &[
    "date",
    "request-id",
    "connection",
    "dpop-nonce",
    // How much the caller asked before.
    "ratelimit",
    "ratelimit-policy",
];

/// Byte for byte the same, but for what differs between any two answers.
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

fn headers(answer: &RawAnswer) -> BTreeMap<&str, Vec<String>> {
    let mut headers: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (name, value) in &answer.headers {
        if !DIFFER.contains(&name.as_str()) {
            headers
                .entry(name.as_str())
                .or_default()
                .push(String::from_utf8_lossy(value.as_bytes()).into_owned());
        }
    }
    headers
}
