//! The list of pages, and what they share.

use std::sync::Arc;

use actix_web::{
    http::{Method, StatusCode},
    test::TestRequest,
};
use freigabe_console::{PAGES, Pages};
use freigabe_domain::exchange::Exchange;

use crate::{
    browser::{ask, get},
    directory::{self, Directory},
};

/// What the server has is a directory as it is.
const _: fn(Arc<dyn Exchange>) -> Pages = |exchange| Pages::new(exchange);

#[actix_web::test]
async fn every_page_that_is_listed_answers() {
    let centre = directory::id(1).to_string();
    for (method, path) in PAGES {
        let path = path
            .replace("{language}", "ro")
            .replace("{centre_id}", &centre);
        let method = method.parse::<Method>().unwrap();
        let mut request = TestRequest::with_uri(&path).method(method.clone());
        if method == Method::POST {
            request = request.insert_header(("content-type", "application/x-www-form-urlencoded"));
        }
        let answer = ask(Directory::usual(), request).await;
        assert_eq!(answer.status, StatusCode::OK, "{method} {path}");
    }
}

#[actix_web::test]
async fn the_style_says_nothing_of_anybody_and_may_be_kept() {
    let answer = get(Directory::usual(), "/help/style.css").await;
    assert_eq!(answer.header("content-type"), "text/css; charset=utf-8");
    assert_eq!(answer.header("cache-control"), "public, max-age=3600");
    // Nothing is loaded from elsewhere, not even by the style.
    answer.does_not_say("url(").does_not_say("@import");
}
