//! What one centre was asked, and what it answered.

use super::{Involvement, InvolvementState};
use crate::{
    disclosure::Pseudonym,
    ids::{CaseId, CentreId, InvolvementId, InvolvementOfferId, OrganisationId},
    instant::Instant,
    office::OfficeId,
    vocabulary::vocabulary,
};

vocabulary! {
    /// What a centre has answered.
    OfferState as "state of an offer" {
        Open = "open", "offen", "open";
        Accepted = "accepted", "angenommen", "accepted";
        Declined = "declined", "abgelehnt", "declined";
        Unavailable = "unavailable", "nicht möglich", "unavailable";
    }
}

vocabulary! {
    /// Where an offer stands, seen together with its involvement.
    OfferStanding as "standing of an offer" {
        Open = "open", "wartet auf Antwort", "waits for an answer";
        Accepted = "accepted", "angenommen", "accepted";
        Declined = "declined", "abgelehnt", "declined";
        Unavailable = "unavailable", "nicht möglich", "unavailable";
        Lapsed = "lapsed", "nicht mehr nötig", "no longer needed";
    }
}

vocabulary! {
    /// Why a centre does not take part. All of it is about the centre.
    OfferReason as "reason of an answer" {
        Capacity = "capacity", "zurzeit keine Kapazität", "no capacity at present";
        Language = "language", "Sprache nicht verfügbar", "the language is not there";
        TargetGroup = "target_group", "nicht unsere Zielgruppe", "not our target group";
        Area = "area", "nicht unser Gebiet", "not our area";
        ConflictOfInterest = "conflict_of_interest", "Interessenkonflikt", "conflict of interest";
        Other = "other", "anderer Grund", "another reason";
    }
}

/// What a centre answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfferAnswer {
    /// It helps.
    Accepted,
    /// It does not.
    Declined(Option<OfferReason>),
    /// It can't, or can't any more after it had accepted.
    Unavailable(Option<OfferReason>),
}

impl OfferAnswer {
    /// The state that it leads to.
    #[must_use]
    pub const fn state(self) -> OfferState {
        match self {
            Self::Accepted => OfferState::Accepted,
            Self::Declined(_) => OfferState::Declined,
            Self::Unavailable(_) => OfferState::Unavailable,
        }
    }

    /// The reason, if there is one.
    #[must_use]
    pub const fn reason(self) -> Option<OfferReason> {
        match self {
            Self::Accepted => None,
            Self::Declined(reason) | Self::Unavailable(reason) => reason,
        }
    }
}

/// One centre's part of an involvement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvolvementOffer {
    /// Its identifier: all that the centre sees of the involvement's own.
    pub id: InvolvementOfferId,
    /// The involvement.
    pub involvement: InvolvementId,
    /// The office that asks.
    pub office: OfficeId,
    /// The person's case at that office.
    pub case: CaseId,
    /// The centre's entry in the directory.
    pub centre: CentreId,
    /// The organisation that keeps the entry, and answers.
    pub organisation: OrganisationId,
    /// The person's pseudonym for this centre. The same person has the same one here, and another one elsewhere.
    pub person_for_centre: Pseudonym,
    /// What was answered.
    pub state: OfferState,
    /// Why, if it was not accepted.
    pub reason: Option<OfferReason>,
    /// When it was asked.
    pub offered_at: Instant,
    /// When it is reminded.
    pub remind_at: Instant,
    /// Until when it is to answer; afterwards the coordination is told.
    pub answer_by: Instant,
    /// When it was reminded.
    pub reminded_at: Option<Instant>,
    /// When the coordination was told.
    pub escalated_at: Option<Instant>,
    /// When it answered.
    pub answered_at: Option<Instant>,
}

impl InvolvementOffer {
    /// Where it stands: what is still open is no longer needed once another centre helps, or all is over.
    #[must_use]
    pub fn standing(&self, of: &Involvement) -> OfferStanding {
        match self.state {
            OfferState::Accepted => OfferStanding::Accepted,
            OfferState::Declined => OfferStanding::Declined,
            OfferState::Unavailable => OfferStanding::Unavailable,
            OfferState::Open => match of.state {
                InvolvementState::Noted | InvolvementState::Offered => OfferStanding::Open,
                InvolvementState::Accepted
                | InvolvementState::ContactAgreed
                | InvolvementState::Closed => OfferStanding::Lapsed,
            },
        }
    }

    /// Whether a reminder is due at `now`, as long as the offer is open.
    #[must_use]
    pub fn is_to_be_reminded(&self, now: Instant) -> bool {
        self.reminded_at.is_none() && self.remind_at <= now
    }

    /// Whether the coordination is to be told at `now`, as long as the offer is open.
    #[must_use]
    pub fn is_to_be_escalated(&self, now: Instant) -> bool {
        self.escalated_at.is_none() && self.answer_by <= now
    }
}
