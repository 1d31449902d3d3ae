// Rule: without a consent there is no authorisation. Nothing but `authorize` makes one, neither from parts nor from a
// request; its evidence alone is not enough.

use std::marker::PhantomData;

use freigabe_domain::disclosure::{AuthorizationEvidence, Authorized, Disclosure, Requested};

fn from_parts<'tx>(evidence: AuthorizationEvidence) -> Authorized<'tx> {
    Authorized {
        evidence,
        _brand: PhantomData,
    }
}

fn by_default<'tx>() -> Authorized<'tx> {
    Authorized::default()
}

fn by_constructor<'tx>(evidence: AuthorizationEvidence) -> Authorized<'tx> {
    Authorized::new(evidence)
}

fn by_conversion<'tx>(requested: Disclosure<Requested>) -> Disclosure<Authorized<'tx>> {
    requested.into()
}

fn main() {}
