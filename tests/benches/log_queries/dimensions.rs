//! What auditors ask by, and events that are there to be asked for.

use std::collections::BTreeMap;

use freigabe_domain::{
    access::{ClientId, UserReference},
    audit::{AuditQuery, LegalBasis, Operation, Outcome, Queried, Retention},
    disclosure::{Pseudonym, RefusalReason},
    ids::{CaseId, ConsentId, EventId, OrganisationId},
    instant::Instant,
    office::OfficeId,
    store::Cursor,
    vocabulary::{Category, Purpose},
};
use sea_orm::{ConnectionTrait as _, DatabaseConnection, DbBackend, QueryResult, Statement};
use time::Duration;
use uuid::Uuid;

/// An event, as far as it can be asked for.
#[derive(Debug, Clone)]
pub(crate) struct Picked {
    at: Instant,
    id: Uuid,
    texts: BTreeMap<&'static str, String>,
    case: Option<Uuid>,
    consent: Option<Uuid>,
    revision: Option<u32>,
    hits: Option<u64>,
    terms: BTreeMap<String, String>,
}

/// Makes a query that this event meets; none if it has nothing of this kind.
pub(crate) type Ask = fn(&Picked) -> Option<AuditQuery>;

/// Each dimension of [`AuditQuery`].
pub(crate) const DIMENSIONS: &[(&str, Ask)] = &[
    ("nothing", |_| Some(AuditQuery::default())),
    ("time: a day", |picked| {
        Some(AuditQuery {
            from: Some(picked.at.plus(Duration::days(-1))),
            until: Some(picked.at),
            ..AuditQuery::default()
        })
    }),
    ("actor", |picked| {
        asked(picked.text("actor"), |query, actor| {
            query.actor = Some(ClientId::parse(actor).expect("a client"));
        })
    }),
    ("user", |picked| {
        asked(picked.text("user_reference"), |query, user| {
            query.user = Some(UserReference::parse(user).expect("a reference"));
        })
    }),
    ("organisation", |picked| {
        asked(picked.term("organisation"), |query, id| {
            query.organisation = Some(OrganisationId::from_uuid(parsed(id)));
        })
    }),
    ("recipient", |picked| {
        asked(picked.text("recipient"), |query, office| {
            query.recipient = Some(OfficeId::parse(office).expect("an office"));
        })
    }),
    ("operation", |picked| {
        asked(picked.text("operation"), |query, code| {
            query.operation = Some(Operation::from_code(code).expect("a code"));
        })
    }),
    ("outcome", |picked| {
        asked(picked.text("outcome"), |query, code| {
            query.outcome = Some(Outcome::from_code(code).expect("a code"));
        })
    }),
    ("purpose", |picked| {
        asked(picked.text("purpose"), |query, code| {
            query.purpose = Some(Purpose::from_code(code).expect("a code"));
        })
    }),
    ("legal basis", |picked| {
        asked(picked.text("legal_basis"), |query, code| {
            query.legal_basis = Some(LegalBasis::from_code(code).expect("a code"));
        })
    }),
    ("refusal reason", |picked| {
        asked(picked.term("refusal_reason"), |query, code| {
            query.refusal_reason = Some(RefusalReason::from_code(code).expect("a code"));
        })
    }),
    ("category", |picked| {
        asked(picked.term("category"), |query, code| {
            query.category = Some(Category::from_code(code).expect("a code"));
        })
    }),
    ("case", |picked| {
        asked(picked.case, |query, id| {
            query.case = Some(CaseId::from_uuid(id));
        })
    }),
    ("consent", |picked| {
        asked(picked.consent, |query, id| {
            query.consent = Some(ConsentId::from_uuid(id));
        })
    }),
    ("consent and revision", |picked| {
        asked(
            picked.consent.zip(picked.revision),
            |query, (id, number)| {
                query.consent = Some(ConsentId::from_uuid(id));
                query.revision = Some(number);
            },
        )
    }),
    ("person", |picked| {
        asked(picked.term("person"), |query, pseudonym| {
            query.pseudonym = Some(Pseudonym::parse(pseudonym).expect("a pseudonym"));
        })
    }),
    ("event", |picked| {
        asked(Some(picked.id), |query, id| {
            query.event = Some(EventId::from_uuid(id));
        })
    }),
    ("hits from", |picked| {
        asked(picked.hits, |query, hits| query.min_hits = Some(hits))
    }),
    ("hits up to", |picked| {
        asked(picked.hits, |query, hits| query.max_hits = Some(hits))
    }),
    ("what was asked for", |picked| {
        asked(picked.term("queried"), |query, subject| {
            let person = Pseudonym::parse(subject).map(Queried::Person);
            query.queried = Some(person.unwrap_or_else(|_| Queried::Id(parsed(subject))));
        })
    }),
    ("still there", |_| {
        Some(AuditQuery {
            retention: Some(Retention::Open),
            ..AuditQuery::default()
        })
    }),
];

