//! What may be done with a training, by whom, and in which state.

use super::{
    Attendance, Audience, Evaluation, Material, NewMaterial, Plan, Training, TrainingState,
};
use crate::{
    error::Error,
    gathering::{Participant, Side},
    instant::Instant,
};

impl Training {
    /// The other side agrees. With that it is fixed who holds it, for whom, when and where.
    ///
    /// # Errors
    /// It is nothing of theirs; it is their own to wait; it is not open any more; its time lies in the past.
    pub fn agreed(mut self, by: &Participant, plan: Plan, at: Instant) -> Result<Self, Error> {
        if self.opened_by == *by {
            return Err(Error::InvalidState("it is for the other side to agree"));
        }
        self.asked(by)?;
        self.expect(TrainingState::Requested)?;
        if plan.span.ends_at() <= at {
            return Err(Error::invalid("/ends_at", "lies in the past"));
        }
        match by {
            Participant::Office(office) => self.office = Some(office.clone()),
            Participant::Centre(_) | Participant::Coordination(_) => self.host = Some(by.clone()),
        }
        self.plan = Some(plan);
        Ok(self.to(TrainingState::Agreed, at))
    }

    /// The other side declines, or who asked for it or offered it takes it back.
    ///
    /// # Errors
    /// It is nothing of theirs; others were asked as well; it is not open any more.
    pub fn declined(self, by: &Participant, at: Instant) -> Result<Self, Error> {
        if self.opened_by != *by {
            self.asked(by)?;
        }
        self.expect(TrainingState::Requested)?;
        if self.opened_by != *by && self.asks_others_than(by) {
            return Err(Error::InvalidState(
                "others were asked as well: who does not want it leaves it to them",
            ));
        }
        Ok(self.to(TrainingState::Declined, at))
    }

    /// Either side calls it off.
    ///
    /// # Errors
    /// It is nothing of theirs; it is not agreed, or over.
    pub fn cancelled(self, by: &Participant, at: Instant) -> Result<Self, Error> {
        self.between(by)?;
        self.expect(TrainingState::Agreed)?;
        Ok(self.to(TrainingState::Cancelled, at))
    }

    /// Either side puts it off, or moves it.
    ///
    /// # Errors
    /// It is nothing of theirs; it is not agreed, or over; its time lies in the past.
    pub fn rescheduled(mut self, by: &Participant, plan: Plan, at: Instant) -> Result<Self, Error> {
        self.between(by)?;
        self.expect(TrainingState::Agreed)?;
        if plan.span.ends_at() <= at {
            return Err(Error::invalid("/ends_at", "lies in the past"));
        }
        self.plan = Some(plan);
        Ok(self.to(TrainingState::Agreed, at))
    }

    /// Either side says that it took place.
    ///
    /// # Errors
    /// It is nothing of theirs; it is not agreed, or over; it has not begun.
    pub fn held(
        mut self,
        by: &Participant,
        attendance: Attendance,
        at: Instant,
    ) -> Result<Self, Error> {
        self.between(by)?;
        self.expect(TrainingState::Agreed)?;
        let begun = self
            .plan
            .as_ref()
            .is_some_and(|plan| plan.span.starts_at() <= at);
        if !begun {
            return Err(Error::InvalidState("this training has not begun yet"));
        }
        self.attendance = Some(attendance);
        Ok(self.to(TrainingState::Held, at))
    }

    /// The office says how it was.
    ///
    /// # Errors
    /// It is nothing of theirs; it was not held, or is evaluated already.
    pub fn evaluated(
        mut self,
        by: &Participant,
        evaluation: Evaluation,
        at: Instant,
    ) -> Result<Self, Error> {
        let own = by
            .office()
            .is_some_and(|office| self.office.as_ref() == Some(office));
        if !own {
            return Err(Error::NotFound);
        }
        self.expect(TrainingState::Held)?;
        self.evaluation = Some(evaluation);
        Ok(self.to(TrainingState::Evaluated, at))
    }

    /// Its host adds a file.
    ///
    /// # Errors
    /// It is nothing of theirs; it is not agreed, declined or cancelled; there are enough.
    pub fn with_material(
        mut self,
        by: &Participant,
        file: NewMaterial,
        at: Instant,
    ) -> Result<Self, Error> {
        if self.host.as_ref() != Some(by) {
            return Err(Error::NotFound);
        }
        let state = self.state;
        match state {
            TrainingState::Agreed | TrainingState::Held | TrainingState::Evaluated => {}
            TrainingState::Requested | TrainingState::Declined | TrainingState::Cancelled => {
                return Err(Error::InvalidState(NOT_SO));
            }
        }
        if self.materials.len() >= Self::MOST_MATERIALS {
            return Err(Error::InvalidState(
                "this training has all the files that it can have",
            ));
        }
        self.materials.push(Material { file, added_at: at });
        Ok(self.to(state, at))
    }

    /// Whether this one was asked, or offered it.
    fn asked(&self, by: &Participant) -> Result<(), Error> {
        let asked = match (self.opened_by.side(), by) {
            (Side::Police, Participant::Office(_)) => false,
            (Side::Police, other) => self.host.as_ref().is_none_or(|host| host == other),
            (Side::Network, Participant::Office(office)) => match &self.terms.audience {
                Audience::Offices(offices) => offices.contains(office),
                Audience::Direktion(_) | Audience::All => false,
            },
            (Side::Network, _) => false,
        };
        asked.then_some(()).ok_or(Error::NotFound)
    }

    /// Whether somebody else could agree. The coordination speaks for the network where the network as a whole was asked.
    fn asks_others_than(&self, by: &Participant) -> bool {
        match (&self.terms.audience, by) {
            (Audience::Offices(offices), Participant::Office(_)) => offices.len() > 1,
            (_, Participant::Centre(_)) => self.host.is_none(),
            (_, Participant::Coordination(_) | Participant::Office(_)) => false,
        }
    }

    /// Whether it is between this one and the other side.
    fn between(&self, by: &Participant) -> Result<(), Error> {
        let own = match by {
            Participant::Office(office) => self.office.as_ref() == Some(office),
            Participant::Centre(_) | Participant::Coordination(_) => self.host.as_ref() == Some(by),
        };
        own.then_some(()).ok_or(Error::NotFound)
    }

    fn expect(&self, state: TrainingState) -> Result<(), Error> {
        if self.state == state {
            Ok(())
        } else {
            Err(Error::InvalidState(NOT_SO))
        }
    }

    const fn to(mut self, state: TrainingState, at: Instant) -> Self {
        self.state = state;
        self.version += 1;
        self.changed_at = at;
        self
    }
}

const NOT_SO: &str = "not possible in the training's present state: read it again";
