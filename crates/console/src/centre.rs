//! One centre, with everything that it says.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Data, Path},
};
use freigabe_domain::{
    directory::{
        Centre, EntryStanding, LanguageMode, Service, ServicePlace, ServiceStatus, SpokenLanguage,
        hours::OpeningHours,
    },
    ids::CentreId,
    instant::Instant,
    vocabulary::Language,
};
use maud::{Markup, html};
use uuid::Uuid;

use crate::{
    Pages, answer, contact, hours, languages as names,
    page::{self, Switch},
    place,
    reader::{Reader, Words},
};

/// The language in which centres write about themselves.
pub(crate) const ENTRIES: &str = "de";

/// `GET /help/{centre_id}`
pub(crate) async fn centre_page(
    request: HttpRequest,
    id: Path<String>,
    pages: Data<Pages>,
) -> HttpResponse {
    let reader = Reader::of(&request);
    let (centre, standing, at) = match entry(reader, &id, &pages).await {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    let main = whole(reader, &centre, standing, at);
    // The browser's history keeps titles: this one tells nothing.
    let title = reader.pick("Eintrag", "Entry");
    let switch = Switch::Link(format!("/help/{}", centre.id));
    let page = page::screen(reader, title, &switch, &main);
    answer::html(StatusCode::OK, reader, page)
}

/// The entry with this identifier, in the one form in which pages write it; how far it can be relied on, and the time. Or the page that says
/// why there is none.
pub(crate) async fn entry(
    reader: Reader,
    id: &str,
    pages: &Pages,
) -> Result<(Centre, EntryStanding, Instant), HttpResponse> {
    let id = Uuid::parse_str(id)
        .map(CentreId::from_uuid)
        .ok()
        .filter(|read| read.to_string() == id)
        .ok_or_else(|| answer::no_such_centre(reader))?;
    let found = pages.directory.centre(id).await;
    let (centre, at) = found.map_err(|error| answer::failed(reader, &error))?;
    let rules = pages.directory.confirmation_rules();
    let standing = rules.standing(centre.version, centre.assurance, at);
    Ok((centre, standing, at))
}

fn whole(reader: Reader, centre: &Centre, standing: EntryStanding, at: Instant) -> Markup {
    let entry = &centre.entry;
    html! {
        h1 lang=(ENTRIES) { (entry.name.as_str()) }
        @if let Some(other) = &entry.alternate_name { p.service lang=(ENTRIES) { (other.as_str()) } }
        @if standing != EntryStanding::Confirmed { (standing_mark(reader, standing)) }
        @if let Some(description) = &entry.description { (paragraphs(description.as_str())) }
        @if let Some(website) = &entry.website { p { (contact::web(website.as_str())) } }
        p { (reader.pick("Die Beratung ist vertraulich und kostet nichts.", "Counselling is confidential and costs nothing.")) }
        @for service in &entry.services { (service_section(reader, service, at)) }
        section {
            h2 { (reader.pick("Merkblatt zum Weitergeben", "Leaflet to hand out")) }
            p {
                (reader.pick(
                    "Zum Ausdrucken, mit den Angaben dieser Stelle. Zuerst die Sprachen, die dort gesprochen werden.",
                    "To print, with what stands here about this centre. The languages that are spoken there come first.",
                ))
            }
            ul.leaflets {
                @for language in leaflet_languages(centre) {
                    li {
                        a href={ "/leaflets/" (language.code()) "/" (centre.id) "?lang=" (reader.code()) } {
                            (native(language)) " – " (language.words(reader))
                        }
                    }
                }
            }
        }
        section {
            h2 { (reader.pick("Über diesen Eintrag", "About this entry")) }
            dl {
                dt { (reader.pick("Stand", "Standing")) }
                dd {
                    (standing.words(reader))
                    @if let Some(assurance) = centre.assurance {
                        (reader.pick(" (zuletzt am ", " (last on ")) (hours::day(reader, assurance.at)) ")"
                    }
                }
                dt { (reader.pick("Zuletzt geändert", "Changed last")) }
                dd { (hours::day(reader, centre.changed_at)) }
                dt { (reader.pick("Datenschutzrecht der Stelle", "Data-protection law of the centre")) }
                dd { (entry.regime.words(reader)) }
            }
        }
    }
}

/// Those that are spoken at the centre, then the others.
fn leaflet_languages(centre: &Centre) -> Vec<Language> {
    let is_spoken = |language: &Language| {
        let services = centre.entry.services.iter();
        services
            .flat_map(|service| &service.languages)
            .any(|spoken| names::of_leaflet(spoken.language) == Some(*language))
    };
    let (mut spoken, others): (Vec<Language>, Vec<Language>) =
        Language::ALL.iter().copied().partition(is_spoken);
    spoken.extend(others);
    spoken
}

/// A language by its own name.
pub(crate) fn native(language: Language) -> Markup {
    let name = names::own_name(language.into());
    html! { bdi lang=(language.code()) { (name) } }
}

fn service_section(reader: Reader, service: &Service, at: Instant) -> Markup {
    let set = |german, english| reader.pick(german, english);
    let state = service.hours.state(service.place.land(), at);
    html! {
        section.service {
            h2 lang=(ENTRIES) { (service.name.as_str()) }
            @if service.status != ServiceStatus::Active {
                p.mark { (service.status.words(reader)) }
            }
            @if let Some(description) = &service.description { (paragraphs(description.as_str())) }
            dl {
                (place_rows(reader, &service.place))
                @if service.mobile {
                    dt { (set("Besuch", "Visits")) }
                    dd { (set("kommt dorthin, wo die Person ist", "comes to where the person is")) }
                }
                @if !service.contacts.is_empty() {
                    dt { (set("Kontakt", "Contact")) }
                    dd { (contacts(reader, service)) }
                }
                dt { (set("Öffnungszeiten", "Opening hours")) }
                dd {
                    @if service.status == ServiceStatus::Active { p { (hours::state(reader, &state, at)) } }
                    (opening_hours(reader, &service.hours))
                }
                @if !service.languages.is_empty() {
                    dt { (set("Sprachen", "Languages")) }
                    dd { (languages(reader, service)) }
                }
                (members(set("Für wen", "For whom"), reader, service.target_groups.iter().copied()))
                (members(set("Bei", "In cases of"), reader, service.exploitation_forms.iter().copied()))
                (members(set("Angebot", "What is offered"), reader, service.offers.iter().copied()))
                (members(set("Barrierefreiheit", "Accessibility"), reader, service.accessibility.iter().copied()))
            }
        }
    }
}

fn place_rows(reader: Reader, place: &ServicePlace) -> Markup {
    html! {
        @match place {
            ServicePlace::Location { location, .. } => {
                dt { (reader.pick("Adresse", "Address")) }
                dd { (place::address(location)) }
            }
            ServicePlace::Remote { .. } => {
                dt { (reader.pick("Ort", "Place")) }
                dd { (reader.pick("Beratung aus der Ferne: am Telefon oder im Internet", "from afar: by telephone or on the internet")) }
            }
            ServicePlace::Shelter { .. } => {
                dt { (reader.pick("Ort", "Place")) }
                dd {
                    (reader.pick(
                        "Geschützte Unterkunft. Die Adresse wird nicht gezeigt, damit die Menschen dort sicher sind.",
                        "Shelter. No address is shown, to keep the people there safe.",
                    ))
                }
            }
        }
        @if let Some(area) = place.area() {
            dt { (reader.pick("Gebiet", "Area")) }
            dd { (place::area(reader, area)) }
        }
    }
}

fn members<T: Words>(
    label: &str,
    reader: Reader,
    members: impl ExactSizeIterator<Item = T>,
) -> Markup {
    html! {
        @if members.len() > 0 {
            dt { (label) }
            dd { ul { @for member in members { li { (member.words(reader)) } } } }
        }
    }
}

fn opening_hours(reader: Reader, opening: &OpeningHours) -> Markup {
    html! {
        @if !opening.is_empty() {
            ul.hours { @for line in hours::lines(reader, opening) { li { (line) } } }
            @if let Some(holidays) = hours::on_holidays(opening) {
                p.hint { (holidays.words(reader)) }
            }
        }
    }
}

/// How a service is reached.
pub(crate) fn contacts(reader: Reader, service: &Service) -> Markup {
    html! {
        @if !service.contacts.is_empty() {
            ul.contacts {
                @for way in &service.contacts {
                    li {
                        (way.channel().words(reader)) ": " (contact::link(way))
                        @if let Some(note) = way.note() { " (" (note.as_str()) ")" }
                        @if !way.languages().is_empty() {
                            @let languages: Vec<&str> = way.languages().iter().map(|code| names::name(*code, reader)).collect();
                            " – " (languages.join(", "))
                        }
                        (opening_hours(reader, way.hours()))
                    }
                }
            }
        }
    }
}

/// What is spoken, and what needs an interpreter.
pub(crate) fn languages(reader: Reader, service: &Service) -> Markup {
    let of = |mode: LanguageMode| -> Vec<&str> {
        let spoken: &[SpokenLanguage] = &service.languages;
        spoken
            .iter()
            .filter(|spoken| spoken.mode == mode)
            .map(|spoken| names::name(spoken.language, reader))
            .collect()
    };
    let (spoken, interpreted) = (of(LanguageMode::Spoken), of(LanguageMode::Interpreter));
    html! {
        @if !spoken.is_empty() {
            p.languages { (reader.pick("Spricht ", "Speaks ")) (spoken.join(", ")) }
        }
        @if !interpreted.is_empty() {
            p.languages { (reader.pick("Mit Dolmetschen: ", "By an interpreter: ")) (interpreted.join(", ")) }
        }
    }
}

/// How far an entry can't be relied on.
pub(crate) fn standing_mark(reader: Reader, standing: EntryStanding) -> Markup {
    html! {
        p.mark {
            (reader.pick("Eintrag ", "Entry ")) (standing.words(reader))
            (reader.pick(": bitte vorher nachfragen.", ": please ask before you go."))
        }
    }
}

fn paragraphs(text: &str) -> Markup {
    html! {
        @for paragraph in text.split('\n').map(str::trim).filter(|paragraph| !paragraph.is_empty()) {
            p lang=(ENTRIES) { (paragraph) }
        }
    }
}
