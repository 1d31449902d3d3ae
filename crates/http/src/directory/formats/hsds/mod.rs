//! Open Referral HSDS 3 (<https://docs.openreferral.org>): an `organization` with all that belongs to it.
//!
//! | here | in HSDS |
//! | --- | --- |
//! | centre | `organization`; `description` repeats the name where there is none |
//! | service | `service`; its `id` follows from its name and is never read |
//! | place | `service_at_locations[0].location`: `physical` with one `address`, or `virtual` without; a shelter has none at all |
//! | town without street | `address_1` repeats the town, and the mark `no_street` says so; without postcode: `unknown`; without Land: `DE` |
//! | area | `service_areas`, one row each: `DE`, a Land's code or the beginning of postcodes in `extent`, in words in `name` |
//! | languages | `languages`; `note` is `interpreter` where there is one |
//! | numbers | `phones` with type `voice` or `text`, a messenger's as `cell`; other ways: `contacts` without a person, and the first in `email` and `url` |
//! | weekly, monthly | `freq`, `interval`, `byday`, `bymonthday`, `dtstart`, `until`, `valid_from`, `valid_to`, as in RFC 5545 |
//! | daily | `WEEKLY` on all seven days and the mark `daily`; every so many days: the mark alone, with `interval` |
//! | on one day | `WEEKLY` from that day with `count` 1 |
//! | times | `HH:MM:00` in Germany, without offset; 24:00 as 00:00 with a mark |
//! | all else | attributes with terms of our own (`terms`) |
//!
//! Of foreign files, whatever has no place here is left out: funding, programs, costs, named persons, fax numbers. What would mean
//! something else without it is a fault: a second place, an extension, a schedule's `count`.

mod contact;
mod document;
mod read;
mod schedule;
mod service;
mod write;

pub(super) use document::{read_document, write_document};
pub(super) use read::{Reader, organization as read_organization};
pub(super) use service::land;
pub(super) use write::organization as write_organization;
