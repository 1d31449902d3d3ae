//! The disclosure log.

use freigabe_domain::{
    access::{ClientId, UserReference},
    audit::{AuditQuery, LegalBasis, SealedEvent, StoredEvent},
    ids::EventId,
    office::OfficeId,
    store::{AuditStore, Cursor, Page, PageRequest, StoreError},
    vocabulary::Purpose,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect, QueryTrait as _, Select, Statement, Value,
    sea_query::{Expr, ExprTrait as _, Query, SelectStatement},
};
use uuid::Uuid;

use crate::{
    backend::{self, NewEvent},
    entity::{event, event_term},
    failure::failed,
    rows::{Cell, instant},
    tx::{SqlTx, after_descending},
};

const CATEGORY: &str = "category";
const REFUSAL_REASON: &str = "refusal_reason";
const ORGANISATION: &str = "organisation";
pub(crate) const PERSON: &str = "person";
const QUERIED: &str = "queried";

impl<'tx> AuditStore<'tx> for SqlTx<'tx> {
    async fn append(&mut self, event: &SealedEvent) -> Result<(), StoreError> {
        let projection = &event.projection;
        let narrow =
            |year: u16| i16::try_from(year).map_err(|error| StoreError::Defect(error.to_string()));
        let text = |text: Option<&str>| Value::from(text.map(str::to_owned));
        let values = [
            projection.id.as_uuid().into(),
            projection.at.as_unix_micros().into(),
            projection.operation.code().into(),
            projection.outcome.code().into(),
            text(projection.actor.as_ref().map(ClientId::as_str)),
            text(projection.recipient.as_ref().map(OfficeId::as_str)),
            projection.case.map(|id| id.as_uuid()).into(),
            projection.consent.map(|id| id.as_uuid()).into(),
            projection.disclosure.map(|id| id.as_uuid()).into(),
            event.payload.clone().into(),
            event.salt.as_bytes().to_vec().into(),
            event.commitment.as_bytes().to_vec().into(),
            i16::from(event.class.code()).into(),
            narrow(event.expiry_year)?.into(),
            text(projection.user.as_ref().map(UserReference::as_str)),
            projection.consent_revision.map(i64::from).into(),
            text(projection.purpose.map(Purpose::code)),
            text(projection.legal_basis.map(LegalBasis::code)),
            projection.hits.map(count).into(),
        ];
        let terms = terms_of(event);
        backend::append(&self.transaction, NewEvent { values, terms }).await
    }

    async fn events(
        &mut self,
        query: &AuditQuery,
        page: PageRequest,
    ) -> Result<Page<StoredEvent>, StoreError> {
        let rows = select(query, page)
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        let events = rows
            .into_iter()
            .map(event_of)
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Page::cut(events, page.limit, |event| Cursor {
            at: event.at,
            id: event.id.as_uuid(),
        }))
    }

    async fn event(&mut self, id: EventId) -> Result<Option<StoredEvent>, StoreError> {
        let row = event::Entity::find_by_id(id.as_uuid())
            .one(&self.transaction)
            .await
            .map_err(failed)?;
        row.map(event_of).transpose()
    }
}

