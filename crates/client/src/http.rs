//! The HTTP underneath: addresses, one request, one bounded answer.

use std::time::Duration;

use reqwest::{StatusCode, Url, header::HeaderMap, redirect::Policy};

use crate::error::Error;

/// An answer as it came.
#[derive(Debug, Clone)]
#[must_use]
pub struct RawAnswer {
    /// HTTP status.
    pub status: StatusCode,
    /// Headers.
    pub headers: HeaderMap,
    /// Body.
    pub body: Vec<u8>,
}

/// Limits of every call.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Longest body taken, in bytes.
    pub answer_bytes: usize,
    /// Longest time from the beginning of a call to the end of its answer.
    pub timeout: Duration,
    /// Longest time to set up a connection.
    pub connect_timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            answer_bytes: 8 * 1024 * 1024,
            timeout: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(5),
        }
    }
}

/// An answer whose body is not read yet, if it is a success.
pub(crate) enum Opened {
    Success(reqwest::Response),
    Other(RawAnswer),
}

impl Opened {
    pub(crate) fn headers(&self) -> &HeaderMap {
        match self {
            Self::Success(response) => response.headers(),
            Self::Other(answer) => &answer.headers,
        }
    }
}

#[derive(Clone)]
pub(crate) struct Http {
    client: reqwest::Client,
    base: Url,
    answer_bytes: usize,
}

impl Http {
    pub(crate) fn new(base_url: &str, limits: Limits) -> Result<Self, Error> {
        let base = Url::parse(base_url)
            .map_err(|_| Error::Malformed("the server's address is not a URL"))?;
        if !matches!(base.scheme(), "http" | "https") || base.query().is_some() {
            return Err(Error::Malformed(
                "the server's address must begin with http:// or https:// and hold no query",
            ));
        }
        let client = reqwest::Client::builder()
            .redirect(Policy::none())
            .timeout(limits.timeout)
            .connect_timeout(limits.connect_timeout)
            .user_agent(concat!("freigabe-client/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self {
            client,
            base,
            answer_bytes: limits.answer_bytes,
        })
    }

    /// The server's address, with a slash at its end.
    pub(crate) fn base(&self) -> &str {
        self.base.as_str()
    }

    /// The address of a path (with or without a query) below the server's address.
    pub(crate) fn url(&self, path: &str) -> Result<Url, Error> {
        let below = self.base.as_str().trim_end_matches('/');
        Url::parse(&format!("{below}{path}"))
            .map_err(|_| Error::Malformed("the path does not make an address"))
    }

    /// The address of path segments, each escaped.
    pub(crate) fn url_of<'a>(
        &self,
        segments: impl IntoIterator<Item = &'a str>,
        query: &[(String, String)],
    ) -> Result<Url, Error> {
        let mut url = self.base.clone();
        url.path_segments_mut()
            .map_err(|()| Error::Malformed("the server's address takes no path"))?
            .pop_if_empty()
            .extend(segments);
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        Ok(url)
    }

    pub(crate) async fn execute(&self, request: reqwest::Request) -> Result<RawAnswer, Error> {
        self.collect(self.open(request).await?).await
    }

    /// Sends a request; the body of a success is still to be read.
    pub(crate) async fn open(&self, request: reqwest::Request) -> Result<Opened, Error> {
        let response = self.client.execute(request).await?;
        if response.status().is_success() {
            Ok(Opened::Success(response))
        } else {
            Ok(Opened::Other(self.read(response).await?))
        }
    }

    /// The whole answer.
    pub(crate) async fn collect(&self, opened: Opened) -> Result<RawAnswer, Error> {
        match opened {
            Opened::Success(response) => self.read(response).await,
            Opened::Other(answer) => Ok(answer),
        }
    }

    async fn read(&self, mut response: reqwest::Response) -> Result<RawAnswer, Error> {
        let too_large = || Error::TooLarge {
            limit: self.answer_bytes,
        };
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            if body.len().saturating_add(chunk.len()) > self.answer_bytes {
                return Err(too_large());
            }
            body.extend_from_slice(&chunk);
        }
        Ok(RawAnswer {
            status: response.status(),
            headers: std::mem::take(response.headers_mut()),
            body,
        })
    }
}
