//! What is asked for, or offered.

use std::collections::BTreeSet;

use crate::{
    directory::LanguageCode,
    error::InvalidInput,
    gathering::{CostBearing, LongGeneralText, Participant, ShortGeneralText, Side},
    office::OfficeId,
    vocabulary::vocabulary,
};

vocabulary! {
    /// What a training, or an advisory, is about.
    TrainingTopic as "topic" {
        Indicators = "indicators", "Anzeichen von Menschenhandel", "indicators of trafficking";
        Interviewing = "interviewing", "Vernehmung und Gespräch mit Betroffenen", "interviewing of victims";
        Trauma = "trauma", "Trauma", "trauma";
        RightsAndResidence = "rights_and_residence", "Rechte und Aufenthalt", "rights and residence";
        ExploitationForms = "exploitation_forms", "Formen der Ausbeutung", "exploitation forms";
        CooperationAgreement = "cooperation_agreement", "Kooperationsvereinbarung", "cooperation agreement";
        Interpreting = "interpreting", "Sprachmittlung", "interpreting";
        Other = "other", "anderes", "other";
    }
}

/// Not the SHA-256 of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a SHA-256 as 64 lower-case hexadecimal digits")]
pub struct FileHashError;

/// The SHA-256 of a file, in lower-case hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileHash(String);

impl FileHash {
    /// Checks and wraps it.
    ///
    /// # Errors
    /// When it is none.
    pub fn parse(text: impl Into<String>) -> Result<Self, FileHashError> {
        let text = text.into();
        let digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if text.len() == 64 && text.bytes().all(digit) {
            Ok(Self(text))
        } else {
            Err(FileHashError)
        }
    }

    /// Its digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// For whom it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Audience {
    /// These offices.
    Offices(Vec<OfficeId>),
    /// A Direktion with all that is below it.
    Direktion(OfficeId),
    /// All offices.
    All,
}

/// What both sides agree to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrainingTerms {
    /// What it is called.
    pub title: ShortGeneralText,
    /// What it is about, and what is wished for; it stands in calendars.
    pub description: Option<LongGeneralText>,
    /// Its topics: at least one, each once.
    pub topics: Vec<TrainingTopic>,
    /// For whom it is.
    pub audience: Audience,
    /// For how many.
    pub seats: super::Seats,
    /// In which language.
    pub language: LanguageCode,
    /// Who pays (point 10).
    pub costs: CostBearing,
    /// Whether it stands in the calendar that everybody may read.
    pub public: bool,
}

/// What somebody asks for, or offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTraining {
    /// What it is.
    pub terms: TrainingTerms,
    /// Who of the network is asked to hold it; none: whoever of the network agrees.
    pub host: Option<Participant>,
}

impl NewTraining {
    /// Everything that makes no sense when this one asks for it or offers it, as far as that can be told without the register.
    #[must_use]
    pub fn faults(&self, by: &Participant) -> Vec<InvalidInput> {
        let mut faults = Vec::new();
        let mut add = |pointer: String, detail: &str| {
            faults.push(InvalidInput::new(pointer, detail));
        };
        if self.terms.topics.is_empty() {
            add("/topics".to_owned(), "needs at least one topic");
        }
        for index in repeated(&self.terms.topics) {
            add(format!("/topics/{index}"), "is named twice");
        }
        if let Audience::Offices(offices) = &self.terms.audience {
            if offices.is_empty() {
                add("/audience/offices".to_owned(), "needs at least one office");
            }
            for index in repeated(offices) {
                add(format!("/audience/offices/{index}"), "is named twice");
            }
        }
        match (by.side(), &self.host) {
            (Side::Police, Some(host)) if host.side() == Side::Police => {
                add("/host".to_owned(), "must be of the network");
            }
            (Side::Network, Some(host)) if host != by => {
                add("/host".to_owned(), "who offers a training holds it");
            }
            _ => {}
        }
        if by.side() == Side::Network && !matches!(self.terms.audience, Audience::Offices(_)) {
            let detail = "an offer names the offices that can agree to it";
            add("/audience/type".to_owned(), detail);
        }
        faults
    }

    /// Who holds it, as far as that is known when it is asked for or offered.
    #[must_use]
    pub fn host_of(&self, by: &Participant) -> Option<Participant> {
        match by.side() {
            Side::Police => self.host.clone(),
            Side::Network => Some(by.clone()),
        }
    }
}

/// Where something stands that stood before.
fn repeated<T: Ord>(all: &[T]) -> Vec<usize> {
    let mut seen = BTreeSet::new();
    let mut indices = Vec::new();
    for (index, one) in all.iter().enumerate() {
        if !seen.insert(one) {
            indices.push(index);
        }
    }
    indices
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_has_one_form() {
        let good = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
        assert_eq!(FileHash::parse(good).unwrap().as_str(), good);
        for bad in [
            &good[1..],
            &good.to_uppercase(),
            "",
            &good.replace('9', "g"),
        ] {
            assert_eq!(FileHash::parse(bad), Err(FileHashError), "{bad}");
        }
    }
}
