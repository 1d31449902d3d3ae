//! Offices of the Bundespolizei, and which of them is competent for a matter (agreement, point 4: content goes to the
//! *competent* office).
//!
//! The Bundespolizei is a tree: Präsidium → Direktion → Inspektion → Revier. [`resolve`] answers which office a matter
//! belongs to and gives the reason, in this order: the office that already handles the case, a regional agreement (point 9),
//! place and task, the Direktion of the Land, the Präsidium. Everything it needs is in [`Jurisdiction`]; it reads no
//! clock, file or database.

mod competence;
mod id;
mod land;
mod matter;
mod place;
#[cfg(test)]
mod reference_tests;
mod specialism;

pub use competence::{
    Admitted, AgreedOffice, Competence, CompetenceError, CompetenceNote, CompetenceReason,
    Jurisdiction, OfCentre, resolve,
};
pub use id::{OfficeId, OfficeIdError};
pub use land::Land;
pub use matter::{Matter, MatterError, Task};
pub use place::{GeoPoint, GeoPointError, Place, Postcode, PostcodeError};
pub use specialism::Specialism;

use crate::vocabulary::vocabulary;

vocabulary! {
    /// Level of an office in the Bundespolizei, from the top down.
    OfficeKind as "office kind" {
        Praesidium = "praesidium", "Bundespolizeipräsidium", "headquarters";
        Direktion = "direktion", "Bundespolizeidirektion", "directorate";
        Inspektion = "inspektion", "Bundespolizeiinspektion", "inspectorate";
        Revier = "revier", "Bundespolizeirevier", "station";
    }
}

/// An office of the Bundespolizei.
#[derive(Debug, Clone, PartialEq)]
pub struct Office {
    /// Its identifier in this directory.
    pub id: OfficeId,
    /// Its level.
    pub kind: OfficeKind,
    /// Its German name.
    pub name: String,
    /// The office it belongs to; none for the Präsidium.
    pub parent: Option<OfficeId>,
    /// The town of its seat, where known.
    pub city: Option<String>,
    /// The Land of its seat, where known. Not its area: that is a fact about Direktionen only.
    pub land: Option<Land>,
    /// The centre of the seat's town, where known; never the position of the building.
    pub point: Option<GeoPoint>,
    /// What it is there for.
    pub specialism: Specialism,
    /// Whether it still exists and takes part.
    pub active: bool,
}
