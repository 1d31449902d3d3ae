//! What is agreed.

use std::collections::{BTreeMap, BTreeSet};

use time::Duration;

use super::AgreementArea;
use crate::{
    error::InvalidInput,
    ids::{CentreId, RegionalAgreementId},
    instant::Instant,
    office::{OfficeId, Task},
    text::ShortText,
    vocabulary::vocabulary,
};

vocabulary! {
    /// How an agreement stands to the federal default. It is said of the whole agreement, and expressly: nothing is a default here.
    Precedence as "precedence" {
        /// The agreed office alone is competent; the agreed deadlines hold, longer or shorter.
        Replaces = "replaces_federal_default", "tritt an die Stelle der bundesweiten Regelung", "stands in the place of the federal default";
        /// The agreed office may be addressed beside the others; of two deadlines the shorter holds.
        Supplements = "supplements_federal_default", "ergänzt die bundesweite Regelung", "supplements the federal default";
    }
}

/// Not a deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be from 1 to {max} hours", max = Hours::MOST)]
pub struct HoursError;

/// A deadline in hours: from one to thirty days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hours(u16);

impl Hours {
    /// Thirty days.
    pub const MOST: u16 = 720;

    /// Checks and wraps a number of hours.
    ///
    /// # Errors
    /// When it is none, or more than [`Hours::MOST`].
    pub const fn new(hours: u16) -> Result<Self, HoursError> {
        match hours {
            1..=Self::MOST => Ok(Self(hours)),
            _ => Err(HoursError),
        }
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u16 {
        self.0
    }

    /// The time that they last.
    #[must_use]
    pub const fn duration(self) -> Duration {
        Duration::hours(self.0 as i64)
    }
}

/// When a centre that was asked for help is reminded, and until when it answers (point 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OfferDeadlines {
    /// After an offer, if it was not answered.
    pub remind_after: Hours,
    /// After an offer; not sooner than the reminder.
    pub answer_within: Hours,
}

/// When a centre is reminded of a security notice that it has not acknowledged (point 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoticeDeadlines {
    /// After a routine notice.
    pub routine: Hours,
    /// After an urgent one; not later than after a routine one.
    pub urgent: Hours,
}

/// What is different from the federal default. Nothing is an answer too: the agreement is on file, and changes nothing here.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Deviations {
    /// The office that is competent for a task: one of the parties.
    pub competent_offices: BTreeMap<Task, OfficeId>,
    /// Deadlines of offers.
    pub offers: Option<OfferDeadlines>,
    /// Deadlines of security notices.
    pub notices: Option<NoticeDeadlines>,
}

/// What a party proposes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRegionalAgreement {
    /// What it is called.
    pub title: ShortText,
    /// Where the signed text lies.
    pub reference: Option<ShortText>,
    /// Offices that are parties.
    pub offices: Vec<OfficeId>,
    /// Centres that are parties, by their entries in the directory.
    pub centres: Vec<CentreId>,
    /// Where it holds.
    pub area: AgreementArea,
    /// From when on.
    pub valid_from: Instant,
    /// Until when, if that was agreed.
    pub valid_until: Option<Instant>,
    /// How it stands to the federal default.
    pub precedence: Precedence,
    /// The office that is competent for a task.
    pub competent_offices: Vec<(Task, OfficeId)>,
    /// Deadlines of offers.
    pub offers: Option<OfferDeadlines>,
    /// Deadlines of security notices.
    pub notices: Option<NoticeDeadlines>,
    /// The agreement in whose place it comes.
    pub replaces: Option<RegionalAgreementId>,
}

impl NewRegionalAgreement {
    /// Everything that makes no sense when it is proposed at `now`, as far as that can be told without the register.
    #[must_use]
    pub fn faults(&self, now: Instant) -> Vec<InvalidInput> {
        let mut faults = Faults::default();
        self.check_times(now, &mut faults);
        if self.offices.is_empty() {
            faults.add("/offices", "needs at least one office");
        }
        if self.centres.is_empty() {
            faults.add("/centres", "needs at least one centre");
        }
        for index in repeated(&self.offices) {
            faults.add(&format!("/offices/{index}"), "is named twice");
        }
        for index in repeated(&self.centres) {
            faults.add(&format!("/centres/{index}"), "is named twice");
        }
        self.check_deviations(&mut faults);
        faults.0
    }

    fn check_times(&self, now: Instant, faults: &mut Faults) {
        match self.valid_until {
            Some(until) if until <= self.valid_from => {
                faults.add("/valid_until", "must lie after valid_from");
            }
            Some(until) if until <= now => faults.add("/valid_until", "lies in the past"),
            _ => {}
        }
    }

