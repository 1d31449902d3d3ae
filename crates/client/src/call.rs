//! One call of one operation.

use std::time::Duration;

use freigabe_contract::{Problem, problem::PROBLEM_JSON};
use reqwest::{
    Method,
    header::{
        ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, IF_MATCH,
        RETRY_AFTER,
    },
};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    client::Client,
    error::{ApiError, Error},
    http::{Opened, RawAnswer},
};

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// A call that is put together and then sent.
pub(crate) struct Call {
    operation: &'static str,
    method: Method,
    segments: Vec<String>,
    query: Vec<(String, String)>,
    headers: HeaderMap,
    body: Option<Vec<u8>>,
    public: bool,
}

impl Call {
    pub(crate) fn get(operation: &'static str, path: &[&str]) -> Self {
        Self::new(operation, Method::GET, path)
    }

    pub(crate) fn post(operation: &'static str, path: &[&str]) -> Self {
        Self::new(operation, Method::POST, path)
    }

    pub(crate) fn put(operation: &'static str, path: &[&str]) -> Self {
        Self::new(operation, Method::PUT, path)
    }

    pub(crate) fn delete(operation: &'static str, path: &[&str]) -> Self {
        Self::new(operation, Method::DELETE, path)
    }

    fn new(operation: &'static str, method: Method, path: &[&str]) -> Self {
        Self {
            operation,
            method,
            segments: path.iter().map(|segment| (*segment).to_owned()).collect(),
            query: Vec::new(),
            headers: HeaderMap::new(),
            body: None,
            public: false,
        }
    }

    /// Needs no token.
    pub(crate) fn public(mut self) -> Self {
        self.public = true;
        self
    }

    /// With each field of this as a parameter.
    pub(crate) fn query(mut self, parameters: &impl Serialize) -> Result<Self, Error> {
        let malformed = Error::Malformed("the parameters can't be written into a query");
        let Ok(serde_json::Value::Object(fields)) = serde_json::to_value(parameters) else {
            return Err(malformed);
        };
        for (name, value) in fields {
            let text = match value {
                serde_json::Value::String(text) => text,
                other => other.to_string(),
            };
            self.query.push((name, text));
        }
        Ok(self)
    }

    pub(crate) fn json(mut self, body: &impl Serialize) -> Result<Self, Error> {
        let body = serde_json::to_vec(body)
            .map_err(|_| Error::Malformed("the body can't be written as JSON"))?;
        self.body = Some(body);
        self.headers
            .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        Ok(self)
    }

    pub(crate) fn if_match(mut self, etag: &str) -> Result<Self, Error> {
        let value = HeaderValue::from_str(etag)
            .map_err(|_| Error::Malformed("the ETag can't stand in a header"))?;
        self.headers.insert(IF_MATCH, value);
        Ok(self)
    }

    /// With the caller's idempotency key, or one of its own.
    pub(crate) fn idempotent(mut self, key: Option<&str>, client: &Client) -> Result<Self, Error> {
        let key = match key {
            Some(key) => key.to_owned(),
            None => client.surroundings().unique_name()?,
        };
        let value = HeaderValue::from_str(&key)
            .map_err(|_| Error::Malformed("the idempotency key can't stand in a header"))?;
        self.headers.insert(IDEMPOTENCY_KEY, value);
        Ok(self)
    }

    /// With another token than the client's own.
    pub(crate) fn bearer(mut self, token: &str) -> Result<Self, Error> {
        let (name, value) = authorization("Bearer", token)?;
        self.headers.insert(name, value);
        Ok(self)
    }

    /// Sends it; a refused token is renewed once, and every status is an answer.
    pub(crate) async fn send(self, client: &Client) -> Result<RawAnswer, Error> {
        let public = self.public;
        let accepted = HeaderValue::from_static("application/json, application/problem+json");
        let request = self.request(client, accepted)?;
        client.send(request, public).await
    }

    /// Sends it; a refused token is renewed once, and a refusal is an error. The body is still to be read, for as long as
    /// `within`.
    pub(crate) async fn open(
        self,
        client: &Client,
        within: Duration,
    ) -> Result<reqwest::Response, Error> {
        let mut request = self.request(client, HeaderValue::from_static("*/*"))?;
        *request.timeout_mut() = Some(within);
        match client.open(request).await? {
            Opened::Success(response) => Ok(response),
            Opened::Other(answer) => Err(Error::Api(refusal(&answer))),
        }
    }

    fn request(self, client: &Client, accepted: HeaderValue) -> Result<reqwest::Request, Error> {
        let url = client
            .http()
            .url_of(self.segments.iter().map(String::as_str), &self.query)?;
        let mut request = reqwest::Request::new(self.method, url);
        *request.headers_mut() = self.headers;
        request.headers_mut().insert(ACCEPT, accepted);
        *request.body_mut() = self.body.map(Into::into);
        Ok(request)
    }

    /// Sends it; a refusal is an error.
    pub(crate) async fn answer(self, client: &Client) -> Result<RawAnswer, Error> {
        let operation = self.operation;
        let answer = self.send(client).await?;
        if answer.status.is_success() {
            client.keep_receipt(operation, &answer)?;
            Ok(answer)
        } else {
            Err(Error::Api(refusal(&answer)))
        }
    }

    /// Sends it and reads the answer's body.
    pub(crate) async fn fetch<T: DeserializeOwned>(self, client: &Client) -> Result<T, Error> {
        let operation = self.operation;
        let answer = self.answer(client).await?;
        read(operation, &answer)
    }

    pub(crate) const fn operation(&self) -> &'static str {
        self.operation
    }
}

pub(crate) fn read<T: DeserializeOwned>(
    operation: &'static str,
    answer: &RawAnswer,
) -> Result<T, Error> {
    serde_json::from_slice(&answer.body).map_err(|error| Error::Unreadable {
        operation,
        problem: format!(
            "status {}, line {}, column {}: {}",
            answer.status.as_u16(),
            error.line(),
            error.column(),
            kind_of(&error)
        ),
    })
}

/// What is wrong with JSON, without repeating any of it: content may stand there.
fn kind_of(error: &serde_json::Error) -> &'static str {
    match error.classify() {
        serde_json::error::Category::Io | serde_json::error::Category::Eof => "it ends too early",
        serde_json::error::Category::Syntax => "it is not JSON",
        serde_json::error::Category::Data => "it does not follow the schema",
    }
}

pub(crate) fn refusal(answer: &RawAnswer) -> ApiError {
    let is_problem = answer
        .headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.starts_with(PROBLEM_JSON));
    let problem = is_problem
        .then(|| serde_json::from_slice::<Problem>(&answer.body).ok())
        .flatten()
        .map(Box::new);
    let retry_after_seconds = answer
        .headers
        .get(RETRY_AFTER)
        .and_then(|value| value.to_str().ok()?.parse().ok());
    ApiError {
        status: answer.status.as_u16(),
        problem,
        retry_after_seconds,
    }
}

/// `Authorization: DPoP …` or `Bearer …`
pub(crate) fn authorization(scheme: &str, token: &str) -> Result<(HeaderName, HeaderValue), Error> {
    let mut value = HeaderValue::from_str(&format!("{scheme} {token}"))
        .map_err(|_| Error::Malformed("the token can't stand in a header"))?;
    value.set_sensitive(true);
    Ok((AUTHORIZATION, value))
}
