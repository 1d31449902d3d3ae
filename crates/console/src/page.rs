//! What surrounds every page on the screen.

use maud::{DOCTYPE, Markup, html};

use crate::reader::Reader;

/// A neutral page for whoever must not be seen here.
const ELSEWHERE: &str = "https://www.wikipedia.org/";

/// The style sheet.
const STYLE: &str = "/help/style.css";

/// How the same page is read in the other language.
pub(crate) enum Switch {
    /// It is not.
    None,
    /// At this path.
    Link(String),
    /// By the form that led to it, with these fields.
    Form(Vec<(&'static str, String)>),
}

/// A page for the screen.
pub(crate) fn screen(reader: Reader, title: &str, switch: &Switch, main: &Markup) -> Markup {
    document(
        reader,
        title,
        &html! {
            (header(reader, switch))
            main { (main) }
            (footer(reader))
        },
    )
}

/// A whole document.
pub(crate) fn document(reader: Reader, title: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(reader.code()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                meta name="robots" content="noarchive";
                // What stands here stands in the browser's history.
                title { (title) }
                link rel="stylesheet" href=(STYLE);
            }
            body { (body) }
        }
    }
}

/// Away from here at once, whom to call, and the other language.
pub(crate) fn header(reader: Reader, switch: &Switch) -> Markup {
    let other = reader.other();
    let in_other = match other {
        Reader::German => "Deutsch",
        Reader::English => "English",
    };
    html! {
        header.top {
            a.leave href=(ELSEWHERE) rel="noreferrer noopener" {
                (reader.pick("Seite schnell verlassen", "Leave this page quickly"))
            }
            p.danger {
                (reader.pick("In Gefahr: Polizei ", "In danger: police "))
                (emergency_number("110"))
                (reader.pick(" · Rettungsdienst ", " · ambulance "))
                (emergency_number("112"))
            }
            nav aria-label=(reader.pick("Seiten", "Pages")) {
                a href=(help(reader)) { (reader.pick("Hilfe suchen", "Search for help")) }
                a href=(leaflets(reader)) { (reader.pick("Merkblätter", "Leaflets")) }
                @match switch {
                    Switch::None => {}
                    Switch::Link(path) => {
                        a href={ (path) "?lang=" (other.code()) } hreflang=(other.code()) lang=(other.code()) { (in_other) }
                    }
                    Switch::Form(fields) => {
                        form method="post" action="/help" {
                            (hidden(other, fields))
                            button.link type="submit" lang=(other.code()) { (in_other) }
                        }
                    }
                }
            }
        }
    }
}

/// Fields that a form sends without showing them.
pub(crate) fn hidden(reader: Reader, fields: &[(&'static str, String)]) -> Markup {
    html! {
        input type="hidden" name=(Reader::PARAMETER) value=(reader.code());
        @for (name, value) in fields {
            input type="hidden" name=(name) value=(value);
        }
    }
}

fn footer(reader: Reader) -> Markup {
    html! {
        footer.bottom {
            p {
                (reader.pick(
                    "Hilfe kostet nichts und hängt von nichts ab: auch nicht davon, ob jemand mit der Polizei spricht oder aussagt.",
                    "Help costs nothing and depends on nothing: not on whether somebody speaks with the police or gives evidence either.",
                ))
            }
            p {
                (reader.pick(
                    "Wer hier sucht, und wonach, wird nicht gespeichert. Ihr Browser merkt sich aber, dass Sie auf dieser Seite waren. Wenn das niemand sehen soll, benutzen Sie ein privates Fenster, oder löschen Sie den Verlauf.",
                    "Who searches here, and for what, is not kept. But your browser remembers that you were on this page. If nobody should see that, use a private window, or delete the history.",
                ))
            }
        }
    }
}

/// A number to call at once.
pub(crate) fn emergency_number(number: &str) -> Markup {
    html! { a href={ "tel:" (number) } { b { (number) } } }
}

/// The address of the search.
pub(crate) fn help(reader: Reader) -> String {
    format!("/help?lang={}", reader.code())
}

/// The address of the leaflets.
pub(crate) fn leaflets(reader: Reader) -> String {
    format!("/leaflets?lang={}", reader.code())
}
