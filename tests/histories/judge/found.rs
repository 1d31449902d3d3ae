//! What the database has of a history.

use std::{collections::BTreeMap, fmt::Write as _};

use sea_orm::{ConnectionTrait as _, DatabaseConnection, QueryResult, Statement};
use serde_json::Value;
use uuid::Uuid;

use crate::histories::{plan::Office, run::Seen};

/// An event of the log about the consent, or about a handover of its case.
#[derive(Debug, Clone)]
pub(super) struct Event {
    pub(super) at: i64,
    pub(super) operation: String,
    pub(super) done: bool,
    pub(super) message: Option<Uuid>,
    pub(super) revision: Option<u32>,
    /// The recipient of a message, or who took the case over.
    pub(super) office: Option<Office>,
    pub(super) handover: Option<Uuid>,
}

/// A message's row.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) state: String,
    pub(super) recipient: Office,
    pub(super) seal_reason: Option<String>,
    pub(super) collected: bool,
    pub(super) has_content: bool,
    /// Notices because of the withdrawal.
    pub(super) withdrawn_notices: i64,
    /// Notices because of a revision.
    pub(super) narrowed_notices: i64,
}

/// A handover's row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct HandoverRow {
    pub(super) id: Uuid,
    pub(super) by: Office,
    pub(super) to: Office,
    pub(super) at: i64,
}

/// Everything that the database has of a history.
pub(super) struct Found {
    pub(super) status: String,
    pub(super) revision: u32,
    /// In the order of the database's clock; handovers after the others.
    pub(super) events: Vec<Event>,
    pub(super) messages: BTreeMap<Uuid, Row>,
    pub(super) handovers: Vec<HandoverRow>,
}

impl Found {
    pub(super) async fn of(database: &DatabaseConnection, consent: Uuid) -> Result<Self, String> {
        let head = "SELECT status, revision, case_id FROM consents WHERE id = $1";
        let head = rows(database, head, consent).await?;
        let head = head.first().ok_or("the consent is gone")?;
        let case: Uuid = get(head, "case_id")?;
        let events = "SELECT at, operation, outcome, disclosure_id, recipient, payload FROM events \
             WHERE consent_id = $1 ORDER BY at, id";
        let mut events = rows(database, events, consent).await?;
        let of_case = "SELECT at, operation, outcome, disclosure_id, recipient, payload FROM events \
             WHERE case_id = $1 AND operation = 'case_handed_over' ORDER BY at, id";
        events.extend(rows(database, of_case, case).await?);
        let handovers = "SELECT id, office_id, to_office, handed_over_at FROM handovers WHERE case_id = $1 ORDER BY handed_over_at, id";
        let handovers = rows(database, handovers, case).await?;
        let messages = "SELECT d.id, d.state, d.recipient, d.seal_reason, d.collected_at, c.disclosure_id AS content, \
             (SELECT COUNT(*) FROM withdrawal_notices n WHERE n.disclosure_id = d.id AND n.cause = 'withdrawn') AS withdrawn, \
             (SELECT COUNT(*) FROM withdrawal_notices n WHERE n.disclosure_id = d.id AND n.cause = 'narrowed') AS narrowed \
             FROM disclosures d LEFT JOIN contents c ON c.disclosure_id = d.id WHERE d.consent_id = $1";
        let messages = rows(database, messages, consent).await?;
        let revision: i64 = get(head, "revision")?;
        Ok(Self {
            status: get(head, "status")?,
            revision: u32::try_from(revision).map_err(|error| error.to_string())?,
            events: events.iter().map(event).collect::<Result<_, String>>()?,
            handovers: handovers
                .iter()
                .map(handover)
                .collect::<Result<_, String>>()?,
            messages: messages
                .iter()
                .map(message)
                .collect::<Result<_, String>>()?,
        })
    }

    /// The whole story, for whoever has to understand it.
    pub(super) fn told(&self, seen: &Seen) -> String {
        let mut story = format!("{:#?}\nvalid until {:?}\n", seen.plan, seen.valid_until);
        for attempt in &seen.attempts {
            let _ = writeln!(story, "{attempt:?}");
        }
        let _ = writeln!(
            story,
            "consent {}: {}, revision {}",
            seen.consent, self.status, self.revision
        );
        for event in &self.events {
            let _ = writeln!(story, "{event:?}");
        }
        for handover in &self.handovers {
            let _ = writeln!(story, "{handover:?}");
        }
        for (id, row) in &self.messages {
            let _ = writeln!(story, "{id}: {row:?}");
        }
        story
    }
}

async fn rows(
    database: &DatabaseConnection,
    sql: &str,
    id: Uuid,
) -> Result<Vec<QueryResult>, String> {
    let backend = database.get_database_backend();
    let statement = Statement::from_sql_and_values(backend, sql, [id.into()]);
    let rows = database.query_all_raw(statement).await;
    rows.map_err(|error| error.to_string())
}

fn get<T: sea_orm::TryGetable>(row: &QueryResult, column: &str) -> Result<T, String> {
    row.try_get("", column).map_err(|error| error.to_string())
}

fn event(row: &QueryResult) -> Result<Event, String> {
    let payload: Vec<u8> = get(row, "payload")?;
    let payload: Value = serde_json::from_slice(&payload).map_err(|error| error.to_string())?;
    let revision = payload.get("consent_revision").and_then(Value::as_u64);
    let outcome: String = get(row, "outcome")?;
    let recipient: Option<String> = get(row, "recipient")?;
    let participant = payload.get("participant").and_then(Value::as_str);
    let handover = payload.get("handover").and_then(Value::as_str);
    Ok(Event {
        at: get(row, "at")?,
        operation: get(row, "operation")?,
        done: outcome == "done",
        message: get(row, "disclosure_id")?,
        revision: revision.and_then(|revision| u32::try_from(revision).ok()),
        office: recipient.as_deref().or(participant).and_then(office),
        handover: handover.and_then(|id| id.parse().ok()),
    })
}

fn office(id: &str) -> Option<Office> {
    let both = [Office::First, Office::Second];
    both.into_iter().find(|office| office.id() == id)
}

fn handover(row: &QueryResult) -> Result<HandoverRow, String> {
    let (by, to): (String, String) = (get(row, "office_id")?, get(row, "to_office")?);
    Ok(HandoverRow {
        id: get(row, "id")?,
        by: office(&by).ok_or("handed over by an office of another history")?,
        to: office(&to).ok_or("handed over to an office of another history")?,
        at: get(row, "handed_over_at")?,
    })
}

fn message(row: &QueryResult) -> Result<(Uuid, Row), String> {
    let collected: Option<i64> = get(row, "collected_at")?;
    let content: Option<Uuid> = get(row, "content")?;
    let recipient: String = get(row, "recipient")?;
    let found = Row {
        state: get(row, "state")?,
        recipient: office(&recipient).ok_or("held for an office of another history")?,
        seal_reason: get(row, "seal_reason")?,
        collected: collected.is_some(),
        has_content: content.is_some(),
        withdrawn_notices: get(row, "withdrawn")?,
        narrowed_notices: get(row, "narrowed")?,
    };
    Ok((get(row, "id")?, found))
}
