//! Referral notices and involvements, in both directions.

use freigabe_contract::{self as contract, involvement as wire, vocabulary::OfferAnswerKind};
use freigabe_domain::{
    consent::CaseReferences,
    directory::LanguageCode,
    exchange::{InvolvementView, OfferView},
    ids::CentreId,
    instant::Instant,
    involvement::{
        ContactAgreed, ContactMode, HelpNeeded, InvolvementOffer, NewInvolvement, OfferAnswer,
    },
    office::Postcode,
    referral::{NewReferral, ReferralNotice},
    text::Reference,
};
use uuid::Uuid;

use super::{Faults, instant, timestamp, vocabulary::Mirror};
use crate::problem::ApiError;

/// Centres of the directory, by their identifiers.
pub(crate) fn centres(ids: Vec<Uuid>) -> Vec<CentreId> {
    ids.into_iter().map(CentreId::from_uuid).collect()
}

/// That somebody was told about help.
pub(crate) fn new_referral(
    body: contract::referral::NoteReferral,
) -> Result<NewReferral, ApiError> {
    let mut faults = Faults::default();
    let told_at = faults.keep(|| "/told_at".to_owned(), instant(body.told_at));
    let language = LanguageCode::parse(body.language.as_str());
    let language = faults.keep(|| "/language".to_owned(), language);
    let whole = || {
        Some(NewReferral {
            told_at: told_at?,
            language: language?,
            medium: body.medium.mirror(),
            leaflet_version: body.leaflet_version,
            centres: centres(body.centres),
        })
    };
    faults.finish(whole())
}

/// A recorded referral.
pub(crate) fn referral(notice: &ReferralNotice) -> contract::referral::ReferralNotice {
    let referral = &notice.referral;
    contract::referral::ReferralNotice {
        id: notice.id.as_uuid(),
        office: notice.office.as_str().into(),
        recorded_at: timestamp(notice.recorded_at),
        told_at: timestamp(referral.told_at),
        language: referral.language.code().into(),
        medium: referral.medium.mirror(),
        leaflet_version: referral.leaflet_version,
        centres: referral.centres.iter().map(CentreId::as_uuid).collect(),
    }
}

/// A suspected case.
pub(crate) fn new_involvement(body: wire::NoteInvolvement) -> Result<NewInvolvement, ApiError> {
    let mut faults = Faults::default();
    let case = Reference::parse(body.case_reference.as_str());
    let case = faults.keep(|| "/case_reference".to_owned(), case);
    let person = Reference::parse(body.person_reference.as_str());
    let person = faults.keep(|| "/person_reference".to_owned(), person);
    let noted_at = instant(body.suspicion_noted_at);
    let noted_at = faults.keep(|| "/suspicion_noted_at".to_owned(), noted_at);
    let needed = needed(&mut faults, body.needed);
    let whole = || {
        Some(NewInvolvement {
            references: CaseReferences {
                case_reference: case?,
                pii_principal_id: person?,
            },
            suspicion_noted_at: noted_at?,
            needed: needed?,
            offer_to: centres(body.offer_to),
        })
    };
    faults.finish(whole())
}

fn needed(faults: &mut Faults, needed: wire::HelpNeeded) -> Option<HelpNeeded> {
    let place = needed.postcode.map(|text| Postcode::parse(text.as_str()));
    let place = faults.keep(|| "/needed/postcode".to_owned(), place.transpose());
    let language = needed
        .language
        .map(|text| LanguageCode::parse(text.as_str()));
    let language = faults.keep(|| "/needed/language".to_owned(), language.transpose());
    Some(HelpNeeded {
        place: place?,
        land: needed.land.map(Mirror::mirror),
        language: language?,
        target_group: needed.target_group.map(Mirror::mirror),
        exploitation_form: needed.exploitation_form.map(Mirror::mirror),
        offer: needed.offer.map(Mirror::mirror),
        mobile: needed.mobile.unwrap_or(false),
    })
}

/// How the person and the centre meet, and when.
pub(crate) fn contact(
    body: wire::AgreeContact,
) -> Result<(ContactMode, Option<Instant>), ApiError> {
    let mut faults = Faults::default();
    let meeting_at = body.meeting_at.map(instant).transpose();
    let meeting_at = faults.keep(|| "/meeting_at".to_owned(), meeting_at);
    faults.finish(meeting_at.map(|meeting_at| (body.mode.mirror(), meeting_at)))
}

