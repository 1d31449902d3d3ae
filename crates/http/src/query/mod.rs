//! Queries, read strictly: unknown parameters, parameters given twice and malformed ones are refused, each by its name.

mod cursor;
#[cfg(any(test, feature = "fuzzing"))]
#[path = "../../fuzz/queries.rs"]
pub(crate) mod fuzzed;

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, dev::Payload, web};
use freigabe_contract::{
    Fault, Page,
    query::{DEFAULT_LIMIT, MAX_LIMIT},
};
use freigabe_domain::store::{Cursor, PageRequest};
use serde::Serialize;

use self::cursor::Position;
use crate::{problem::ApiError, reply::Reply};

/// Parameters of an operation.
pub(crate) trait Query: Sized {
    /// Takes its parameters. None only together with a fault.
    fn read(parameters: &mut Parameters) -> Option<Self>;
}

/// The query of a request, with the path and the parameters that a link to the next page needs.
pub(crate) struct Asked<Q> {
    /// What was asked.
    pub(crate) query: Q,
    path: String,
    pairs: Vec<(String, String)>,
}

impl<Q> Asked<Q> {
    /// The answer with a page of what was asked: these items, and where the next page begins if there is one.
    pub(crate) fn page<P: Page + Serialize>(
        &self,
        items: Vec<P::Item>,
        next: Option<impl Position>,
    ) -> Reply<P> {
        let (next, link) = self.next(next);
        Reply::ok(P::from_parts(items, next)).linked(link)
    }

    /// The cursor of the next page and the `Link` to it, if there is one.
    pub(crate) fn next(&self, next: Option<impl Position>) -> (Option<String>, Option<String>) {
        let next = next.map(|position| position.write());
        let link = self.link(next.as_deref());
        (next, link)
    }

    /// The `Link` header of a page (RFC 8288): the same query, from the next page on.
    fn link(&self, next: Option<&str>) -> Option<String> {
        let next = next?;
        let mut query = String::new();
        for (name, value) in self.pairs.iter().filter(|(name, _)| name != "cursor") {
            query.push_str(&encode(name));
            query.push('=');
            query.push_str(&encode(value));
            query.push('&');
        }
        Some(format!(
            "<{}?{query}cursor={next}>; rel=\"next\"",
            self.path
        ))
    }
}

/// Percent-encodes whatever is not unreserved (RFC 3986 §2.3).
fn encode(text: &str) -> String {
    use std::fmt::Write as _;
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

impl<Q: Query + 'static> FromRequest for Asked<Q> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let mut parameters = Parameters::of(request.query_string());
        let pairs = parameters.pairs.clone();
        let query = Q::read(&mut parameters);
        ready(parameters.finish(query).map(|query| Self {
            query,
            path: request.path().to_owned(),
            pairs,
        }))
    }
}

/// Parameters that are still to be taken, and faults found so far.
pub(crate) struct Parameters {
    pairs: Vec<(String, String)>,
    faults: Vec<Fault>,
}

impl Parameters {
    fn of(query: &str) -> Self {
        let pairs = web::Query::<Vec<(String, String)>>::from_query(query)
            .map(web::Query::into_inner)
            .unwrap_or_default();
        Self {
            pairs,
            faults: Vec::new(),
        }
    }

    /// Whether a parameter is there.
    pub(crate) fn names(&self, name: &str) -> bool {
        self.pairs.iter().any(|(other, _)| other == name)
    }

    /// Takes a parameter that may be missing.
    pub(crate) fn optional<T>(
        &mut self,
        name: &'static str,
        expected: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let mut values = Vec::new();
        self.pairs.retain(|(other, value)| {
            let taken = other == name;
            if taken {
                values.push(value.clone());
            }
            !taken
        });
        match values.as_slice() {
            [] => None,
            [value] => {
                let read = read(value);
                if read.is_none() {
                    self.fault(name, format!("must be {expected}"));
                }
                read
            }
            _ => {
                self.fault(name, "must not be given more than once");
                None
            }
        }
    }

    /// Takes a parameter that must be there.
    pub(crate) fn required<T>(
        &mut self,
        name: &'static str,
        expected: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        if !self.names(name) {
            self.fault(name, format!("is needed: {expected}"));
        }
        self.optional(name, expected, read)
    }

