//! What is foretold of involvements, offers and referral notices.

use std::{collections::BTreeMap, sync::OnceLock};

use freigabe_domain::{
    directory::ExploitationForm,
    disclosure::Pseudonym,
    ids::{CentreId, InvolvementId, InvolvementOfferId, ReferralNoticeId},
    instant::Instant,
    involvement::{
        ContactAgreed, ContactMode, HelpNeeded, Involvement, InvolvementOffer, InvolvementState,
        OfferReason, OfferStanding, OfferState,
    },
    referral::{NewReferral, ReferralMedium, ReferralNotice},
    store::Cursor,
    vocabulary::Language,
};
use freigabe_testkit::Backend;

use crate::ports::world::{self, By, Place, at, case, centre, office, organisation, thing};

/// What an involvement is changed to.
#[derive(Debug, Clone, Copy)]
pub(in crate::ports) enum To {
    Offered,
    Accepted(u8),
    Agreed(u8),
    Closed,
}

/// A centre that is asked.
#[derive(Debug, Clone, Copy)]
pub(in crate::ports) struct Asked {
    pub(in crate::ports) id: u8,
    pub(in crate::ports) involvement: u8,
    /// The organisation, and its entry in the directory.
    pub(in crate::ports) centre: u8,
    pub(in crate::ports) at: u8,
}

#[derive(Debug, Clone)]
pub(super) enum Call {
    Note { id: u8, at: u8 },
    Change { id: u8, to: To, at: u8 },
    Show { id: u8 },
    Hold { id: u8 },
    ByIds { ids: Vec<u8> },
    Needed { ids: Vec<u8> },
    List { office: u8, page: Place },
    Ask(Vec<Asked>),
    Answer { id: u8, state: OfferState, at: u8 },
    FollowUp { id: u8, escalates: bool, at: u8 },
    Offer { id: u8 },
    Within { ids: Vec<u8> },
    AskedOf { centre: u8, page: Place },
    Due { now: u8, limit: u16 },
    Unanswered { page: Place },
    Refer { id: u8, office: u8, at: u8 },
    Referral { id: u8 },
    Referrals { office: u8, page: Place },
}

#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Model {
    pub(super) involvements: BTreeMap<u8, Involvement>,
    pub(super) offers: BTreeMap<u8, InvolvementOffer>,
    pub(super) referrals: BTreeMap<u8, ReferralNotice>,
}

/// The persons of the two offices' cases, as the log calls them.
pub(super) static PERSONS: OnceLock<Vec<Pseudonym>> = OnceLock::new();

pub(super) fn id(number: u8) -> InvolvementId {
    InvolvementId::from_uuid(thing(number))
}

pub(super) fn offer_id(number: u8) -> InvolvementOfferId {
    InvolvementOfferId::from_uuid(thing(number))
}

pub(super) fn referral_id(number: u8) -> ReferralNoticeId {
    ReferralNoticeId::from_uuid(thing(number))
}

/// The office whose an involvement is.
pub(in crate::ports) const fn office_of(involvement: u8) -> u8 {
    involvement % 2
}

pub(in crate::ports) const fn case_of(office: u8) -> u8 {
    50 + office
}

pub(in crate::ports) fn noted(number: u8, moment: u8) -> Involvement {
    let of = office_of(number);
    let persons = PERSONS.get().expect("a pair was started");
    Involvement {
        id: id(number),
        office: office(of),
        organisation: organisation(2 + of),
        case: case(case_of(of)),
        person: persons[usize::from(of)].clone(),
        suspicion_noted_at: at(0),
        opened_at: at(moment),
        state: InvolvementState::Noted,
        accepted: None,
        contact: None,
        closed_at: None,
    }
}

pub(in crate::ports) fn needed(number: u8) -> HelpNeeded {
    HelpNeeded {
        exploitation_form: ExploitationForm::ALL.get(usize::from(number)).copied(),
        ..HelpNeeded::default()
    }
}

pub(in crate::ports) fn changed(before: Involvement, to: To, moment: Instant) -> Involvement {
    let contact = ContactAgreed {
        mode: ContactMode::CentreCalls,
        meeting_at: None,
        agreed_at: moment,
    };
    match to {
        To::Offered => Involvement {
            closed_at: None,
            ..before.given_up()
        },
        To::Accepted(offer) => Involvement {
            contact: None,
            closed_at: None,
            ..before.accepted(offer_id(offer))
        },
        To::Agreed(offer) => Involvement {
            state: InvolvementState::ContactAgreed,
            contact: Some(contact),
            closed_at: None,
            ..before.accepted(offer_id(offer))
        },
        To::Closed => before.closed(moment),
    }
}

