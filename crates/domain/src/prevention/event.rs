//! A prevention day and its invitations.

use std::collections::BTreeSet;

use crate::{
    gathering::{CostBearing, LongGeneralText, Participant, ShortGeneralText, Span, Venue},
    ids::PreventionEventId,
    instant::Instant,
    office::OfficeId,
    vocabulary::vocabulary,
};

vocabulary! {
    /// Where a prevention day stands.
    PreventionState as "state of a prevention day" {
        Planned = "planned", "geplant", "planned";
        Held = "held", "durchgeführt", "held";
        Cancelled = "cancelled", "abgesagt", "cancelled";
    }
}

vocabulary! {
    /// What somebody answers who is invited.
    InvitationAnswer as "answer to an invitation" {
        Accepted = "accepted", "nimmt teil", "takes part";
        Declined = "declined", "nimmt nicht teil", "does not take part";
        Tentative = "tentative", "nimmt vielleicht teil", "may take part";
    }
}

/// An answer to an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvitationReply {
    /// What.
    pub answer: InvitationAnswer,
    /// When, the last time.
    pub at: Instant,
}

/// That somebody of the network is invited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Who.
    pub to: Participant,
    /// When.
    pub invited_at: Instant,
    /// What they answered.
    pub reply: Option<InvitationReply>,
}

/// What an office plans.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPreventionEvent {
    /// What it is called.
    pub title: ShortGeneralText,
    /// What it is about.
    pub description: LongGeneralText,
    /// When.
    pub span: Span,
    /// Where.
    pub venue: Venue,
    /// Whether everybody may come.
    pub public: bool,
    /// Who pays.
    pub costs: CostBearing,
}

/// A prevention day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreventionEvent {
    /// Its identifier.
    pub id: PreventionEventId,
    /// Counts what its office changed, from 1. Answers are no part of it.
    pub version: u64,
    /// Whose it is.
    pub office: OfficeId,
    /// What it is called.
    pub title: ShortGeneralText,
    /// What it is about.
    pub description: LongGeneralText,
    /// When.
    pub span: Span,
    /// Where.
    pub venue: Venue,
    /// Whether everybody may come.
    pub public: bool,
    /// Who pays.
    pub costs: CostBearing,
    /// Where it stands.
    pub state: PreventionState,
    /// When it was planned.
    pub planned_at: Instant,
    /// When its office said that it was held, or called it off.
    pub closed_at: Option<Instant>,
    /// Who is invited, in the order of the invitations.
    pub invitations: Vec<Invitation>,
}

/// Why a prevention day can't become that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PreventionStateError(pub &'static str);

impl PreventionEvent {
    /// As it is planned.
    #[must_use]
    pub fn planned(
        id: PreventionEventId,
        office: OfficeId,
        new: NewPreventionEvent,
        at: Instant,
    ) -> Self {
        Self {
            id,
            version: 1,
            office,
            title: new.title,
            description: new.description,
            span: new.span,
            venue: new.venue,
            public: new.public,
            costs: new.costs,
            state: PreventionState::Planned,
            planned_at: at,
            closed_at: None,
            invitations: Vec::new(),
        }
    }

    /// With these invited who were not before, and who they are.
    ///
    /// # Errors
    /// When it is no longer planned, is over, or all of them are invited already.
    pub fn inviting(
        mut self,
        who: BTreeSet<Participant>,
        at: Instant,
    ) -> Result<(Self, Vec<Invitation>), PreventionStateError> {
        self.expect_open(at)?;
        let new: Vec<Invitation> = who
            .into_iter()
            .filter(|one| self.invitation_of(one).is_none())
            .map(|to| Invitation {
                to,
                invited_at: at,
                reply: None,
            })
            .collect();
        if new.is_empty() {
            return Err(PreventionStateError("all of them are invited already"));
        }
        self.invitations.extend(new.iter().cloned());
        self.version = self.version.saturating_add(1);
        Ok((self, new))
    }

    /// Once it was held.
    ///
    /// # Errors
    /// When it is no longer planned, or has not begun.
    pub fn held(self, at: Instant) -> Result<Self, PreventionStateError> {
        if self.state == PreventionState::Planned && at < self.span.starts_at() {
            return Err(PreventionStateError(
                "this prevention day has not begun yet",
            ));
        }
        self.closed(PreventionState::Held, at)
    }

    /// Once it is called off.
    ///
    /// # Errors
    /// When it is no longer planned.
    pub fn cancelled(self, at: Instant) -> Result<Self, PreventionStateError> {
        self.closed(PreventionState::Cancelled, at)
    }

