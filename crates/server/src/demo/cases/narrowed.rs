//! Case 6: one of three items is not covered.

use freigabe_client::{
    AuditFilter, PageQuery,
    contract::{
        disclosure::DraftDisclosure,
        vocabulary::{Category, Operation, Outcome},
    },
};
use uuid::Uuid;

use super::{held, recorded};
use crate::demo::{
    material::{self, KB_HAMBURG},
    stage::{Stage, inbox, reasons, released},
    story::{Broken, Mismatch, Story, holds, is_refused, same, succeeds},
};

pub(super) async fn tell(stage: &Stage, story: &mut Story) -> Result<(), Broken> {
    let language = stage.language;
    story.case(
        "Eines von dreien ist nicht umfasst",
        "One of three is not covered",
    )?;
    let centre = &stage.sternbruecke;

    let allowed = [Category::Vehicle, Category::TravelRoute];
    let terms = material::terms(&allowed, &[KB_HAMBURG]);
    let outcome = recorded(centre, "2026/SB-601", "KL-601", terms).await;
    let consent = story.step(
        language.of(
            "Erlaubt sind Fahrzeug und Reiseroute",
            "Vehicle and travel route are allowed",
        ),
        outcome,
    )?;

    let items = vec![
        material::vehicle(language),
        material::travel_route(language),
        material::phone_of_the_family(language),
    ];
    let draft = material::draft(consent, KB_HAMBURG, items);
    let before = counts(stage).await;
    let outcome = refused_whole(stage, &draft).await;
    let passing = story.step(
        language.of(
            "Mit einer Rufnummer der Familie im Ausland ist alles abgelehnt, und beide Gründe sind genannt: die Art der Information und die ausdrückliche Erlaubnis für die Familie fehlen",
            "With a phone number of the family abroad all of it is refused, and both reasons are named: the category and the express permission for the family are missing",
        ),
        outcome,
    )?;

    let outcome = nothing_came_of_it(stage, before).await;
    story.step(
        language.of(
            "Nichts davon ist gespeichert und nichts liegt im Eingang",
            "None of it is stored, and nothing is in the inbox",
        ),
        outcome,
    )?;

    let outcome = only_the_refusal_is_logged(stage, consent).await;
    story.step(
        language.of(
            "Das Protokoll hat die Ablehnung mit ihren Gründen, ohne Inhalt",
            "The log has the refusal with its reasons, without content",
        ),
        outcome,
    )?;

    let narrowed = draft.narrowed_to(&passing).unwrap_or(draft);
    let outcome = held(centre, &narrowed).await;
    let outcome = outcome.and_then(|message| same(&message.items.len(), &2));
    story.step(
        language.of(
            "Die Beratungsstelle lässt die Rufnummer weg: die beiden anderen gehen durch",
            "The centre leaves the number out: the other two pass",
        ),
        outcome,
    )
}

/// How many messages the centre has released, and how many wait for the office.
async fn counts(stage: &Stage) -> Result<(usize, usize), Mismatch> {
    let centre = released(&stage.sternbruecke).await?.len();
    Ok((centre, inbox(&stage.kb_hamburg).await?.len()))
}

async fn nothing_came_of_it(
    stage: &Stage,
    before: Result<(usize, usize), Mismatch>,
) -> Result<(), Mismatch> {
    same(&counts(stage).await?, &before?)
}

/// The draft is refused for exactly two reasons, both about the third item; which items would pass.
async fn refused_whole(stage: &Stage, draft: &DraftDisclosure) -> Result<Vec<u32>, Mismatch> {
    let centre = &stage.sternbruecke;
    let refusal = is_refused(centre.release_disclosure(draft, None).await, 422)?;
    same(
        &reasons(&refusal),
        &vec![
            ("CATEGORY_NOT_COVERED", Some(2)),
            ("EXPRESS_SCOPE_MISSING", Some(2)),
        ],
    )?;
    let passing = refusal.problem.and_then(|problem| problem.passing_items);
    same(&passing, &Some(vec![0, 1]))?;
    Ok(passing.unwrap_or_default())
}

async fn only_the_refusal_is_logged(stage: &Stage, consent: Uuid) -> Result<(), Mismatch> {
    let filter = AuditFilter {
        consent: Some(consent),
        operation: Some(Operation::DisclosureReleased),
        ..AuditFilter::default()
    };
    let page = stage
        .auditor
        .query_audit_events(&filter, &PageQuery::default())
        .await;
    let page = succeeds(page)?;
    let [event] = page.items.as_slice() else {
        return Err(Mismatch::new("1 event", format!("{}", page.items.len())));
    };
    let outcome = event.event.get("outcome").and_then(|value| value.as_str());
    same(&outcome, &Some(Outcome::Refused.code()))?;
    holds(!event.payload.contains("66969"), || {
        ("no content in the log", "the phone number")
    })
}
