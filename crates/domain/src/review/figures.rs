//! Figures of a review: counted by office, told by Direktion and Land, and only as disclosure control lets them.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    FigureTopic, SpanKind,
    disclosure_control::{AreaIndex, Areas, Column, Table, Threshold},
};
use crate::{
    disclosure::RefusalReason,
    instant::Instant,
    office::{Office, OfficeId, OfficeKind},
};

/// The Land of an office of which none is known.
pub const UNKNOWN_LAND: &str = "unknown";

/// How many cases of a category there were at an office: what the store counts, and nobody is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficeCount {
    /// What is counted.
    pub topic: FigureTopic,
    /// The office concerned.
    pub office: OfficeId,
    /// One of the topic's categories, by its code; none of a topic without.
    pub category: Option<String>,
    /// How many.
    pub cases: u64,
}

/// How long something took at an office, once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficeSpan {
    /// What took so long.
    pub kind: SpanKind,
    /// The office concerned.
    pub office: OfficeId,
    /// Minutes.
    pub minutes: u64,
}

/// What the store knows of a period.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReviewFacts {
    /// Counts, at most one for each topic, office and category.
    pub counts: Vec<OfficeCount>,
    /// Spans, in any order.
    pub spans: Vec<OfficeSpan>,
}

/// That a release was refused, for counting: no case, consent or person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleaseRefusal {
    /// An identifier of its own, which says nothing: not even when.
    pub id: Uuid,
    /// The end of the minute in which it was: the log's own time would lead to the event, and so to the case. The end, so that a refusal
    /// is in no period that was closed before it.
    pub refused_at: Instant,
    /// The office that was addressed.
    pub recipient: OfficeId,
    /// Why.
    pub reasons: Vec<RefusalReason>,
}

impl ReleaseRefusal {
    /// A refusal at this moment.
    #[must_use]
    pub fn new(id: Uuid, at: Instant, recipient: OfficeId, reasons: Vec<RefusalReason>) -> Self {
        const MINUTE: i64 = 60_000_000;
        let minute = at.as_unix_micros().div_euclid(MINUTE).saturating_add(1);
        Self {
            id,
            refused_at: Instant::from_unix_micros(minute.saturating_mul(MINUTE)),
            recipient,
            reasons,
        }
    }
}

/// The median of a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MedianHours {
    /// What took so long.
    pub kind: SpanKind,
    /// Hours, rounded; none where there are too few cases, or where they are withheld.
    pub hours: Option<u64>,
}

/// The figures of one area.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FigureRow {
    /// The Direktion, or whichever office stands at its place; none for the whole.
    pub direktion: Option<String>,
    /// The Land within it, by its code; none for the whole Direktion.
    pub land: Option<String>,
    /// By category, the sum last; none where it is withheld.
    pub counts: Vec<Option<u64>>,
    /// Medians.
    pub medians: Vec<MedianHours>,
}

/// The figures of one topic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FigureTable {
    /// What is counted.
    pub topic: FigureTopic,
    /// Its categories, by their codes.
    pub categories: Vec<String>,
    /// The whole first, then each Direktion before its Länder.
    pub rows: Vec<FigureRow>,
}

/// All figures of a review, as they may be shown. They are made once and kept so: what is too small is in no table of the database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FigureSet {
    /// Every topic once.
    pub tables: Vec<FigureTable>,
}

impl FigureSet {
    /// What may be shown of these facts.
    #[must_use]
    pub fn of(facts: &ReviewFacts, offices: &[Office], threshold: Threshold) -> Self {
        let places = Places::of(offices);
        let table = |topic: &FigureTopic| figures(*topic, facts, &places, threshold);
        Self {
            tables: FigureTopic::ALL.iter().map(table).collect(),
        }
    }
}

/// Where offices belong.
struct Places {
    areas: Areas,
    /// Of each area, what it is.
    names: Vec<(Option<OfficeId>, Option<String>)>,
    /// Of each office its leaf.
    leaves: BTreeMap<OfficeId, AreaIndex>,
}

impl Places {
    /// All offices make areas, whatever was counted there: which areas there are tells nothing.
    fn of(offices: &[Office]) -> Self {
        let by_id: BTreeMap<&OfficeId, &Office> =
            offices.iter().map(|office| (&office.id, office)).collect();
        let mut within: BTreeMap<&OfficeId, BTreeMap<String, BTreeSet<&OfficeId>>> =
            BTreeMap::new();
        for office in offices {
            let land = office
                .land
                .map_or(UNKNOWN_LAND, |land| land.code())
                .to_owned();
            let direktion = direktion_of(office, &by_id);
            within
                .entry(direktion)
                .or_default()
                .entry(land)
                .or_default()
                .insert(&office.id);
        }
        let mut places = Self {
            areas: Areas::new(),
            names: vec![(None, None)],
            leaves: BTreeMap::new(),
        };
        for (direktion, laender) in within {
            let Some(area) = places.areas.below(Areas::WHOLE) else {
                continue;
            };
            places.names.push((Some(direktion.clone()), None));
            for (land, offices) in laender {
                let Some(leaf) = places.areas.below(area) else {
                    continue;
                };
                places.names.push((Some(direktion.clone()), Some(land)));
                let here = offices.into_iter().map(|office| (office.clone(), leaf));
                places.leaves.extend(here);
            }
        }
        places
    }
}

