//! Answers: pages with the headers that keep them private, and pages for what went wrong.

use actix_web::{
    HttpResponse,
    http::{StatusCode, header},
};
use freigabe_domain::Error;
use maud::{Markup, html};

use crate::{
    CSP,
    page::{self, Switch},
    reader::Reader,
};

/// A page. Nothing of it is kept by browsers or proxies: it says what somebody looked for.
pub(crate) fn html(status: StatusCode, reader: Reader, page: Markup) -> HttpResponse {
    HttpResponse::build(status)
        .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((header::CONTENT_LANGUAGE, reader.code()))
        .insert_header((header::VARY, "Accept-Language"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::CONTENT_SECURITY_POLICY, CSP))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(page.into_string())
}

/// A use case failed. What happened inside is not told.
pub(crate) fn failed(reader: Reader, error: &Error) -> HttpResponse {
    match error {
        Error::NotFound | Error::Withheld => no_such_centre(reader),
        _ => unavailable(reader),
    }
}

/// The directory can't be read. Help must be found without it.
fn unavailable(reader: Reader) -> HttpResponse {
    let title = reader.pick(
        "Die Suche geht im Moment nicht",
        "The search does not work at the moment",
    );
    let main = html! {
        h1 { (title) }
        p {
            (reader.pick(
                "Bitte versuchen Sie es in ein paar Minuten noch einmal.",
                "Please try again in a few minutes.",
            ))
        }
        p {
            (reader.pick("In Gefahr rufen Sie an: Polizei ", "In danger, call: police "))
            (page::emergency_number("110"))
            (reader.pick(", Rettungsdienst ", ", ambulance "))
            (page::emergency_number("112"))
            (reader.pick(". Beides ist kostenlos.", ". Both are free of charge."))
        }
        p { a href=(page::help(reader)) { (reader.pick("Noch einmal versuchen", "Try again")) } }
    };
    let page = page::screen(reader, title, &Switch::None, &main);
    html(StatusCode::SERVICE_UNAVAILABLE, reader, page)
}

/// No centre has this address.
pub(crate) fn no_such_centre(reader: Reader) -> HttpResponse {
    let title = reader.pick("Diesen Eintrag gibt es nicht", "There is no such entry");
    let main = html! {
        h1 { (title) }
        p {
            (reader.pick(
                "Vielleicht wurde er gelöscht, oder die Adresse ist nicht vollständig.",
                "Perhaps it was removed, or the address is not complete.",
            ))
        }
        p { a href=(page::help(reader)) { (reader.pick("Hilfe suchen", "Search for help")) } }
    };
    let page = page::screen(reader, title, &Switch::None, &main);
    html(StatusCode::NOT_FOUND, reader, page)
}

/// What was sent is not what the form sends.
pub(crate) fn not_our_form(reader: Reader, status: StatusCode) -> HttpResponse {
    let title = reader.pick(
        "Das Formular ist nicht richtig angekommen",
        "The form did not arrive as it should",
    );
    let main = html! {
        h1 { (title) }
        p { a href=(page::help(reader)) { (reader.pick("Neu beginnen", "Begin again")) } }
    };
    let page = page::screen(reader, title, &Switch::None, &main);
    html(status, reader, page)
}
