//! The tables of HSDS that carry the directory, with their columns as the specification has them.

/// A kind of column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Uuid,
    Text,
    Uri,
    Email,
    Number,
    Date,
    DateTime,
    Time,
    /// One of these.
    Code(&'static [&'static str]),
}

/// A column.
#[derive(Debug)]
pub(super) struct Column {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    /// No cell is empty.
    pub(super) is_needed: bool,
}

/// Objects that belong to one of another table, which they name.
#[derive(Debug)]
pub(super) struct Child {
    /// The list that they are in the JSON document.
    pub(super) field: &'static str,
    pub(super) table: &'static Table,
    /// The column in which they name it.
    pub(super) link: &'static str,
}

/// The one object that is named in a column.
#[derive(Debug)]
pub(super) struct One {
    pub(super) field: &'static str,
    pub(super) table: &'static Table,
    pub(super) link: &'static str,
}

/// A table.
#[derive(Debug)]
pub(super) struct Table {
    /// The kind of object.
    pub(super) resource: &'static str,
    pub(super) file: &'static str,
    pub(super) columns: &'static [Column],
    pub(super) children: &'static [Child],
    pub(super) ones: &'static [One],
}

macro_rules! tables {
    ($(
        $name:ident = $resource:literal in $file:literal {
            $( $column:ident: $kind:expr $(, $needed:ident)?; )+
        }
        $( + $field:literal: $child:ident by $link:literal; )*
        $( = $one:literal: $other:ident by $by:literal; )*
    )+) => {
        $(pub(super) static $name: Table = Table {
            resource: $resource,
            file: $file,
            columns: &[$( Column {
                name: stringify!($column),
                kind: { use Kind::*; $kind },
                is_needed: false $( || tables!(@$needed) )?,
            } ),+],
            children: &[$( Child { field: $field, table: &$child, link: $link } ),*],
            ones: &[$( One { field: $one, table: &$other, link: $by } ),*],
        };)+

        /// The tables of a package, in the order in which they are written.
        pub(super) static WRITTEN: &[&Table] = &[$(&$name),+];
    };
    (@needed) => { true };
}