    fn closed(self, state: PreventionState, at: Instant) -> Result<Self, PreventionStateError> {
        self.expect_planned()?;
        Ok(Self {
            state,
            closed_at: Some(at),
            version: self.version.saturating_add(1),
            ..self
        })
    }

    /// Once somebody who is invited has answered; none if they are not invited.
    ///
    /// # Errors
    /// When it is no longer planned, or is over.
    pub fn replied(
        mut self,
        who: &Participant,
        reply: InvitationReply,
    ) -> Result<Self, PreventionStateError> {
        self.expect_open(reply.at)?;
        for invitation in &mut self.invitations {
            if invitation.to == *who {
                invitation.reply = Some(reply);
            }
        }
        Ok(self)
    }

    /// The invitation of somebody.
    #[must_use]
    pub fn invitation_of(&self, who: &Participant) -> Option<&Invitation> {
        self.invitations.iter().find(|one| one.to == *who)
    }

    /// Still planned, and not over.
    fn expect_open(&self, at: Instant) -> Result<(), PreventionStateError> {
        self.expect_planned()?;
        if self.span.ends_at() <= at {
            return Err(PreventionStateError("this prevention day is over"));
        }
        Ok(())
    }

    const fn expect_planned(&self) -> Result<(), PreventionStateError> {
        match self.state {
            PreventionState::Planned => Ok(()),
            PreventionState::Held => Err(PreventionStateError("this prevention day was held")),
            PreventionState::Cancelled => {
                Err(PreventionStateError("this prevention day is cancelled"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::OrganisationId;

    const fn at(day: i64) -> Instant {
        Instant::from_unix_micros(day * 86_400_000_000)
    }

    fn centre(number: u128) -> Participant {
        Participant::Centre(OrganisationId::from_uuid(uuid::Uuid::from_u128(number)))
    }

    /// From day 10 until day 11.
    fn planned() -> PreventionEvent {
        let new = NewPreventionEvent {
            title: ShortGeneralText::parse("Präventionstag").unwrap(),
            description: LongGeneralText::parse("Vorträge").unwrap(),
            span: Span::new(at(10), at(11)).unwrap(),
            venue: Venue::new(Some(ShortGeneralText::parse("Kiel").unwrap()), None).unwrap(),
            public: true,
            costs: CostBearing::Own,
        };
        let office = OfficeId::parse("bpoli-kiel").unwrap();
        let id = PreventionEventId::from_uuid(uuid::Uuid::nil());
        PreventionEvent::planned(id, office, new, at(1))
    }

    fn invited(numbers: &[u128]) -> BTreeSet<Participant> {
        numbers.iter().map(|number| centre(*number)).collect()
    }

    #[test]
    fn whoever_is_invited_is_invited_once() {
        let (event, new) = planned().inviting(invited(&[1, 2]), at(2)).unwrap();
        assert_eq!((event.version, new.len()), (2, 2));
        let (event, new) = event.inviting(invited(&[2, 3]), at(3)).unwrap();
        assert_eq!((event.version, event.invitations.len()), (3, 3));
        assert_eq!(new.first().map(|one| &one.to), Some(&centre(3)));
        assert!(event.clone().inviting(invited(&[1, 2, 3]), at(4)).is_err());
        assert!(event.inviting(invited(&[4]), at(11)).is_err(), "it is over");
    }

    #[test]
    fn each_answers_for_itself_until_it_is_over() {
        let (event, _) = planned().inviting(invited(&[1, 2]), at(2)).unwrap();
        let reply = |answer, at| InvitationReply { answer, at };
        let first = reply(InvitationAnswer::Tentative, at(3));
        let event = event.replied(&centre(1), first).unwrap();
        let second = reply(InvitationAnswer::Accepted, at(4));
        let event = event.replied(&centre(1), second).unwrap();
        let replies: Vec<_> = event.invitations.iter().map(|one| one.reply).collect();
        assert_eq!(replies, [Some(second), None]);
        assert_eq!(
            event.version, 2,
            "an answer changes nothing of the day itself"
        );
        let late = reply(InvitationAnswer::Declined, at(11));
        assert!(event.clone().replied(&centre(2), late).is_err());
        let off = event.cancelled(at(5)).unwrap();
        assert!(off.replied(&centre(2), second).is_err());
    }

    #[test]
    fn it_is_held_once_it_has_begun_or_cancelled() {
        assert!(planned().held(at(9)).is_err());
        let held = planned().held(at(10)).unwrap();
        assert_eq!(
            (held.state, held.closed_at),
            (PreventionState::Held, Some(at(10)))
        );
        assert!(held.clone().held(at(12)).is_err());
        assert!(held.cancelled(at(12)).is_err());
        let off = planned().cancelled(at(2)).unwrap();
        assert!(off.held(at(12)).is_err());
    }
}
