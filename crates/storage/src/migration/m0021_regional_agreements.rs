//! Regional agreements (agreement, point 9).

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
        database.execute_unprepared(ROW_SECURITY).await?;
    }
    Ok(())
});

const TABLES: &[&str] = &[
    // Nothing here says "in force": that follows from its parties, its times and what replaces it. Whoever is no party can't be named
    // as competent.
    "CREATE TABLE regional_agreements (
        id {uuid} PRIMARY KEY,
        title {text} NOT NULL,
        reference {text},
        valid_from {bigint} NOT NULL,
        valid_until {bigint},
        precedence {text} NOT NULL CHECK (precedence IN ('replaces_federal_default', 'supplements_federal_default')),
        offer_remind_after {int} CHECK (offer_remind_after BETWEEN 1 AND 720),
        offer_answer_within {int} CHECK (offer_answer_within BETWEEN 1 AND 720),
        notice_routine {int} CHECK (notice_routine BETWEEN 1 AND 720),
        notice_urgent {int} CHECK (notice_urgent BETWEEN 1 AND 720),
        replaces {uuid} REFERENCES regional_agreements (id),
        proposed_at {bigint} NOT NULL,
        proposed_by_office {text} REFERENCES offices (id),
        proposed_by_organisation {uuid} REFERENCES organisations (id),
        ended_at {bigint},
        ended_by_office {text} REFERENCES offices (id),
        ended_by_organisation {uuid} REFERENCES organisations (id),
        CHECK (valid_until IS NULL OR valid_until > valid_from),
        CHECK ((offer_remind_after IS NULL) = (offer_answer_within IS NULL)),
        CHECK (offer_answer_within >= offer_remind_after),
        CHECK ((notice_routine IS NULL) = (notice_urgent IS NULL)),
        CHECK (notice_routine >= notice_urgent),
        CHECK (replaces <> id),
        CHECK ((proposed_by_office IS NULL) <> (proposed_by_organisation IS NULL)),
        CHECK ((ended_at IS NULL) = (ended_by_office IS NULL AND ended_by_organisation IS NULL)),
        CHECK (ended_by_office IS NULL OR ended_by_organisation IS NULL)
    ){strict}",
    "CREATE INDEX regional_agreements_by_time ON regional_agreements (proposed_at, id)",
    "CREATE INDEX regional_agreements_by_former ON regional_agreements (replaces) WHERE replaces IS NOT NULL",
    // In the order in which they were named.
    "CREATE TABLE regional_agreement_parties (
        agreement_id {uuid} NOT NULL REFERENCES regional_agreements (id),
        number {smallint} NOT NULL CHECK (number >= 0),
        office_id {text} REFERENCES offices (id),
        organisation_id {uuid} REFERENCES organisations (id),
        centre_id {uuid},
        confirmed_at {bigint},
        PRIMARY KEY (agreement_id, number),
        UNIQUE (agreement_id, office_id),
        UNIQUE (agreement_id, organisation_id),
        CHECK ((office_id IS NULL) <> (organisation_id IS NULL)),
        CHECK ((organisation_id IS NULL) = (centre_id IS NULL))
    ){strict}",
    "CREATE INDEX regional_agreements_of_centre ON regional_agreement_parties (organisation_id, agreement_id) WHERE organisation_id IS NOT NULL",
    "CREATE INDEX regional_agreements_of_office ON regional_agreement_parties (office_id, agreement_id) WHERE office_id IS NOT NULL",
    "CREATE TABLE regional_agreement_offices (
        agreement_id {uuid} NOT NULL,
        task {text} NOT NULL CHECK (task IN ('criminal_investigation', 'danger_prevention', 'victim_protection')),
        office_id {text} NOT NULL,
        PRIMARY KEY (agreement_id, task),
        FOREIGN KEY (agreement_id, office_id) REFERENCES regional_agreement_parties (agreement_id, office_id)
    ){strict}",
    // A Land, or the first digits of postcodes: what a place is looked up by.
    "CREATE TABLE regional_agreement_areas (
        agreement_id {uuid} NOT NULL REFERENCES regional_agreements (id),
        code {text} NOT NULL CHECK (length(code) BETWEEN 1 AND 5),
        PRIMARY KEY (agreement_id, code)
    ){strict}",
];