const DAYS: &[&str] = &["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
const PLACES: &[&str] = &["physical", "postal", "virtual"];

tables! {
    ORGANIZATION = "organization" in "organizations.csv" {
        id: Uuid, needed; name: Text, needed; alternate_name: Text; description: Text, needed; email: Email;
        website: Uri; tax_status: Text; tax_id: Text; year_incorporated: Number; legal_status: Text; logo: Text;
        uri: Uri; parent_organization_id: Uuid;
    }
    + "services": SERVICE by "organization_id";
    + "phones": PHONE by "organization_id";
    + "attributes": ATTRIBUTE by "link_id";

    SERVICE = "service" in "services.csv" {
        id: Uuid, needed; organization_id: Uuid, needed; program_id: Uuid; name: Text, needed; alternate_name: Text;
        description: Text; url: Uri; email: Email;
        status: Code(&["active", "inactive", "defunct", "temporarily closed"]), needed;
        interpretation_services: Text; application_process: Text; fees_description: Text; wait_time: Text; fees: Text;
        accreditations: Text; eligibility_description: Text; minimum_age: Number; maximum_age: Number;
        assured_date: Date; assurer_email: Email; licenses: Text; alert: Text; last_modified: DateTime;
    }
    + "service_at_locations": SERVICE_AT_LOCATION by "service_id";
    + "phones": PHONE by "service_id";
    + "contacts": CONTACT by "service_id";
    + "languages": LANGUAGE by "service_id";
    + "schedules": SCHEDULE by "service_id";
    + "service_areas": SERVICE_AREA by "service_id";
    + "attributes": ATTRIBUTE by "link_id";

    SERVICE_AT_LOCATION = "service_at_location" in "service_at_location.csv" {
        id: Uuid, needed; service_id: Uuid, needed; location_id: Uuid, needed; description: Text;
    }
    + "phones": PHONE by "service_at_location_id";
    + "contacts": CONTACT by "service_at_location_id";
    + "schedules": SCHEDULE by "service_at_location_id";
    + "attributes": ATTRIBUTE by "link_id";
    = "location": LOCATION by "location_id";

    LOCATION = "location" in "locations.csv" {
        id: Uuid, needed; location_type: Code(PLACES), needed; url: Uri; organization_id: Uuid; name: Text;
        alternate_name: Text; description: Text; transportation: Text; latitude: Number; longitude: Number;
        external_identifier: Text; external_identifier_type: Text;
    }
    + "addresses": ADDRESS by "location_id";
    + "accessibility": ACCESSIBILITY by "location_id";
    + "phones": PHONE by "location_id";
    + "contacts": CONTACT by "location_id";
    + "schedules": SCHEDULE by "location_id";
    + "attributes": ATTRIBUTE by "link_id";

    ADDRESS = "address" in "addresses.csv" {
        id: Uuid, needed; location_id: Uuid; attention: Text; address_1: Text, needed; address_2: Text;
        city: Text, needed; region: Text; state_province: Text, needed; postal_code: Text, needed; country: Text, needed;
        address_type: Code(PLACES), needed;
    }
    + "attributes": ATTRIBUTE by "link_id";

    ACCESSIBILITY = "accessibility" in "accessibility.csv" {
        id: Uuid, needed; location_id: Uuid; description: Text; details: Text; url: Uri;
    }
    + "attributes": ATTRIBUTE by "link_id";

    PHONE = "phone" in "phones.csv" {
        id: Uuid, needed; location_id: Uuid; service_id: Uuid; organization_id: Uuid; contact_id: Uuid;
        service_at_location_id: Uuid; number: Text, needed; extension: Number; type: Text; description: Text;
    }
    + "languages": LANGUAGE by "phone_id";
    + "attributes": ATTRIBUTE by "link_id";

    CONTACT = "contact" in "contacts.csv" {
        id: Uuid, needed; organization_id: Uuid; service_id: Uuid; service_at_location_id: Uuid; location_id: Uuid;
        name: Text; title: Text; department: Text; email: Email;
    }
    + "attributes": ATTRIBUTE by "link_id";

    LANGUAGE = "language" in "languages.csv" {
        id: Uuid, needed; service_id: Uuid; location_id: Uuid; phone_id: Uuid; name: Text; code: Text; note: Text;
    }
    + "attributes": ATTRIBUTE by "link_id";

    SCHEDULE = "schedule" in "schedules.csv" {
        id: Uuid, needed; service_id: Uuid; location_id: Uuid; service_at_location_id: Uuid; valid_from: Date;
        valid_to: Date; dtstart: Date; timezone: Number; until: Date; count: Number; wkst: Code(DAYS);
        freq: Code(&["WEEKLY", "MONTHLY"]); interval: Number; byday: Text; byweekno: Text; bymonthday: Text;
        byyearday: Text; description: Text; opens_at: Time; closes_at: Time; schedule_link: Uri; attending_type: Text;
        notes: Text;
    }
    + "attributes": ATTRIBUTE by "link_id";

    SERVICE_AREA = "service_area" in "service_areas.csv" {
        id: Uuid, needed; service_id: Uuid; name: Text; description: Text; extent: Text; extent_type: Text; uri: Text;
    }
    + "attributes": ATTRIBUTE by "link_id";

    ATTRIBUTE = "attribute" in "attributes.csv" {
        id: Uuid, needed; link_id: Uuid, needed; taxonomy_term_id: Uuid, needed; link_type: Text;
        link_entity: Text, needed; value: Text;
    }
    = "taxonomy_term": TAXONOMY_TERM by "taxonomy_term_id";

    TAXONOMY_TERM = "taxonomy_term" in "taxonomy_terms.csv" {
        id: Uuid, needed; code: Text; name: Text, needed; description: Text, needed; parent_id: Uuid; taxonomy: Text;
        language: Text; taxonomy_id: Uuid; term_uri: Uri;
    }

    TAXONOMY = "taxonomy" in "taxonomies.csv" {
        id: Uuid, needed; name: Text, needed; description: Text, needed; uri: Uri; version: Text;
    }
}
