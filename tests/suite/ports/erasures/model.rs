//! Events, cases and announcements in memory.

use std::collections::{BTreeMap, BTreeSet};

use freigabe_domain::{
    erasure::{
        CaseStanding, Erasure, ErasureTarget, EventOfCase, KeptGroup, ReportedErasure, Traces,
    },
    log::{Generation, LeafPlace},
};
use freigabe_testkit::Backend;

use super::{
    super::{
        events::event::{EVENTS, Event, expiry_year, leaf, pending},
        given::{Done, GIVEN},
        machine::{Answer, Failure, told},
        world::{self, case, commitment, consent},
    },
    Call, Target, erasure, message, target,
};

#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Model {
    events: BTreeMap<u8, Event>,
    waiting: BTreeSet<u8>,
    leaves: Vec<u8>,
    /// Whether the log was begun.
    begun: bool,
    /// Each with its messages.
    cases: BTreeMap<u8, BTreeSet<u8>>,
    announced: BTreeMap<u8, Announced>,
}

#[derive(Debug, Clone, PartialEq)]
struct Announced {
    erasure: Erasure,
    /// By what it is reported, and whether the files were cleaned.
    done: Option<(u8, bool)>,
}

impl Model {
    fn place(&self, number: u8) -> Option<LeafPlace> {
        let index = self.leaves.iter().position(|leaf| *leaf == number)?;
        Some(LeafPlace {
            generation: Generation::FIRST,
            index: index as u64,
        })
    }

    fn groups(&self, year: Option<u16>) -> Vec<KeptGroup> {
        let mut groups: BTreeMap<_, Vec<u8>> = BTreeMap::new();
        for number in self.events.keys() {
            let waits = self.place(*number).is_none();
            let key = (expiry_year(*number), leaf(*number).class.code(), waits);
            groups.entry(key).or_default().push(*number);
        }
        groups.retain(|(of, _, _), _| year.is_none_or(|year| year == *of));
        let group = |((expiry_year, _, _), numbers): (_, Vec<u8>)| {
            let places = || numbers.iter().filter_map(|number| self.place(*number));
            KeptGroup {
                expiry_year,
                class: leaf(numbers[0]).class,
                places: places().min().zip(places().max()),
                count: numbers.len() as u64,
            }
        };
        groups.into_iter().map(group).collect()
    }

    fn standing(&self, number: u8) -> Option<CaseStanding> {
        let messages = self.cases.get(&number)?;
        Some(CaseStanding {
            involved: 0,
            contact: 0,
            unerased: 0,
            given: 1,
            unanswered: 0,
            held: messages.len() as u64,
        })
    }

    fn of_case(&self, number: u8) -> Vec<EventOfCase> {
        let Some(messages) = self.cases.get(&number) else {
            return Vec::new();
        };
        let of = |number: u8| &GIVEN[usize::from(number)];
        let same = |other: &&u8| {
            **other != number
                && (of(**other).centre, of(**other).person)
                    == (of(number).centre, of(number).person)
        };
        let mut asked = vec![case(number).to_string(), consent(number).to_string()];
        // Whoever asks about a person asks about each of her cases.
        if self.cases.keys().find(same).is_none() {
            asked.push(
                world::in_log(of(number).centre, of(number).person)
                    .as_str()
                    .to_owned(),
            );
            for sent in messages {
                let name = world::for_office(of(number).centre, of(number).person, sent % 2);
                asked.push(name.as_str().to_owned());
            }
        }
        let about = |event: &&Event| {
            event.of_case() == Some(number)
                || event.asks().is_some_and(|subject| asked.contains(&subject))
        };
        let found = self.events.values().filter(about);
        let event = |event: &Event| EventOfCase {
            id: world::event(event.number),
            expiry_year: expiry_year(event.number),
            place: self.place(event.number),
        };
        found.map(event).collect()
    }

    fn open(&self, of: Option<ErasureTarget>) -> Vec<Erasure> {
        let open = self
            .announced
            .values()
            .filter(|announced| announced.done.is_none());
        let wanted =
            open.filter(|announced| of.is_none_or(|of| of == announced.erasure.plan.target));
        let mut found: Vec<_> = wanted.map(|announced| announced.erasure.clone()).collect();
        found.sort_by_key(|erasure| (erasure.announced_at, erasure.intent));
        found
    }

