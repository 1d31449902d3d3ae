//! Case 4: withdrawal and collection at the same moment, 200 times.

use crate::language::{Language, tell};
use std::{sync::Arc, time::Duration};

use freigabe_client::{
    Client, Error,
    contract::{consent::Withdrawal, disclosure::CollectedDisclosure, vocabulary::Category},
};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tokio::{sync::Semaphore, task::JoinSet, time::sleep};
use uuid::Uuid;

use super::{held, recorded};
use crate::demo::{
    material::{self, KB_HAMBURG},
    stage::Stage,
    story::{Broken, Mismatch, Story, is_refused},
};

/// Pairs of a withdrawal and a collection.
const PAIRS: u16 = 200;
/// Pairs under way at a time.
const AT_A_TIME: usize = 40;
/// How often a call is repeated that the server could not take at that moment.
const ATTEMPTS: u32 = 8;

/// Which of the two came first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum First {
    Withdrawal,
    Collection,
}

pub(super) async fn tell(stage: &Stage, story: &mut Story) -> Result<(), Broken> {
    let language = stage.language;
    story.case(
        "Widerruf und Abholung im selben Augenblick, 200-mal",
        "Withdrawal and collection at the same moment, 200 times",
    )?;

    let bar = progress(language, language.of("vorbereiten", "preparing"));
    let outcome = prepared(stage, &bar).await;
    bar.finish_and_clear();
    let messages = story.step(
        tell!(
            language,
            "{PAIRS} Nachrichten liegen bereit, jede mit einer eigenen Einwilligung",
            "{PAIRS} messages are held, each under a consent of its own"
        ),
        outcome,
    )?;

    let bar = progress(
        language,
        language.of("Widerruf gegen Abholung", "withdrawal against collection"),
    );
    let outcome = raced(stage, messages, &bar).await;
    bar.finish_and_clear();
    let (collected, withdrawn) = match &outcome {
        Ok(counts) => *counts,
        Err(_) => (0, 0),
    };
    story.step(
        tell!(
            language,
            "Jedes Paar hat genau eine Reihenfolge: {collected}-mal wurde vorher abgeholt und benachrichtigt, {withdrawn}-mal vorher widerrufen und versiegelt; nie kam Inhalt nach einem bestätigten Widerruf",
            "Every pair has exactly one order: {collected} times it was collected first and the office told, {withdrawn} times withdrawn first and sealed; never did content come after an acknowledged withdrawal"
        ),
        outcome,
    )?;
    Ok(())
}

/// Releases the messages; each consent with its message.
async fn prepared(stage: &Stage, bar: &ProgressBar) -> Result<Vec<(Uuid, Uuid)>, Mismatch> {
    let mut tasks = JoinSet::new();
    let turn = Arc::new(Semaphore::new(AT_A_TIME));
    for number in 1..=PAIRS {
        let (centre, turn, language) =
            (stage.hafenlicht.clone(), Arc::clone(&turn), stage.language);
        tasks.spawn(async move {
            let _turn = turn.acquire().await;
            let (case, person) = (format!("2026/HL-4{number:03}"), format!("KL-4{number:03}"));
            let terms = material::terms(&[Category::Vehicle], &[KB_HAMBURG]);
            let consent = recorded(&centre, &case, &person, terms).await?;
            let items = vec![material::vehicle(language)];
            let message = held(&centre, &material::draft(consent, KB_HAMBURG, items)).await?;
            Ok((consent, message.id))
        });
    }
    all(tasks, bar).await
}

/// Lets each pair run; how often each of the two came first.
async fn raced(
    stage: &Stage,
    messages: Vec<(Uuid, Uuid)>,
    bar: &ProgressBar,
) -> Result<(usize, usize), Mismatch> {
    let mut tasks = JoinSet::new();
    let turn = Arc::new(Semaphore::new(AT_A_TIME));
    for (number, (consent, message)) in (0_u64..).zip(messages) {
        let (centre, office) = (stage.hafenlicht.clone(), stage.kb_hamburg.clone());
        let turn = Arc::clone(&turn);
        // Now one, now the other gets a start of up to a few milliseconds.
        let (withdraw_after, collect_after) = (number * 7 % 5, number * 11 % 5);
        tasks.spawn(async move {
            let _turn = turn.acquire().await;
            pair(
                &centre,
                &office,
                consent,
                message,
                withdraw_after,
                collect_after,
            )
            .await
        });
    }
    let orders = all(tasks, bar).await?;
    let collected = orders
        .iter()
        .filter(|first| **first == First::Collection)
        .count();
    Ok((collected, orders.len() - collected))
}

