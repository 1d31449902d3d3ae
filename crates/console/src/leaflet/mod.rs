//! Leaflets: which there are, and one to print, with or without a centre.

mod sheet;

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Data, Path},
};
use freigabe_domain::{
    directory::{Centre, EntryStanding},
    leaflet::Leaflet,
    vocabulary::Language,
};
use maud::{Markup, html};

use crate::{
    Pages, answer,
    centre::{entry, native, standing_mark},
    page::{self, Switch},
    reader::{Reader, Words as _},
};

const PATH: &str = "/leaflets";

const fn title(reader: Reader) -> &'static str {
    reader.pick("Merkblätter", "Leaflets")
}

/// `GET /leaflets`
pub(crate) async fn list_page(request: HttpRequest) -> HttpResponse {
    let reader = Reader::of(&request);
    let main = html! {
        h1 { (title(reader)) }
        p {
            (reader.pick(
                "Zum Ausdrucken und Weitergeben: dass es Hilfe gibt, dass sie nichts kostet und von nichts abhängt. Wenn Sie zuerst eine Beratungsstelle suchen, stehen ihre Telefonnummer und ihre Öffnungszeiten mit auf dem Blatt.",
                "To print and hand out: that there is help, that it costs nothing and depends on nothing. If you search for a counselling centre first, the leaflet also says its telephone number and its opening hours.",
            ))
        }
        (list(reader))
    };
    let switch = Switch::Link(PATH.to_owned());
    let page = page::screen(reader, title(reader), &switch, &main);
    answer::html(StatusCode::OK, reader, page)
}

fn list(reader: Reader) -> Markup {
    html! {
        ul.languages {
            @for leaflet in Leaflet::all() {
                @let language = leaflet.language();
                li {
                    a href={ (PATH) "/" (language.code()) "?lang=" (reader.code()) } { (native(language)) }
                    " – " (language.words(reader))
                    p.hint {
                        (reader.pick("Fassung ", "Version ")) (leaflet.text().version) ", "
                        (leaflet.text().review.words(reader))
                    }
                }
            }
        }
    }
}

/// `GET /leaflets/{language}`
pub(crate) async fn general_page(request: HttpRequest, language: Path<String>) -> HttpResponse {
    let reader = Reader::of(&request);
    match Language::from_code(&language) {
        Ok(language) => printable(reader, Leaflet::in_language(language), None),
        Err(_) => no_such_leaflet(reader),
    }
}

/// `GET /leaflets/{language}/{centre_id}`
pub(crate) async fn centre_page(
    request: HttpRequest,
    path: Path<(String, String)>,
    pages: Data<Pages>,
) -> HttpResponse {
    let reader = Reader::of(&request);
    let (language, id) = path.into_inner();
    let Ok(language) = Language::from_code(&language) else {
        return no_such_leaflet(reader);
    };
    match entry(reader, &id, &pages).await {
        Ok((centre, standing, _)) => printable(
            reader,
            Leaflet::in_language(language),
            Some((&centre, standing)),
        ),
        Err(answer) => answer,
    }
}

/// The sheet, and on the screen alone what is around it.
fn printable(
    reader: Reader,
    leaflet: &Leaflet,
    centre: Option<(&Centre, EntryStanding)>,
) -> HttpResponse {
    let language = leaflet.language();
    let mut path = format!("{PATH}/{}", language.code());
    if let Some((centre, _)) = centre {
        path += &format!("/{}", centre.id);
    }
    let title = format!(
        "{} – {}",
        reader.pick("Merkblatt", "Leaflet"),
        language.words(reader)
    );
    let body = html! {
        (page::header(reader, &Switch::Link(path)))
        main.paper {
            div.before {
                h1 { (title) }
                p {
                    (reader.pick(
                        "Drucken Sie diese Seite mit Ihrem Browser (Strg+P). Auf Papier steht nur das Blatt.",
                        "Print this page with your browser (Ctrl+P). On paper there is the leaflet alone.",
                    ))
                    @if language != Language::German {
                        " " (reader.pick(
                            "Auf der zweiten Seite steht auf Deutsch, was darin steht.",
                            "The second page says in German what stands in it.",
                        ))
                    }
                }
                @if let Some((centre, standing)) = centre {
                    @if standing != EntryStanding::Confirmed { (standing_mark(reader, standing)) }
                    p { a href={ "/help/" (centre.id) "?lang=" (reader.code()) } { (centre.entry.name.as_str()) } }
                }
            }
            (sheet::sheets(leaflet, centre.map(|(centre, _)| centre)))
        }
    };
    let page = page::document(reader, &title, &body);
    answer::html(StatusCode::OK, reader, page)
}

fn no_such_leaflet(reader: Reader) -> HttpResponse {
    let heading = reader.pick(
        "In dieser Sprache gibt es kein Merkblatt",
        "There is no leaflet in this language",
    );
    let main = html! {
        h1 { (heading) }
        p { (reader.pick("Diese gibt es:", "There are these:")) }
        (list(reader))
    };
    let page = page::screen(reader, title(reader), &Switch::None, &main);
    answer::html(StatusCode::NOT_FOUND, reader, page)
}
