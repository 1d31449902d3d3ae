//! The search for help.

mod form;
mod results;
mod wanted;

use actix_web::{
    Error as ActixError, HttpMessage as _, HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Bytes, Data},
};

use self::{
    form::Fault,
    wanted::{PlaceFault, Wanted},
};
use crate::{Pages, answer, page, page::Switch, reader::Reader};

/// Services on one page.
const ON_A_PAGE: u16 = 10;

/// The browser's history keeps titles: this one tells nothing.
const fn title(reader: Reader) -> &'static str {
    reader.pick("Suche", "Search")
}

/// `GET /help`
pub(crate) async fn form_page(request: HttpRequest) -> HttpResponse {
    let reader = Reader::of(&request);
    let main = form::whole(reader, &Wanted::default(), None);
    let switch = Switch::Link("/help".to_owned());
    let page = page::screen(reader, title(reader), &switch, &main);
    answer::html(StatusCode::OK, reader, page)
}

/// `POST /help`
pub(crate) async fn results_page(
    request: HttpRequest,
    body: Result<Bytes, ActixError>,
    pages: Data<Pages>,
) -> HttpResponse {
    let by_browser = Reader::of_browser(&request);
    let body = match body {
        Ok(body) => body,
        Err(error) => {
            let status = error.as_response_error().status_code();
            return answer::not_our_form(by_browser, status);
        }
    };
    if request.content_type() != "application/x-www-form-urlencoded" {
        return answer::not_our_form(by_browser, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    let Some(wanted) = Wanted::read(&body) else {
        return answer::not_our_form(by_browser, StatusCode::BAD_REQUEST);
    };
    let reader = wanted.reader.unwrap_or(by_browser);
    let near = match wanted.near() {
        Ok(near) => near,
        Err(fault) => return again(reader, &wanted, fault.into()),
    };
    let found = pages
        .directory
        .search_centres(near.as_ref(), &wanted.search, wanted.after, ON_A_PAGE)
        .await;
    match found {
        Err(error) => answer::failed(reader, &error),
        Ok(Err(_)) => again(reader, &wanted, Fault::UnknownPlace),
        Ok(Ok(found)) => {
            let main = results::whole(reader, &wanted, &found);
            let switch = Switch::Form(wanted.fields_with_cursor());
            let page = page::screen(reader, title(reader), &switch, &main);
            answer::html(StatusCode::OK, reader, page)
        }
    }
}

/// The form once more, with what was typed and what is wrong with it.
fn again(reader: Reader, wanted: &Wanted, fault: Fault) -> HttpResponse {
    let main = form::whole(reader, wanted, Some(fault));
    let switch = Switch::Form(wanted.fields_with_cursor());
    let page = page::screen(reader, title(reader), &switch, &main);
    answer::html(StatusCode::UNPROCESSABLE_ENTITY, reader, page)
}

impl From<PlaceFault> for Fault {
    fn from(fault: PlaceFault) -> Self {
        match fault {
            PlaceFault::NotAPostcode => Self::NotAPostcode,
            PlaceFault::NotAName => Self::NotAName,
        }
    }
}