/// Several together. How much is read for a page hangs on what they have in common, in any log.
pub(crate) const TOGETHER: &[(&str, Ask)] = &[
    ("recipient and category", |picked| {
        let recipient = OfficeId::parse(picked.text("recipient")?);
        asked(picked.term("category"), |query, code| {
            query.recipient = recipient.ok();
            query.category = Some(Category::from_code(code).expect("a code"));
        })
    }),
    ("organisation and category", |picked| {
        let organisation = picked.term("organisation")?;
        asked(picked.term("category"), |query, code| {
            query.organisation = Some(OrganisationId::from_uuid(parsed(organisation)));
            query.category = Some(Category::from_code(code).expect("a code"));
        })
    }),
    ("person and outcome", |picked| {
        asked(picked.term("person"), |query, pseudonym| {
            query.pseudonym = Some(Pseudonym::parse(pseudonym).expect("a pseudonym"));
            query.outcome = Some(Outcome::Done);
        })
    }),
];

fn asked<T>(what: Option<T>, set: impl FnOnce(&mut AuditQuery, T)) -> Option<AuditQuery> {
    let mut query = AuditQuery::default();
    set(&mut query, what?);
    Some(query)
}

fn parsed(id: &str) -> Uuid {
    Uuid::parse_str(id).expect("an identifier")
}

impl Picked {
    /// Where a page begins that lists this event's elders.
    pub(crate) fn cursor(&self) -> Cursor {
        Cursor {
            at: self.at,
            id: self.id,
        }
    }

    fn text(&self, column: &str) -> Option<&str> {
        self.texts.get(column).map(String::as_str)
    }

    fn term(&self, dimension: &str) -> Option<&str> {
        self.terms.get(dimension).map(String::as_str)
    }

    /// The first event that happened at this time or later.
    pub(crate) async fn at(connection: &DatabaseConnection, micros: i64) -> Self {
        let backend = connection.get_database_backend();
        let (event, terms) = match backend {
            DbBackend::Sqlite => (
                "SELECT * FROM events WHERE at >= ? ORDER BY at, id LIMIT 1",
                "SELECT dimension, value FROM event_terms WHERE event_id = ?",
            ),
            _ => (
                "SELECT * FROM events WHERE at >= $1 ORDER BY at, id LIMIT 1",
                "SELECT dimension, value FROM event_terms WHERE event_id = $1",
            ),
        };
        let event = Statement::from_sql_and_values(backend, event, [micros.into()]);
        let event = connection.query_one_raw(event).await.expect("an answer");
        let event = event.expect("an event");
        let id: Uuid = event.try_get("", "id").expect("an identifier");
        let terms = Statement::from_sql_and_values(backend, terms, [id.into()]);
        let terms = connection.query_all_raw(terms).await.expect("terms");
        Self::read(&event, id, &terms)
    }

    fn read(event: &QueryResult, id: Uuid, terms: &[QueryResult]) -> Self {
        const TEXTS: &[&str] = &[
            "actor",
            "user_reference",
            "recipient",
            "operation",
            "outcome",
            "purpose",
            "legal_basis",
        ];
        let text = |row: &QueryResult, column: &str| -> Option<String> {
            row.try_get("", column).expect("a text or none")
        };
        let number =
            |column: &str| -> Option<i64> { event.try_get("", column).expect("a number or none") };
        let at = number("at").expect("a time");
        Self {
            at: Instant::from_unix_micros(at),
            id,
            texts: TEXTS
                .iter()
                .filter_map(|column| Some((*column, text(event, column)?)))
                .collect(),
            case: event.try_get("", "case_id").expect("a case or none"),
            consent: event.try_get("", "consent_id").expect("a consent or none"),
            revision: number("consent_revision").map(|number| number.try_into().expect("small")),
            hits: number("hits").map(|number| number.try_into().expect("positive")),
            terms: terms
                .iter()
                .filter_map(|row| Some((text(row, "dimension")?, text(row, "value")?)))
                .collect(),
        }
    }
}
