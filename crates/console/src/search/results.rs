//! What was found.

use freigabe_domain::{
    directory::{Centre, EntryStanding, Match, MatchReason, NameMatch, Service, ServicePlace},
    exchange::{Found, SearchedPlace},
};
use maud::{Markup, html};

use super::{
    form,
    wanted::{Wanted, write_position},
};
use crate::{
    centre::{ENTRIES, contacts, languages, standing_mark},
    contact, hours, page, place,
    reader::{Reader, Words as _},
};

/// The page with the results, and the form beneath them.
pub(super) fn whole(reader: Reader, wanted: &Wanted, found: &Found) -> Markup {
    let total = found.matches.total;
    html! {
        h1 { (heading(reader, total)) }
        @if let Some(searched) = &found.place { (around(reader, wanted, searched)) }
        @if total == 0 {
            (nothing(reader))
            (form::form(reader, wanted, None))
        } @else {
            details.again {
                summary { (reader.pick("Suche ändern", "Change the search")) }
                (form::form(reader, wanted, None))
            }
            ol.results {
                @for hit in &found.matches.items {
                    @if let Some((centre, service)) = of(found, hit) {
                        li { (result(reader, found, hit, centre, service)) }
                    }
                }
            }
            (paging(reader, wanted, found))
        }
    }
}

fn heading(reader: Reader, total: usize) -> String {
    match (reader, total) {
        (Reader::German, 0) => "Nichts gefunden".to_owned(),
        (Reader::English, 0) => "Nothing was found".to_owned(),
        (Reader::German, 1) => "1 Angebot gefunden".to_owned(),
        (Reader::English, 1) => "1 service was found".to_owned(),
        (Reader::German, _) => format!("{total} Angebote gefunden"),
        (Reader::English, _) => format!("{total} services were found"),
    }
}

/// Around which place, and which others may have been meant.
fn around(reader: Reader, wanted: &Wanted, searched: &SearchedPlace) -> Markup {
    let guessed = matches!(
        searched.by,
        Some(NameMatch::Beginning | NameMatch::Similar(_))
    );
    html! {
        p {
            (reader.pick("Gesucht wurde um ", "Searched around "))
            b {
                @if let Some(postcode) = &searched.postcode { (postcode.as_str()) " " }
                (searched.name)
            }
            " (" (searched.land.words(reader)) ")."
            @if guessed {
                " " (reader.pick("Diesen Ort haben wir unter Ihrer Eingabe verstanden.", "This is the place that we took your words for."))
            }
        }
        @if !searched.others.is_empty() {
            div.others {
                p { (reader.pick("Meinten Sie einen anderen Ort?", "Did you mean another place?")) }
                @for other in &searched.others {
                    @let meant = Wanted {
                        place: other.name.clone(),
                        land: Some(other.land),
                        after: None,
                        ..wanted.clone()
                    };
                    form method="post" action="/help" {
                        (page::hidden(reader, &meant.fields()))
                        button type="submit" { (other.name) " (" (other.land.words(reader)) ")" }
                    }
                }
            }
        }
    }
}

fn nothing(reader: Reader) -> Markup {
    let tips = [
        (
            "Lassen Sie Bedingungen weg: Oft hilft auch eine Stelle, die Ihre Sprache mit Dolmetschen anbietet.",
            "Leave out conditions: often a centre can help that offers your language by an interpreter.",
        ),
        (
            "Wählen Sie „alle Sprachen“: Viele Stellen finden jemanden, der übersetzt.",
            "Choose “any language”: many centres find somebody who interprets.",
        ),
        (
            "Lassen Sie den Ort leer: Viele Stellen beraten am Telefon.",
            "Leave the place empty: many centres give advice by telephone.",
        ),
        (
            "Suchen Sie auch, was gerade geschlossen ist.",
            "Look also for what is closed right now.",
        ),
    ];
    html! {
        p { (reader.pick("Das können Sie versuchen:", "What you can try:")) }
        ul { @for (german, english) in tips { li { (reader.pick(german, english)) } } }
    }
}

/// The entry of a match. It is read in the transaction of the search, so that there is one.
fn of<'a>(found: &'a Found, hit: &Match) -> Option<(&'a Centre, &'a Service)> {
    let centre = found.centres.get(&hit.centre)?;
    let mut services = centre.entry.services.iter();
    let service = services.find(|service| service.id(centre.id) == hit.service)?;
    Some((centre, service))
}

