//! What is fuzzed: functions that take any bytes and panic when a rule is broken. They run among the tests for a bounded time,
//! and in `fuzz_targets` for as long as somebody likes; no program has them, unless it is built with the feature `fuzzing`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a rule that is broken is a panic"
)]

mod headers;

use crate::{access::fuzzed as tokens, json::fuzzed as bodies, query::fuzzed as queries};

/// Takes any bytes; panics when a rule is broken.
pub type Target = fn(&[u8]);

/// Every target by its name.
pub const TARGETS: &[(&str, Target)] = &[
    ("access_token", tokens::access_token),
    ("access_claims", tokens::access_claims),
    ("assertion", tokens::assertion),
    ("assertion_claims", tokens::assertion_claims),
    ("proof", tokens::proof),
    ("proof_claims", tokens::proof_claims),
    ("cursor", queries::cursor),
    ("query", queries::query),
    ("headers", headers::fields),
    ("forwarded", headers::forwarded),
    ("body", bodies::body),
];

/// Stands in good inputs where somebody's words stand, and must not stand in what is said about them.
pub(crate) const CANARY: &str = "Kanarienvogel";

/// Good inputs of a target, and some that are nearly good.
#[must_use]
pub fn seeds(target: &str) -> Vec<Vec<u8>> {
    tokens::seeds(target)
        .or_else(|| queries::seeds(target))
        .or_else(|| headers::seeds(target))
        .or_else(|| bodies::seeds(target))
        .unwrap_or_default()
}
