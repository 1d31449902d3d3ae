//! What a review counts, by office. From operational tables: the log may be used for other ends only (§ 76(3) BDSG).

use std::collections::BTreeMap;

use freigabe_domain::{
    disclosure::RefusalReason,
    instant::Instant,
    office::OfficeId,
    review::{FigureTopic, OfficeCount, OfficeSpan, ReviewFacts, SpanKind},
    store::StoreError,
    vocabulary::Category,
};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, FromQueryResult, QueryFilter as _,
    QuerySelect as _, Statement, sea_query::Query,
};

use crate::{
    entity::{
        disclosure, regional_agreement as agreement, regional_agreement_party as party,
        release_refusal,
    },
    failure::failed,
    regional::in_force,
    rows::Cell,
    tx::SqlTx,
};

#[derive(FromQueryResult)]
struct Counted {
    topic: String,
    office: String,
    category: String,
    cases: i64,
}

#[derive(FromQueryResult)]
struct Lasted {
    kind: String,
    office: String,
    minutes: i64,
}

/// An item of a message as it is kept, as far as it is counted.
#[derive(serde::Deserialize)]
struct OnlyCategory {
    category: Category,
}

/// Counted by the database. An empty category is none.
const COUNTS: &str = "
SELECT 'referral_notices' AS topic, office_id AS office,
    CASE WHEN language = 'de' THEN 'german' ELSE 'other_language' END AS category, COUNT(*) AS cases
    FROM referral_notices WHERE recorded_at >= {from} AND recorded_at < {until} GROUP BY 1, 2, 3
UNION ALL SELECT 'involvement_offers', office_id, state, COUNT(*)
    FROM involvement_offers WHERE offered_at >= {from} AND offered_at < {until} GROUP BY 1, 2, 3
UNION ALL SELECT 'withdrawals', recipient, 'before_collection', COUNT(*)
    FROM disclosures WHERE seal_reason = 'withdrawn' AND closed_at >= {from} AND closed_at < {until} GROUP BY 1, 2, 3
UNION ALL SELECT 'withdrawals', office_id, 'after_collection', COUNT(*)
    FROM withdrawal_notices WHERE cause = 'withdrawn' AND issued_at >= {from} AND issued_at < {until} GROUP BY 1, 2, 3
UNION ALL SELECT 'security_notices', office_id, CASE WHEN acknowledged_at IS NULL THEN 'open' ELSE 'acknowledged' END, COUNT(*)
    FROM security_notice_deliveries WHERE issued_at >= {from} AND issued_at < {until} GROUP BY 1, 2, 3
UNION ALL SELECT 'offices_in_contact', office_id, '', 1 FROM (
    SELECT DISTINCT office_id FROM (
        SELECT office_id, pair_id FROM contact_pair_halves WHERE confirmed_at >= {confirmed_since}
        GROUP BY office_id, pair_id HAVING COUNT(*) = 2) pairs) offices";

const SPANS: &str = "
SELECT 'suspicion_to_offer' AS kind, i.office_id AS office, (MIN(o.offered_at) - i.suspicion_noted_at) / 60000000 AS minutes
    FROM involvements i JOIN involvement_offers o ON o.involvement_id = i.id
    WHERE o.offered_at >= {from} AND o.offered_at < {until} GROUP BY i.id, i.office_id, i.suspicion_noted_at
UNION ALL SELECT 'offer_to_answer', office_id, (answered_at - offered_at) / 60000000
    FROM involvement_offers WHERE answered_at IS NOT NULL AND offered_at >= {from} AND offered_at < {until}
UNION ALL SELECT 'issue_to_acknowledgement', office_id, (acknowledged_at - issued_at) / 60000000
    FROM security_notice_deliveries WHERE acknowledged_at IS NOT NULL AND issued_at >= {from} AND issued_at < {until}";

const OF_FACTS: Cell<'static> = Cell {
    table: "facts of a review",
    row: &"",
};