/// The Direktion above an office, itself included; above all of them, the office itself.
fn direktion_of<'a>(office: &'a Office, by_id: &BTreeMap<&OfficeId, &'a Office>) -> &'a OfficeId {
    let mut at = office;
    // A tree of four levels; more steps than that would be a circle.
    for _ in 0..8 {
        if at.kind == OfficeKind::Direktion {
            return &at.id;
        }
        match at.parent.as_ref().and_then(|parent| by_id.get(parent)) {
            Some(parent) if parent.kind != OfficeKind::Praesidium => at = parent,
            _ => break,
        }
    }
    &at.id
}

fn figures(
    topic: FigureTopic,
    facts: &ReviewFacts,
    places: &Places,
    threshold: Threshold,
) -> FigureTable {
    let categories: Vec<String> = topic
        .categories()
        .iter()
        .map(|one| one.code.to_owned())
        .collect();
    let mut table = Table::new(places.areas.clone(), categories.len());
    for count in facts.counts.iter().filter(|count| count.topic == topic) {
        let column = match &count.category {
            None => Some(Column::Sum),
            Some(code) => categories
                .iter()
                .position(|known| known == code)
                .map(Column::Category),
        };
        // An office that is none (any more), as far as a refused release may name it, is in no area.
        if let (Some(column), Some(leaf)) = (column, places.leaves.get(&count.office)) {
            let _ = table.add(*leaf, column, count.cases);
        }
    }
    let shown = Shown::of(table, topic, threshold);
    let rows = places
        .areas
        .iter()
        .zip(&places.names)
        .map(|(area, (direktion, land))| FigureRow {
            direktion: direktion.as_ref().map(ToString::to_string),
            land: land.clone(),
            counts: shown.row(area),
            medians: topic
                .spans()
                .iter()
                .map(|kind| MedianHours {
                    kind: *kind,
                    hours: shown
                        .tells_times(area)
                        .then(|| median(*kind, facts, places, area, threshold))
                        .flatten(),
                })
                .collect(),
        })
        .collect();
    FigureTable {
        topic,
        categories,
        rows,
    }
}

/// A table through the control, or one that needs none.
enum Shown {
    Controlled(super::disclosure_control::Published, Threshold),
    Plain(Table),
}

impl Shown {
    fn of(table: Table, topic: FigureTopic, threshold: Threshold) -> Self {
        if topic.is_about_persons() {
            Self::Controlled(table.publish(threshold), threshold)
        } else {
            Self::Plain(table)
        }
    }

    fn row(&self, area: AreaIndex) -> Vec<Option<u64>> {
        match self {
            Self::Controlled(published, _) => published
                .columns()
                .map(|column| published.figure(area, column).shown())
                .collect(),
            Self::Plain(table) => table
                .columns()
                .map(|column| Some(table.count(area, column)))
                .collect(),
        }
    }

    /// Times are told only where the number of cases is, and is not small.
    fn tells_times(&self, area: AreaIndex) -> bool {
        match self {
            Self::Controlled(published, threshold) => published
                .figure(area, Column::Sum)
                .shown()
                .is_some_and(|count| count >= threshold.get()),
            Self::Plain(_) => true,
        }
    }
}

/// The median in whole hours, of at least as many times as the threshold says.
fn median(
    kind: SpanKind,
    facts: &ReviewFacts,
    places: &Places,
    area: AreaIndex,
    threshold: Threshold,
) -> Option<u64> {
    let within = |office: &OfficeId| {
        let mut at = places.leaves.get(office).copied();
        while let Some(here) = at {
            if here == area {
                return true;
            }
            at = places.areas.parent(here);
        }
        false
    };
    let mut minutes: Vec<u64> = facts
        .spans
        .iter()
        .filter(|span| span.kind == kind && within(&span.office))
        .map(|span| span.minutes)
        .collect();
    let few = u64::try_from(minutes.len()).is_ok_and(|number| number < threshold.get());
    if few {
        return None;
    }
    minutes.sort_unstable();
    let upper = *minutes.get(minutes.len() / 2)?;
    let lower = *minutes.get((minutes.len() - 1) / 2)?;
    Some((u64::midpoint(lower, upper) + 30) / 60)
}

#[cfg(test)]
#[path = "figures_tests.rs"]
mod tests;
