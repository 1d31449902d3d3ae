//! The rules of competence.

use super::{Matter, Office, OfficeId, OfficeKind, Place, Postcode, Specialism, Task};
use crate::{
    ids::{OrganisationId, RegionalAgreementId},
    instant::Instant,
    regional::{Precedence, Rank},
    vocabulary::vocabulary,
};

vocabulary! {
    /// Why an office is competent, in the order in which [`resolve`] asks.
    CompetenceReason as "competence reason" {
        HandlesCase = "handles_case", "bearbeitet den Fall bereits", "already handles the case";
        /// Agreement, point 9.
        RegionalAgreement = "regional_agreement", "regionale Vereinbarung", "regional agreement";
        PlaceAndTask = "place_and_task", "nach Ort und Aufgabe", "by place and task";
        DirektionOfLand = "direktion_of_land", "Direktion des Landes", "Direktion of the Land";
        Praesidium = "praesidium", "Präsidium", "Präsidium";
    }
}

vocabulary! {
    /// What someone who relies on a suggestion should know about it.
    CompetenceNote as "competence note" {
        NearestSeat = "nearest_seat",
            "Die Gebiete der Inspektionen sind nicht hinterlegt; vorgeschlagen ist der nächste bekannte Sitz",
            "areas of Inspektionen are not on file; the nearest known seat is suggested";
        NoInspektion = "no_inspektion",
            "Zu dieser Direktion ist keine Inspektion für diese Aufgabe hinterlegt",
            "no Inspektion for this task is on file for this Direktion";
        NoDirektion = "no_direktion",
            "Zu diesem Land ist keine Direktion hinterlegt",
            "no Direktion is on file for this Land";
    }
}

/// Why no office could be told. Each message says what is needed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CompetenceError {
    /// The directory does not know the office said to handle the case.
    #[error(
        "office {office} is not in the directory: name one that is, or leave it out and give the place"
    )]
    UnknownHandlingOffice {
        /// The office named.
        office: OfficeId,
    },
    /// The office said to handle the case is no longer active. Its cases went somewhere that only the police know, so that
    /// the place is not asked instead.
    #[error(
        "office {office} is no longer active: name the office that took the case over, or leave it out and give the place"
    )]
    InactiveHandlingOffice {
        /// The office named.
        office: OfficeId,
    },
    /// The office that a regional agreement names is no longer active. The federal default does not silently take its place
    /// (point 9).
    #[error(
        "office {office} of the regional agreement is no longer active: its parties must name another"
    )]
    InactiveAgreedOffice {
        /// The office named in the agreement.
        office: OfficeId,
    },
    /// The directory does not know the postcode.
    #[error(
        "postcode {postcode} is not in the directory: give one that is, of the same place or nearby"
    )]
    UnknownPostcode {
        /// The postcode given.
        postcode: Postcode,
    },
    /// No Direktion covers the place, and no active Präsidium is on file: the directory was never loaded.
    #[error("no office is on file for this place: the directory of offices must be loaded")]
    EmptyDirectory,
}

/// The centre whose matter it is, and the moment: what agreements are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OfCentre {
    /// The centre. An agreement binds its parties alone.
    pub centre: OrganisationId,
    /// The database's time: agreements that are in force then.
    pub at: Instant,
}

/// An office that an agreement in force names for the place and the task (point 9).
#[derive(Debug, Clone, PartialEq)]
pub struct AgreedOffice {
    /// The office, active or not.
    pub office: Office,
    /// How the agreement stands to the federal default.
    pub precedence: Precedence,
    /// Which agreement, and where it stands among others.
    pub rank: Rank,
}

/// The facts about one matter, which storage loads in one transaction with a constant number of statements.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Jurisdiction {
    /// The place of the matter, if the directory knows its postcode.
    pub place: Option<Place>,
    /// The office said to handle the case, active or not, if the directory knows it.
    pub handling_office: Option<Office>,
    /// What the centre's agreements in force name for the place and the task, in any order; nothing when the office that handles the
    /// case is named, which comes before them.
    pub agreed: Vec<AgreedOffice>,
    /// The Direktion whose area contains the place's Land.
    pub direktion: Option<Office>,
    /// The active offices below that Direktion: Inspektionen and Reviere, in any order.
    pub subordinate: Vec<Office>,
    /// The Präsidium.
    pub praesidium: Option<Office>,
}

/// An office that is competent besides the one suggested.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admitted {
    /// The office.
    pub office: OfficeId,
    /// Why it is competent.
    pub reason: CompetenceReason,
    /// The agreement that says so, if one does.
    pub agreement: Option<RegionalAgreementId>,
}

