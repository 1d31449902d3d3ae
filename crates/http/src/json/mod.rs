//! Bodies: strict JSON, then the published schema, then the contract's type. Every fault is told with its JSON pointer, all
//! that one stage finds at once; nothing that was sent is repeated.

mod explain;
#[cfg(any(test, feature = "fuzzing"))]
#[path = "../../fuzz/bodies.rs"]
pub(crate) mod fuzzed;
mod schema;
mod strict;

use std::{future::Future, pin::Pin, time::Duration};

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::header,
    web::{self, Bytes},
};
use freigabe_contract::{
    Fault,
    audit::DrawAuditSample,
    consent::{RecordConsent, ReviseConsent},
    contact::{RecordContactConsent, ReleaseContactDetails},
    contact_pair::{OpenContactPair, SetPairContacts},
    directory::{AddCounsellingCentre, CentreEntry, ImportCounsellingCentres, SetKeeper},
    disclosure::DraftDisclosure,
    handover::HandCaseOver,
    involvement::{AgreeContact, AnswerOffer, NoteInvolvement, OfferInvolvement},
    log::CheckReceipt,
    onboarding::{
        AddClient, AddOrganisation, InviteClient, ReplaceClientCredential, SetClientScopes,
    },
    referral::NoteReferral,
    regional::ProposeRegionalAgreement,
    registration::ClientMetadata,
    security_notice::{AcknowledgeSecurityNotice, IssueSecurityNotice, ReviseSecurityNotice},
    withdrawal::AnswerWithdrawalNotice,
};
use serde::de::DeserializeOwned;

pub(crate) use schema::{Schemas, is_uuid};
pub(crate) use strict::parse;

use crate::{problem::ApiError, state};

/// Size of a body at most, in bytes.
pub(crate) const MOST_BYTES: usize = 256 * 1024;
/// Time in which a body must arrive.
const ARRIVES_WITHIN: Duration = Duration::from_secs(15);

/// A type of body with the name of its schema.
pub(crate) trait RequestBody: DeserializeOwned {
    /// Name in `#/components/schemas`.
    const SCHEMA: &'static str;
}

macro_rules! request_bodies {
    ($($name:ident),+) => {
        $(impl RequestBody for $name { const SCHEMA: &'static str = stringify!($name); })+
        /// The schemas that bodies are checked against.
        pub(crate) const REQUEST_SCHEMAS: &[&str] = &[$(stringify!($name)),+];
    };
}
request_bodies!(
    RecordConsent,
    ReviseConsent,
    DraftDisclosure,
    AnswerWithdrawalNotice,
    AddOrganisation,
    InviteClient,
    AddClient,
    ReplaceClientCredential,
    SetClientScopes,
    DrawAuditSample,
    ClientMetadata,
    CheckReceipt,
    AddCounsellingCentre,
    CentreEntry,
    SetKeeper,
    ImportCounsellingCentres,
    NoteReferral,
    NoteInvolvement,
    OfferInvolvement,
    AgreeContact,
    HandCaseOver,
    AnswerOffer,
    AcknowledgeSecurityNotice,
    IssueSecurityNotice,
    OpenContactPair,
    ProposeRegionalAgreement,
    RecordContactConsent,
    ReleaseContactDetails,
    ReviseSecurityNotice,
    SetPairContacts
);

/// A body, read and checked, with the bytes that it was read from.
pub(crate) struct Body<T> {
    /// What it says.
    pub(crate) value: T,
    /// The bytes as they came.
    pub(crate) bytes: Bytes,
}

impl<T: RequestBody + 'static> FromRequest for Body<T> {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let checked = check_headers(request).and_then(|()| state(request).cloned());
        let payload = web::Payload::from_request(request, payload);
        Box::pin(async move {
            let state = checked?;
            let payload = payload
                .await
                .map_err(|error| ApiError::Internal(error.to_string()))?;
            let bytes = read(payload, MOST_BYTES).await?;
            let value = interpret(&state.schemas, &bytes)?;
            Ok(Self { value, bytes })
        })
    }
}

/// Reads a body of limited size in limited time.
pub(crate) async fn read(payload: web::Payload, most: usize) -> Result<Bytes, ApiError> {
    match actix_web::rt::time::timeout(ARRIVES_WITHIN, payload.to_bytes_limited(most)).await {
        Ok(Ok(Ok(bytes))) => Ok(bytes),
        Ok(Ok(Err(_))) => Err(ApiError::MalformedJson(vec![Fault::at(
            "",
            "the body broke off",
        )])),
        Ok(Err(_)) => Err(ApiError::TooLarge),
        Err(_) => Err(ApiError::RequestTimeout),
    }
}

/// Strict JSON, schema, type.
pub(crate) fn interpret<T: RequestBody>(schemas: &Schemas, bytes: &[u8]) -> Result<T, ApiError> {
    let value = parse(bytes).map_err(ApiError::MalformedJson)?;
    schemas.check(T::SCHEMA, &value)?;
    // The schema has said yes; whatever the type still refuses has no better pointer than the body.
    serde_json::from_value(value)
        .map_err(|_| ApiError::InvalidBody(vec![Fault::at("", "does not follow the schema")]))
}

/// JSON, not compressed, not announced to be too large.
pub(crate) fn check_headers(request: &HttpRequest) -> Result<(), ApiError> {
    let headers = request.headers();
    let is_json = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(is_json);
    let plain = headers
        .get(header::CONTENT_ENCODING)
        .is_none_or(|coding| coding.as_bytes().eq_ignore_ascii_case(b"identity"));
    if !is_json || !plain {
        return Err(ApiError::UnsupportedMediaType);
    }
    let announced = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.parse::<u64>().ok());
    if announced.is_some_and(|length| length > MOST_BYTES as u64) {
        return Err(ApiError::TooLarge);
    }
    Ok(())
}

/// `application/json`, with no parameter but `charset=utf-8`.
fn is_json(content_type: &str) -> bool {
    let mut parts = content_type.split(';').map(str::trim);
    let essence = parts
        .next()
        .is_some_and(|part| part.eq_ignore_ascii_case("application/json"));
    essence
        && parts.all(|parameter| {
            parameter.is_empty()
                || parameter.eq_ignore_ascii_case("charset=utf-8")
                || parameter.eq_ignore_ascii_case("charset=\"utf-8\"")
        })
}

#[cfg(test)]
mod tests;
