//! General advisories (agreement, point 6): developments that concern everybody and no case. No type here holds an identifier of a case or a
//! person, and a pseudonym in a text is refused.

use std::collections::BTreeSet;

use crate::{
    directory::ExploitationForm,
    error::InvalidInput,
    gathering::{LongGeneralText, Participant, ShortGeneralText},
    ids::AdvisoryId,
    instant::Instant,
    security_notice::CountryCode,
    training::TrainingTopic,
};

/// What somebody publishes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAdvisory {
    /// What it is called.
    pub title: ShortGeneralText,
    /// What it says.
    pub text: LongGeneralText,
    /// What it is about: at least one topic.
    pub topics: Vec<TrainingTopic>,
    /// Countries that it is about, if any.
    pub countries: Vec<CountryCode>,
    /// Forms of exploitation that it is about, if any.
    pub exploitation_forms: Vec<ExploitationForm>,
}

impl NewAdvisory {
    /// Everything that makes no sense.
    #[must_use]
    pub fn faults(&self) -> Vec<InvalidInput> {
        let mut faults = Vec::new();
        if self.topics.is_empty() {
            faults.push(InvalidInput::new("/topics", "needs at least one topic"));
        }
        repeated("/topics", &self.topics, &mut faults);
        repeated("/countries", &self.countries, &mut faults);
        repeated("/exploitation_forms", &self.exploitation_forms, &mut faults);
        faults
    }
}

fn repeated<T: Ord>(pointer: &str, all: &[T], faults: &mut Vec<InvalidInput>) {
    let mut seen = BTreeSet::new();
    for (index, one) in all.iter().enumerate() {
        if !seen.insert(one) {
            faults.push(InvalidInput::new(
                format!("{pointer}/{index}"),
                "is named twice",
            ));
        }
    }
}

/// An advisory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GeneralAdvisory {
    /// Its identifier.
    pub id: AdvisoryId,
    /// What it says.
    pub content: NewAdvisory,
    /// Who published it.
    pub published_by: Participant,
    /// When.
    pub published_at: Instant,
    /// When whoever published it took it back.
    pub withdrawn_at: Option<Instant>,
}
