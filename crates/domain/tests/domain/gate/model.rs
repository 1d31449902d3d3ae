//! The rule of the gate once more, written without regard to reasons, speed or the program's own helpers: the
//! agreement's sentence as a formula. The properties hold the gate against it.

use std::collections::BTreeSet;

use freigabe_domain::{
    consent::{
        Assent, Capacity, ConsentStatus, ConsentTerms, Exclusion, Grant, Grantor, Mediation,
        RepresentativeBasis,
    },
    disclosure::{DisclosureTerms, ItemProfile},
    vocabulary::{Action, ExpressScope, Handling, Language},
};

use crate::given::Situation;

/// Whether the disclosure is allowed.
pub(crate) fn allowed(situation: &Situation) -> bool {
    let Situation {
        consent,
        disclosure,
        competence,
        handler,
        now,
    } = situation;
    let Some(terms) = consent.decision.terms() else {
        return false;
    };
    let latest = match disclosure.named_revision {
        None => true,
        Some(named) => named == consent.head.revision,
    };
    let competent = match competence {
        Err(_) => false,
        Ok(competence) => {
            competence.office.id == disclosure.recipient
                || competence
                    .also
                    .iter()
                    .any(|other| other.office == disclosure.recipient)
        }
    };
    consent.head.status == ConsentStatus::Given
        && (terms.valid_from..terms.valid_until).contains(now)
        && formally_complete(terms)
        && latest
        && competent
        && handler.is_none()
        && disclosure
            .items
            .iter()
            .all(|item| item_allowed(terms, disclosure, item))
}

/// Whether one item is within the scope: some grant allows it in every respect, and nothing rules it out.
pub(crate) fn item_allowed(
    terms: &ConsentTerms,
    disclosure: &DisclosureTerms,
    item: &ItemProfile,
) -> bool {
    let granted = terms.grants.iter().any(|g| grants(g, disclosure, item));
    let excluded = terms
        .exclusions
        .iter()
        .any(|e| excludes(e, disclosure, item));
    granted && !excluded
}

fn grants(grant: &Grant, disclosure: &DisclosureTerms, item: &ItemProfile) -> bool {
    let mut actions = vec![Action::Collect];
    if disclosure.onward_transfer {
        actions.push(Action::OnwardTransfer);
    }
    let scopes: BTreeSet<ExpressScope> = grant.express_scopes.iter().collect();
    let touched: BTreeSet<ExpressScope> = item.touches.iter().collect();
    grant.recipients.contains(&disclosure.recipient)
        && grant.purposes.contains(&disclosure.purpose)
        && grant.categories.contains(&item.category)
        && touched.is_subset(&scopes)
        && actions.iter().all(|action| grant.actions.contains(action))
        && duties(grant.handling).is_subset(&duties(item.handling))
}

/// What a handling code forbids.
fn duties(handling: Handling) -> BTreeSet<&'static str> {
    let duties: &[&str] = match handling {
        Handling::H0 => &[],
        Handling::H1 => &["no use in court"],
        Handling::H2 => &["no use in court", "no passing on"],
        Handling::H3 => &["as instructed"],
    };
    duties.iter().copied().collect()
}

fn excludes(exclusion: &Exclusion, disclosure: &DisclosureTerms, item: &ItemProfile) -> bool {
    let named = [
        exclusion
            .recipient
            .as_ref()
            .map(|office| *office == disclosure.recipient),
        exclusion.category.map(|category| category == item.category),
        exclusion
            .express_scope
            .map(|scope| item.touches.iter().any(|touched| touched == scope)),
        exclusion
            .purpose
            .map(|purpose| purpose == disclosure.purpose),
    ];
    let named: Vec<bool> = named.into_iter().flatten().collect();
    !named.is_empty() && !named.contains(&false)
}

fn formally_complete(terms: &ConsentTerms) -> bool {
    let (Some(consent), Some(release)) = (
        &terms.data_protection_consent,
        &terms.confidentiality_release,
    ) else {
        return false;
    };
    let talk = &terms.conversation;
    let told = [
        terms.notice.right_to_withdraw,
        terms.notice.consequences,
        terms.notice.police_cannot_undo,
    ];
    let bridged = talk.language == Language::German || talk.mediation != Mediation::NotRecorded;
    let read_by_herself = !matches!(talk.mediation, Mediation::Interpreted { .. })
        && consent.language == talk.language
        && release.language == talk.language;
    let entitled = match (&terms.grantor, terms.capacity) {
        (Grantor::Person, capacity) => capacity == Capacity::Full,
        (
            Grantor::Representative {
                basis,
                suspected,
                assent,
                ..
            },
            capacity,
        ) => {
            let for_adults = *basis == RepresentativeBasis::LegalGuardian;
            capacity != Capacity::Full
                && for_adults == (capacity == Capacity::Represented)
                && !suspected
                && *assent != Assent::Refused
                && *assent != Assent::NotRecorded
        }
    };
    !told.contains(&false)
        && bridged
        && (read_by_herself || talk.read_back_at.is_some())
        && entitled
        && terms.evidence.is_some()
}
