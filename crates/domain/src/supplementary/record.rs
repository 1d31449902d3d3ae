//! The record of a supplementary agreement.

use std::collections::BTreeMap;

use super::Shares;
use crate::{
    error::InvalidInput,
    gathering::{Participant, ShortGeneralText, Span},
    ids::SupplementaryAgreementId,
    instant::Instant,
    regional::AgreementStanding,
};

/// That a party ended one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SupplementaryEnd {
    /// Who.
    pub by: Participant,
    /// When.
    pub at: Instant,
}

/// What a party proposes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSupplementaryAgreement {
    /// What it is called.
    pub title: ShortGeneralText,
    /// Where the signed text lies.
    pub reference: Option<ShortGeneralText>,
    /// Who bears what.
    pub shares: Shares,
    /// From when on.
    pub valid_from: Instant,
    /// Until when.
    pub valid_until: Instant,
}

impl NewSupplementaryAgreement {
    /// Everything that makes no sense when it is proposed at `now`, as far as that can be told without the register.
    #[must_use]
    pub fn faults(&self, now: Instant) -> Vec<InvalidInput> {
        let detail = if self.valid_until <= self.valid_from {
            "must lie after valid_from"
        } else if self.valid_until <= now {
            "lies in the past"
        } else {
            return Vec::new();
        };
        vec![InvalidInput::new("/valid_until", detail)]
    }
}

/// Why something can't rest on an agreement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Uncovered {
    /// The one whose costs it is to share is none of its parties.
    #[error("you are no party of this supplementary agreement")]
    NoParty,
    /// Not all have confirmed it.
    #[error("not all parties have confirmed this supplementary agreement")]
    Unconfirmed,
    /// It is over.
    #[error("this supplementary agreement is over")]
    Over,
    /// Its time has not begun yet, and nothing is said of a later one.
    #[error("this supplementary agreement is not valid yet")]
    NotYet,
    /// It does not hold for all of the time that something takes.
    #[error("this supplementary agreement is not valid for all of that time")]
    OtherTime,
}

/// A supplementary agreement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SupplementaryAgreement {
    /// Its identifier.
    pub id: SupplementaryAgreementId,
    /// What it is called.
    pub title: ShortGeneralText,
    /// Where the signed text lies.
    pub reference: Option<ShortGeneralText>,
    /// Its parties, and what each of them bears.
    pub shares: Shares,
    /// Which parties have said yes to exactly this, and when. Whoever proposes has, with that.
    pub confirmed: BTreeMap<Participant, Instant>,
    /// From when on.
    pub valid_from: Instant,
    /// Until when.
    pub valid_until: Instant,
    /// Who proposed it.
    pub proposed_by: Participant,
    /// When.
    pub proposed_at: Instant,
    /// That a party ended it.
    pub ended: Option<SupplementaryEnd>,
}

impl SupplementaryAgreement {
    /// Whether this is one of its parties.
    #[must_use]
    pub fn binds(&self, party: &Participant) -> bool {
        self.shares.names(party)
    }

    /// Whether this party has confirmed it.
    #[must_use]
    pub fn is_confirmed_by(&self, party: &Participant) -> bool {
        self.confirmed.contains_key(party)
    }

    /// When the last party confirmed it; none as long as one is missing.
    #[must_use]
    pub fn confirmed_at(&self) -> Option<Instant> {
        let each = self.shares.each().iter();
        let times: Option<Vec<Instant>> = each
            .map(|share| self.confirmed.get(&share.party).copied())
            .collect();
        times?.into_iter().max()
    }

    /// Where it stands at `now`, by the database's clock.
    #[must_use]
    pub fn standing(&self, now: Instant) -> AgreementStanding {
        let ended = self.ended.as_ref().is_some_and(|end| end.at <= now);
        if ended || self.valid_until <= now {
            AgreementStanding::Ended
        } else if self.confirmed_at().is_none_or(|confirmed| now < confirmed) {
            AgreementStanding::Proposed
        } else if now < self.valid_from {
            AgreementStanding::Confirmed
        } else {
            AgreementStanding::InForce
        }
    }

    /// Whether something that a party does may rest on it, as it stands at `now`: it holds for all of that span, or now if nothing is said of
    /// a time.
    ///
    /// # Errors
    /// Why it may not.
    pub fn covers(
        &self,
        party: &Participant,
        span: Option<Span>,
        now: Instant,
    ) -> Result<(), Uncovered> {
        if !self.binds(party) {
            return Err(Uncovered::NoParty);
        }
        match (self.standing(now), span) {
            (AgreementStanding::Proposed, _) => Err(Uncovered::Unconfirmed),
            (AgreementStanding::Ended, _) => Err(Uncovered::Over),
            (AgreementStanding::Confirmed, None) => Err(Uncovered::NotYet),
            (_, Some(span))
                if span.starts_at() < self.valid_from || span.ends_at() > self.valid_until =>
            {
                Err(Uncovered::OtherTime)
            }
            (AgreementStanding::Confirmed | AgreementStanding::InForce, _) => Ok(()),
        }
    }

