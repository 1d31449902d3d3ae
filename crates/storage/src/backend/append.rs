//! An event enters the database: itself, what it has several of, and that it waits to be put into the log's tree. Three
//! tables, sent in one go: on PostgreSQL as one statement, on SQLite as several that are carried out one after the other. Each for
//! itself would cost a way to the server, or to the thread that has the connection, and back, with the consent's row held.

use freigabe_domain::store::StoreError;
use sea_orm::{ConnectionTrait as _, DatabaseTransaction, DbBackend, Statement, Value};

use super::parameter;
use crate::failure::failed;

/// The columns of an event, in the order of [`NewEvent::values`].
const EVENT: &[&str] = &[
    "id",
    "at",
    "operation",
    "outcome",
    "actor",
    "recipient",
    "case_id",
    "consent_id",
    "disclosure_id",
    "payload",
    "salt",
    "commitment",
    "class",
    "expiry_year",
    "user_reference",
    "consent_revision",
    "purpose",
    "legal_basis",
    "hits",
];
/// A term's columns, of which the event has the last three.
const TERM: &[&str] = &["dimension", "value", "at", "event_id", "expiry_year"];
/// The queue's columns, all of which the event has.
const PENDING: &[&str] = &["at", "event_id", "class", "expiry_year", "commitment"];

/// An event, as values in the order of the columns.
pub(crate) struct NewEvent {
    /// One for each of the event's columns.
    pub(crate) values: [Value; 19],
    /// Dimension and value of each term.
    pub(crate) terms: Vec<(&'static str, String)>,
}

/// Writes the event.
pub(crate) async fn append(
    transaction: &DatabaseTransaction,
    event: NewEvent,
) -> Result<(), StoreError> {
    let backend = transaction.get_database_backend();
    let (sql, values) = match backend {
        DbBackend::Sqlite => one_after_the_other(event)?,
        _ => at_once(event)?,
    };
    let statement = Statement::from_sql_and_values(backend, sql, values);
    transaction.execute_raw(statement).await.map_err(failed)?;
    Ok(())
}

type Sql = (String, Vec<Value>);

/// Each statement takes of the values as many as it has places.
fn one_after_the_other(event: NewEvent) -> Result<Sql, StoreError> {
    let row = |columns: usize| format!("({})", vec!["?"; columns].join(", "));
    let mut sql = format!("{} VALUES {}", insert("events", EVENT), row(EVENT.len()));
    let mut values = event.values.to_vec();
    if !event.terms.is_empty() {
        let rows = vec![row(TERM.len()); event.terms.len()].join(", ");
        sql.push_str(&format!("; {} VALUES {rows}", insert("event_terms", TERM)));
        for (dimension, value) in &event.terms {
            values.extend([Value::from(*dimension), Value::from(value.clone())]);
            for column in ["at", "id", "expiry_year"] {
                values.push(value_of(&event.values, column)?);
            }
        }
    }
    sql.push_str(&format!(
        "; {} VALUES {}",
        insert("log_pending", PENDING),
        row(PENDING.len())
    ));
    for column in ["at", "id", "class", "expiry_year", "commitment"] {
        values.push(value_of(&event.values, column)?);
    }
    Ok((sql, values))
}

/// The event's values are sent once and used in all three.
fn at_once(event: NewEvent) -> Result<Sql, StoreError> {
    let backend = DbBackend::Postgres;
    let own = |columns: &[&str]| {
        let places = columns.iter().map(|column| {
            position(column).map(|position| parameter(backend, position.saturating_add(1)))
        });
        places.collect::<Result<Vec<_>, _>>()
    };
    let mut sql = format!(
        "WITH event AS ({} VALUES ({}))",
        insert("events", EVENT),
        own(EVENT)?.join(", ")
    );
    let mut values = event.values.to_vec();
    if !event.terms.is_empty() {
        let shared = own(&["at", "id", "expiry_year"])?.join(", ");
        let mut rows = Vec::with_capacity(event.terms.len());
        for (dimension, value) in event.terms {
            let next = values.len();
            let (first, second) = (parameter(backend, next + 1), parameter(backend, next + 2));
            rows.push(format!("({first}, {second}, {shared})"));
            values.extend([Value::from(dimension), Value::from(value)]);
        }
        let insert = insert("event_terms", TERM);
        sql.push_str(&format!(", terms AS ({insert} VALUES {})", rows.join(", ")));
    }
    sql.push_str(&format!(
        " {} VALUES ({})",
        insert("log_pending", PENDING),
        own(&["at", "id", "class", "expiry_year", "commitment"])?.join(", ")
    ));
    Ok((sql, values))
}

fn insert(table: &str, columns: &[&str]) -> String {
    format!("INSERT INTO {table} ({})", columns.join(", "))
}

fn position(column: &str) -> Result<usize, StoreError> {
    let mut columns = EVENT.iter();
    let position = columns.position(|name| *name == column);
    position.ok_or_else(|| StoreError::Defect(format!("an event has no column {column}")))
}

fn value_of(values: &[Value], column: &str) -> Result<Value, StoreError> {
    let value = values.get(position(column)?).cloned();
    value.ok_or_else(|| StoreError::Defect(format!("an event has no value for {column}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(terms: usize) -> NewEvent {
        NewEvent {
            values: std::array::from_fn(|number| Value::from(number as i64)),
            terms: (0..terms)
                .map(|number| ("category", format!("value-{number}")))
                .collect(),
        }
    }

    #[test]
    fn postgresql_is_sent_one_statement_and_each_value_once() {
        for terms in [0, 1, 7] {
            let (sql, values) = at_once(event(terms)).unwrap();
            assert_eq!(values.len(), EVENT.len() + 2 * terms);
            assert!(sql.contains(&format!("${}", values.len())));
            assert!(!sql.contains(&format!("${}", values.len() + 1)));
            assert_eq!(
                sql.matches("INSERT INTO").count(),
                2 + usize::from(terms > 0)
            );
        }
    }

    #[test]
    fn what_the_tables_share_is_the_same_in_each() {
        let (sql, values) = one_after_the_other(event(1)).unwrap();
        let places: Vec<_> = sql
            .split("; ")
            .map(|one| one.matches('?').count())
            .collect();
        assert_eq!(places, [EVENT.len(), TERM.len(), PENDING.len()]);
        let (event, others) = values.split_at(EVENT.len());
        let (term, pending) = others.split_at(TERM.len());
        assert_eq!(
            term[2..],
            [event[1].clone(), event[0].clone(), event[13].clone()]
        );
        let expected = [1, 0, 12, 13, 11].map(|column: usize| event[column].clone());
        assert_eq!(pending, expected);
    }
}
