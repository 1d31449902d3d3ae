// Rule: a state belongs to the disclosure that earned it. It can't be put to other terms, nor taken out.

use freigabe_domain::disclosure::{Authorized, Disclosure, DisclosureTerms};

fn with_other_terms<'tx>(
    authorized: Disclosure<Authorized<'tx>>,
    terms: DisclosureTerms,
) -> Disclosure<Authorized<'tx>> {
    Disclosure {
        terms,
        ..authorized
    }
}

fn from_parts<'tx>(
    terms: DisclosureTerms,
    state: Authorized<'tx>,
) -> Disclosure<Authorized<'tx>> {
    Disclosure { terms, state }
}

fn taken_out<'tx>(authorized: Disclosure<Authorized<'tx>>) -> Authorized<'tx> {
    let Disclosure { state, .. } = authorized;
    state
}

fn main() {}
