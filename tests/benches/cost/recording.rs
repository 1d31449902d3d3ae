//! The statements of an operation: noted while the program's own code carries it out, and then repeated with other values.
//! What is measured against is so never a copy that somebody forgot to change.

use std::sync::{Arc, Mutex};

use freigabe_domain::exchange::Application;
use freigabe_testkit::{machine::MachineEntropy, over::Over, silent::Silent, store::log_rules};
use sea_orm::{DbBackend, Statement, Value};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    operation::{Operation, Subject},
    scene::Scene,
};

/// The transaction of an operation, without the log. All of them write, in the program.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Recording {
    pub(crate) steps: Vec<Step>,
}

/// One of its statements; `BEGIN` and `COMMIT` are none.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Step {
    pub(crate) sql: String,
    pub(crate) slots: Vec<Slot>,
    has_values: bool,
}

/// What stands in the place of a parameter.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Slot {
    /// As it was noted. Sealed bytes, pseudonyms and times are among them: nobody looks at what they say.
    Noted(Noted),
    Consent,
    Case,
    Held,
    /// An identifier that nothing has yet; the same in all statements.
    Fresh,
    /// An idempotency key that no request had.
    Key,
}

/// A value that can be handed to another process. Without one it still has its type.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Noted {
    Text(Option<String>),
    Bytes(Option<Vec<u8>>),
    Id(Option<Uuid>),
    Truth(Option<bool>),
    Long(Option<i64>),
    Unsigned(Option<u64>),
    Int(Option<i32>),
    Short(Option<i16>),
}

impl Recording {
    /// Notes an operation twice, with two subjects; what differs is no part of it.
    pub(crate) async fn take(scene: &Scene, operation: Operation, known: &Subject) -> Self {
        let first = operation.subject(scene, known).await;
        let second = operation.subject(scene, &Subject::fresh(scene).await).await;
        let (one, other) = (
            noted(scene, operation, first).await,
            noted(scene, operation, second).await,
        );
        let texts = |all: &[Statement]| all.iter().map(|one| one.sql.clone()).collect::<Vec<_>>();
        assert_eq!(texts(&one), texts(&other), "two runs of {operation}");
        let steps = one.into_iter().zip(other);
        let steps = steps
            .map(|(one, other)| Step::of(one, &other, first))
            .collect();
        Self { steps }
    }
}

async fn noted(scene: &Scene, operation: Operation, subject: Subject) -> Vec<Statement> {
    let noted = Arc::new(Mutex::new(Vec::new()));
    let notes = Arc::clone(&noted);
    let observer =
        move |statement: &Statement| notes.lock().expect("a lock").push(statement.clone());
    let store = scene.open(Some(Arc::new(observer))).await;
    let over = Over::new(store.clone(), Silent);
    let application = Application::new(over, Arc::new(MachineEntropy)).with_log(log_rules());
    noted.lock().expect("a lock").clear();
    operation.carry_out(&application, scene, subject).await;
    let statements = std::mem::take(&mut *noted.lock().expect("a lock"));
    store.close().await.expect("the store closed");
    statements
}

impl Step {
    fn of(one: Statement, other: &Statement, subject: Subject) -> Self {
        let has_values = one.values.is_some();
        let others = other.values.iter().flat_map(|values| &values.0);
        let values = one.values.into_iter().flat_map(|values| values.0);
        let slots = values.zip(others);
        Self {
            sql: one.sql,
            slots: slots
                .map(|(value, other)| Slot::of(value, other, subject))
                .collect(),
            has_values,
        }
    }

    /// Whether it brings rows.
    pub(crate) fn asks(&self) -> bool {
        self.sql.starts_with("SELECT") || self.sql.contains(" RETURNING ")
    }

    /// With values of its own.
    pub(crate) fn fill(
        &self,
        backend: DbBackend,
        subject: &Subject,
        fresh: Uuid,
        key: &str,
    ) -> Statement {
        if !self.has_values {
            return Statement::from_string(backend, &self.sql);
        }
        let values = self.slots.iter().map(|slot| match slot {
            Slot::Noted(noted) => noted.clone().into(),
            Slot::Consent => subject.consent.as_uuid().into(),
            Slot::Case => subject.case.as_uuid().into(),
            Slot::Held => subject.held.map(|held| held.as_uuid()).into(),
            Slot::Fresh => fresh.into(),
            Slot::Key => key.into(),
        });
        Statement::from_sql_and_values(backend, &self.sql, values)
    }
}

impl Slot {
    fn of(value: Value, other: &Value, subject: Subject) -> Self {
        match &value {
            Value::Uuid(Some(id)) if *id == subject.consent.as_uuid() => Self::Consent,
            Value::Uuid(Some(id)) if *id == subject.case.as_uuid() => Self::Case,
            Value::Uuid(Some(id)) if subject.held.is_some_and(|held| held.as_uuid() == *id) => {
                Self::Held
            }
            Value::Uuid(Some(_)) if value != *other => Self::Fresh,
            Value::String(Some(text)) if text.starts_with(Scene::KEY) => Self::Key,
            _ => Self::Noted(value.into()),
        }
    }
}

impl From<Value> for Noted {
    fn from(value: Value) -> Self {
        match value {
            Value::String(text) => Self::Text(text),
            Value::Bytes(bytes) => Self::Bytes(bytes),
            Value::Uuid(id) => Self::Id(id),
            Value::Bool(truth) => Self::Truth(truth),
            Value::BigInt(number) => Self::Long(number),
            Value::BigUnsigned(number) => Self::Unsigned(number),
            Value::Int(number) => Self::Int(number),
            Value::SmallInt(number) => Self::Short(number),
            other => panic!("a value that no statement had so far: {other:?}"),
        }
    }
}

impl From<Noted> for Value {
    fn from(noted: Noted) -> Self {
        match noted {
            Noted::Text(text) => text.into(),
            Noted::Bytes(bytes) => bytes.into(),
            Noted::Id(id) => id.into(),
            Noted::Truth(truth) => truth.into(),
            Noted::Long(number) => number.into(),
            Noted::Unsigned(number) => number.into(),
            Noted::Int(number) => number.into(),
            Noted::Short(number) => number.into(),
        }
    }
}
