//! Offices and competence: from the domain to the contract.

use freigabe_contract::office as wire;
use freigabe_domain::office::{Competence, CompetenceError, Office};

use super::vocabulary::Mirror;

/// An office.
pub(crate) fn office(office: &Office) -> wire::Office {
    wire::Office {
        id: office.id.as_str().into(),
        kind: office.kind.mirror(),
        name: office.name.clone(),
        parent: office.parent.as_ref().map(|id| id.as_str().into()),
        city: office.city.clone(),
        land: office.land.map(Mirror::mirror),
        point: office.point.map(|point| wire::GeoPoint {
            lat: point.lat(),
            lon: point.lon(),
        }),
        specialism: office.specialism.mirror(),
        active: office.active,
    }
}

/// Which office is competent, and why.
pub(crate) fn competence(competence: &Competence) -> wire::CompetentOffice {
    wire::CompetentOffice {
        office: office(&competence.office),
        reason: competence.reason.mirror(),
        regional_agreement_id: competence.agreement.map(|id| id.as_uuid()),
        also_competent: competence
            .also
            .iter()
            .map(|admitted| wire::AlsoCompetent {
                office: admitted.office.as_str().into(),
                reason: admitted.reason.mirror(),
                regional_agreement_id: admitted.agreement.map(|id| id.as_uuid()),
            })
            .collect(),
        note: competence.note.map(|note| wire::Note {
            code: note.mirror(),
            text_de: note.german().to_owned(),
            text_en: note.english().to_owned(),
        }),
    }
}

/// What is needed to tell the competent office, in German and English, without repeating what was sent.
pub(crate) const fn needed_for_competence(error: &CompetenceError) -> (&'static str, &'static str) {
    match error {
        CompetenceError::UnknownHandlingOffice { .. } => (
            "eine sachbearbeitende Dienststelle, die im Verzeichnis steht, oder an ihrer Stelle der Ort",
            "a handling office that is in the directory, or the place instead of it",
        ),
        CompetenceError::InactiveHandlingOffice { .. } => (
            "die Dienststelle, die den Fall von der nicht mehr tätigen übernommen hat, oder an ihrer Stelle der Ort",
            "the office that took the case over from the one that is no longer active, or the place instead of it",
        ),
        CompetenceError::InactiveAgreedOffice { .. } => (
            "eine andere Dienststelle in der regionalen Vereinbarung: die dort genannte ist nicht mehr tätig",
            "another office in the regional agreement: the one it names is no longer active",
        ),
        CompetenceError::UnknownPostcode { .. } => (
            "eine Postleitzahl, die im Verzeichnis steht, von demselben Ort oder aus der Nähe",
            "a postcode that is in the directory, of the same place or nearby",
        ),
        CompetenceError::EmptyDirectory => (
            "das Verzeichnis der Dienststellen, das in dieser Installation noch nicht geladen ist",
            "the directory of offices, which was not loaded in this installation yet",
        ),
    }
}
