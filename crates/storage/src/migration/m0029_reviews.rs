//! Reviews of the agreement (agreement, point 11).

use sea_orm::ConnectionTrait as _;

use crate::backend;

migration!(manager => {
    let (database, kind) = (manager.get_connection(), manager.get_database_backend());
    for statement in TABLES {
        database
            .execute_unprepared(&backend::ddl(kind, statement))
            .await?;
    }
    if backend::has_row_security(kind) {
        for part in [RIGHTS, REVIEWS, COUNTING] {
            database.execute_unprepared(part).await?;
        }
    }
    Ok(())
});

const TABLES: &[&str] = &[
    // Why, when and where only: no case, consent or person, and not the log's own time, which would lead to them.
    "CREATE TABLE release_refusals (
        id {uuid} PRIMARY KEY,
        refused_at {bigint} NOT NULL CHECK (refused_at % 60000000 = 0),
        recipient {text} NOT NULL,
        reasons {text} NOT NULL
    ){strict}",
    "CREATE INDEX release_refusals_by_time ON release_refusals (refused_at)",
    // A period begins where the one before ended: the key to the row before says so, and no two rows come after the same one. What
    // differs between two reviews is nobody's case then.
    "CREATE TABLE reviews (
        id {uuid} PRIMARY KEY,
        number {int} NOT NULL UNIQUE CHECK (number > 0),
        number_before {int} UNIQUE,
        reason {text} NOT NULL CHECK (reason IN ('date', 'change_of_law', 'change_of_organisation',
            'difficulty_in_cooperation', 'safety_of_affected_persons', 'new_needs')),
        asked_at {bigint} NOT NULL,
        asked_by_office {text} REFERENCES offices (id),
        asked_by_centre {uuid} REFERENCES organisations (id),
        asked_by_coordination {uuid} REFERENCES organisations (id),
        period_from {bigint} NOT NULL,
        period_until {bigint},
        threshold {bigint} CHECK (threshold >= 3),
        concluded_by_police_at {bigint},
        concluded_by_network_at {bigint},
        UNIQUE (number, period_until),
        FOREIGN KEY (number_before, period_from) REFERENCES reviews (number, period_until),
        CHECK ((number = 1) = (number_before IS NULL)),
        CHECK (number_before IS NULL OR number_before = number - 1),
        CHECK (period_until > period_from),
        CHECK ((period_until IS NULL) = (threshold IS NULL)),
        CHECK (period_until IS NOT NULL OR (concluded_by_police_at IS NULL AND concluded_by_network_at IS NULL)),
        CHECK ((reason = 'date') = (asked_by_office IS NULL AND asked_by_centre IS NULL AND asked_by_coordination IS NULL))
    ){strict}",
    "CREATE INDEX reviews_by_time ON reviews (asked_at, id)",
    // As they may be shown: a number that is withheld is in no table.
    "CREATE TABLE review_figures (
        review_id {uuid} PRIMARY KEY REFERENCES reviews (id),
        figures {text} NOT NULL
    ){strict}",
    "CREATE TABLE review_assessments (
        review_id {uuid} NOT NULL REFERENCES reviews (id),
        side {text} NOT NULL CHECK (side IN ('police', 'network')),
        point {text} NOT NULL,
        attainment {text} NOT NULL CHECK (attainment IN ('attained', 'largely_attained', 'partly_attained', 'not_attained', 'not_assessable')),
        remark {text},
        assessed_at {bigint} NOT NULL,
        PRIMARY KEY (review_id, side, point)
    ){strict}",
    "CREATE TABLE review_measures (
        id {uuid} PRIMARY KEY,
        review_id {uuid} NOT NULL REFERENCES reviews (id),
        point {text} NOT NULL,
        title {text} NOT NULL,
        by_side {text} NOT NULL CHECK (by_side IN ('police', 'network')),
        due_at {bigint} NOT NULL,
        proposed_by {text} NOT NULL CHECK (proposed_by IN ('police', 'network')),
        proposed_at {bigint} NOT NULL,
        agreed_at {bigint},
        completed_at {bigint},
        CHECK (due_at > proposed_at),
        CHECK (completed_at IS NULL OR agreed_at IS NOT NULL)
    ){strict}",
    "CREATE INDEX review_measures_by_review ON review_measures (review_id)",
    "CREATE INDEX referral_notices_by_time ON referral_notices (recorded_at)",
    "CREATE INDEX involvement_offers_by_time ON involvement_offers (offered_at)",
    "CREATE INDEX disclosures_by_time ON disclosures (released_at)",
];

/// Nothing is deleted. Figures are never changed.
const RIGHTS: &str = "
REVOKE ALL ON release_refusals, reviews, review_figures, review_assessments, review_measures FROM freigabe_app;
GRANT SELECT, INSERT ON release_refusals, reviews, review_figures, review_assessments, review_measures TO freigabe_app;
GRANT UPDATE (period_until, threshold, concluded_by_police_at, concluded_by_network_at) ON reviews TO freigabe_app;
GRANT UPDATE (attainment, remark, assessed_at) ON review_assessments TO freigabe_app;
GRANT UPDATE (agreed_at, completed_at) ON review_measures TO freigabe_app;

