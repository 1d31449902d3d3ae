//! What a message is about, as far as competence goes.

use super::{OfficeId, Postcode};
use crate::vocabulary::{Purpose, vocabulary};

vocabulary! {
    /// The task of the police that a message concerns.
    Task as "task" {
        /// Investigation of trafficking (§ 163 StPO).
        CriminalInvestigation = "criminal_investigation", "Strafverfolgung", "criminal investigation";
        DangerPrevention = "danger_prevention", "Gefahrenabwehr", "prevention of danger";
        VictimProtection = "victim_protection", "Schutz der betroffenen Person", "protection of the affected person";
    }
}

impl From<Purpose> for Task {
    /// Each purpose that a person can allow is a task of the police.
    fn from(purpose: Purpose) -> Self {
        match purpose {
            Purpose::CriminalInvestigation => Self::CriminalInvestigation,
            Purpose::DangerPrevention => Self::DangerPrevention,
            Purpose::VictimProtection => Self::VictimProtection,
        }
    }
}

/// Why something is not a matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MatterError {
    /// Neither an office nor a place: nothing to tell competence from.
    #[error("the office that handles the case or the postcode of the place is needed")]
    NeitherOfficeNorPlace,
}

/// What a message is about: enough to tell the competent office, and nothing about a person.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Matter {
    // INVARIANT: at least one of the two is there (`Matter::new`).
    handling_office: Option<OfficeId>,
    place: Option<Postcode>,
    task: Task,
}

impl Matter {
    /// Puts a matter together.
    ///
    /// # Errors
    /// When neither the office that handles the case nor a place is given.
    pub fn new(
        handling_office: Option<OfficeId>,
        place: Option<Postcode>,
        task: Task,
    ) -> Result<Self, MatterError> {
        if handling_office.is_none() && place.is_none() {
            return Err(MatterError::NeitherOfficeNorPlace);
        }
        Ok(Self {
            handling_office,
            place,
            task,
        })
    }

    /// The office that, by what the centre knows, already handles the case.
    #[must_use]
    pub const fn handling_office(&self) -> Option<&OfficeId> {
        self.handling_office.as_ref()
    }

    /// The same matter, handled by this office.
    #[must_use]
    pub fn handled_by(&self, office: OfficeId) -> Self {
        Self {
            handling_office: Some(office),
            ..self.clone()
        }
    }

    /// Where it happened or is about to happen.
    #[must_use]
    pub const fn place(&self) -> Option<&Postcode> {
        self.place.as_ref()
    }

    /// The task that the message concerns.
    #[must_use]
    pub const fn task(&self) -> Task {
        self.task
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_matter_names_an_office_or_a_place() {
        let office = Some(OfficeId::parse("bpoli-kiel").unwrap());
        let place = Some(Postcode::parse("24103").unwrap());
        for task in Task::ALL {
            assert!(Matter::new(office.clone(), None, *task).is_ok());
            assert!(Matter::new(None, place.clone(), *task).is_ok());
            assert_eq!(
                Matter::new(None, None, *task),
                Err(MatterError::NeitherOfficeNorPlace)
            );
        }
    }

    #[test]
    fn every_purpose_is_the_task_of_the_same_code() {
        for purpose in Purpose::ALL {
            assert_eq!(Task::from(*purpose).code(), purpose.code());
        }
        assert_eq!(Task::ALL.len(), Purpose::ALL.len());
    }
}
