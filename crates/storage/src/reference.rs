//! The reference data that a fresh installation starts with: offices, areas of Direktionen, postcodes, places.
//!
//! The files are part of the program; `reference-data/SOURCES.md` tells where they come from, under which licences, and what in
//! them is unverified. Anything but data of the expected shape is refused with its file and line.

use freigabe_domain::office::{
    GeoPoint, GeoPointError, Land, Office, OfficeId, OfficeKind, Place, Postcode, Specialism,
};
use serde::{Deserialize, de::DeserializeOwned};

const OFFICES: File = File {
    name: "police_offices.csv",
    text: include_str!("../reference-data/police_offices.csv"),
};
const AREAS: File = File {
    name: "direktion_areas.csv",
    text: include_str!("../reference-data/direktion_areas.csv"),
};
const POSTCODES: File = File {
    name: "postcodes.csv",
    text: include_str!("../reference-data/postcodes.csv"),
};
const PLACES: File = File {
    name: "places.csv",
    text: include_str!("../reference-data/places.csv"),
};

/// A row of a reference file that can't be used.
#[derive(Debug, thiserror::Error)]
#[error("{file}, line {line}: {problem}")]
pub(crate) struct ReferenceError {
    /// Name of the file.
    pub(crate) file: &'static str,
    /// Its line, from 1; 0 where it can't be told.
    pub(crate) line: u64,
    /// What is wrong.
    #[source]
    pub(crate) problem: ReferenceProblem,
}

/// What is wrong with a row.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReferenceProblem {
    /// Not CSV, or a cell of the wrong type, or another set of columns.
    #[error(transparent)]
    Csv(#[from] csv::Error),
    /// Coordinates that are not on the earth.
    #[error(transparent)]
    Point(#[from] GeoPointError),
    /// A latitude without a longitude, or the other way round.
    #[error("lat and lon must both be given or both be empty")]
    HalfAPoint,
}

/// A police office with its provenance.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct OfficeRow {
    /// The office, active.
    pub(crate) office: Office,
    /// German notes on its area and on what is unsure in the row.
    pub(crate) area_note: Option<String>,
    /// The page the row comes from.
    pub(crate) source: String,
    /// The year of that page; none where it bears no date.
    pub(crate) source_year: Option<u16>,
}

/// One Land in the area of a Direktion.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DirektionAreaRow {
    /// The Direktion.
    pub(crate) office_id: OfficeId,
    /// A Land that it covers.
    pub(crate) land: Land,
    /// The page this comes from.
    pub(crate) source: String,
}

/// How far the position of a postcode can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PostcodeQuality {
    /// From places or better.
    Place,
    /// The source gives no accuracy: mostly codes of bulk recipients, or old ones.
    Low,
    /// More than 15 km from an independent position.
    Check,
}

/// A postcode.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PostcodeRow {
    /// What the directory knows about it.
    pub(crate) place: Place,
    /// Number of rows of the source whose mean the position is.
    pub(crate) source_rows: u32,
    /// How far the position can be trusted.
    pub(crate) quality: PostcodeQuality,
}

/// A populated place.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PlaceRow {
    /// Its number in GeoNames.
    pub(crate) geoname_id: u32,
    /// Its name.
    pub(crate) name: String,
    /// Its Land.
    pub(crate) land: Land,
    /// Its centre.
    pub(crate) point: GeoPoint,
    /// Its inhabitants, where known.
    pub(crate) population: Option<u32>,
    /// Its feature code in GeoNames, where known: `PPLX` is a part of a town.
    pub(crate) feature_code: Option<String>,
}

/// The police offices, in the order of the file: superiors first.
///
/// # Errors
/// When a row can't be used.
pub(crate) fn parse_offices() -> Result<Vec<OfficeRow>, ReferenceError> {
    OFFICES.rows(|cells: OfficeCells| {
        let point = match (cells.lat, cells.lon) {
            (Some(lat), Some(lon)) => Some(GeoPoint::new(lat, lon)?),
            (None, None) => None,
            _ => return Err(ReferenceProblem::HalfAPoint),
        };
        let office = Office {
            specialism: Specialism::of_office_id(&cells.id),
            id: cells.id,
            kind: cells.kind,
            name: cells.name,
            parent: cells.parent,
            city: cells.city,
            land: cells.land,
            point,
            active: true,
        };
        Ok(OfficeRow {
            office,
            area_note: cells.area_note,
            source: cells.source,
            source_year: cells.source_year,
        })
    })
}

/// Which Direktion covers which Land.
///
/// # Errors
/// When a row can't be used.
pub(crate) fn parse_direktion_areas() -> Result<Vec<DirektionAreaRow>, ReferenceError> {
    AREAS.rows(Ok)
}

/// The postcodes.
///
/// # Errors
/// When a row can't be used.
pub(crate) fn parse_postcodes() -> Result<Vec<PostcodeRow>, ReferenceError> {
    POSTCODES.rows(|cells: PostcodeCells| {
        let point = GeoPoint::new(cells.lat, cells.lon)?;
        let place = Place {
            postcode: cells.postcode,
            name: cells.place,
            land: cells.land,
            point,
        };
        Ok(PostcodeRow {
            place,
            source_rows: cells.source_rows,
            quality: cells.quality,
        })
    })
}

/// The populated places.
///
/// # Errors
/// When a row can't be used.
pub(crate) fn parse_places() -> Result<Vec<PlaceRow>, ReferenceError> {
    PLACES.rows(|cells: PlaceCells| {
        Ok(PlaceRow {
            geoname_id: cells.geoname_id,
            name: cells.name,
            land: cells.land,
            point: GeoPoint::new(cells.lat, cells.lon)?,
            // GeoNames writes 0 where it doesn't know.
            population: Some(cells.population).filter(|inhabitants| *inhabitants > 0),
            feature_code: cells.feature_code,
        })
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfficeCells {
    id: OfficeId,
    kind: OfficeKind,
    name: String,
    parent: Option<OfficeId>,
    city: Option<String>,
    land: Option<Land>,
    area_note: Option<String>,
    lat: Option<f64>,
    lon: Option<f64>,
    source: String,
    source_year: Option<u16>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PostcodeCells {
    postcode: Postcode,
    place: String,
    land: Land,
    lat: f64,
    lon: f64,
    source_rows: u32,
    quality: PostcodeQuality,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlaceCells {
    geoname_id: u32,
    name: String,
    land: Land,
    lat: f64,
    lon: f64,
    population: u32,
    feature_code: Option<String>,
}

/// A reference file.
#[derive(Clone, Copy)]
struct File {
    name: &'static str,
    text: &'static str,
}

impl File {
    fn rows<Cells: DeserializeOwned, Row>(
        self,
        row_of: impl Fn(Cells) -> Result<Row, ReferenceProblem>,
    ) -> Result<Vec<Row>, ReferenceError> {
        let refused = |line, problem| ReferenceError {
            file: self.name,
            line,
            problem,
        };
        let mut reader = csv::Reader::from_reader(self.text.as_bytes());
        let headers = reader
            .headers()
            .map_err(|error| refused(1, error.into()))?
            .clone();
        reader
            .records()
            .map(|record| {
                let record = record.map_err(|error| {
                    refused(
                        error.position().map_or(0, csv::Position::line),
                        error.into(),
                    )
                })?;
                let line = record.position().map_or(0, csv::Position::line);
                record
                    .deserialize(Some(&headers))
                    .map_err(ReferenceProblem::from)
                    .and_then(&row_of)
                    .map_err(|problem| refused(line, problem))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests;