    fn check_deviations(&self, faults: &mut Faults) {
        let tasks: Vec<Task> = self
            .competent_offices
            .iter()
            .map(|(task, _)| *task)
            .collect();
        let at = |index, field| format!("/deviations/competent_offices/{index}/{field}");
        for index in repeated(&tasks) {
            faults.add(&at(index, "task"), "has an office already");
        }
        for (index, (_, office)) in self.competent_offices.iter().enumerate() {
            if !self.offices.contains(office) {
                faults.add(&at(index, "office"), "must be one of the parties");
            }
        }
        if self
            .offers
            .is_some_and(|deadlines| deadlines.answer_within < deadlines.remind_after)
        {
            faults.add(
                "/deviations/offer_deadlines/answer_within_hours",
                "must not lie before the reminder",
            );
        }
        if self
            .notices
            .is_some_and(|deadlines| deadlines.routine < deadlines.urgent)
        {
            faults.add(
                "/deviations/notice_deadlines/urgent_hours",
                "must not be longer than routine_hours",
            );
        }
    }

    /// What is different from the federal default, once there are no faults.
    #[must_use]
    pub fn deviations(&self) -> Deviations {
        Deviations {
            competent_offices: self.competent_offices.iter().cloned().collect(),
            offers: self.offers,
            notices: self.notices,
        }
    }
}

#[derive(Default)]
struct Faults(Vec<InvalidInput>);

impl Faults {
    fn add(&mut self, pointer: &str, detail: &str) {
        self.0.push(InvalidInput::new(pointer, detail));
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
    use crate::office::Land;

    fn office(id: &str) -> OfficeId {
        OfficeId::parse(id).unwrap()
    }

    fn hours(hours: u16) -> Hours {
        Hours::new(hours).unwrap()
    }

    const NOW: Instant = Instant::from_unix_micros(1_000_000);

    fn proposal() -> NewRegionalAgreement {
        NewRegionalAgreement {
            title: ShortText::parse("Hafen").unwrap(),
            reference: None,
            offices: vec![office("bpoli-kiel")],
            centres: vec![CentreId::from_uuid(uuid::Uuid::from_u128(1))],
            area: AgreementArea::new([Land::SchleswigHolstein], []).unwrap(),
            valid_from: Instant::from_unix_micros(0),
            valid_until: None,
            precedence: Precedence::Replaces,
            competent_offices: vec![(Task::VictimProtection, office("bpoli-kiel"))],
            offers: None,
            notices: None,
            replaces: None,
        }
    }

    #[track_caller]
    fn faulty(change: impl FnOnce(&mut NewRegionalAgreement), pointers: &[&str]) {
        let mut new = proposal();
        change(&mut new);
        let found: Vec<String> = new.faults(NOW).into_iter().map(|one| one.pointer).collect();
        assert_eq!(found, pointers);
    }

    #[test]
    fn a_deadline_is_an_hour_at_least_and_thirty_days_at_most() {
        for refused in [0, 721, u16::MAX] {
            assert_eq!(Hours::new(refused), Err(HoursError));
        }
        assert_eq!(hours(720).duration(), Duration::days(30));
        assert_eq!(HoursError.to_string(), "must be from 1 to 720 hours");
    }

    #[test]
    fn every_fault_of_a_proposal_is_told_with_its_place() {
        faulty(|_| {}, &[]);
        faulty(|new| new.competent_offices.clear(), &[]);
        faulty(
            |new| new.offices.clear(),
            &["/offices", "/deviations/competent_offices/0/office"],
        );
        faulty(|new| new.centres.clear(), &["/centres"]);
        faulty(
            |new| new.offices.push(office("bpoli-kiel")),
            &["/offices/1"],
        );
        faulty(
            |new| new.centres.extend(new.centres.clone()),
            &["/centres/1"],
        );
        faulty(
            |new| new.valid_until = Some(new.valid_from),
            &["/valid_until"],
        );
        faulty(|new| new.valid_until = Some(NOW), &["/valid_until"]);
        faulty(
            |new| new.valid_until = Some(Instant::from_unix_micros(1_000_001)),
            &[],
        );
        let twice = |new: &mut NewRegionalAgreement| {
            new.competent_offices.extend(new.competent_offices.clone())
        };
        faulty(twice, &["/deviations/competent_offices/1/task"]);
        let another = |new: &mut NewRegionalAgreement| {
            new.competent_offices
                .push((Task::DangerPrevention, office("bpoli-far")))
        };
        faulty(another, &["/deviations/competent_offices/1/office"]);
        let offers = |remind_after, answer_within| {
            Some(OfferDeadlines {
                remind_after,
                answer_within,
            })
        };
        faulty(
            |new| new.offers = offers(hours(4), hours(3)),
            &["/deviations/offer_deadlines/answer_within_hours"],
        );
        faulty(|new| new.offers = offers(hours(4), hours(4)), &[]);
        let notices = |routine, urgent| Some(NoticeDeadlines { routine, urgent });
        faulty(
            |new| new.notices = notices(hours(2), hours(3)),
            &["/deviations/notice_deadlines/urgent_hours"],
        );
        faulty(|new| new.notices = notices(hours(3), hours(3)), &[]);
    }
}
