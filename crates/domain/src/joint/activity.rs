//! A joint activity and its invitations.

use std::collections::BTreeSet;

use crate::{
    gathering::{CostBearing, LongGeneralText, Participant, ShortGeneralText, Span, Venue},
    ids::JointActivityId,
    instant::Instant,
    prevention::{Invitation, InvitationReply},
    vocabulary::vocabulary,
};

vocabulary! {
    /// What it is.
    JointActivityKind as "kind of a joint activity" {
        Conference = "conference", "Tagung", "conference";
        Campaign = "campaign", "Kampagne", "campaign";
        Exhibition = "exhibition", "Ausstellung", "exhibition";
        TrainingDay = "training_day", "Schulungstag", "training day";
        PressConference = "press_conference", "Pressekonferenz", "press conference";
        Other = "other", "Sonstiges", "other";
    }
}

vocabulary! {
    /// Where it stands.
    JointActivityState as "state of a joint activity" {
        Proposed = "proposed", "vorgeschlagen", "proposed";
        Agreed = "agreed", "vereinbart", "agreed";
        Declined = "declined", "abgelehnt", "declined";
        Held = "held", "durchgeführt", "held";
        Cancelled = "cancelled", "abgesagt", "cancelled";
    }
}

/// What somebody proposes to the other side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewJointActivity {
    /// What it is.
    pub kind: JointActivityKind,
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
    /// Who is to agree: of the other side.
    pub counterpart: Participant,
}

/// A joint activity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JointActivity {
    /// Its identifier.
    pub id: JointActivityId,
    /// Counts what its two parties changed, from 1. Answers to invitations are no part of it.
    pub version: u64,
    /// What it is.
    pub kind: JointActivityKind,
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
    /// Who proposed it.
    pub proposed_by: Participant,
    /// Who agrees or declines: of the other side.
    pub counterpart: Participant,
    /// When it was proposed.
    pub proposed_at: Instant,
    /// Where it stands.
    pub state: JointActivityState,
    /// When the counterpart agreed or declined.
    pub answered_at: Option<Instant>,
    /// When a party said that it was held, or called it off.
    pub closed_at: Option<Instant>,
    /// Who else is invited, in the order of the invitations.
    pub invitations: Vec<Invitation>,
}

/// Why a joint activity can't become that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JointActivityError(pub &'static str);

impl JointActivity {
    /// So many may be invited.
    pub const MOST_INVITATIONS: usize = 200;

    /// As it is proposed.
    #[must_use]
    pub fn proposed(
        id: JointActivityId,
        proposed_by: Participant,
        new: NewJointActivity,
        at: Instant,
    ) -> Self {
        Self {
            id,
            version: 1,
            kind: new.kind,
            title: new.title,
            description: new.description,
            span: new.span,
            venue: new.venue,
            public: new.public,
            costs: new.costs,
            proposed_by,
            counterpart: new.counterpart,
            proposed_at: at,
            state: JointActivityState::Proposed,
            answered_at: None,
            closed_at: None,
            invitations: Vec::new(),
        }
    }

    /// Whether this is one of its two parties.
    #[must_use]
    pub fn is_of(&self, who: &Participant) -> bool {
        self.proposed_by == *who || self.counterpart == *who
    }

    /// The invitation of somebody.
    #[must_use]
    pub fn invitation_of(&self, who: &Participant) -> Option<&Invitation> {
        self.invitations.iter().find(|one| one.to == *who)
    }

    /// Once the counterpart has agreed.
    ///
    /// # Errors
    /// When this is not the counterpart, it is not proposed any more, or is over.
    pub fn agreed(self, by: &Participant, at: Instant) -> Result<Self, JointActivityError> {
        self.expect_not_over(at)?;
        self.answered(JointActivityState::Agreed, by, at)
    }

    /// Once the counterpart has declined.
    ///
    /// # Errors
    /// When this is not the counterpart, or it is not proposed any more.
    pub fn declined(self, by: &Participant, at: Instant) -> Result<Self, JointActivityError> {
        self.answered(JointActivityState::Declined, by, at)
    }