    pub(super) fn foretell(&mut self, call: &Call, on: Backend) -> Result<Answer, Failure> {
        Ok(match *call {
            Call::Append(ref event) => {
                let is_known =
                    self.waiting.contains(&event.number) || self.leaves.contains(&event.number);
                if !is_known {
                    self.events.insert(event.number, event.clone());
                    self.waiting.insert(event.number);
                }
                told(is_known)
            }
            Call::Sequence { most } => {
                let taken: Vec<u8> = self
                    .waiting
                    .iter()
                    .take(usize::from(most))
                    .copied()
                    .collect();
                self.waiting.retain(|number| !taken.contains(number));
                self.leaves.extend(&taken);
                self.begun = true;
                told(taken.into_iter().map(pending).collect::<Vec<_>>())
            }
            Call::Begin { case } => {
                if self.cases.contains_key(&case) {
                    return Err(Failure::Conflict);
                }
                self.cases.insert(case, BTreeSet::new());
                told(())
            }
            Call::Send { case, office } => {
                let Some(messages) = self.cases.get_mut(&case) else {
                    return Ok(told(Done::NoSuchConsent));
                };
                let release = message(case, office);
                if !messages.insert(release.message) {
                    return Err(Failure::Conflict);
                }
                told(Done::Recorded(Box::new(release.record())))
            }
            Call::Groups { year } => told(self.groups(year)),
            Call::KeptApart { year } => {
                let apart = on == Backend::Postgres && (2026..=2040).contains(&year);
                told(apart.then(|| self.groups(Some(year))))
            }
            Call::OfPlan {
                class,
                from,
                until,
                year,
                most,
            } => {
                let wanted = |number: &&u8| {
                    let index = self.place(**number).map(|place| place.index);
                    index.is_some_and(|index| (from..until).contains(&index))
                        && expiry_year(**number) == year
                        && class.is_none_or(|class| class == leaf(**number).class)
                };
                let found = self
                    .events
                    .keys()
                    .filter(wanted)
                    .map(|number| world::event(*number));
                let found: Vec<_> = found.collect();
                let number = found.len().min(usize::try_from(most).unwrap());
                told((
                    number,
                    if most < u64::from(EVENTS) {
                        Vec::new()
                    } else {
                        found
                    },
                ))
            }
            Call::Erase {
                ref events,
                ref years,
            } => {
                let before = self.events.len();
                let goes =
                    |number: &u8| events.contains(number) && years.contains(&expiry_year(*number));
                self.events.retain(|number, _| !goes(number));
                let gone = before - self.events.len();
                if gone != events.len() {
                    return Err(Failure::Affected(gone as u64));
                }
                told(())
            }
            Call::Erased => {
                let gone = self
                    .leaves
                    .iter()
                    .filter(|number| !self.events.contains_key(number));
                told(gone.count() as u64)
            }
            Call::Standing { case } | Call::Hold { case } => told(self.standing(case)),
            Call::OfCase { case } => told(self.of_case(case)),
            Call::EraseCase { case } => {
                self.cases.remove(&case).ok_or(Failure::Affected(0))?;
                told(())
            }
            Call::Announce { intent, target, at } => self.announce(intent, target, at, on)?,
            Call::Announced { target: of } => told(self.open(of.map(target))),
            Call::LockAnnounced { target: of } => told(self.open(Some(target(of)))),
            Call::Forget { intent } => {
                let open = self
                    .announced
                    .get(&intent)
                    .is_some_and(|announced| announced.done.is_none());
                if !open {
                    return Err(Failure::Affected(0));
                }
                self.announced.remove(&intent);
                told(())
            }
            Call::Finish { intent, done, .. } => {
                let reported =
                    |announced: &Announced| announced.done.is_some_and(|(by, _)| by == done);
                let is_reported = self.announced.values().any(reported);
                let open = self
                    .announced
                    .get_mut(&intent)
                    .filter(|announced| announced.done.is_none());
                let open = open.ok_or(Failure::Affected(0))?;
                if is_reported {
                    return Err(Failure::Conflict);
                }
                open.done = Some((done, false));
                told(())
            }
            Call::Uncleaned => {
                let uncleaned = self.announced.values().filter_map(|announced| {
                    let (done, _) = announced.done.filter(|(_, cleaned)| !cleaned)?;
                    let plan = &announced.erasure.plan;
                    let cases = matches!(plan.target, ErasureTarget::Case(_));
                    let traces = Traces {
                        years: plan.years.clone(),
                        cases,
                    };
                    let (intent, report) = (announced.erasure.intent, commitment(200 + done));
                    Some(ReportedErasure {
                        intent,
                        report,
                        traces,
                    })
                });
                told(uncleaned.collect::<Vec<_>>())
            }
            Call::Cleaned { intent } => {
                match self
                    .announced
                    .get_mut(&intent)
                    .map(|announced| &mut announced.done)
                {
                    // Nothing can be clean before it is erased.
                    Some(None) => return Err(Failure::Defect),
                    Some(Some((_, cleaned))) => *cleaned = true,
                    None => {}
                }
                told(())
            }
        })
    }

    fn announce(
        &mut self,
        intent: u8,
        of: Target,
        moment: u8,
        on: Backend,
    ) -> Result<Answer, Failure> {
        let new = erasure(intent, of, moment);
        // A year is erased by class, a case as a whole.
        if !matches!(of, Target::Year(_, Some(_)) | Target::Case(_, None)) {
            return Err(Failure::Defect);
        }
        let same = |known: &Announced| {
            let (known_plan, plan) = (&known.erasure.plan, &new.plan);
            known.done.is_none()
                && (known_plan.target, known_plan.class) == (plan.target, plan.class)
        };
        if self.announced.contains_key(&intent) || self.announced.values().any(same) {
            return Err(Failure::Conflict);
        }
        if !self.begun {
            return Err(Failure::of_missing(on));
        }
        self.announced.insert(
            intent,
            Announced {
                erasure: new,
                done: None,
            },
        );
        Ok(told(()))
    }
}
