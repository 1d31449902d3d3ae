//! Lines as centres.

use std::collections::HashMap;

use freigabe_contract::{
    LongText, ShortText, directory as wire,
    vocabulary::{
        AccessibilityFeature, DataProtectionRegime, ExploitationForm, Offer, ServiceStatus,
        TargetGroup,
    },
};
use uuid::Uuid;

use super::{COLUMNS, OF_CENTRE, cells::is_misread, line::Line};
use crate::directory::formats::{
    MOST_CENTRES, Origin, ReadCentre,
    fault::Faults,
    sheet::{self, Sheet},
};

/// So many lines at most.
const MOST_LINES: usize = 20 * MOST_CENTRES;
/// What the service of a centre is called whose list names none.
const UNNAMED: &str = "Beratung";

/// Reads the table.
pub(in super::super) fn read(bytes: &[u8], faults: &mut Faults) -> Vec<ReadCentre> {
    let sheet = Sheet::read(bytes, delimiter(bytes), None, MOST_LINES, faults);
    let columns = sheet.columns(COLUMNS.iter().copied(), faults);
    for name in ["id", "name"] {
        if !columns.contains(&Some(name)) {
            faults.add(sheet.at(1, None), format!("lacks the column {name}"));
        }
    }
    let is_plain = !columns.contains(&Some("service"));
    let mut table = Table {
        centres: Vec::new(),
        by_id: HashMap::new(),
        is_plain,
    };
    for (number, cells) in &sheet.rows {
        let known = cells.iter().filter_map(|(index, cell)| {
            let column = (*columns.get(*index)?)?;
            let cell = sheet::fused(cell, |cell| is_misread(column, cell));
            (!cell.trim().is_empty()).then_some((column, cell))
        });
        let line = Line {
            number: *number,
            cells: known.collect(),
            sound: true,
            faults: &mut *faults,
        };
        table.add(line);
    }
    table
        .centres
        .into_iter()
        .filter(|centre| centre.sound)
        .map(|centre| centre.read)
        .collect()
}

/// What stands most often between the names of the columns.
fn delimiter(bytes: &[u8]) -> u8 {
    let first = bytes
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    let count = |delimiter: u8| first.iter().filter(|byte| **byte == delimiter).count();
    let by_number = [b';', b'\t', b',']
        .into_iter()
        .max_by_key(|delimiter| count(*delimiter));
    by_number.unwrap_or(b',')
}

struct Table {
    centres: Vec<Centre>,
    by_id: HashMap<Uuid, usize>,
    is_plain: bool,
}

struct Centre {
    read: ReadCentre,
    /// The cells of its first line that its others repeat.
    cells: Vec<(&'static str, String)>,
    line: u64,
    sound: bool,
}

impl Table {
    fn add(&mut self, mut line: Line<'_, '_>) {
        let id = line.id();
        let known = id
            .and_then(|id| self.by_id.get(&id))
            .and_then(|index| self.centres.get_mut(*index));
        match known {
            None => {
                let mut centre = centre(&mut line, id.unwrap_or_default());
                centre.add(&mut line, self.is_plain);
                centre.sound = line.sound;
                self.by_id.extend(id.map(|id| (id, self.centres.len())));
                self.centres.push(centre);
            }
            Some(_) if self.is_plain => {
                line.fault("id", "stands on a line before; only a table with the column service has several lines for a centre");
            }
            Some(centre) => {
                for column in OF_CENTRE {
                    let first = centre.cells.iter().find(|(name, _)| name == column);
                    let differs = line
                        .cell(column)
                        .is_some_and(|cell| Some(cell) != first.map(|(_, cell)| cell.as_str()));
                    if differs {
                        let detail = format!(
                            "says something else than line {} about the same centre",
                            centre.line
                        );
                        line.fault(column, &detail);
                    }
                }
                centre.add(&mut line, self.is_plain);
                centre.sound &= line.sound;
            }
        }
    }
}

fn centre(line: &mut Line<'_, '_>, id: Uuid) -> Centre {
    let mut origin = Origin::default();
    origin.note("", line.place(None));
    for column in OF_CENTRE {
        origin.note(format!("/{column}"), line.place(Some(column)));
    }
    let cells = OF_CENTRE
        .iter()
        .filter_map(|column| Some((*column, line.cell(column)?.to_owned())));
    let cells = cells.collect();
    let regime = line.code(
        "data_protection_regime",
        DataProtectionRegime::ALL,
        DataProtectionRegime::from_code,
    );
    let entry = wire::CentreEntry {
        name: line.needed("name").into(),
        alternate_name: line.text("alternate_name").map(ShortText::from),
        description: line.text("description").map(LongText::from),
        website: line.trimmed("website").map(Into::into),
        data_protection_regime: regime.unwrap_or(DataProtectionRegime::Gdpr),
        services: Vec::new(),
    };
    Centre {
        read: ReadCentre { id, entry, origin },
        cells,
        line: line.number,
        sound: true,
    }
}

impl Centre {
    /// The service of a line.
    fn add(&mut self, line: &mut Line<'_, '_>, is_plain: bool) {
        let at = format!("/services/{}", self.read.entry.services.len());
        note(&mut self.read.origin, line, &at);
        let contacts = line.contacts(&mut self.read.origin, &at);
        let (target_groups, offers, other_words) = if is_plain {
            line.words()
        } else {
            let groups = line.codes("target_groups", TargetGroup::ALL, TargetGroup::from_code);
            (
                groups,
                line.codes("offers", Offer::ALL, Offer::from_code),
                None,
            )
        };
        let name = if is_plain {
            UNNAMED.to_owned()
        } else {
            line.needed("service")
        };
        let description = line.text("service_description").or(other_words);
        let status = line.code("status", ServiceStatus::ALL, ServiceStatus::from_code);
        self.read.entry.services.push(wire::Service {
            name: name.into(),
            description: description.map(LongText::from),
            status: status.unwrap_or(ServiceStatus::Active),
            place: line.service_place(),
            mobile: line.mobile(),
            languages: line.languages(),
            target_groups,
            exploitation_forms: line.codes(
                "exploitation_forms",
                ExploitationForm::ALL,
                ExploitationForm::from_code,
            ),
            offers,
            contacts,
            schedules: line.schedules(),
            accessibility: line.codes(
                "accessibility",
                AccessibilityFeature::ALL,
                AccessibilityFeature::from_code,
            ),
        });
    }
}

/// Where each part of the service stands.
fn note(origin: &mut Origin, line: &Line<'_, '_>, at: &str) {
    origin.note(at, line.place(None));
    for (part, column) in [
        ("name", "service"),
        ("description", "service_description"),
        ("status", "status"),
        ("place", "place"),
        ("place/area", "area"),
        ("place/location/city", "city"),
        ("place/location/postcode", "postcode"),
        ("place/location/land", "land"),
        ("place/location/address", "street"),
        ("place/location/address/details", "address_details"),
        ("place/location/point", "point"),
        ("mobile", "mobile"),
        ("languages", "languages"),
        ("target_groups", "target_groups"),
        ("exploitation_forms", "exploitation_forms"),
        ("offers", "offers"),
        ("schedules", "schedules"),
        ("accessibility", "accessibility"),
    ] {
        origin.note(format!("{at}/{part}"), line.place(Some(column)));
    }
}