impl SqlTx<'_> {
    pub(super) async fn facts(
        &mut self,
        from: Instant,
        until: Instant,
        confirmed_since: Instant,
    ) -> Result<ReviewFacts, StoreError> {
        let backend = self.transaction.get_database_backend();
        // Whole numbers, which need no binding.
        let statement = |sql: &str| {
            let sql = sql
                .replace("{from}", &from.as_unix_micros().to_string())
                .replace("{until}", &until.as_unix_micros().to_string())
                .replace(
                    "{confirmed_since}",
                    &confirmed_since.as_unix_micros().to_string(),
                );
            Statement::from_string(backend, sql)
        };
        let counted = Counted::find_by_statement(statement(COUNTS))
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        let lasted = Lasted::find_by_statement(statement(SPANS))
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        let mut counts = counted
            .into_iter()
            .map(count_of)
            .collect::<Result<Vec<_>, _>>()?;
        counts.extend(self.items(from, until).await?);
        counts.extend(self.refusals(from, until).await?);
        counts.extend(self.agreements_in_force(until).await?);
        Ok(ReviewFacts {
            counts,
            spans: lasted
                .into_iter()
                .map(span_of)
                .collect::<Result<Vec<_>, _>>()?,
        })
    }

    async fn items(
        &mut self,
        from: Instant,
        until: Instant,
    ) -> Result<Vec<OfficeCount>, StoreError> {
        use disclosure::{Column, Entity};
        let rows: Vec<(String, String)> = Entity::find()
            .select_only()
            .columns([Column::Recipient, Column::Items])
            .filter(Column::ReleasedAt.gte(from.as_unix_micros()))
            .filter(Column::ReleasedAt.lt(until.as_unix_micros()))
            .into_tuple()
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        let mut tally = Tally::default();
        for (office, items) in rows {
            let items: Vec<OnlyCategory> = OF_FACTS.json("items", items.as_bytes())?;
            for item in items {
                tally.count(&office, item.category.code());
            }
        }
        tally.of(FigureTopic::DisclosedItems)
    }

    async fn refusals(
        &mut self,
        from: Instant,
        until: Instant,
    ) -> Result<Vec<OfficeCount>, StoreError> {
        use release_refusal::{Column, Entity};
        let rows = Entity::find()
            .filter(Column::RefusedAt.gte(from.as_unix_micros()))
            .filter(Column::RefusedAt.lt(until.as_unix_micros()))
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        let mut tally = Tally::default();
        for row in rows {
            let reasons: Vec<RefusalReason> = OF_FACTS.json("reasons", row.reasons.as_bytes())?;
            for reason in reasons {
                tally.count(&row.recipient, reason.code());
            }
        }
        tally.of(FigureTopic::RefusalReasons)
    }

    async fn agreements_in_force(&mut self, at: Instant) -> Result<Vec<OfficeCount>, StoreError> {
        let current = Query::select()
            .column(agreement::Column::Id)
            .from(agreement::Entity)
            .cond_where(in_force(at.as_unix_micros()))
            .to_owned();
        let offices: Vec<Option<String>> = party::Entity::find()
            .select_only()
            .column(party::Column::OfficeId)
            .filter(party::Column::OfficeId.is_not_null())
            .filter(party::Column::AgreementId.in_subquery(current))
            .into_tuple()
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        let mut tally = Tally::default();
        for office in offices.into_iter().flatten() {
            tally.count(&office, "");
        }
        tally.of(FigureTopic::RegionalAgreements)
    }
}

/// Cases by office and category.
#[derive(Default)]
struct Tally(BTreeMap<(String, &'static str), u64>);

impl Tally {
    fn count(&mut self, office: &str, category: &'static str) {
        let cases = self.0.entry((office.to_owned(), category)).or_default();
        *cases = cases.saturating_add(1);
    }

    fn of(self, topic: FigureTopic) -> Result<Vec<OfficeCount>, StoreError> {
        let count = |((office, category), cases): ((String, &str), u64)| {
            Ok(OfficeCount {
                topic,
                office: office_of(&office)?,
                category: category_of(category),
                cases,
            })
        };
        self.0.into_iter().map(count).collect()
    }
}

fn category_of(code: &str) -> Option<String> {
    (!code.is_empty()).then(|| code.to_owned())
}

fn office_of(id: &str) -> Result<OfficeId, StoreError> {
    OF_FACTS.office("office", id)
}

fn count_of(row: Counted) -> Result<OfficeCount, StoreError> {
    Ok(OfficeCount {
        topic: OF_FACTS.code("topic", FigureTopic::from_code, &row.topic)?,
        office: office_of(&row.office)?,
        category: category_of(&row.category),
        cases: OF_FACTS.number("cases", row.cases)?,
    })
}

fn span_of(row: Lasted) -> Result<OfficeSpan, StoreError> {
    Ok(OfficeSpan {
        kind: OF_FACTS.code("kind", SpanKind::from_code, &row.kind)?,
        office: office_of(&row.office)?,
        // An office's clock may be ahead of the database's.
        minutes: OF_FACTS.number("minutes", row.minutes.max(0))?,
    })
}