fn result(
    reader: Reader,
    found: &Found,
    hit: &Match,
    centre: &Centre,
    service: &Service,
) -> Markup {
    let entry = &centre.entry;
    let reasons = hit
        .reasons
        .iter()
        // Both are said by themselves.
        .filter(|reason| {
            !matches!(
                reason,
                MatchReason::NotConfirmed | MatchReason::OpenNow | MatchReason::TemporarilyClosed
            )
        });
    let closed = hit.reasons.contains(&MatchReason::TemporarilyClosed);
    html! {
        article {
            h2 { a href={ "/help/" (centre.id) "?lang=" (reader.code()) } lang=(ENTRIES) { (entry.name.as_str()) } }
            @if service.name != entry.name { p.service lang=(ENTRIES) { (service.name.as_str()) } }
            @if hit.standing != EntryStanding::Confirmed { (standing_mark(reader, hit.standing)) }
            p.facts {
                @if let Some(metres) = hit.metres {
                    span.distance { (distance(reader, metres)) } " "
                }
                @if closed {
                    span.closed { (MatchReason::TemporarilyClosed.words(reader)) }
                } @else {
                    span { (hours::state(reader, &hit.opening, found.at)) }
                }
            }
            p.place { (where_it_is(reader, service)) }
            (contacts(reader, service))
            @if let Some(website) = entry.website.as_ref().filter(|_| service.contacts.is_empty()) {
                p { (contact::web(website.as_str())) }
            }
            (languages(reader, service))
            ul.reasons aria-label=(reader.pick("Warum diese Stelle", "Why this centre")) {
                @for reason in reasons { li { (reason.words(reader)) } }
            }
        }
    }
}

/// In one line.
fn where_it_is(reader: Reader, service: &Service) -> Markup {
    html! {
        @match &service.place {
            ServicePlace::Location { location, .. } => {
                @if let Some(address) = &location.address { (address.street.as_str()) ", " }
                @if let Some(postcode) = &location.postcode { (postcode.as_str()) " " }
                (location.city.as_str())
            }
            ServicePlace::Remote { area } => {
                (reader.pick("Beratung aus der Ferne, für ", "counselling from afar, for ")) (place::area(reader, area))
            }
            ServicePlace::Shelter { area } => {
                (reader.pick("geschützte Unterkunft, für ", "shelter, for ")) (place::area(reader, area))
            }
        }
    }
}

/// To a whole kilometre from ten on: the middle of a town is no better.
pub(super) fn distance(reader: Reader, metres: u32) -> String {
    let hundreds = metres.saturating_add(50) / 100;
    match (hundreds, reader) {
        (0..10, Reader::German) => "weniger als 1 km".to_owned(),
        (0..10, Reader::English) => "less than 1 km".to_owned(),
        (10..100, Reader::German) => format!("{},{} km", hundreds / 10, hundreds % 10),
        (10..100, Reader::English) => format!("{}.{} km", hundreds / 10, hundreds % 10),
        _ => format!("{} km", metres.saturating_add(500) / 1000),
    }
}

fn paging(reader: Reader, wanted: &Wanted, found: &Found) -> Markup {
    let next = found.matches.next.map(|after| {
        let mut fields = wanted.fields();
        fields.push(("after", write_position(&after)));
        fields
    });
    html! {
        div.paging {
            @if wanted.after.is_some() {
                form method="post" action="/help" {
                    (page::hidden(reader, &wanted.fields()))
                    button type="submit" { (reader.pick("Zum Anfang", "To the beginning")) }
                }
            }
            @if let Some(fields) = next {
                form method="post" action="/help" {
                    (page::hidden(reader, &fields))
                    button.main type="submit" { (reader.pick("Weitere zeigen", "Show more")) }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_distance_is_no_more_precise_than_what_is_known() {
        for (metres, german) in [
            (0, "weniger als 1 km"),
            (949, "weniger als 1 km"),
            (950, "1,0 km"),
            (4_320, "4,3 km"),
            (9_960, "10 km"),
            (123_500, "124 km"),
            (u32::MAX, "4294967 km"),
        ] {
            assert_eq!(distance(Reader::German, metres), german);
        }
        assert_eq!(distance(Reader::English, 4_320), "4.3 km");
    }
}
