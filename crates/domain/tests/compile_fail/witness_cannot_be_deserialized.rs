// Rule: authority is earned, never read back from anywhere.

use freigabe_domain::disclosure::{Authorized, AuthorizationEvidence, Disclosure, Released};
use serde::{Deserialize, Deserializer};

fn state<'de, D: Deserializer<'de>>(stored: D) -> Result<Authorized<'static>, D::Error> {
    Authorized::deserialize(stored)
}

fn disclosure<'de, D: Deserializer<'de>>(
    stored: D,
) -> Result<Disclosure<Authorized<'static>>, D::Error> {
    Disclosure::<Authorized<'static>>::deserialize(stored)
}

fn evidence<'de, D: Deserializer<'de>>(stored: D) -> Result<AuthorizationEvidence, D::Error> {
    AuthorizationEvidence::deserialize(stored)
}

fn released<'de, D: Deserializer<'de>>(stored: D) -> Result<Disclosure<Released>, D::Error> {
    Disclosure::<Released>::deserialize(stored)
}

fn main() {}
