//! Handovers of the case, and messages that were redirected: nothing goes to an office that has not the case, and nothing is lost on the way.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::{
    Case,
    found::{Event, HandoverRow, Row},
};
use crate::histories::{
    plan::Office,
    run::{Answer, What},
};

impl Case<'_> {
    /// One key, one handover; one handover, one event; and an office hands over what it has.
    pub(super) fn handovers(&mut self) {
        let mut by_key: BTreeMap<&str, BTreeSet<Uuid>> = BTreeMap::new();
        for attempt in &self.seen.attempts {
            if let Answer::HandedOver(id) = attempt.answer {
                by_key.entry(&attempt.key).or_default().insert(id);
            }
        }
        let keys = by_key.len();
        let answered: BTreeSet<Uuid> = by_key.into_values().flatten().collect();
        let stored: BTreeSet<Uuid> = self.found.handovers.iter().map(|row| row.id).collect();
        let events = self.done("case_handed_over", None);
        let logged: BTreeSet<Uuid> = events.iter().filter_map(|event| event.handover).collect();
        let one_each = answered == stored && stored == logged;
        self.expect(one_each && keys == stored.len() && events.len() == stored.len(), || {
            format!("handovers that were answered, for {keys} keys: {answered:?}; that are stored: {stored:?}; in {} events: {logged:?}", events.len())
        });
        let mut has_it = Office::First;
        for row in self.found.handovers.clone() {
            self.expect(row.by == has_it && row.to == row.by.other(), || {
                format!("{has_it:?} had the case: {row:?}")
            });
            let says_so = |event: &Event| {
                event.handover == Some(row.id) && event.at == row.at && event.office == Some(row.to)
            };
            self.expect(events.iter().any(says_so), || {
                format!("the log says something else of {row:?}")
            });
            has_it = row.to;
        }
    }

    /// Each redirection that was answered with yes has its event, once, and the message is held for whom the last of them names.
    pub(super) fn redirections(&mut self) {
        let mut answered: BTreeMap<Uuid, BTreeSet<&str>> = BTreeMap::new();
        for attempt in &self.seen.attempts {
            if let (What::Redirect(id), Answer::Done) = (attempt.what, attempt.answer) {
                answered.entry(id).or_default().insert(&attempt.key);
            }
        }
        for (id, row) in &self.found.messages {
            let keys = answered.get(id).map_or(0, BTreeSet::len);
            self.redirected(*id, row, keys);
        }
    }

    fn redirected(&mut self, id: Uuid, row: &Row, keys: usize) {
        let redirected = self.done("disclosure_redirected", Some(id));
        self.expect(redirected.len() == keys, || {
            format!(
                "{id}: {} redirections in the log, {keys} answers",
                redirected.len()
            )
        });
        let mut is_for = self.released_to(id);
        for event in &redirected {
            self.expect(event.office.is_some() && event.office != is_for, || {
                format!("{id} was for {is_for:?}: {event:?}")
            });
            is_for = event.office;
        }
        self.expect(is_for == Some(row.recipient), || {
            format!("{id} is for {:?}, by the log for {is_for:?}", row.recipient)
        });
        let first = self
            .done("disclosure_collected", Some(id))
            .first()
            .map(|event| event.at);
        let late: Vec<String> = redirected
            .iter()
            .filter(|event| first.is_some_and(|first| event.at > first))
            .map(|event| format!("redirected after it was collected: {event:?}"))
            .collect();
        self.wrong.extend(late);
    }

    fn released_to(&self, id: Uuid) -> Option<Office> {
        let released = self.done("disclosure_released", Some(id));
        released.first().and_then(|event| event.office)
    }

    /// Nothing is released to, redirected to or collected by an office that has not the case, and nothing collected by one that the
    /// message is not for.
    pub(super) fn places(&mut self) {
        self.places_by_the_database();
        self.places_by_the_clients();
    }

    /// What has the same time as a handover may come before it or after it.
    fn places_by_the_database(&mut self) {
        let mut astray = Vec::new();
        for event in self.found.events.iter().filter(|event| event.done) {
            let moves_content = matches!(
                event.operation.as_str(),
                "disclosure_released" | "disclosure_redirected" | "disclosure_collected"
            );
            let Some((id, office)) = event.message.zip(event.office).filter(|_| moves_content)
            else {
                continue;
            };
            if !has_the_case(office, event.at, &self.found.handovers) {
                astray.push(format!("the case was with the other office: {event:?}"));
            }
            if event.operation == "disclosure_collected" {
                let mut moved = self.done("disclosure_released", Some(id));
                moved.extend(self.done("disclosure_redirected", Some(id)));
                let same_time = moved.iter().any(|moved| moved.at == event.at);
                let last = moved.iter().rfind(|moved| moved.at < event.at);
                if !same_time && last.and_then(|moved| moved.office) != Some(office) {
                    astray.push(format!("the message was for the other office: {event:?}"));
                }
            }
        }
        self.wrong.extend(astray);
    }

    /// Asked after the answer that says where the case is, and answered before anybody asked for something else.
    fn places_by_the_clients(&mut self) {
        let mut astray = Vec::new();
        for attempt in &self.seen.attempts {
            let (to, key) = (attempt.answered, attempt.key.as_str());
            let (office, from) = match (attempt.what, attempt.answer) {
                (What::Collect(_, by), Answer::Content) => (by, attempt.sent),
                // A release that was done before is answered again.
                (What::Release(_, to), Answer::Released(_)) => {
                    (to, self.first_sent(key).unwrap_or(attempt.sent))
                }
                _ => continue,
            };
            if self
                .case_throughout(from, to, key)
                .is_some_and(|has_it| has_it != office)
            {
                astray.push(format!("the case was with the other office: {attempt:?}"));
            }
            if let What::Collect(id, by) = attempt.what {
                let is_for = self.message_throughout(id, from, to, key);
                if is_for.is_some_and(|is_for| is_for != by) {
                    astray.push(format!("the message was for the other office: {attempt:?}"));
                }
            }
        }
        self.wrong.extend(astray);
    }
}

fn has_the_case(office: Office, at: i64, handovers: &[HandoverRow]) -> bool {
    let last = handovers.iter().rfind(|row| row.at < at);
    let has_it = last.map_or(Office::First, |row| row.to);
    has_it == office || handovers.iter().any(|row| row.at == at)
}
