//! The sheet of paper: the text, the centre, and on a second page the same text in German for whoever hands it out.

use freigabe_domain::{
    directory::{
        Centre, Contact, LanguageMode, Service, ServiceArea, ServicePlace, ServiceStatus,
        hours::OpeningHours,
    },
    leaflet::{Leaflet, LeafletLabels, LeafletReview, LeafletTopic},
    vocabulary::Language,
};
use maud::{Markup, html};

use crate::{centre::ENTRIES, contact, hours, languages, place, reader::Reader};

/// The leaflet; and what it says in German, if it is in another language.
pub(super) fn sheets(leaflet: &Leaflet, centre: Option<&Centre>) -> Markup {
    html! {
        (sheet(leaflet, centre))
        @if leaflet.language() != Language::German { (reference(leaflet)) }
    }
}

fn sheet(leaflet: &Leaflet, centre: Option<&Centre>) -> Markup {
    let text = leaflet.text();
    let (danger, others): (Vec<_>, Vec<_>) = text
        .sections
        .iter()
        .partition(|section| section.topic == LeafletTopic::Danger);
    html! {
        article.sheet lang=(leaflet.language().code()) dir=(leaflet.direction().code()) {
            h2.title { (text.title) }
            div.sections {
                @for section in others {
                    section {
                        h3 { (section.heading) }
                        @for paragraph in &section.paragraphs { p { (paragraph) } }
                        @if !section.points.is_empty() {
                            ul { @for point in &section.points { li { (point) } } }
                        }
                    }
                }
            }
            section.here {
                h3 { (text.labels.helps_here) }
                @match centre {
                    Some(centre) => (facts(leaflet, centre)),
                    None => (blanks(&text.labels)),
                }
            }
            @for section in danger {
                section.danger {
                    h3 { (section.heading) }
                    @for paragraph in &section.paragraphs { p { (paragraph) } }
                }
            }
            (colophon(leaflet))
        }
    }
}

/// What the paper is: its version, and that nobody checked it, which whoever hands it out reads in German.
fn colophon(leaflet: &Leaflet) -> Markup {
    let text = leaflet.text();
    html! {
        footer.colophon {
            @if text.review == LeafletReview::Unchecked {
                p { (text.unchecked) }
                @if leaflet.language() != Language::German {
                    p lang="de" dir="ltr" { (Leaflet::in_language(Language::German).text().unchecked) }
                }
            }
            p {
                (text.labels.version) ": "
                bdi dir="ltr" { (leaflet.language().code()) "-" (text.version) }
            }
        }
    }
}

/// Lines to write on, where no centre is printed.
fn blanks(labels: &LeafletLabels) -> Markup {
    let blank = [&labels.telephone, &labels.address, &labels.opening_hours];
    html! {
        dl.blanks {
            @for label in blank {
                dt { (label) }
                dd {}
            }
        }
    }
}

fn facts(leaflet: &Leaflet, centre: &Centre) -> Markup {
    let labels = &leaflet.text().labels;
    let entry = &centre.entry;
    let there = entry.services.iter().filter(|service| {
        matches!(
            service.status,
            ServiceStatus::Active | ServiceStatus::TemporarilyClosed
        )
    });
    html! {
        p.name { bdi lang=(ENTRIES) { (entry.name.as_str()) } }
        p.free { (labels.free_of_charge) }
        @if let Some(website) = &entry.website {
            p { (labels.internet) ": " (contact::web(website.as_str())) }
        }
        div.services {
            @for service in there { (service_facts(labels, service, service.name != entry.name)) }
        }
    }
}

fn service_facts(labels: &LeafletLabels, service: &Service, named: bool) -> Markup {
    html! {
        div.service {
            @if named { p.name { bdi lang=(ENTRIES) { (service.name.as_str()) } } }
            @if service.status == ServiceStatus::TemporarilyClosed { p { b { (labels.temporarily_closed) } } }
            dl {
                @for way in &service.contacts { (contact_facts(labels, way)) }
                (place_facts(labels, &service.place))
                @if service.mobile { dt {} dd { (labels.comes_to_you) } }
                dt { (labels.opening_hours) }
                dd {
                    @if service.hours.is_empty() { (labels.ask_first) }
                    (opening_hours(labels, &service.hours))
                }
                @if !service.languages.is_empty() {
                    dt { (labels.languages) }
                    dd { (spoken(labels, service)) }
                }
            }
        }
    }
}

fn contact_facts(labels: &LeafletLabels, way: &Contact) -> Markup {
    html! {
        dt { (labels.channel(way.channel())) }
        dd {
            (contact::link(way))
            @if let Some(note) = way.note() {
                " (" bdi lang=(ENTRIES) { (note.as_str()) } ")"
            }
            (opening_hours(labels, way.hours()))
        }
    }
}

/// A shelter has no address to print.
fn place_facts(labels: &LeafletLabels, place: &ServicePlace) -> Markup {
    html! {
        @match place {
            ServicePlace::Location { location, .. } => {
                dt { (labels.address) }
                dd { bdi lang="de" dir="ltr" { (place::address(location)) } }
            }
            ServicePlace::Shelter { .. } => {
                dt { (labels.address) }
                dd { (labels.no_address) }
            }
            ServicePlace::Remote { .. } => {}
        }
        @if let Some(area) = place.area() {
            dt { (labels.area) }
            dd {
                @if *area == ServiceArea::Nationwide { (labels.nationwide) }
                @else { bdi lang="de" dir="ltr" { (place::parts(Reader::German, area)) } }
            }
        }
    }
}

/// In the leaflet's words, where it has any; in German otherwise.
fn opening_hours(labels: &LeafletLabels, opening: &OpeningHours) -> Markup {
    html! {
        @if !opening.is_empty() {
            ul.hours {
                @for (schedule, german) in opening.schedules().iter().zip(hours::lines(Reader::German, opening)) {
                    li {
                        @match hours::leaflet_line(labels, schedule) {
                            Some(line) => { (line.days) ": " bdi dir="ltr" { (line.times) } }
                            None => bdi lang="de" dir="ltr" { (german) },
                        }
                    }
                }
            }
            @if let Some(holidays) = hours::on_holidays(opening) {
                p.hint { (labels.public_holidays(holidays)) }
            }
        }
    }
}

/// Languages by their own names.
fn spoken(labels: &LeafletLabels, service: &Service) -> Markup {
    html! {
        @for (index, spoken) in service.languages.iter().enumerate() {
            @if index > 0 { ", " }
            bdi lang=(spoken.language.code()) { (languages::own_name(spoken.language)) }
            @if spoken.mode == LanguageMode::Interpreter { " (" (labels.by_interpreter) ")" }
        }
    }
}

/// What stands in a leaflet, in German: whoever hands out a sheet that he can't read knows what it says.
fn reference(leaflet: &Leaflet) -> Markup {
    let german = Leaflet::in_language(Language::German).text();
    html! {
        aside.reference lang="de" dir="ltr" {
            h2 { "Was in diesem Merkblatt steht (" (leaflet.language().german()) ")" }
            p { "Für die Person, die das Blatt weitergibt. Dieser Text ist die Vorlage der Übersetzung." }
            h3 { (german.title) }
            dl {
                @for section in &german.sections {
                    dt { (section.heading) }
                    dd {
                        (section.paragraphs.join(" "))
                        (section.points.join("; "))
                    }
                }
            }
        }
    }
}