CREATE FUNCTION freigabe_side() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CASE freigabe_scope() WHEN 'office' THEN 'police' WHEN 'coordination' THEN 'network' END;
GRANT EXECUTE ON FUNCTION freigabe_side() TO freigabe_app";

/// Reviews are no secret among partners and the coordination. Whoever asks for one does so in its own name; the upkeep alone opens it and
/// makes its figures. Each side says what it says in its own name.
const REVIEWS: &str = "
ALTER TABLE reviews ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY partners_read ON reviews FOR SELECT
    USING ((SELECT freigabe_scope() IN ('centre', 'office', 'coordination', 'upkeep')));
CREATE POLICY partner_asks ON reviews FOR INSERT
    WITH CHECK (period_until IS NULL AND (asked_by_office = (SELECT freigabe_office())
        OR asked_by_centre = (SELECT freigabe_organisation())
        OR asked_by_coordination = (SELECT freigabe_coordination())));
CREATE POLICY upkeep_adds ON reviews FOR INSERT
    WITH CHECK ((SELECT freigabe_scope() = 'upkeep') AND reason = 'date' AND period_until IS NULL);
CREATE POLICY upkeep_opens ON reviews FOR UPDATE USING ((SELECT freigabe_scope() = 'upkeep'))
    WITH CHECK (concluded_by_police_at IS NULL AND concluded_by_network_at IS NULL);
CREATE POLICY side_concludes ON reviews FOR UPDATE
    USING ((SELECT freigabe_side()) IS NOT NULL)
    WITH CHECK (EXISTS (SELECT FROM review_figures f WHERE f.review_id = reviews.id));

ALTER TABLE review_figures ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY partners_read ON review_figures FOR SELECT
    USING ((SELECT freigabe_scope() IN ('centre', 'office', 'coordination')));
CREATE POLICY upkeep_adds ON review_figures FOR INSERT WITH CHECK ((SELECT freigabe_scope() = 'upkeep'));

ALTER TABLE review_assessments ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY partners_read ON review_assessments FOR SELECT
    USING ((SELECT freigabe_scope() IN ('centre', 'office', 'coordination', 'upkeep')));
CREATE POLICY side_assesses ON review_assessments FOR INSERT WITH CHECK (side = (SELECT freigabe_side()));
CREATE POLICY side_assesses_again ON review_assessments FOR UPDATE
    USING (side = (SELECT freigabe_side())) WITH CHECK (side = (SELECT freigabe_side()));

ALTER TABLE review_measures ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY partners_read ON review_measures FOR SELECT
    USING ((SELECT freigabe_scope() IN ('centre', 'office', 'coordination', 'upkeep')));
CREATE POLICY side_proposes ON review_measures FOR INSERT
    WITH CHECK (proposed_by = (SELECT freigabe_side()) AND agreed_at IS NULL AND completed_at IS NULL);
CREATE POLICY other_side_agrees ON review_measures FOR UPDATE
    USING (agreed_at IS NULL AND proposed_by <> (SELECT freigabe_side())) WITH CHECK (completed_at IS NULL);
CREATE POLICY doer_completes ON review_measures FOR UPDATE
    USING (agreed_at IS NOT NULL AND completed_at IS NULL AND by_side = (SELECT freigabe_side()))
    WITH CHECK (agreed_at IS NOT NULL AND completed_at IS NOT NULL AND by_side = (SELECT freigabe_side()))";

/// The upkeep counts. It reads rows that it had no part in so far, all of them without what is sealed in them.
const COUNTING: &str = "
ALTER TABLE release_refusals ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY centre_is_refused ON release_refusals FOR INSERT WITH CHECK ((SELECT freigabe_scope() = 'centre'));
CREATE POLICY upkeep_counts ON release_refusals FOR SELECT USING ((SELECT freigabe_scope() = 'upkeep'));
CREATE POLICY upkeep_counts ON referral_notices FOR SELECT USING ((SELECT freigabe_scope() = 'upkeep'));
CREATE POLICY upkeep_counts ON involvement_offers FOR SELECT USING ((SELECT freigabe_scope() = 'upkeep'));
CREATE POLICY upkeep_counts ON withdrawal_notices FOR SELECT USING ((SELECT freigabe_scope() = 'upkeep'));
CREATE POLICY upkeep_counts ON security_notice_deliveries FOR SELECT USING ((SELECT freigabe_scope() = 'upkeep'));
CREATE POLICY upkeep_counts ON contact_pair_halves FOR SELECT USING ((SELECT freigabe_scope() = 'upkeep'));
CREATE POLICY upkeep_counts ON regional_agreements FOR SELECT USING ((SELECT freigabe_scope() = 'upkeep'));
CREATE POLICY upkeep_counts ON regional_agreement_parties FOR SELECT USING ((SELECT freigabe_scope() = 'upkeep'))";