    /// Once it was held.
    ///
    /// # Errors
    /// When it is not agreed, or has not begun.
    pub fn held(self, at: Instant) -> Result<Self, JointActivityError> {
        self.expect_agreed()?;
        if at < self.span.starts_at() {
            return Err(JointActivityError("this joint activity has not begun yet"));
        }
        Ok(self.closed(JointActivityState::Held, at))
    }

    /// Once it is called off, or a proposal is taken back.
    ///
    /// # Errors
    /// When it is over already; a proposal is taken back by whoever made it, and the counterpart declines.
    pub fn cancelled(self, by: &Participant, at: Instant) -> Result<Self, JointActivityError> {
        if self.state == JointActivityState::Proposed {
            if self.proposed_by != *by {
                return Err(JointActivityError(
                    "this joint activity is only proposed: decline it",
                ));
            }
        } else {
            self.expect_agreed()?;
        }
        Ok(self.closed(JointActivityState::Cancelled, at))
    }

    /// With these invited who were not before, and who they are.
    ///
    /// # Errors
    /// When it is not agreed, is over, all of them take part already, or they are too many.
    pub fn inviting(
        mut self,
        who: BTreeSet<Participant>,
        at: Instant,
    ) -> Result<(Self, Vec<Invitation>), JointActivityError> {
        self.expect_open(at)?;
        let new: Vec<Invitation> = who
            .into_iter()
            .filter(|one| !self.is_of(one) && self.invitation_of(one).is_none())
            .map(|to| Invitation {
                to,
                invited_at: at,
                reply: None,
            })
            .collect();
        if new.is_empty() {
            return Err(JointActivityError("all of them take part already"));
        }
        self.invitations.extend(new.iter().cloned());
        if self.invitations.len() > Self::MOST_INVITATIONS {
            return Err(JointActivityError("too many would be invited"));
        }
        self.version = self.version.saturating_add(1);
        Ok((self, new))
    }

    /// Once somebody who is invited has answered.
    ///
    /// # Errors
    /// When it is not agreed any more, or is over.
    pub fn replied(
        mut self,
        who: &Participant,
        reply: InvitationReply,
    ) -> Result<Self, JointActivityError> {
        self.expect_open(reply.at)?;
        for invitation in &mut self.invitations {
            if invitation.to == *who {
                invitation.reply = Some(reply);
            }
        }
        Ok(self)
    }

    fn answered(
        self,
        state: JointActivityState,
        by: &Participant,
        at: Instant,
    ) -> Result<Self, JointActivityError> {
        if self.state != JointActivityState::Proposed {
            return Err(JointActivityError(
                "this joint activity was answered or taken back already",
            ));
        }
        if self.counterpart != *by {
            return Err(JointActivityError(
                "the other side agrees to this joint activity, or declines",
            ));
        }
        Ok(Self {
            state,
            answered_at: Some(at),
            version: self.version.saturating_add(1),
            ..self
        })
    }

    fn closed(self, state: JointActivityState, at: Instant) -> Self {
        Self {
            state,
            closed_at: Some(at),
            version: self.version.saturating_add(1),
            ..self
        }
    }

    /// Agreed, and not over.
    fn expect_open(&self, at: Instant) -> Result<(), JointActivityError> {
        self.expect_agreed()?;
        self.expect_not_over(at)
    }

    fn expect_not_over(&self, at: Instant) -> Result<(), JointActivityError> {
        if self.span.ends_at() <= at {
            return Err(JointActivityError("this joint activity is over"));
        }
        Ok(())
    }

