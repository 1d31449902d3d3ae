//! The check itself: pure, complete, and fast enough to run on every request (under 2 µs for 10 items and 5 grants;
//! `benches/disclosure_check.rs`).

use super::{DisclosureTerms, ItemProfile, Needed, Refusal, RefusalReason};
use crate::{
    consent::{ForceFault, Grant, LockedConsent},
    handover::Handler,
    instant::Instant,
    office::{Competence, CompetenceError},
    vocabulary::{Action, ExpressScopes, Handling},
};

/// What a disclosure is judged against, all of it read in the same transaction.
#[derive(Debug, Clone, Copy)]
pub struct Circumstances<'a> {
    /// The consent, its row held.
    pub consent: &'a LockedConsent,
    /// Which office is competent, or why that can't be told.
    pub competence: &'a Result<Competence, CompetenceError>,
    /// Who handles the case in the place of the addressed office, if that has handed it over.
    pub handler: Option<&'a Handler>,
    /// The database's time, read after the row was held.
    pub now: Instant,
}

/// Judges a disclosure. On success, the index of the grant that covers each item, in the items' order.
///
/// # Errors
/// Every reason against it, not only the first.
pub fn assess(
    terms: &DisclosureTerms,
    circumstances: &Circumstances<'_>,
) -> Result<Vec<u16>, Vec<Refusal>> {
    let mut refusals = general_refusals(terms, circumstances);
    let mut covering = Vec::with_capacity(terms.items.len());
    for (index, item) in terms.items.iter().enumerate() {
        if let Some(grant) = item_refusals(terms, circumstances.consent, index, item, &mut refusals)
        {
            covering.push(grant);
        }
    }
    if refusals.is_empty() && covering.len() == terms.items.len() {
        Ok(covering)
    } else {
        Err(refusals)
    }
}

/// Reasons that concern the whole disclosure.
pub(super) fn general_refusals(
    terms: &DisclosureTerms,
    circumstances: &Circumstances<'_>,
) -> Vec<Refusal> {
    let consent = circumstances.consent;
    let valid_from = consent.decision.terms().map(|terms| terms.valid_from);
    let mut refusals: Vec<Refusal> = consent
        .force_faults(circumstances.now)
        .into_iter()
        .map(|fault| of_force_fault(fault, valid_from))
        .collect();
    let mut refuse = |reason, needed| {
        refusals.push(Refusal {
            reason,
            item: None,
            needed,
        })
    };
    if terms
        .named_revision
        .is_some_and(|named| named != consent.head.revision)
    {
        refuse(
            RefusalReason::Superseded,
            Needed::LatestRevision(consent.head.revision),
        );
    }
    match (circumstances.handler, circumstances.competence) {
        // The office that has the case comes first, and this one has it no more.
        (Some(handler), _) => refuse(
            RefusalReason::OfficeNotCompetent,
            Needed::Handler(handler.clone()),
        ),
        (None, Ok(competence)) if competence.admits(&terms.recipient).is_some() => {}
        (None, Ok(competence)) => refuse(
            RefusalReason::OfficeNotCompetent,
            Needed::CompetentOffice {
                office: competence.office.id.clone(),
                reason: competence.reason,
            },
        ),
        (None, Err(error)) => refuse(
            RefusalReason::OfficeNotCompetent,
            Needed::Competence(error.clone()),
        ),
    }
    refusals
}

/// Reasons that concern one item; the covering grant if there are none.
pub(super) fn item_refusals(
    terms: &DisclosureTerms,
    consent: &LockedConsent,
    index: usize,
    item: &ItemProfile,
    refusals: &mut Vec<Refusal>,
) -> Option<u16> {
    let consent_terms = consent.decision.terms()?;
    let mut refuse = |reason, needed| {
        refusals.push(Refusal {
            reason,
            item: Some(index),
            needed,
        })
    };
    let mut excluded = false;
    for (number, exclusion) in consent_terms.exclusions.iter().enumerate() {
        if exclusion.matches(&terms.recipient, item.category, item.touches, terms.purpose) {
            refuse(RefusalReason::Excluded, Needed::ExclusionLifted(number));
            excluded = true;
        }
    }

    let mut closest: Option<(&Grant, Gaps)> = None;
    // Grants beyond what the evidence can number don't count.
    for (number, grant) in (0..=u16::MAX).zip(&consent_terms.grants) {
        let gaps = Gaps::between(terms, item, grant);
        if gaps.none() {
            return (!excluded).then_some(number);
        }
        if closest
            .as_ref()
            .is_none_or(|(_, best)| gaps.weight() < best.weight())
        {
            closest = Some((grant, gaps));
        }
    }
    // Two grants never add up: what is missing is told against the one grant that comes closest.
    if let Some((grant, gaps)) = closest {
        gaps.report(terms, item, grant, &mut refuse);
    } else {
        refuse(
            RefusalReason::CategoryNotCovered,
            Needed::Category(item.category),
        );
    }
    None
}

