//! Case 2: withdrawn before it was collected.

use freigabe_client::contract::vocabulary::{Category, DisclosureState, SealReason};
use uuid::Uuid;

use super::{held, recorded};
use crate::demo::{
    material::{self, KB_HAMBURG},
    stage::{Stage, seen_by_centre, waits},
    story::{Broken, Mismatch, Story, holds, is_refused, same, succeeds},
};

pub(super) async fn tell(stage: &Stage, story: &mut Story) -> Result<(), Broken> {
    let language = stage.language;
    story.case(
        "Widerrufen, bevor abgeholt wurde",
        "Withdrawn before it was collected",
    )?;
    let centre = &stage.hafenlicht;

    let outcome = two_messages(stage).await;
    let (consent, message, of_another) = story.step(
        language.of(
            "Zwei Personen erlauben, das Fahrzeug zu melden; beide Nachrichten liegen zur Abholung bereit",
            "Two persons allow the vehicle to be told; both messages are held for collection",
        ),
        outcome,
    )?;

    let outcome = succeeds(centre.withdraw_consent(consent).await).and_then(|withdrawal| {
        same(
            &(withdrawal.sealed_disclosures, withdrawal.withdrawal_notices),
            &(1, 0),
        )
    });
    story.step(
        language.of(
            "Die erste Person widerruft: ihre Nachricht ist versiegelt, niemand muss benachrichtigt werden",
            "The first person withdraws: her message is sealed, and nobody has to be told",
        ),
        outcome,
    )?;

    let outcome = gone(stage, message).await;
    story.step(
        language.of(
            "Die Dienststelle findet sie nicht mehr im Eingang und erhält nichts (404)",
            "The office no longer finds it in its inbox and gets nothing (404)",
        ),
        outcome,
    )?;

    let outcome = seen_by_centre(centre, message)
        .await
        .and_then(|disclosure| {
            same(
                &(disclosure.state, disclosure.seal_reason),
                &(DisclosureState::Sealed, Some(SealReason::Withdrawn)),
            )
        });
    story.step(
        language.of(
            "Die Beratungsstelle sieht: versiegelt, weil widerrufen",
            "The centre sees: sealed, because withdrawn",
        ),
        outcome,
    )?;

    let outcome = stays_gone(stage, message).await;
    story.step(
        language.of(
            "Auch eine neue Einwilligung derselben Person bringt den alten Inhalt nicht zurück",
            "A new consent of the same person does not bring the old content back",
        ),
        outcome,
    )?;

    let outcome = untouched(stage, of_another).await;
    story.step(
        language.of(
            "Die Nachricht der zweiten Person ist unberührt und wird abgeholt",
            "The second person's message is untouched and gets collected",
        ),
        outcome,
    )
}

async fn two_messages(stage: &Stage) -> Result<(Uuid, Uuid, Uuid), Mismatch> {
    let centre = &stage.hafenlicht;
    let mut made = Vec::new();
    for (case, person) in [("2026/HL-201", "KL-201"), ("2026/HL-202", "KL-202")] {
        let terms = material::terms(&[Category::Vehicle], &[KB_HAMBURG]);
        let consent = recorded(centre, case, person, terms).await?;
        let items = vec![material::vehicle(stage.language)];
        let message = held(centre, &material::draft(consent, KB_HAMBURG, items)).await?;
        made.push((consent, message.id));
    }
    match made.as_slice() {
        [(consent, message), (_, of_another)] => Ok((*consent, *message, *of_another)),
        _ => Err(Mismatch::new("two messages", format!("{}", made.len()))),
    }
}

async fn gone(stage: &Stage, message: Uuid) -> Result<(), Mismatch> {
    let office = &stage.kb_hamburg;
    holds(!waits(office, message).await?, || {
        ("no such message in the inbox", "the message is still there")
    })?;
    is_refused(office.collect_disclosure(message, None).await, 404)?;
    is_refused(office.get_disclosure(message).await, 404).map(|_| ())
}

async fn stays_gone(stage: &Stage, message: Uuid) -> Result<(), Mismatch> {
    let terms = material::terms(&[Category::Vehicle], &[KB_HAMBURG]);
    recorded(&stage.hafenlicht, "2026/HL-201", "KL-201", terms).await?;
    gone(stage, message).await
}

async fn untouched(stage: &Stage, message: Uuid) -> Result<(), Mismatch> {
    let office = &stage.kb_hamburg;
    holds(waits(office, message).await?, || {
        ("the message in the inbox", "no such message")
    })?;
    let collected = succeeds(office.collect_disclosure(message, None).await)?;
    same(&collected.items.len(), &1)?;
    succeeds(office.acknowledge_disclosure(message, None).await).map(|_| ())
}