async fn pair(
    centre: &Client,
    office: &Client,
    consent: Uuid,
    message: Uuid,
    withdraw_after: u64,
    collect_after: u64,
) -> Result<First, Mismatch> {
    let withdrawal = async {
        sleep(Duration::from_millis(withdraw_after)).await;
        let withdrawal = withdraw(centre, consent).await;
        let withdrawal = withdrawal
            .map_err(|error| Mismatch::new("a withdrawal is never refused", error.to_string()))?;
        // The withdrawal is acknowledged: from here on, nothing may come.
        let late = collect(office, message).await;
        is_refused(late, 404)?;
        Ok((withdrawal.sealed_disclosures, withdrawal.withdrawal_notices))
    };
    let collection = async {
        sleep(Duration::from_millis(collect_after)).await;
        collect(office, message).await
    };
    let (withdrawal, collection) = tokio::join!(withdrawal, collection);
    let told = withdrawal?;
    match (&collection, told) {
        // Collected first: nothing was left to seal, and the office is told.
        (Ok(_), (0, 1)) => Ok(First::Collection),
        // Withdrawn first: sealed, and the office got nothing.
        (Err(Error::Api(error)), (1, 0)) if error.is_not_found() => Ok(First::Withdrawal),
        (Ok(_), (sealed, notices)) => Err(Mismatch::new(
            "collected, hence 0 sealed and 1 notice",
            format!("{sealed} sealed and {notices} notices"),
        )),
        (Err(error), (sealed, notices)) => Err(Mismatch::new(
            "not collected (404), hence 1 sealed and 0 notices",
            format!("{error}; {sealed} sealed and {notices} notices"),
        )),
    }
}

async fn withdraw(centre: &Client, consent: Uuid) -> Result<Withdrawal, Error> {
    let mut attempt = 0;
    loop {
        let answer = centre.withdraw_consent(consent).await;
        if !is_momentary(&answer, &mut attempt).await {
            return answer;
        }
    }
}

async fn collect(office: &Client, message: Uuid) -> Result<CollectedDisclosure, Error> {
    let mut attempt = 0;
    loop {
        let answer = office.collect_disclosure(message, None).await;
        if !is_momentary(&answer, &mut attempt).await {
            return answer;
        }
    }
}

/// Whether the server could not take the call at that moment (503) and it should be repeated; waits a little then.
async fn is_momentary<T>(answer: &Result<T, Error>, attempt: &mut u32) -> bool {
    let momentary = matches!(answer, Err(Error::Api(error)) if error.is_transient());
    if momentary && *attempt < ATTEMPTS {
        *attempt += 1;
        sleep(Duration::from_millis(25 << *attempt)).await;
        return true;
    }
    false
}

/// The results of all tasks, or the first mismatch.
async fn all<T: 'static>(
    mut tasks: JoinSet<Result<T, Mismatch>>,
    bar: &ProgressBar,
) -> Result<Vec<T>, Mismatch> {
    let mut results = Vec::new();
    while let Some(result) = tasks.join_next().await {
        let result =
            result.map_err(|error| Mismatch::new("a task that ends", error.to_string()))?;
        results.push(result?);
        bar.inc(1);
    }
    Ok(results)
}

/// A bar on a terminal, and nothing elsewhere.
fn progress(language: Language, what: &'static str) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(u64::from(PAIRS)), ProgressDrawTarget::stderr());
    let template = language.of(
        "     {msg} {bar:40} {pos} von {len}",
        "     {msg} {bar:40} {pos} of {len}",
    );
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.with_message(what)
}
