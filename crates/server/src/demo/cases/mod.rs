//! The fourteen cases.

mod covered;
mod early_help;
mod expired;
mod handed_over;
mod help_nearby;
mod minor;
mod narrowed;
mod race;
mod they_know_each_other;
mod warned_in_time;
mod who_she_is;
mod withdrawn_after;
mod withdrawn_before;
mod wrong_office;

use std::io;

use freigabe_client::{
    Client,
    contract::{
        consent::ConsentTerms,
        disclosure::{Disclosure, DraftDisclosure},
        vocabulary::{ConsentStatus, DisclosureState},
    },
};
use serde::de::DeserializeOwned;
use serde_json::Value;
use uuid::Uuid;

use super::{
    material,
    stage::Stage,
    story::{Mismatch, Story, same, succeeds},
};

/// Tells all cases, each to its end or to the first step that came out otherwise.
pub(super) async fn tell_all(stage: &Stage, story: &mut Story) -> io::Result<()> {
    let outcome = covered::tell(stage, story).await;
    story.case_ended(outcome)?;
    let outcome = withdrawn_before::tell(stage, story).await;
    story.case_ended(outcome)?;
    let outcome = withdrawn_after::tell(stage, story).await;
    story.case_ended(outcome)?;
    let outcome = race::tell(stage, story).await;
    story.case_ended(outcome)?;
    let outcome = wrong_office::tell(stage, story).await;
    story.case_ended(outcome)?;
    let outcome = narrowed::tell(stage, story).await;
    story.case_ended(outcome)?;
    let outcome = minor::tell(stage, story).await;
    story.case_ended(outcome)?;
    let outcome = expired::tell(stage, story).await;
    story.case_ended(outcome)?;
    let outcome = help_nearby::tell(stage, story).await;
    story.case_ended(outcome)?;
    let outcome = early_help::tell(stage, story).await;
    story.case_ended(outcome)?;
    let outcome = who_she_is::tell(stage, story).await;
    story.case_ended(outcome)?;
    let outcome = warned_in_time::tell(stage, story).await;
    story.case_ended(outcome)?;
    let outcome = handed_over::tell(stage, story).await;
    story.case_ended(outcome)?;
    let outcome = they_know_each_other::tell(stage, story).await;
    story.case_ended(outcome)
}

/// A request, as it stands in the description of the API.
fn read<T: DeserializeOwned>(body: Value) -> Result<T, Mismatch> {
    serde_json::from_value(body).map_err(|error| Mismatch::new("a request", error.to_string()))
}

/// Records a consent, which must then be given.
async fn recorded(
    centre: &Client,
    case: &str,
    person: &str,
    terms: ConsentTerms,
) -> Result<Uuid, Mismatch> {
    let consent = material::consent(case, person, terms);
    let consent = succeeds(centre.record_consent(&consent, None).await)?;
    same(&consent.status, &ConsentStatus::Given)?;
    Ok(consent.record_id)
}

/// Releases a draft, which must then be held for the office.
async fn held(centre: &Client, draft: &DraftDisclosure) -> Result<Disclosure, Mismatch> {
    let disclosure = succeeds(centre.release_disclosure(draft, None).await)?;
    same(&disclosure.state, &DisclosureState::Held)?;
    Ok(disclosure)
}