    /// Takes a code of a closed vocabulary.
    pub(crate) fn code<T, E>(
        &mut self,
        name: &'static str,
        all: &[&'static str],
        read: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let expected = format!("one of: {}", all.join(", "));
        self.optional(name, &expected, |text| read(text).ok())
    }

    /// Takes a parameter that is true or false; missing is false.
    pub(crate) fn flag(&mut self, name: &'static str) -> bool {
        self.optional(name, "true or false", |text| text.parse().ok())
            .unwrap_or_default()
    }

    /// Takes `limit`.
    pub(crate) fn limit(&mut self) -> u16 {
        let expected = format!("a whole number from 1 to {MAX_LIMIT}");
        self.optional("limit", &expected, |text| {
            let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse()
                .ok()
                .filter(|limit| is_plain && (1..=MAX_LIMIT).contains(limit))
        })
        .unwrap_or(DEFAULT_LIMIT)
    }

    /// Takes `limit` and `cursor` of a listing in the order of time.
    pub(crate) fn page(&mut self) -> PageRequest {
        let after = self.cursor::<Cursor>();
        let limit = self.limit();
        PageRequest { after, limit }
    }

    /// Takes `cursor` of a listing with positions of this kind.
    pub(crate) fn cursor<P: Position>(&mut self) -> Option<P> {
        self.optional("cursor", "the next of the page before", P::read)
    }

    /// Adds a fault.
    pub(crate) fn fault(&mut self, name: &str, detail: impl Into<String>) {
        self.faults.push(Fault::in_parameter(name, detail));
    }

    fn finish<Q>(mut self, query: Option<Q>) -> Result<Q, ApiError> {
        let mut unknown: Vec<String> = self.pairs.drain(..).map(|(name, _)| name).collect();
        unknown.dedup();
        for name in unknown {
            let name = if name.len() <= 64 { &name } else { "…" };
            self.fault(name, "is not a known parameter");
        }
        match (query, self.faults.is_empty()) {
            (Some(query), true) => Ok(query),
            _ => Err(ApiError::InvalidQuery(self.faults)),
        }
    }
}

/// Takes a code of a closed vocabulary by its type.
macro_rules! code {
    ($parameters:ident, $name:literal, $vocabulary:ident) => {{
        let all: Vec<_> = $vocabulary::ALL
            .iter()
            .map(|member| member.code())
            .collect();
        $parameters.code($name, &all, $vocabulary::from_code)
    }};
}
pub(crate) use code;

/// A listing without conditions.
pub(crate) struct Listing(pub(crate) PageRequest);

impl Query for Listing {
    fn read(parameters: &mut Parameters) -> Option<Self> {
        Some(Self(parameters.page()))
    }
}

/// A listing without conditions, in the order of identifiers of this kind.
pub(crate) struct Ordered<P> {
    /// The last one of the page before.
    pub(crate) after: Option<P>,
    /// Most items on the page.
    pub(crate) limit: u16,
}

impl<P: Position> Query for Ordered<P> {
    fn read(parameters: &mut Parameters) -> Option<Self> {
        let after = parameters.cursor();
        let limit = parameters.limit();
        Some(Self { after, limit })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn faults(query: &str) -> Vec<(String, String)> {
        let mut parameters = Parameters::of(query);
        let read = Listing::read(&mut parameters);
        match parameters.finish(read) {
            Ok(_) => Vec::new(),
            Err(ApiError::InvalidQuery(faults)) => faults
                .into_iter()
                .map(|fault| (fault.parameter.unwrap(), fault.detail))
                .collect(),
            Err(other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn faults_name_the_parameter_and_never_repeat_its_value() {
        assert_eq!(faults(""), []);
        assert_eq!(faults("limit=200"), []);
        for limit in ["0", "201", "+5", "x", "", "1e2"] {
            let found = faults(&format!("limit={limit}"));
            assert_eq!(found.len(), 1, "{limit}");
            assert_eq!(found[0].1, "must be a whole number from 1 to 200");
        }
        let found = faults("limit=1&limit=2&cursor=!&secret=Hafenstrasse");
        let named: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(named, ["cursor", "limit", "secret"]);
        assert!(!format!("{found:?}").contains("Hafenstrasse"));
    }

    #[test]
    fn a_link_keeps_the_conditions_and_moves_the_cursor() {
        let asked = Asked {
            query: (),
            path: "/v1/offices".to_owned(),
            pairs: vec![
                ("kind".to_owned(), "re vier".to_owned()),
                ("cursor".to_owned(), "old".to_owned()),
            ],
        };
        assert_eq!(
            asked.link(Some("new")).as_deref(),
            Some("</v1/offices?kind=re%20vier&cursor=new>; rel=\"next\"")
        );
        assert_eq!(asked.link(None), None);
    }
}