/// What an event has several of.
fn terms_of(event: &SealedEvent) -> Vec<(&'static str, String)> {
    let projection = &event.projection;
    let mut terms: Vec<(&'static str, String)> = Vec::new();
    terms.extend(
        projection
            .categories
            .iter()
            .map(|c| (CATEGORY, c.code().to_owned())),
    );
    terms.extend(
        projection
            .refusal_reasons
            .iter()
            .map(|r| (REFUSAL_REASON, r.code().to_owned())),
    );
    let organisations = [projection.organisation, projection.centre]
        .into_iter()
        .flatten();
    terms.extend(organisations.map(|id| (ORGANISATION, id.to_string())));
    let persons = [&projection.person, &projection.person_for_recipient]
        .into_iter()
        .flatten();
    terms.extend(persons.map(|pseudonym| (PERSON, pseudonym.as_str().to_owned())));
    terms.extend(
        projection
            .queried
            .iter()
            .map(|subject| (QUERIED, subject.to_string())),
    );
    terms.sort_unstable();
    terms.dedup();
    terms
}

/// A number of events as the database keeps it: there are never more than fit.
fn count(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(crate) fn event_of(row: event::Model) -> Result<StoredEvent, StoreError> {
    let cell = Cell {
        table: "events",
        row: &row.id,
    };
    Ok(StoredEvent {
        id: EventId::from_uuid(row.id),
        at: instant(row.at),
        commitment: cell.commitment("commitment", &row.commitment)?,
        expiry_year: cell.number("expiry_year", i64::from(row.expiry_year))?,
        payload: row.payload,
    })
}

/// Events that match, newest first, one more than the page holds. Each condition has an index that ends in time and id.
///
/// A term leads to its events: its index is read in the order of the page, and no further. Asked the other way round, whether
/// an event has the term, a database reads as many events as it takes to find a page of them, or all that have the term. Only
/// what few events have leads before it.
pub(crate) fn select(query: &AuditQuery, page: PageRequest) -> Select<event::Entity> {
    use event::Column;
    let mut select = event::Entity::find();
    let few = query.case.is_some() || query.consent.is_some() || query.event.is_some();
    let mut terms = terms_asked(query);
    let leading = (!few && !terms.is_empty()).then(|| terms.remove(0));
    let led = leading.is_some();
    select = match leading {
        Some((dimension, value)) => {
            use event_term::Column as Term;
            let joined = QuerySelect::query(&mut select);
            joined.inner_join(event_term::Entity, of_its_event());
            let select = select
                .filter(Term::Dimension.eq(dimension))
                .filter(Term::Value.eq(value));
            in_time(select, query, page, Term::At, Term::EventId)
        }
        None => in_time(select, query, page, Column::At, Column::Id),
    };
    for (dimension, value) in terms {
        select = select.filter(Expr::exists(with_term(dimension, value, led)));
    }
    let text_conditions = [
        (Column::Actor, query.actor.as_ref().map(|id| id.as_str())),
        (
            Column::Recipient,
            query.recipient.as_ref().map(|id| id.as_str()),
        ),
        (
            Column::Operation,
            query.operation.map(|operation| operation.code()),
        ),
        (Column::Outcome, query.outcome.map(|outcome| outcome.code())),
        (
            Column::UserReference,
            query.user.as_ref().map(|user| user.as_str()),
        ),
        (Column::Purpose, query.purpose.map(|purpose| purpose.code())),
        (
            Column::LegalBasis,
            query.legal_basis.map(|basis| basis.code()),
        ),
    ];
    for (column, value) in text_conditions {
        if let Some(value) = value {
            select = select.filter(column.eq(value));
        }
    }
    let id_conditions: [(Column, Option<Uuid>); 3] = [
        (Column::CaseId, query.case.map(|id| id.as_uuid())),
        (Column::ConsentId, query.consent.map(|id| id.as_uuid())),
        (Column::Id, query.event.map(|id| id.as_uuid())),
    ];
    for (column, value) in id_conditions {
        if let Some(value) = value {
            select = select.filter(column.eq(value));
        }
    }
    // Of the few events of one consent.
    if let Some(revision) = query.revision {
        select = select.filter(Column::ConsentRevision.eq(i64::from(revision)));
    }
    if let Some(least) = query.min_hits {
        select = select.filter(Column::Hits.gte(count(least)));
    }
    if let Some(most) = query.max_hits {
        select = select.filter(Column::Hits.lte(count(most)));
    }
    select.limit(u64::from(page.limit) + 1)
}

/// Dimension and value of each term that is asked for; what fewer events have comes first.
fn terms_asked(query: &AuditQuery) -> Vec<(&'static str, String)> {
    let pseudonym = query.pseudonym.as_ref();
    let all = [
        (PERSON, pseudonym.map(|person| person.as_str().to_owned())),
        (
            QUERIED,
            query.queried.as_ref().map(|subject| subject.to_string()),
        ),
        (ORGANISATION, query.organisation.map(|id| id.to_string())),
        (
            REFUSAL_REASON,
            query.refusal_reason.map(|reason| reason.code().to_owned()),
        ),
        (
            CATEGORY,
            query.category.map(|category| category.code().to_owned()),
        ),
    ];
    all.into_iter()
        .filter_map(|(dimension, value)| Some((dimension, value?)))
        .collect()
}

/// The page's part of what happened in the time that is asked for, by the columns of whatever is read in this order.
fn in_time<C: ColumnTrait>(
    mut select: Select<event::Entity>,
    query: &AuditQuery,
    page: PageRequest,
    at: C,
    id: C,
) -> Select<event::Entity> {
    if let Some(from) = query.from {
        select = select.filter(at.gte(from.as_unix_micros()));
    }
    if let Some(until) = query.until {
        select = select.filter(at.lt(until.as_unix_micros()));
    }
    if let Some(after) = page.after {
        select = select.filter(after_descending(at, id, after));
    }
    select.order_by_desc(at).order_by_desc(id)
}

/// A term's event. Its time, which both have, is left out: to a planner each further condition makes a page look empty, and
/// then it reads everything.
fn of_its_event() -> Expr {
    let same = |term: event_term::Column, event: event::Column| {
        Expr::col((event_term::Entity, term)).equals((event::Entity, event))
    };
    same(event_term::Column::EventId, event::Column::Id).and(same(
        event_term::Column::ExpiryYear,
        event::Column::ExpiryYear,
    ))
}

/// A further term of an event; `led` by another term, which is read first and says the same of the event. The year keeps
/// PostgreSQL from looking into every partition.
fn with_term(dimension: &str, value: String, led: bool) -> SelectStatement {
    use event::Column as Event;
    use event_term::Column as Term;
    const FURTHER: &str = "further";
    let further = |column: Term| Expr::col((FURTHER, column));
    let mut select = Query::select()
        .expr(Expr::value(1))
        .from_as(event_term::Entity, FURTHER)
        .and_where(further(Term::Dimension).eq(dimension))
        .and_where(further(Term::Value).eq(value))
        .to_owned();
    let same = [
        (Term::At, Event::At),
        (Term::EventId, Event::Id),
        (Term::ExpiryYear, Event::ExpiryYear),
    ];
    for (term, event) in same {
        select.and_where(if led {
            further(term).equals((event_term::Entity, term))
        } else {
            further(term).equals((event::Entity, event))
        });
    }
    select
}

/// The database's plan for a query, line by line.
pub(crate) async fn explain(
    database: &DatabaseTransaction,
    query: &AuditQuery,
    page: PageRequest,
) -> Result<Vec<String>, StoreError> {
    let backend = database.get_database_backend();
    let Statement { sql, values, .. } = select(query, page).build(backend);
    let sql = format!("{}{sql}", backend::explain_prefix(backend));
    let statement = Statement {
        sql,
        values,
        db_backend: backend,
    };
    let rows = database.query_all_raw(statement).await.map_err(failed)?;
    let column = if backend == sea_orm::DbBackend::Sqlite {
        "detail"
    } else {
        "QUERY PLAN"
    };
    rows.iter()
        .map(|row| row.try_get("", column).map_err(failed))
        .collect()
}
