//! Nonces for proofs of possession (RFC 9449 §8): a proof can't be made long before it is used.
//!
//! A nonce is the minute in which it was given out with a message authentication code, so no node has to remember it and
//! every node of an installation, which share the key, knows the others'.

use aws_lc_rs::hmac;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use freigabe_domain::instant::Instant;

/// A nonce is good in the minute in which it was given out and so many after it.
const GOOD_FOR_MINUTES: i64 = 5;
const MINUTE: i64 = 60;
const LABEL: &[u8] = b"freigabe dpop nonce 1";
const TIME: usize = 8;

/// Gives out nonces, and knows its own.
pub(super) struct Nonces(hmac::Key);

impl Nonces {
    /// With a key derived from a secret that all nodes share.
    pub(super) fn new(secret: &[u8]) -> Self {
        let derived = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), LABEL);
        Self(hmac::Key::new(hmac::HMAC_SHA256, derived.as_ref()))
    }

    /// The nonce of this minute.
    pub(super) fn current(&self, now: Instant) -> String {
        let time = minute(now).to_be_bytes();
        let mut bytes = time.to_vec();
        bytes.extend_from_slice(hmac::sign(&self.0, &time).as_ref());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Whether a nonce was given out here, and lately.
    pub(super) fn is_good(&self, nonce: &str, now: Instant) -> bool {
        let Ok(bytes) = URL_SAFE_NO_PAD.decode(nonce) else {
            return false;
        };
        let Some((time, code)) = bytes.split_first_chunk::<TIME>() else {
            return false;
        };
        let age = minute(now).saturating_sub(i64::from_be_bytes(*time));
        // A node whose clock is a little ahead may have given it out.
        (-1..=GOOD_FOR_MINUTES).contains(&age) && hmac::verify(&self.0, time, code).is_ok()
    }
}

const fn minute(now: Instant) -> i64 {
    now.as_unix_seconds().div_euclid(MINUTE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> Instant {
        Instant::from_unix_micros(minute * MINUTE * 1_000_000)
    }

    #[test]
    fn a_nonce_is_good_for_five_minutes_on_every_node() {
        let (one, other) = (Nonces::new(b"shared"), Nonces::new(b"shared"));
        let nonce = one.current(at(1_000));
        for (minute, good) in [
            (998, false),
            (999, true),
            (1_000, true),
            (1_005, true),
            (1_006, false),
        ] {
            assert_eq!(other.is_good(&nonce, at(minute)), good, "{minute}");
        }
        assert_ne!(nonce, one.current(at(1_001)));
    }

    #[test]
    fn what_was_not_given_out_here_is_no_nonce() {
        let nonces = Nonces::new(b"ours");
        let now = at(1_000);
        let theirs = Nonces::new(b"theirs").current(now);
        let ours = nonces.current(now);
        let later =
            URL_SAFE_NO_PAD.encode([&minute(at(1_001)).to_be_bytes()[..], &[0; 32]].concat());
        for nonce in [
            "",
            "x",
            "AAAA",
            &theirs,
            &later,
            &ours[..20],
            &format!("{ours}A"),
        ] {
            assert!(!nonces.is_good(nonce, now), "{nonce}");
        }
    }
}