/// What a centre answers.
pub(crate) fn offer_answer(body: wire::AnswerOffer) -> Result<OfferAnswer, ApiError> {
    let mut faults = Faults::default();
    let reason = body.reason.map(Mirror::mirror);
    let read = match body.answer {
        OfferAnswerKind::Accepted if reason.is_some() => {
            faults.add("/reason", "must be left out when the answer is accepted");
            None
        }
        OfferAnswerKind::Accepted => Some(OfferAnswer::Accepted),
        OfferAnswerKind::Declined => Some(OfferAnswer::Declined(reason)),
        OfferAnswerKind::Unavailable => Some(OfferAnswer::Unavailable(reason)),
    };
    faults.finish(read)
}

/// An involvement, to its office.
pub(crate) fn involvement(view: &InvolvementView) -> wire::Involvement {
    let involvement = &view.involvement;
    let needed = &view.needed;
    wire::Involvement {
        id: involvement.id.as_uuid(),
        case_id: involvement.case.as_uuid(),
        suspicion_noted_at: timestamp(involvement.suspicion_noted_at),
        opened_at: timestamp(involvement.opened_at),
        needed: wire::HelpNeeded {
            postcode: needed.place.as_ref().map(|place| place.as_str().into()),
            land: needed.land.map(Mirror::mirror),
            language: needed.language.map(|language| language.code().into()),
            target_group: needed.target_group.map(Mirror::mirror),
            exploitation_form: needed.exploitation_form.map(Mirror::mirror),
            offer: needed.offer.map(Mirror::mirror),
            mobile: Some(needed.mobile),
        },
        state: involvement.state.mirror(),
        accepted_offer_id: involvement.accepted.map(|offer| offer.as_uuid()),
        contact: involvement.contact.as_ref().map(agreed),
        closed_at: involvement.closed_at.map(timestamp),
        offers: view
            .offers
            .iter()
            .map(|offer| wire::MadeOffer {
                id: offer.id.as_uuid(),
                centre_id: offer.centre.as_uuid(),
                person_for_centre: offer.person_for_centre.as_str().into(),
                standing: offer.standing(involvement).mirror(),
                reason: offer.reason.map(Mirror::mirror),
                offered_at: timestamp(offer.offered_at),
                answer_by: timestamp(offer.answer_by),
                reminded_at: offer.reminded_at.map(timestamp),
                escalated_at: offer.escalated_at.map(timestamp),
                answered_at: offer.answered_at.map(timestamp),
            })
            .collect(),
    }
}

/// What a centre was asked, to that centre. The involvement's own identifier is left out: another centre may know it, too.
pub(crate) fn offer(view: &OfferView) -> wire::InvolvementOffer {
    let (offer, needed) = (&view.offer, &view.needed);
    wire::InvolvementOffer {
        id: offer.id.as_uuid(),
        office: offer.office.as_str().into(),
        centre_id: offer.centre.as_uuid(),
        person: offer.person_for_centre.as_str().into(),
        needed: wire::HelpNeededByCentre {
            postcode_region: needed.region.as_ref().map(|region| region.as_str().into()),
            land: needed.land.map(Mirror::mirror),
            language: needed.language.map(|language| language.code().into()),
            target_group: needed.target_group.map(Mirror::mirror),
            exploitation_form: needed.exploitation_form.map(Mirror::mirror),
            offer: needed.offer.map(Mirror::mirror),
            mobile: needed.mobile,
        },
        standing: view.standing.mirror(),
        reason: offer.reason.map(Mirror::mirror),
        contact: view.contact.as_ref().map(agreed),
        offered_at: timestamp(offer.offered_at),
        answer_by: timestamp(offer.answer_by),
        reminded_at: offer.reminded_at.map(timestamp),
        answered_at: offer.answered_at.map(timestamp),
    }
}

/// What nobody has answered in time, to the coordination; none when it was not told.
pub(crate) fn unanswered(offer: &InvolvementOffer) -> Option<wire::UnansweredOffer> {
    Some(wire::UnansweredOffer {
        id: offer.id.as_uuid(),
        office: offer.office.as_str().into(),
        centre_id: offer.centre.as_uuid(),
        offered_at: timestamp(offer.offered_at),
        answer_by: timestamp(offer.answer_by),
        escalated_at: offer.escalated_at.map(timestamp)?,
    })
}

fn agreed(contact: &ContactAgreed) -> wire::ContactAgreed {
    wire::ContactAgreed {
        mode: contact.mode.mirror(),
        meeting_at: contact.meeting_at.map(timestamp),
        agreed_at: timestamp(contact.agreed_at),
    }
}