    /// Once a party has confirmed it.
    #[must_use]
    pub fn confirmed_by(mut self, party: &Participant, at: Instant) -> Self {
        if self.binds(party) {
            self.confirmed.insert(party.clone(), at);
        }
        self
    }

    /// Once a party has ended it.
    #[must_use]
    pub fn ended_by(self, by: Participant, at: Instant) -> Self {
        let ended = Some(SupplementaryEnd { by, at });
        Self { ended, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        ids::OrganisationId,
        office::OfficeId,
        supplementary::{CurrencyCode, Money},
    };

    use AgreementStanding::{Confirmed, Ended, InForce, Proposed};

    const fn at(day: i64) -> Instant {
        Instant::from_unix_micros(day * 86_400_000_000)
    }

    fn office() -> Participant {
        Participant::Office(OfficeId::parse("bpoli-kiel").unwrap())
    }

    fn centre() -> Participant {
        Participant::Centre(OrganisationId::from_uuid(uuid::Uuid::from_u128(1)))
    }

    /// Proposed on day 1 by the office, valid from day 10 until day 20.
    fn proposed() -> SupplementaryAgreement {
        let total = Money::new(100, CurrencyCode::parse("EUR").unwrap()).unwrap();
        let parts = vec![(office(), 1), (centre(), 3)];
        SupplementaryAgreement {
            id: SupplementaryAgreementId::from_uuid(uuid::Uuid::nil()),
            title: ShortGeneralText::parse("Fachtag").unwrap(),
            reference: None,
            shares: Shares::by_parts(total, parts).unwrap(),
            confirmed: BTreeMap::from([(office(), at(1))]),
            valid_from: at(10),
            valid_until: at(20),
            proposed_by: office(),
            proposed_at: at(1),
            ended: None,
        }
    }

    #[test]
    fn it_is_in_force_when_all_have_confirmed_and_its_time_has_come() {
        let one = proposed();
        assert_eq!(
            [at(2), at(11), at(20)].map(|now| one.standing(now)),
            [Proposed, Proposed, Ended]
        );
        let one = one.confirmed_by(&centre(), at(5));
        assert_eq!(one.confirmed_at(), Some(at(5)));
        let days = [at(4), at(5), at(9), at(10), at(19), at(20)];
        let expected = [Proposed, Confirmed, Confirmed, InForce, InForce, Ended];
        assert_eq!(days.map(|now| one.standing(now)), expected);
        let over = one.ended_by(centre(), at(12));
        assert_eq!(
            [at(11), at(12)].map(|now| over.standing(now)),
            [InForce, Ended]
        );
    }

    #[test]
    fn a_stranger_confirms_nothing() {
        let stranger = Participant::Office(OfficeId::parse("bpoli-ulm").unwrap());
        let one = proposed().confirmed_by(&stranger, at(5));
        assert_eq!((one.confirmed_at(), one.confirmed.len()), (None, 1));
    }

    #[test]
    fn something_rests_on_it_only_within_its_time_and_for_a_party() {
        let span = |from, until| Some(Span::new(at(from), at(until)).unwrap());
        let one = proposed();
        assert_eq!(
            one.covers(&office(), span(11, 12), at(5)),
            Err(Uncovered::Unconfirmed)
        );
        let one = one.confirmed_by(&centre(), at(5));
        let stranger = Participant::Office(OfficeId::parse("bpoli-ulm").unwrap());
        assert_eq!(
            one.covers(&stranger, span(11, 12), at(6)),
            Err(Uncovered::NoParty)
        );
        assert_eq!(one.covers(&office(), span(11, 12), at(6)), Ok(()));
        assert_eq!(one.covers(&centre(), span(10, 20), at(6)), Ok(()));
        for (from, until) in [(9, 12), (19, 21), (1, 2), (30, 31)] {
            let judged = one.covers(&office(), span(from, until), at(6));
            assert_eq!(judged, Err(Uncovered::OtherTime), "{from} to {until}");
        }
        assert_eq!(one.covers(&office(), None, at(6)), Err(Uncovered::NotYet));
        assert_eq!(one.covers(&office(), None, at(10)), Ok(()));
        assert_eq!(
            one.covers(&office(), span(11, 12), at(20)),
            Err(Uncovered::Over)
        );
    }
}
