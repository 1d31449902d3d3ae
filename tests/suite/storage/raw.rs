//! SQL as the application's role carries it out, in a transaction that says for whom it is: what PostgreSQL itself lets
//! through, whatever the application asks.

use freigabe_domain::store::Scope;
use sea_orm::{
    ConnectionTrait as _, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, Statement,
    TransactionTrait as _,
};
use sha2::{Digest as _, Sha256};

use super::isolation::Given;

/// What a transaction says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Says {
    scope: &'static str,
    organisation: String,
    office: String,
    /// The organisation of an office.
    holder: String,
    pub(super) client: String,
    /// The hash of an invitation's secret, in hexadecimal digits.
    invitation: String,
}

impl Says {
    /// As the store says it: written down a second time, so that nobody changes it by accident.
    pub(super) fn of(scope: &Scope) -> Self {
        let client = |client: &freigabe_domain::access::ClientId| client.as_str().to_owned();
        let (name, client) = match scope {
            Scope::Centre { client: id, .. } => ("centre", client(id)),
            Scope::Office { client: id, .. } => ("office", client(id)),
            Scope::Coordination { client: id } => ("coordination", client(id)),
            Scope::Auditor { client: id } => ("auditor", client(id)),
            Scope::Denied { client: id } => ("denied", id.as_ref().map(client).unwrap_or_default()),
            Scope::SignIn { client: id } => ("sign_in", client(id)),
            Scope::Admission => ("admission", String::new()),
            Scope::Registration { .. } => ("registration", String::new()),
            Scope::Operator { client: id } => {
                ("operator", id.as_ref().map(client).unwrap_or_default())
            }
            Scope::Upkeep => ("upkeep", String::new()),
            Scope::Directory => ("directory", String::new()),
            Scope::Sequencer => ("sequencer", String::new()),
            Scope::Eraser => ("eraser", String::new()),
        };
        let mut says = Self {
            scope: name,
            client,
            ..Self::nothing()
        };
        match scope {
            Scope::Centre { organisation, .. } => says.organisation = organisation.to_string(),
            Scope::Office {
                office,
                organisation,
                ..
            } => {
                says.office = office.as_str().to_owned();
                says.holder = organisation.to_string();
            }
            Scope::Registration { secret } => {
                let hash = Sha256::digest(secret.as_bytes());
                says.invitation = hash.iter().map(|byte| format!("{byte:02x}")).collect();
            }
            _ => {}
        }
        says
    }

    /// Nothing.
    pub(super) fn nothing() -> Self {
        Self {
            scope: "",
            organisation: String::new(),
            office: String::new(),
            holder: String::new(),
            client: String::new(),
            invitation: String::new(),
        }
    }
}

/// One of each kind.
pub(super) fn scopes(given: &Given) -> Vec<(&'static str, Says)> {
    let centre = given.test.centre();
    let client = || {
        AsRef::<freigabe_domain::access::Caller>::as_ref(centre)
            .client
            .clone()
    };
    let others = [
        Scope::from(centre),
        Scope::from(given.test.office()),
        Scope::Coordination { client: client() },
        Scope::Auditor { client: client() },
        Scope::Denied { client: None },
        Scope::SignIn { client: client() },
        Scope::Admission,
        given.registration(),
        Scope::Operator { client: None },
        Scope::Upkeep,
        Scope::Directory,
        Scope::Sequencer,
        Scope::Eraser,
    ];
    let mut all = vec![
        ("nobody", Says::nothing()),
        (
            "another centre",
            Says::of(&Scope::from(&given.other_centre)),
        ),
        (
            "another office",
            Says::of(&Scope::from(&given.other_office)),
        ),
    ];
    all.extend(others.iter().map(Says::of).map(|says| (says.scope, says)));
    all
}

/// A transaction of the application's role.
pub(super) async fn begin(connection: &DatabaseConnection, says: &Says) -> DatabaseTransaction {
    let transaction = connection.begin().await.unwrap();
    transaction
        .execute_unprepared("SET LOCAL ROLE freigabe_app")
        .await
        .unwrap();
    let settings = [
        ("scope", says.scope),
        ("organisation", &says.organisation),
        ("office", &says.office),
        ("holder", &says.holder),
        ("client", &says.client),
        ("invitation", &says.invitation),
    ];
    for (name, value) in settings {
        // Who says nothing does not even have the settings.
        if *says != Says::nothing() {
            transaction
                .execute_unprepared(&format!("SET LOCAL freigabe.{name} = '{value}'"))
                .await
                .unwrap();
        }
    }
    transaction
}

/// How many rows a statement touches; it is rolled back.
pub(super) async fn execute(
    connection: &DatabaseConnection,
    says: &Says,
    sql: &str,
) -> Result<u64, DbErr> {
    let transaction = begin(connection, says).await;
    let done = transaction.execute_unprepared(sql).await;
    transaction.rollback().await.unwrap();
    done.map(|done| done.rows_affected())
}

/// The number in the first column of the first row.
pub(super) async fn number(
    connection: &DatabaseConnection,
    says: &Says,
    sql: &str,
) -> Result<i64, DbErr> {
    let transaction = begin(connection, says).await;
    let statement = Statement::from_string(DbBackend::Postgres, sql);
    let row = transaction.query_one_raw(statement).await;
    transaction.rollback().await.unwrap();
    row?.expect("a row").try_get_by_index(0)
}

/// The statement fails for want of a right, by a grant or by a policy (`insufficient_privilege`), and for no other reason.
pub(super) async fn assert_held_off(connection: &DatabaseConnection, says: &Says, sql: &str) {
    let refused = execute(connection, says, sql)
        .await
        .err()
        .map(|error| error.to_string());
    let reason = refused.unwrap_or_else(|| panic!("{sql} was carried out for {says:?}"));
    let reasons = [
        "permission denied",
        "violates row-level security",
        "must be owner",
    ];
    assert!(
        reasons.iter().any(|known| reason.contains(known)),
        "{sql} for {says:?} failed for another reason: {reason}"
    );
}

/// The column `name` of each row, as the administrator sees it.
pub(super) async fn texts(connection: &DatabaseConnection, sql: String) -> Vec<String> {
    let rows = connection
        .query_all_raw(Statement::from_string(DbBackend::Postgres, sql))
        .await
        .unwrap();
    let name = |row: &sea_orm::QueryResult| row.try_get("", "name").unwrap();
    rows.iter().map(name).collect()
}
