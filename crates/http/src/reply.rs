//! Answers: a type of the contract with its status and headers.

use actix_web::{
    HttpRequest, HttpResponse, Responder,
    body::BoxBody,
    http::{
        StatusCode,
        header::{self, HeaderName},
    },
};
use serde::Serialize;

/// Where a receipt stands.
pub(crate) const RECEIPT: HeaderName = HeaderName::from_static(freigabe_contract::log::RECEIPT);

/// An answer.
#[must_use]
pub(crate) struct Reply<T> {
    status: StatusCode,
    location: Option<String>,
    etag: Option<String>,
    link: Option<String>,
    receipt: Option<String>,
    body: T,
}

impl<T: Serialize> Reply<T> {
    /// 200.
    pub(crate) const fn ok(body: T) -> Self {
        Self {
            status: StatusCode::OK,
            location: None,
            etag: None,
            link: None,
            receipt: None,
            body,
        }
    }

    /// 201, with the path of what was made.
    pub(crate) fn created(location: String, body: T) -> Self {
        Self {
            location: Some(location),
            ..Self::made(body)
        }
    }

    /// 201, for what can't be read again.
    pub(crate) fn made(body: T) -> Self {
        Self {
            status: StatusCode::CREATED,
            ..Self::ok(body)
        }
    }

    /// With an entity tag.
    pub(crate) fn tagged(self, etag: String) -> Self {
        Self {
            etag: Some(etag),
            ..self
        }
    }

    /// With the receipt of the event that did it.
    pub(crate) fn receipt(self, receipt: Option<String>) -> Self {
        Self { receipt, ..self }
    }

    /// With a `Link` header.
    pub(crate) fn linked(self, link: Option<String>) -> Self {
        Self { link, ..self }
    }
}

impl<T: Serialize> Responder for Reply<T> {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        let headers = [
            (header::LOCATION, self.location),
            (header::ETAG, self.etag),
            (header::LINK, self.link),
            (RECEIPT, self.receipt),
        ];
        for (name, value) in headers {
            if let Some(value) = value {
                response.insert_header((name, value));
            }
        }
        response.json(self.body)
    }
}