/// The answer to which office is competent.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Competence {
    // INVARIANT: only `resolve` builds one; outside this crate nobody can.
    /// The office suggested.
    pub office: Office,
    /// Why it is competent.
    pub reason: CompetenceReason,
    /// The agreement that says so, if one does.
    pub agreement: Option<RegionalAgreementId>,
    /// Other offices that a centre may address in this matter.
    pub also: Vec<Admitted>,
    /// What to know about the suggestion.
    pub note: Option<CompetenceNote>,
}

impl Competence {
    /// Whether the addressed office is competent, and if so, why.
    #[must_use]
    pub fn admits(&self, office: &OfficeId) -> Option<CompetenceReason> {
        self.found(office).map(|(reason, _)| reason)
    }

    /// The agreement that makes the addressed office competent, if one does.
    #[must_use]
    pub fn agreement_for(&self, office: &OfficeId) -> Option<RegionalAgreementId> {
        self.found(office).and_then(|(_, agreement)| agreement)
    }

    fn found(&self, office: &OfficeId) -> Option<(CompetenceReason, Option<RegionalAgreementId>)> {
        if self.office.id == *office {
            return Some((self.reason, self.agreement));
        }
        self.also
            .iter()
            .find(|admitted| admitted.office == *office)
            .map(|admitted| (admitted.reason, admitted.agreement))
    }

    fn alone(office: &Office, reason: CompetenceReason, note: Option<CompetenceNote>) -> Self {
        Self {
            office: office.clone(),
            reason,
            agreement: None,
            also: Vec::new(),
            note,
        }
    }

    /// With the office that an agreement admits beside it. The suggestion stays; among the others what is agreed comes first, and its
    /// reason before theirs.
    fn beside(mut self, agreed: &AgreedOffice) -> Self {
        let id = &agreed.office.id;
        if self.office.id != *id {
            self.also.retain(|other| other.office != *id);
            self.also.insert(
                0,
                Admitted {
                    office: id.clone(),
                    reason: CompetenceReason::RegionalAgreement,
                    agreement: Some(agreed.rank.agreement),
                },
            );
        }
        self
    }
}

/// Tells the competent office.
///
/// 1. The office that already handles the case, alone.
/// 2. The office of a regional agreement of the centre that replaces the federal default, alone. One that supplements it leaves what
///    comes after it, and admits its office besides. Of several agreements the first by [`Rank`] is asked first: those that
///    supplement are laid over the first that replaces, and over the federal default only if none replaces.
/// 3. By place and task, within the Direktion of the place's Land. Trafficking is investigated by the Inspektion
///    Kriminalitätsbekämpfung; danger is prevented and people are protected by the nearest general Inspektion. Whatever the
///    task, both of these and the Direktion itself are competent. Offices at airports, at sea and without territory are
///    not: they come in only under 1 and 2. Neither are Reviere, which are part of their Inspektion.
/// 4. The Direktion, if it has no such Inspektion on file.
/// 5. The Präsidium, if no Direktion is on file for the Land.
///
/// The areas of Inspektionen are not public as a whole. Until they are loaded, the Inspektion whose known seat is nearest (great
/// circle, to the metre) stands in, and [`CompetenceNote::NearestSeat`] says so. Where several share a seat, all are
/// competent, and the first by id is suggested, so that every node gives the same answer.
///
/// # Errors
/// When the office said to handle the case is unknown or inactive, the agreed office is inactive, the postcode is unknown, or
/// there is not even a Präsidium.
pub fn resolve(matter: &Matter, facts: &Jurisdiction) -> Result<Competence, CompetenceError> {
    if let Some(named) = matter.handling_office() {
        let office = facts
            .handling_office
            .as_ref()
            .filter(|office| office.id == *named)
            .ok_or_else(|| CompetenceError::UnknownHandlingOffice {
                office: named.clone(),
            })?;
        if !office.active {
            return Err(CompetenceError::InactiveHandlingOffice {
                office: named.clone(),
            });
        }
        return Ok(Competence::alone(
            office,
            CompetenceReason::HandlesCase,
            None,
        ));
    }
    let mut agreed: Vec<&AgreedOffice> = facts.agreed.iter().collect();
    agreed.sort_by_key(|one| one.rank);
    let replaces = |one: &&AgreedOffice| one.precedence == Precedence::Replaces;
    let base = match agreed.iter().copied().find(replaces) {
        Some(first) => in_place_of_default(first)?,
        None => federal_default(matter, facts)?,
    };
    // The nearest in rank is laid over last, and so comes first. An office that is no longer active is not added: the rest stays as
    // it was agreed to stay.
    let over: Vec<_> = agreed
        .into_iter()
        .take_while(|one| !replaces(one))
        .filter(|one| one.office.active)
        .collect();
    Ok(over.into_iter().rev().fold(base, Competence::beside))
}

