//! Where a service is, or for which area.

use freigabe_domain::directory::{Location, ServiceArea};
use maud::{Markup, html};

use crate::reader::{Reader, Words as _};

/// Street, postcode and town, as far as they are shown, one beneath another.
pub(crate) fn address(location: &Location) -> Markup {
    let street = location.address.as_ref();
    html! {
        @if let Some(street) = street {
            (street.street.as_str()) br;
            @if let Some(details) = &street.details { (details.as_str()) br; }
        }
        @if let Some(postcode) = &location.postcode { (postcode.as_str()) " " }
        (location.city.as_str())
    }
}

/// An area in words.
pub(crate) fn area(reader: Reader, area: &ServiceArea) -> String {
    if *area == ServiceArea::Nationwide {
        return reader.pick("ganz Deutschland", "all of Germany").to_owned();
    }
    parts(reader, area)
}

/// The parts of an area that is not all of Germany.
pub(crate) fn parts(reader: Reader, area: &ServiceArea) -> String {
    let mut parts: Vec<String> = area
        .laender()
        .map(|land| land.words(reader).to_owned())
        .collect();
    let regions: Vec<&str> = area.postcodes().map(|region| region.as_str()).collect();
    if !regions.is_empty() {
        let regions = regions.join(", ");
        parts.push(match reader {
            Reader::German => format!("Postleitzahlen, die mit {regions} beginnen"),
            Reader::English => format!("postcodes that begin with {regions}"),
        });
    }
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use freigabe_domain::{directory::PostcodeRegion, office::Land};

    use super::*;

    #[test]
    fn an_area_is_told_by_its_parts() {
        let region = PostcodeRegion::parse("18").unwrap();
        let berlin_and_18 = ServiceArea::of_parts([Land::Berlin], [region]).unwrap();
        assert_eq!(
            area(Reader::German, &berlin_and_18),
            "Berlin, Postleitzahlen, die mit 18 beginnen"
        );
        assert_eq!(
            area(Reader::English, &ServiceArea::Nationwide),
            "all of Germany"
        );
    }
}
