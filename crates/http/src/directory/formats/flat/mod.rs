//! One table for spreadsheets: a line for each service, its centre's cells repeated on each.
//!
//! | column | |
//! | --- | --- |
//! | `id` | the centre's identifier: a UUID, or any text that stays the same |
//! | `name`, `alternate_name`, `description`, `website`, `data_protection_regime` | of the centre; on later lines of a centre empty or the same |
//! | `service`, `service_description` | the service's name and what it is |
//! | `status` | `active` if empty |
//! | `place` | `location`, `remote` or `shelter`; if empty: a location where there is a town |
//! | `city`, `postcode`, `land`, `street`, `address_details`, `point` | of a location alone; the point as `54.0887 12.14049` |
//! | `area` | `DE`, Länder, and beginnings of postcodes as `18*`, which no spreadsheet takes for a number |
//! | `mobile` | `yes` or empty |
//! | `languages` | codes; `bin:interpreter` for one that an interpreter speaks |
//! | `target_groups`, `exploitation_forms`, `offers`, `accessibility` | codes |
//! | `phone`, `text_message`, `messenger`, `email`, `chat`, `video`, `web_form` | addresses, each perhaps with `; languages=de,ro`, `; hours=MO-FR 09:00-12:00` (several times) and `; note=…` |
//! | `schedules` | opening times (`rule`) |
//! | `assured_on`, `standing` | written alone |
//!
//! Several values in a cell stand with `|` between them; `|`, `;` and `\` inside of one have a `\` before them. Columns may stand in any
//! order, be missing, and be others; the delimiter may be a semicolon or a tab. A cell that a spreadsheet would compute, or whose leading
//! zero it would drop, begins with an apostrophe; four digits are a postcode that lost its zero.
//!
//! Lost is white space around values of a list and around notes, and nothing else.
//!
//! A table without the column `service` is a plain list of centres, one line each: its service is called `Beratung`, its `languages` are
//! spoken, and what `offers` and `target_groups` say in other words than our codes becomes its description.

mod cells;
mod line;
mod read;
mod write;

pub(super) use read::read;
pub(super) use write::write;

/// The columns, in the order in which they are written.
const COLUMNS: &[&str] = &[
    "id",
    "name",
    "alternate_name",
    "description",
    "website",
    "data_protection_regime",
    "service",
    "service_description",
    "status",
    "place",
    "city",
    "postcode",
    "land",
    "street",
    "address_details",
    "point",
    "area",
    "mobile",
    "languages",
    "target_groups",
    "exploitation_forms",
    "offers",
    "phone",
    "text_message",
    "messenger",
    "email",
    "chat",
    "video",
    "web_form",
    "schedules",
    "accessibility",
    "assured_on",
    "standing",
];

/// Columns of the centre, which its lines repeat.
const OF_CENTRE: &[&str] = &[
    "name",
    "alternate_name",
    "description",
    "website",
    "data_protection_regime",
];
/// Columns that only a location has.
const OF_LOCATION: &[&str] = &[
    "city",
    "postcode",
    "land",
    "street",
    "address_details",
    "point",
];
