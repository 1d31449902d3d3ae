//! Pages for people: the search for help, and leaflets to print (agreement, point 2).
//!
//! They are made on the server and need no script, no cookie and nothing from elsewhere. Nobody signs in, and nothing is kept about
//! who asked for what: a search comes by `POST`, so that what was looked for stands in no address, no history and no log. Whoever
//! exploits a person may look at her telephone.
//!
//! The pages speak German and English; leaflets speak the languages of
//! [`Leaflet`](freigabe_domain::leaflet::Leaflet). This crate decides nothing, and keeps nothing.

mod answer;
mod centre;
mod contact;
mod hours;
mod languages;
mod leaflet;
mod page;
mod place;
mod reader;
mod search;

use std::sync::Arc;

use actix_web::{
    HttpResponse,
    http::header,
    web::{self, ServiceConfig},
};
use freigabe_domain::exchange::DirectoryDesk;

/// What a page may load and do: its own style, and forms to this server. Whatever answers a request here sends it.
pub const CSP: &str = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Method and path of every page, the paths as actix writes patterns.
pub const PAGES: &[(&str, &str)] = &[
    ("GET", "/help"),
    ("POST", "/help"),
    ("GET", "/help/style.css"),
    ("GET", "/help/{centre_id}"),
    ("GET", "/leaflets"),
    ("GET", "/leaflets/{language}"),
    ("GET", "/leaflets/{language}/{centre_id}"),
];

/// A form is never longer than this, in bytes.
const LONGEST_FORM: usize = 4096;

/// What all pages share.
pub struct Pages {
    directory: Arc<dyn DirectoryDesk + Send + Sync>,
}

impl Pages {
    /// Pages of this directory. An `Arc<dyn Exchange>` is one.
    #[must_use]
    pub fn new(directory: Arc<dyn DirectoryDesk + Send + Sync>) -> Self {
        Self { directory }
    }
}

/// Adds the pages to an application that has [`web::Data`] of [`Pages`].
pub fn configure(config: &mut ServiceConfig) {
    config
        .service(
            web::resource("/help")
                .app_data(web::PayloadConfig::new(LONGEST_FORM))
                .route(web::get().to(search::form_page))
                .route(web::post().to(search::results_page)),
        )
        .service(web::resource("/help/style.css").route(web::get().to(style)))
        .service(web::resource("/help/{centre_id}").route(web::get().to(centre::centre_page)))
        .service(web::resource("/leaflets").route(web::get().to(leaflet::list_page)))
        .service(web::resource("/leaflets/{language}").route(web::get().to(leaflet::general_page)))
        .service(
            web::resource("/leaflets/{language}/{centre_id}")
                .route(web::get().to(leaflet::centre_page)),
        );
}

/// The style of all pages, on the screen and on paper.
async fn style() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/css; charset=utf-8"))
        .insert_header((header::CONTENT_SECURITY_POLICY, CSP))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .insert_header((header::CACHE_CONTROL, "public, max-age=3600"))
        .body(include_str!("style.css"))
}