/// In which dimensions a grant falls short of an item.
struct Gaps {
    category: bool,
    recipient: bool,
    purpose: bool,
    collect: bool,
    onward: bool,
    handling: bool,
    scopes: ExpressScopes,
}

impl Gaps {
    fn between(terms: &DisclosureTerms, item: &ItemProfile, grant: &Grant) -> Self {
        Self {
            category: !grant.categories.contains(&item.category),
            recipient: !grant.recipients.contains(&terms.recipient),
            purpose: !grant.purposes.contains(&terms.purpose),
            collect: !grant.actions.contains(&Action::Collect),
            onward: terms.onward_transfer && !grant.actions.contains(&Action::OnwardTransfer),
            handling: !item.handling.keeps(grant.handling),
            scopes: item.touches.minus(grant.express_scopes),
        }
    }

    const fn none(&self) -> bool {
        !(self.category
            || self.recipient
            || self.purpose
            || self.collect
            || self.onward
            || self.handling)
            && self.scopes.is_empty()
    }

    /// How far the grant is from covering the item; one of another category is further than any of the same.
    fn weight(&self) -> usize {
        let flags = [
            self.recipient,
            self.purpose,
            self.collect,
            self.onward,
            self.handling,
        ];
        usize::from(self.category) * 100
            + flags.into_iter().filter(|f| *f).count()
            + self.scopes.iter().count()
    }

    fn report(
        &self,
        terms: &DisclosureTerms,
        item: &ItemProfile,
        grant: &Grant,
        refuse: &mut impl FnMut(RefusalReason, Needed),
    ) {
        if self.category {
            refuse(
                RefusalReason::CategoryNotCovered,
                Needed::Category(item.category),
            );
        }
        if self.recipient {
            refuse(
                RefusalReason::RecipientNotCovered,
                Needed::Recipient(terms.recipient.clone()),
            );
        }
        if self.purpose {
            refuse(
                RefusalReason::PurposeNotCovered,
                Needed::Purpose(terms.purpose),
            );
        }
        if self.collect {
            refuse(
                RefusalReason::ActionNotCovered,
                Needed::Action(Action::Collect),
            );
        }
        if self.onward {
            refuse(
                RefusalReason::ActionNotCovered,
                Needed::Action(Action::OnwardTransfer),
            );
        }
        if self.handling {
            let demanded: Handling = grant.handling;
            refuse(
                RefusalReason::HandlingNotCovered,
                Needed::Handling(demanded),
            );
        }
        for scope in self.scopes.iter() {
            refuse(
                RefusalReason::ExpressScopeMissing,
                Needed::ExpressScope(scope),
            );
        }
    }
}

/// What keeps a consent that begins at `valid_from` from being in force, as a refusal.
pub(crate) fn of_force_fault(fault: ForceFault, valid_from: Option<Instant>) -> Refusal {
    let (reason, needed) = match fault {
        ForceFault::NotGiven => (RefusalReason::NoConsent, Needed::GivenConsent),
        ForceFault::Withdrawn => (RefusalReason::Withdrawn, Needed::NewConsent),
        ForceFault::NotYetValid => (
            RefusalReason::NotYetValid,
            valid_from.map_or(Needed::NewConsent, Needed::ValidFrom),
        ),
        ForceFault::Expired => (RefusalReason::Expired, Needed::NewConsent),
        ForceFault::DataProtectionConsentMissing => (
            RefusalReason::DataProtectionConsentMissing,
            Needed::DataProtectionConsent,
        ),
        ForceFault::ConfidentialityReleaseMissing => (
            RefusalReason::ConfidentialityReleaseMissing,
            Needed::ConfidentialityRelease,
        ),
        ForceFault::NoticeIncomplete => (RefusalReason::NoticeIncomplete, Needed::Notice),
        ForceFault::RepresentativeRequired => (
            RefusalReason::RepresentativeRequired,
            Needed::Representative,
        ),
        ForceFault::PersonMustConsent => (RefusalReason::PersonMustConsent, Needed::OwnConsent),
        ForceFault::AssentRequired => (RefusalReason::AssentRequired, Needed::Assent),
        ForceFault::InterpreterRequired => {
            (RefusalReason::InterpreterRequired, Needed::Interpreter)
        }
        ForceFault::ReadBackRequired => (RefusalReason::ReadBackRequired, Needed::ReadBack),
        ForceFault::EvidenceMissing => (RefusalReason::EvidenceMissing, Needed::Evidence),
    };
    Refusal {
        reason,
        item: None,
        needed,
    }
}