/// Rule 2, of an agreement that replaces the federal default.
fn in_place_of_default(agreed: &AgreedOffice) -> Result<Competence, CompetenceError> {
    if !agreed.office.active {
        return Err(CompetenceError::InactiveAgreedOffice {
            office: agreed.office.id.clone(),
        });
    }
    Ok(Competence {
        agreement: Some(agreed.rank.agreement),
        ..Competence::alone(&agreed.office, CompetenceReason::RegionalAgreement, None)
    })
}

/// Rules 3 to 5: what holds where nothing else was agreed.
fn federal_default(matter: &Matter, facts: &Jurisdiction) -> Result<Competence, CompetenceError> {
    if let Some(postcode) = matter.place() {
        let place = facts
            .place
            .as_ref()
            .filter(|place| place.postcode == *postcode)
            .ok_or_else(|| CompetenceError::UnknownPostcode {
                postcode: postcode.clone(),
            })?;
        if let Some(direktion) = facts
            .direktion
            .as_ref()
            .filter(|office| is_territorial_direktion(office))
        {
            return Ok(within(direktion, matter.task(), place, &facts.subordinate));
        }
    }
    let praesidium = facts
        .praesidium
        .as_ref()
        .filter(|office| office.active)
        .ok_or(CompetenceError::EmptyDirectory)?;
    Ok(Competence::alone(
        praesidium,
        CompetenceReason::Praesidium,
        Some(CompetenceNote::NoDirektion),
    ))
}

/// Rules 3 and 4.
fn within(direktion: &Office, task: Task, place: &Place, subordinate: &[Office]) -> Competence {
    let ranked = |specialism| ranked_inspektionen(direktion, specialism, place, subordinate);
    let serious_crime = ranked(Specialism::SeriousCrime);
    let general = nearest(ranked(Specialism::General));

    let (suggested, note) = match task {
        Task::CriminalInvestigation => (serious_crime.first().map(|ranked| ranked.office), None),
        Task::DangerPrevention | Task::VictimProtection => (
            general.first().map(|ranked| ranked.office),
            Some(CompetenceNote::NearestSeat),
        ),
    };
    let (office, reason, note) = match suggested {
        Some(inspektion) => (inspektion, CompetenceReason::PlaceAndTask, note),
        None => (
            direktion,
            CompetenceReason::DirektionOfLand,
            Some(CompetenceNote::NoInspektion),
        ),
    };

    let inspektionen = serious_crime
        .iter()
        .chain(&general)
        .map(|ranked| ranked.office);
    let also = inspektionen
        .map(|inspektion| (inspektion, CompetenceReason::PlaceAndTask))
        .chain([(direktion, CompetenceReason::DirektionOfLand)])
        .filter(|(other, _)| other.id != office.id)
        .map(|(other, reason)| Admitted {
            office: other.id.clone(),
            reason,
            agreement: None,
        })
        .collect();
    Competence {
        office: office.clone(),
        reason,
        agreement: None,
        also,
        note,
    }
}

fn is_territorial_direktion(office: &Office) -> bool {
    office.active
        && office.kind == OfficeKind::Direktion
        && office.specialism == Specialism::General
}

/// An Inspektion and how far its known seat is from the place, in whole metres; infinite where no seat is known.
struct Ranked<'a> {
    office: &'a Office,
    metres: f64,
}

/// The active Inspektionen of one specialism directly below the Direktion: the nearest first, then by id.
fn ranked_inspektionen<'a>(
    direktion: &Office,
    specialism: Specialism,
    place: &Place,
    subordinate: &'a [Office],
) -> Vec<Ranked<'a>> {
    let mut ranked: Vec<Ranked<'a>> = subordinate
        .iter()
        .filter(|office| {
            office.active
                && office.kind == OfficeKind::Inspektion
                && office.specialism == specialism
                && office.parent.as_ref() == Some(&direktion.id)
        })
        .map(|office| {
            // Whole metres: the last digits of a sine differ between machines, and must not decide.
            let metres = office.point.map_or(f64::INFINITY, |seat| {
                (seat.distance_km(place.point) * 1000.0).round()
            });
            Ranked { office, metres }
        })
        .collect();
    ranked.sort_by(|a, b| {
        a.metres
            .total_cmp(&b.metres)
            .then_with(|| a.office.id.cmp(&b.office.id))
    });
    ranked
}

/// Keeps those at the smallest distance: usually one. Without a known seat nothing is near.
fn nearest(mut ranked: Vec<Ranked<'_>>) -> Vec<Ranked<'_>> {
    let closest = ranked.first().map_or(f64::INFINITY, |first| first.metres);
    ranked.retain(|other| other.metres.is_finite() && other.metres <= closest);
    ranked
}

#[cfg(test)]
mod tests;