impl Asked {
    pub(in crate::ports) fn whole(self) -> InvolvementOffer {
        let of = office_of(self.involvement);
        InvolvementOffer {
            id: offer_id(self.id),
            involvement: id(self.involvement),
            office: office(of),
            case: case(case_of(of)),
            centre: CentreId::from_uuid(thing(self.centre)),
            organisation: centre(self.centre),
            person_for_centre: world::in_log(0, 0),
            state: OfferState::Open,
            reason: None,
            offered_at: at(self.at),
            remind_at: at(self.at + 1),
            answer_by: at(self.at + 2),
            reminded_at: None,
            escalated_at: None,
            answered_at: None,
        }
    }
}

pub(super) fn answered(
    before: &InvolvementOffer,
    state: OfferState,
    moment: u8,
) -> InvolvementOffer {
    let answers = state != OfferState::Open;
    InvolvementOffer {
        state,
        reason: matches!(state, OfferState::Declined).then_some(OfferReason::Area),
        answered_at: answers.then(|| at(moment)),
        ..before.clone()
    }
}

pub(super) fn followed(before: &InvolvementOffer, escalates: bool, moment: u8) -> InvolvementOffer {
    InvolvementOffer {
        reminded_at: Some(at(moment)),
        escalated_at: escalates.then(|| at(moment)),
        ..before.clone()
    }
}

pub(super) fn referral(number: u8, of: u8, moment: u8) -> ReferralNotice {
    ReferralNotice {
        id: referral_id(number),
        office: office(of),
        recorded_at: at(moment),
        referral: NewReferral {
            told_at: at(moment).minute(),
            language: Language::Edo.into(),
            medium: ReferralMedium::Link,
            leaflet_version: Some(u32::from(number) + 1),
            centres: vec![CentreId::from_uuid(thing(number))],
        },
    }
}

pub(super) fn sees_offer(by: By, offer: &InvolvementOffer, on: Backend) -> bool {
    match by {
        _ if on == Backend::Sqlite => true,
        By::Office(number) => offer.office == office(number),
        By::Centre(number) => offer.organisation == centre(number),
        By::Coordination => offer.escalated_at.is_some(),
        By::Upkeep => offer.state == OfferState::Open,
        _ => false,
    }
}

impl Model {
    pub(super) fn sees(&self, by: By, of: &Involvement, on: Backend) -> bool {
        match by {
            _ if on == Backend::Sqlite => true,
            By::Office(number) => of.office == office(number),
            By::Upkeep => true,
            By::Centre(_) | By::Coordination => self
                .offers
                .values()
                .any(|offer| offer.involvement == of.id && sees_offer(by, offer, on)),
            _ => false,
        }
    }

    /// Whether somebody may hold, and then change, this involvement.
    pub(super) fn holds(&self, by: By, of: &Involvement, on: Backend) -> bool {
        (on == Backend::Sqlite || by != By::Coordination) && self.sees(by, of, on)
    }

    pub(super) fn may_leave(&self, by: By, to: &Involvement, on: Backend) -> bool {
        match by {
            _ if on == Backend::Sqlite => true,
            By::Office(_) => true,
            By::Centre(_) => match to.state {
                _ if to.contact.is_some() => false,
                InvolvementState::Noted | InvolvementState::Offered => true,
                InvolvementState::Accepted => self
                    .offers
                    .values()
                    .any(|offer| Some(offer.id) == to.accepted && sees_offer(by, offer, on)),
                InvolvementState::ContactAgreed | InvolvementState::Closed => false,
            },
            _ => false,
        }
    }

    pub(super) fn visible(&self, by: By, on: Backend) -> impl Iterator<Item = &InvolvementOffer> {
        let all = self.offers.values();
        all.filter(move |offer| sees_offer(by, offer, on))
    }

    /// Those that wait, as far as somebody sees.
    pub(super) fn waiting(&self, by: By, on: Backend) -> impl Iterator<Item = &InvolvementOffer> {
        self.visible(by, on).filter(move |offer| {
            let of = self
                .involvements
                .values()
                .find(|of| of.id == offer.involvement);
            of.is_some_and(|of| self.sees(by, of, on) && offer.standing(of) == OfferStanding::Open)
        })
    }
}

pub(super) fn position(offer: &InvolvementOffer) -> Cursor {
    Cursor {
        at: offer.offered_at,
        id: offer.id.as_uuid(),
    }
}

pub(super) fn place_of(of: &Involvement) -> Cursor {
    Cursor {
        at: of.opened_at,
        id: of.id.as_uuid(),
    }
}

pub(super) fn place_of_referral(notice: &ReferralNotice) -> Cursor {
    Cursor {
        at: notice.recorded_at,
        id: notice.id.as_uuid(),
    }
}

pub(in crate::ports) fn sorted<T>(
    rows: impl Iterator<Item = T>,
    descending: bool,
    by: impl Fn(&T) -> Cursor,
) -> Vec<T> {
    let mut rows: Vec<T> = rows.collect();
    rows.sort_by_key(by);
    if descending {
        rows.reverse();
    }
    rows
}

pub(super) fn ids(numbers: &[u8]) -> Vec<InvolvementId> {
    numbers.iter().copied().map(id).collect()
}