/// Agreements are no secret among those who make them and the coordination. A party proposes in its own name, confirms for itself and for
/// nobody else, and ends in its own name; nobody changes what was proposed, or adds to it once another party has confirmed.
const ROW_SECURITY: &str = "
REVOKE ALL ON regional_agreements, regional_agreement_parties, regional_agreement_offices, regional_agreement_areas FROM freigabe_app;
GRANT SELECT, INSERT ON regional_agreements, regional_agreement_parties, regional_agreement_offices, regional_agreement_areas
    TO freigabe_app;
GRANT UPDATE (ended_at, ended_by_office, ended_by_organisation) ON regional_agreements TO freigabe_app;
GRANT UPDATE (confirmed_at) ON regional_agreement_parties TO freigabe_app;

ALTER TABLE regional_agreement_parties ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY partners_read ON regional_agreement_parties FOR SELECT
    USING ((SELECT freigabe_scope() IN ('centre', 'office', 'coordination')));
CREATE POLICY proposer_names ON regional_agreement_parties FOR INSERT
    WITH CHECK (EXISTS (SELECT FROM regional_agreements a WHERE a.id = regional_agreement_parties.agreement_id
            AND (a.proposed_by_office = (SELECT freigabe_office())
                OR a.proposed_by_organisation = (SELECT freigabe_organisation())))
        AND (confirmed_at IS NULL OR office_id = (SELECT freigabe_office())
            OR organisation_id = (SELECT freigabe_organisation())));
CREATE POLICY party_confirms ON regional_agreement_parties FOR UPDATE
    USING (confirmed_at IS NULL AND (office_id = (SELECT freigabe_office())
        OR organisation_id = (SELECT freigabe_organisation())))
    WITH CHECK (confirmed_at IS NOT NULL AND (office_id = (SELECT freigabe_office())
        OR organisation_id = (SELECT freigabe_organisation())));

ALTER TABLE regional_agreements ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY partners_read ON regional_agreements FOR SELECT
    USING ((SELECT freigabe_scope() IN ('centre', 'office', 'coordination')));
CREATE POLICY party_proposes ON regional_agreements FOR INSERT
    WITH CHECK (ended_at IS NULL AND (proposed_by_office = (SELECT freigabe_office())
        OR proposed_by_organisation = (SELECT freigabe_organisation())));
CREATE POLICY party_ends ON regional_agreements FOR UPDATE
    USING (EXISTS (SELECT FROM regional_agreement_parties p WHERE p.agreement_id = regional_agreements.id
        AND (p.office_id = (SELECT freigabe_office()) OR p.organisation_id = (SELECT freigabe_organisation()))))
    WITH CHECK (ended_by_office = (SELECT freigabe_office())
        OR ended_by_organisation = (SELECT freigabe_organisation()));

ALTER TABLE regional_agreement_offices ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY partners_read ON regional_agreement_offices FOR SELECT
    USING ((SELECT freigabe_scope() IN ('centre', 'office', 'coordination')));
CREATE POLICY proposer_says ON regional_agreement_offices FOR INSERT
    WITH CHECK (EXISTS (SELECT FROM regional_agreements a WHERE a.id = regional_agreement_offices.agreement_id
            AND (a.proposed_by_office = (SELECT freigabe_office())
                OR a.proposed_by_organisation = (SELECT freigabe_organisation())))
        AND NOT EXISTS (SELECT FROM regional_agreement_parties p WHERE p.agreement_id = regional_agreement_offices.agreement_id
            AND p.confirmed_at IS NOT NULL AND (p.office_id = (SELECT freigabe_office())
                OR p.organisation_id = (SELECT freigabe_organisation())) IS NOT TRUE));

ALTER TABLE regional_agreement_areas ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY partners_read ON regional_agreement_areas FOR SELECT
    USING ((SELECT freigabe_scope() IN ('centre', 'office', 'coordination')));
CREATE POLICY proposer_says ON regional_agreement_areas FOR INSERT
    WITH CHECK (EXISTS (SELECT FROM regional_agreements a WHERE a.id = regional_agreement_areas.agreement_id
            AND (a.proposed_by_office = (SELECT freigabe_office())
                OR a.proposed_by_organisation = (SELECT freigabe_organisation())))
        AND NOT EXISTS (SELECT FROM regional_agreement_parties p WHERE p.agreement_id = regional_agreement_areas.agreement_id
            AND p.confirmed_at IS NOT NULL AND (p.office_id = (SELECT freigabe_office())
                OR p.organisation_id = (SELECT freigabe_organisation())) IS NOT TRUE))";
