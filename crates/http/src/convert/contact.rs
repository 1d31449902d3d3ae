//! Contact consents and contact details, in both directions.

use freigabe_contract::{contact as wire, disclosure::Refusal};
use freigabe_domain::{
    contact::{
        ContactContent, ContactDetails, ContactDraft, ContactItem, ContactNotice, ContactRecord,
        ContactRefusals, ContactTerms, ContactWithdrawal, Released,
    },
    exchange::{ContactConsentView, NewContactConsent},
    ids::{CentreId, ContactConsentId, InvolvementId},
    text::ShortText,
};

use super::{
    Faults, count,
    involvement::centres,
    refusal,
    terms::Terms,
    timestamp,
    vocabulary::{Mirror, mirror_all},
};
use crate::problem::ApiError;

/// A contact consent that an office asks to record.
pub(crate) fn new_consent(
    involvement: InvolvementId,
    body: wire::RecordContactConsent,
) -> Result<NewContactConsent, ApiError> {
    let mut faults = Faults::default();
    let terms = terms(&mut Terms(&mut faults), body.terms);
    faults.finish(terms.map(|terms| NewContactConsent { involvement, terms }))
}

fn terms(read: &mut Terms<'_>, terms: wire::ContactTerms) -> Option<ContactTerms> {
    // Everything is read before the first `?`, so that all faults are found.
    let valid_from = read.time("/valid_from", terms.valid_from);
    let valid_until = read.time("/valid_until", terms.valid_until);
    let data_protection_consent =
        read.half("/data_protection_consent", terms.data_protection_consent);
    let grantor = read.grantor(terms.grantor);
    let conversation = read.conversation(terms.conversation);
    let evidence = read.evidence(terms.evidence);
    let collected_by = read.reference("/collected_by", &terms.collected_by);
    let retention = read.retention(terms.retention);
    Some(ContactTerms {
        recipients: centres(terms.recipients),
        items: mirror_all(terms.items),
        valid_from: valid_from?,
        valid_until: valid_until?,
        data_protection_consent: data_protection_consent?,
        notice: ContactNotice {
            right_to_withdraw: terms.notice.right_to_withdraw,
            help_without_it: terms.notice.help_without_it,
            who_receives_what: terms.notice.who_receives_what,
        },
        capacity: terms.capacity.mirror(),
        grantor: grantor?,
        conversation: conversation?,
        evidence: evidence?,
        collected_by: collected_by?,
        retention: retention?,
    })
}

/// What an office wants to tell.
pub(crate) fn draft(
    consent: ContactConsentId,
    body: wire::ReleaseContactDetails,
) -> Result<ContactDraft, ApiError> {
    let mut faults = Faults::default();
    let items: Vec<Option<ContactItem>> = body
        .items
        .into_iter()
        .enumerate()
        .map(|(index, item)| {
            let text = ShortText::parse(item.text.as_str());
            Some(ContactItem {
                kind: item.kind.mirror(),
                text: faults.keep(|| format!("/items/{index}/text"), text)?,
            })
        })
        .collect();
    let items: Option<Vec<ContactItem>> = items.into_iter().collect();
    faults.finish(items.map(|items| ContactDraft {
        consent,
        centre: CentreId::from_uuid(body.centre_id),
        content: ContactContent::new(items),
    }))
}

/// A contact consent, to its office.
pub(crate) fn consent(view: &ContactConsentView) -> wire::ContactConsent {
    let (head, terms) = (&view.consent.head, &view.consent.terms);
    wire::ContactConsent {
        id: head.id.as_uuid(),
        involvement_id: head.involvement.as_uuid(),
        status: head.status_at(view.read_at).mirror(),
        recipients: terms.recipients.iter().map(CentreId::as_uuid).collect(),
        items: mirror_all(terms.items.iter().copied()),
        valid_from: timestamp(head.valid_from),
        valid_until: timestamp(head.valid_until),
        recorded_at: timestamp(head.recorded_at),
        withdrawn_at: head.withdrawn_at.map(timestamp),
        details: view.details.iter().map(details).collect(),
    }
}

/// What a withdrawal did.
pub(crate) fn withdrawal(outcome: &ContactWithdrawal) -> wire::ContactWithdrawal {
    let head = &outcome.consent;
    wire::ContactWithdrawal {
        contact_consent_id: head.id.as_uuid(),
        withdrawn_at: timestamp(head.withdrawn_at.unwrap_or(head.recorded_at)),
        sealed: count(outcome.sealed),
        to_erase: count(outcome.to_erase),
    }
}

/// Contact details, to the office that told them.
pub(crate) fn details(record: &ContactRecord) -> wire::ContactDetails {
    wire::ContactDetails {
        id: record.id.as_uuid(),
        contact_consent_id: record.consent.as_uuid(),
        centre_id: record.centre.as_uuid(),
        items: mirror_all(record.kinds.iter().copied()),
        state: record.state.mirror(),
        seal_reason: record.seal_reason.map(Mirror::mirror),
        released_at: timestamp(record.released_at),
        collected_at: record.collected_at.map(timestamp),
        closed_at: record.closed_at.map(timestamp),
        erasure_asked_at: record.erasure_asked_at.map(timestamp),
        erased_at: record.erased_at.map(timestamp),
    }
}

/// Contact details, to the centre that they are for. The consent is left out: it is between the person and the office.
pub(crate) fn addressed(record: &ContactRecord) -> wire::AddressedContactDetails {
    wire::AddressedContactDetails {
        id: record.id.as_uuid(),
        offer_id: record.offer.as_uuid(),
        office: record.office.as_str().into(),
        person: record.person_for_centre.as_str().into(),
        items: mirror_all(record.kinds.iter().copied()),
        state: record.state.mirror(),
        released_at: timestamp(record.released_at),
        collected_at: record.collected_at.map(timestamp),
        acknowledged_at: record.closed_at.map(timestamp),
        erasure_asked_at: record.erasure_asked_at.map(timestamp),
        erased_at: record.erased_at.map(timestamp),
    }
}

/// What a centre collected.
pub(crate) fn collected(
    details: &ContactDetails<Released>,
) -> Result<wire::CollectedContactDetails, ApiError> {
    let content = details
        .content()
        .ok_or_else(|| ApiError::Internal("a collection without content".to_owned()))?;
    Ok(wire::CollectedContactDetails {
        details: addressed(details.record()),
        items: content
            .items()
            .iter()
            .map(|item| wire::ContactItem {
                kind: item.kind.mirror(),
                text: item.text.as_str().into(),
            })
            .collect(),
    })
}

/// Every reason against telling.
pub(crate) fn refusals(refusals: &ContactRefusals) -> Vec<Refusal> {
    let consent = refusals.consent.as_uuid();
    let reasons = refusals.reasons.iter();
    reasons
        .map(|reason| refusal::of_refusal(reason, consent, None))
        .collect()
}
