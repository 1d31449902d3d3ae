//! The record of an involvement.

use time::Duration;

use super::HelpNeeded;
use crate::{
    consent::CaseReferences,
    disclosure::Pseudonym,
    error::InvalidInput,
    ids::{CaseId, CentreId, InvolvementId, InvolvementOfferId, OrganisationId},
    instant::Instant,
    office::OfficeId,
    vocabulary::vocabulary,
};

vocabulary! {
    /// Where an involvement stands.
    InvolvementState as "state of an involvement" {
        Noted = "noted", "Verdacht vermerkt", "suspicion noted";
        Offered = "offered", "angefragt", "offered";
        Accepted = "accepted", "angenommen", "accepted";
        ContactAgreed = "contact_agreed", "Kontakt vereinbart", "contact agreed";
        Closed = "closed", "abgeschlossen", "closed";
    }
}

vocabulary! {
    /// How the person and the centre meet.
    ContactMode as "mode of contact" {
        CentreComes = "centre_comes", "die Fachberatungsstelle kommt", "the centre comes";
        PersonBrought = "person_brought", "die Person wird begleitet", "the person is accompanied there";
        CentreCalls = "centre_calls", "die Fachberatungsstelle ruft die Dienststelle an", "the centre calls the office";
        OfficeCalls = "office_calls", "die Dienststelle ruft die Fachberatungsstelle an", "the office calls the centre";
        PersonContacts = "person_contacts", "die Person meldet sich selbst", "the person gets in touch herself";
    }
}

/// What an office notes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewInvolvement {
    /// The office's own references for its case and for the person. They stay sealed and reach nobody else.
    pub references: CaseReferences,
    /// Since when the office suspects that somebody is affected, by its own clock.
    pub suspicion_noted_at: Instant,
    /// Which help is needed.
    pub needed: HelpNeeded,
    /// Centres of the directory that are asked at once.
    pub offer_to: Vec<CentreId>,
}

/// How far an office's clock may be ahead of the database's.
const CLOCKS_DIFFER_BY: Duration = Duration::minutes(5);

impl NewInvolvement {
    /// Everything that makes no sense when it is noted at `now`.
    #[must_use]
    pub fn faults(&self, now: Instant) -> Vec<InvalidInput> {
        let mut faults = Vec::new();
        if self.suspicion_noted_at > now.plus(CLOCKS_DIFFER_BY) {
            faults.push(InvalidInput {
                pointer: "/suspicion_noted_at".to_owned(),
                detail: "lies in the future".to_owned(),
            });
        }
        faults
    }
}

/// How the centre that helps and the person find each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContactAgreed {
    /// How they meet.
    pub mode: ContactMode,
    /// When, if that was said.
    pub meeting_at: Option<Instant>,
    /// When it was agreed.
    pub agreed_at: Instant,
}

/// One person for whom an office asks for help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Involvement {
    /// Its identifier.
    pub id: InvolvementId,
    /// The office that asks.
    pub office: OfficeId,
    /// The office as an organisation that takes part: the one whose case it is.
    pub organisation: OrganisationId,
    /// The person's case at the office.
    pub case: CaseId,
    /// The person's pseudonym in the log.
    pub person: Pseudonym,
    /// Since when the office suspects.
    pub suspicion_noted_at: Instant,
    /// When it was noted here.
    pub opened_at: Instant,
    /// Where it stands.
    pub state: InvolvementState,
    /// The offer that was accepted.
    pub accepted: Option<InvolvementOfferId>,
    /// How they find each other.
    pub contact: Option<ContactAgreed>,
    /// When it was closed.
    pub closed_at: Option<Instant>,
}

impl Involvement {
    /// Whether more centres can be asked.
    #[must_use]
    pub const fn can_be_offered(&self) -> bool {
        matches!(
            self.state,
            InvolvementState::Noted | InvolvementState::Offered
        )
    }

    /// Once centres were asked.
    #[must_use]
    pub fn offered(self) -> Self {
        Self {
            state: InvolvementState::Offered,
            ..self
        }
    }

    /// Once a centre accepted.
    #[must_use]
    pub fn accepted(self, offer: InvolvementOfferId) -> Self {
        Self {
            state: InvolvementState::Accepted,
            accepted: Some(offer),
            ..self
        }
    }

    /// Once the centre that had accepted can't after all: the others may answer again.
    #[must_use]
    pub fn given_up(self) -> Self {
        Self {
            state: InvolvementState::Offered,
            accepted: None,
            contact: None,
            ..self
        }
    }

    /// Once it is said how they meet; none unless a centre has accepted.
    #[must_use]
    pub fn with_contact(self, contact: ContactAgreed) -> Option<Self> {
        match self.state {
            InvolvementState::Accepted | InvolvementState::ContactAgreed => Some(Self {
                state: InvolvementState::ContactAgreed,
                contact: Some(contact),
                ..self
            }),
            InvolvementState::Noted | InvolvementState::Offered | InvolvementState::Closed => None,
        }
    }

    /// Once it is over.
    #[must_use]
    pub fn closed(self, at: Instant) -> Self {
        Self {
            state: InvolvementState::Closed,
            closed_at: Some(at),
            ..self
        }
    }
}
