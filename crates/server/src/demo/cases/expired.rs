//! Case 8: expired, and renewed with less.

use std::time::Duration as Wait;

use freigabe_client::contract::{
    consent::ConsentTerms,
    vocabulary::{Category, ConsentStatus, DisclosureState, SealReason},
};
use time::Duration;
use tokio::time::sleep;
use uuid::Uuid;

use super::{held, recorded};
use crate::demo::{
    material::{self, KB_HAMBURG},
    stage::{Stage, in_, reasons, seen_by_centre, waits},
    story::{Broken, Mismatch, Story, holds, is_refused, same, succeeds},
};

/// How long the consent is valid.
const VALIDITY: Duration = Duration::seconds(2);
/// How long the end of validity is waited for.
const PATIENCE: Wait = Wait::from_secs(15);

pub(super) async fn tell(stage: &Stage, story: &mut Story) -> Result<(), Broken> {
    let language = stage.language;
    story.case(
        "Abgelaufen und enger erneuert",
        "Expired, and renewed with less",
    )?;
    let centre = &stage.lindenhof;

    let allowed = [Category::Vehicle, Category::TravelRoute];
    let terms = ConsentTerms {
        valid_until: in_(VALIDITY),
        ..material::terms(&allowed, &[KB_HAMBURG])
    };
    let outcome = recorded(centre, "2026/LH-801", "KL-801", terms).await;
    let consent = story.step(
        language.of(
            "Die Einwilligung gilt nur noch zwei Sekunden",
            "The consent is valid for two more seconds",
        ),
        outcome,
    )?;
    let items = vec![
        material::vehicle(language),
        material::travel_route(language),
    ];
    let draft = material::draft(consent, KB_HAMBURG, items);
    let outcome = held(centre, &draft).await;
    let message = story
        .step(
            language.of(
                "In dieser Zeit wird freigegeben, aber nicht abgeholt",
                "In that time a message is released, but not collected",
            ),
            outcome,
        )?
        .id;

    let outcome = wait_until_expired(stage, consent).await;
    story.step(
        language.of("Die Zeit läuft ab", "The time runs out"),
        outcome,
    )?;
    let outcome = unavailable(stage, message).await;
    story.step(
        language.of(
            "Die Dienststelle sieht nichts mehr und erhält nichts (404)",
            "The office sees nothing any more and gets nothing (404)",
        ),
        outcome,
    )?;
    let outcome = is_refused(centre.release_disclosure(&draft, None).await, 422)
        .and_then(|refusal| same(&reasons(&refusal), &vec![("EXPIRED", None)]));
    story.step(
        language.of(
            "Eine neue Freigabe wird abgelehnt: abgelaufen",
            "A new release is refused: expired",
        ),
        outcome,
    )?;

    let outcome = renewed(stage, consent).await;
    story.step(
        language.of(
            "Die Person erneuert, aber nur für das Fahrzeug",
            "The person renews it, but for the vehicle only",
        ),
        outcome,
    )?;
    let outcome = sealed_for_good(stage, message).await;
    story.step(
        language.of(
            "Was vor dem Ablauf lag, bleibt versiegelt, auch das Fahrzeug",
            "What was held before the end stays sealed, the vehicle too",
        ),
        outcome,
    )?;
    let outcome = only_the_vehicle_passes(stage, consent).await;
    story.step(
        language.of(
            "Neu freigegeben: das Fahrzeug geht durch, die Reiseroute nicht",
            "Released anew: the vehicle passes, the travel route does not",
        ),
        outcome,
    )
}

async fn wait_until_expired(stage: &Stage, consent: Uuid) -> Result<(), Mismatch> {
    let began = std::time::Instant::now();
    loop {
        let status = succeeds(stage.lindenhof.get_consent(consent).await)?.status;
        if status == ConsentStatus::Expired {
            return Ok(());
        }
        holds(began.elapsed() < PATIENCE, || {
            (ConsentStatus::Expired.code(), status.code())
        })?;
        sleep(Wait::from_millis(100)).await;
    }
}

async fn unavailable(stage: &Stage, message: Uuid) -> Result<(), Mismatch> {
    let office = &stage.kb_hamburg;
    holds(!waits(office, message).await?, || {
        ("no such message in the inbox", "the message is still there")
    })?;
    is_refused(office.collect_disclosure(message, None).await, 404).map(|_| ())
}

async fn renewed(stage: &Stage, consent: Uuid) -> Result<(), Mismatch> {
    let centre = &stage.lindenhof;
    let before = succeeds(centre.get_consent(consent).await)?;
    let revision = material::revision(material::terms(&[Category::Vehicle], &[KB_HAMBURG]));
    let after = centre
        .revise_consent(consent, &before.etag, &revision, None)
        .await;
    let after = succeeds(after)?;
    same(&(after.status, after.revision), &(ConsentStatus::Given, 2))
}

async fn sealed_for_good(stage: &Stage, message: Uuid) -> Result<(), Mismatch> {
    unavailable(stage, message).await?;
    let disclosure = seen_by_centre(&stage.lindenhof, message).await?;
    same(
        &(disclosure.state, disclosure.seal_reason),
        &(DisclosureState::Sealed, Some(SealReason::Expired)),
    )
}

async fn only_the_vehicle_passes(stage: &Stage, consent: Uuid) -> Result<(), Mismatch> {
    let centre = &stage.lindenhof;
    let route = vec![material::travel_route(stage.language)];
    let route = material::draft(consent, KB_HAMBURG, route);
    let refusal = is_refused(centre.release_disclosure(&route, None).await, 422)?;
    same(&reasons(&refusal), &vec![("CATEGORY_NOT_COVERED", Some(0))])?;
    let vehicle = vec![material::vehicle(stage.language)];
    held(centre, &material::draft(consent, KB_HAMBURG, vehicle))
        .await
        .map(|_| ())
}
