//! Asks for pages as browsers do.

use std::sync::Arc;

use actix_web::{
    App,
    http::{StatusCode, header::HeaderMap},
    test::{TestRequest, call_service, init_service, read_body},
    web::Data,
};
use freigabe_console::{Pages, configure};

use crate::{directory::Directory, document};

/// An answer.
#[must_use]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    #[track_caller]
    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        let value = value.unwrap_or_else(|| panic!("there is no {name}"));
        value.to_str().unwrap()
    }

    #[track_caller]
    pub(crate) fn says(&self, text: &str) -> &Self {
        assert!(self.body.contains(text), "{text:?} is not in {}", self.body);
        self
    }

    #[track_caller]
    pub(crate) fn does_not_say(&self, text: &str) -> &Self {
        assert!(!self.body.contains(text), "{text:?} is in {}", self.body);
        self
    }
}

pub(crate) async fn ask(directory: Directory, request: TestRequest) -> Answer {
    let pages = Data::new(Pages::new(Arc::new(directory)));
    let app = init_service(App::new().app_data(pages).configure(configure)).await;
    let response = call_service(&app, request.to_request()).await;
    let (status, headers) = (response.status(), response.headers().clone());
    let body = String::from_utf8(read_body(response).await.to_vec()).unwrap();
    let answer = Answer {
        status,
        headers,
        body,
    };
    if answer.headers.get("content-type").unwrap() == "text/html; charset=utf-8" {
        document::check(&answer);
    }
    answer
}

/// A page by its address.
pub(crate) async fn get(directory: Directory, uri: &str) -> Answer {
    ask(directory, TestRequest::get().uri(uri)).await
}

/// What the form leads to, filled in like this.
pub(crate) async fn post(directory: Directory, fields: &str) -> Answer {
    let request = TestRequest::post()
        .uri("/help")
        .insert_header(("content-type", "application/x-www-form-urlencoded"))
        .set_payload(fields.to_owned());
    ask(directory, request).await
}
