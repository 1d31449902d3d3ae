//! Asks for one page: over `https` alone, without following to another host, and never at an address that only this machine can reach.

use std::{sync::Arc, time::Duration};

use freigabe_client::contract::vocabulary::MediaFound;
use freigabe_http::{AddressGuard, Network};
use reqwest::{Client, StatusCode, Url, header, redirect::Policy};

use crate::cli::Failure;

/// Times that a page may say that it lies elsewhere on its host.
const MOST_REDIRECTS: usize = 3;
/// Who asks, for whoever reads the other server's log.
const USER_AGENT: &str = concat!(
    "freigabe-media-check/",
    env!("CARGO_PKG_VERSION"),
    " (looks now and then whether a page is still there)"
);

/// What was found, and from what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) found: MediaFound,
    pub(super) because: String,
}

impl Answer {
    fn unknown(because: impl Into<String>) -> Self {
        Self {
            found: MediaFound::Unknown,
            because: because.into(),
        }
    }
}

/// What an answer of the other server means.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    Done(Answer),
    Follow(Url),
}

/// Asks for pages.
pub(super) struct Asker(Client);

impl Asker {
    /// Waits so long for each answer, and connects to public addresses and these networks alone.
    pub(super) fn new(timeout: Duration, allowed: Vec<Network>) -> Result<Self, Failure> {
        let client = Client::builder()
            .dns_resolver(Arc::new(AddressGuard::new(allowed)))
            .redirect(Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .https_only(true)
            .timeout(timeout)
            .user_agent(USER_AGENT)
            .build();
        let client = client
            .map_err(|error| Failure::new(format!("this machine can't verify servers: {error}")))?;
        Ok(Self(client))
    }

    /// Whether a page is still there. What is on it is not read.
    pub(super) async fn ask(&self, address: &str) -> Answer {
        let mut url = match plain(address) {
            Ok(url) => url,
            Err(answer) => return answer,
        };
        for _ in 0..=MOST_REDIRECTS {
            let response = match self.0.get(url.clone()).send().await {
                Ok(response) => response,
                Err(error) => return Answer::unknown(innermost(&error)),
            };
            let location = response.headers().get(header::LOCATION);
            let location = location.and_then(|location| location.to_str().ok());
            match step(&url, response.status(), location) {
                Step::Done(answer) => return answer,
                Step::Follow(next) => url = next,
            }
        }
        Answer::unknown("it leads elsewhere again and again")
    }
}

/// An address that may be asked: `https`, with a name.
fn plain(address: &str) -> Result<Url, Answer> {
    let url = Url::parse(address).map_err(|_| Answer::unknown("it is no address"))?;
    if url.scheme() != "https" {
        return Err(Answer::unknown("it is not asked for: not https"));
    }
    // A host that is an address is never looked up, so that nobody would judge it.
    if url.domain().is_none() {
        return Err(Answer::unknown("it is not asked for: its host is no name"));
    }
    Ok(url)
}

fn step(url: &Url, status: StatusCode, location: Option<&str>) -> Step {
    let code = status.as_u16();
    let done = |found| {
        Step::Done(Answer {
            found,
            because: format!("status {code}"),
        })
    };
    match code {
        200..=299 => done(MediaFound::Live),
        404 | 410 => done(MediaFound::Gone),
        301 | 302 | 303 | 307 | 308 => follow(url, location),
        _ => done(MediaFound::Unknown),
    }
}

fn follow(url: &Url, location: Option<&str>) -> Step {
    let stop = |because: &str| Step::Done(Answer::unknown(because));
    let Some(next) = location.and_then(|location| url.join(location).ok()) else {
        return stop("it leads nowhere");
    };
    let there = (next.scheme(), next.host_str(), next.port_or_known_default());
    if there == ("https", url.host_str(), url.port_or_known_default()) {
        Step::Follow(next)
    } else {
        stop("it leads to another host, which is not followed: look by hand")
    }
}

/// The cause that says most; what stands around it repeats the address.
fn innermost(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "no answer in time".to_owned();
    }
    let mut cause: &dyn std::error::Error = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(status: u16, location: Option<&str>) -> Step {
        let url = Url::parse("https://www.example.org/hilfe/").unwrap();
        step(&url, StatusCode::from_u16(status).unwrap(), location)
    }

    #[track_caller]
    fn found(step: Step) -> MediaFound {
        match step {
            Step::Done(answer) => answer.found,
            Step::Follow(next) => panic!("followed to {next}"),
        }
    }

    #[test]
    fn a_page_is_there_or_gone_or_nobody_knows() {
        for (status, expected) in [
            (200, MediaFound::Live),
            (204, MediaFound::Live),
            (404, MediaFound::Gone),
            (410, MediaFound::Gone),
            (304, MediaFound::Unknown),
            (401, MediaFound::Unknown),
            (429, MediaFound::Unknown),
            (503, MediaFound::Unknown),
        ] {
            assert_eq!(found(judged(status, None)), expected, "{status}");
        }
    }

    #[test]
    fn only_the_same_host_is_followed() {
        for (location, expected) in [
            ("neu", "https://www.example.org/hilfe/neu"),
            ("/neu", "https://www.example.org/neu"),
            ("https://www.example.org/x", "https://www.example.org/x"),
        ] {
            let next = Url::parse(expected).unwrap();
            assert_eq!(judged(301, Some(location)), Step::Follow(next));
        }
        for location in [
            "https://example.org/",
            "http://www.example.org/x",
            "https://www.example.org:8443/x",
            "//127.0.0.1/x",
            "file:///etc/passwd",
            "https://",
        ] {
            let answer = judged(302, Some(location));
            assert_eq!(found(answer), MediaFound::Unknown, "{location}");
        }
        assert_eq!(found(judged(308, None)), MediaFound::Unknown);
    }

    #[test]
    fn only_https_and_names_are_asked_for() {
        assert!(plain("https://www.example.org/x").is_ok());
        for refused in [
            "http://www.example.org/",
            "https://127.0.0.1/",
            "https://[::1]/",
            "x",
        ] {
            assert!(plain(refused).is_err(), "{refused}");
        }
    }

    #[test]
    fn an_address_that_only_this_machine_reaches_is_never_connected_to() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        runtime.unwrap().block_on(async {
            let asker = Asker::new(Duration::from_secs(5), Vec::new()).unwrap();
            let answer = asker.ask("https://localhost/").await;
            assert_eq!(answer.found, MediaFound::Unknown);
            assert!(answer.because.contains("neither public nor"), "{answer:?}");
        });
    }
}