    const fn expect_agreed(&self) -> Result<(), JointActivityError> {
        match self.state {
            JointActivityState::Agreed => Ok(()),
            JointActivityState::Proposed => {
                Err(JointActivityError("this joint activity is not agreed yet"))
            }
            JointActivityState::Declined => {
                Err(JointActivityError("this joint activity was declined"))
            }
            JointActivityState::Held => Err(JointActivityError("this joint activity was held")),
            JointActivityState::Cancelled => {
                Err(JointActivityError("this joint activity is cancelled"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ids::OrganisationId, office::OfficeId, prevention::InvitationAnswer};

    const fn at(day: i64) -> Instant {
        Instant::from_unix_micros(day * 86_400_000_000)
    }

    fn centre(number: u128) -> Participant {
        Participant::Centre(OrganisationId::from_uuid(uuid::Uuid::from_u128(number)))
    }

    fn office() -> Participant {
        Participant::Office(OfficeId::parse("bpoli-kiel").unwrap())
    }

    /// From day 10 until day 11, proposed by the office to the first centre.
    fn proposed() -> JointActivity {
        let new = NewJointActivity {
            kind: JointActivityKind::Conference,
            title: ShortGeneralText::parse("Fachtag").unwrap(),
            description: LongGeneralText::parse("Vorträge").unwrap(),
            span: Span::new(at(10), at(11)).unwrap(),
            venue: Venue::new(Some(ShortGeneralText::parse("Kiel").unwrap()), None).unwrap(),
            public: true,
            costs: CostBearing::Own,
            counterpart: centre(1),
        };
        let id = JointActivityId::from_uuid(uuid::Uuid::nil());
        JointActivity::proposed(id, office(), new, at(1))
    }

    fn agreed() -> JointActivity {
        proposed().agreed(&centre(1), at(2)).unwrap()
    }

    #[test]
    fn the_counterpart_alone_agrees_or_declines_once() {
        for stranger in [office(), centre(2)] {
            assert!(proposed().agreed(&stranger, at(2)).is_err());
            assert!(proposed().declined(&stranger, at(2)).is_err());
        }
        let yes = agreed();
        assert_eq!((yes.state, yes.version), (JointActivityState::Agreed, 2));
        assert_eq!(yes.answered_at, Some(at(2)));
        assert!(yes.declined(&centre(1), at(3)).is_err());
        let no = proposed().declined(&centre(1), at(2)).unwrap();
        assert!(no.clone().agreed(&centre(1), at(3)).is_err());
        assert!(no.cancelled(&office(), at(3)).is_err());
        assert!(proposed().agreed(&centre(1), at(11)).is_err(), "it is over");
    }

    #[test]
    fn a_proposal_is_taken_back_by_its_own_side_and_what_is_agreed_by_either() {
        assert!(proposed().cancelled(&centre(1), at(2)).is_err());
        let back = proposed().cancelled(&office(), at(2)).unwrap();
        assert_eq!(back.state, JointActivityState::Cancelled);
        for party in [office(), centre(1)] {
            assert!(agreed().cancelled(&party, at(3)).is_ok());
        }
    }

    #[test]
    fn it_is_held_once_it_is_agreed_and_has_begun() {
        assert!(proposed().held(at(10)).is_err());
        assert!(agreed().held(at(9)).is_err());
        let held = agreed().held(at(10)).unwrap();
        assert_eq!((held.version, held.closed_at), (3, Some(at(10))));
        assert!(held.cancelled(&office(), at(12)).is_err());
    }

    #[test]
    fn nobody_is_invited_to_what_is_not_agreed_and_each_once() {
        let who = |numbers: &[u128]| numbers.iter().map(|one| centre(*one)).collect();
        assert!(proposed().inviting(who(&[2]), at(2)).is_err());
        let (activity, new) = agreed().inviting(who(&[1, 2, 3]), at(3)).unwrap();
        assert_eq!((activity.version, new.len()), (3, 2), "not the counterpart");
        assert!(activity.clone().inviting(who(&[1, 2]), at(4)).is_err());
        let reply = |at| InvitationReply {
            answer: InvitationAnswer::Tentative,
            at,
        };
        let answered = activity.clone().replied(&centre(2), reply(at(4))).unwrap();
        assert_eq!(answered.version, 3);
        assert!(answered.invitation_of(&centre(2)).unwrap().reply.is_some());
        assert!(activity.replied(&centre(2), reply(at(11))).is_err());
        let many: Vec<u128> = (2..300).collect();
        assert!(agreed().inviting(who(&many), at(3)).is_err());
    }
}
