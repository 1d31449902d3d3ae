//! Supplementary agreements (agreement, point 10): who pays what share of something that both sides do together.

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
    // Whether it holds follows from its parties and its times. An affected person is no party, and no column could name her.
    "CREATE TABLE supplementary_agreements (
        id {uuid} PRIMARY KEY,
        title {text} NOT NULL,
        reference {text},
        currency {text} NOT NULL CHECK (length(currency) = 3),
        total_cents {bigint} NOT NULL CHECK (total_cents > 0),
        parties {smallint} NOT NULL CHECK (parties BETWEEN 2 AND 20),
        valid_from {bigint} NOT NULL,
        valid_until {bigint} NOT NULL,
        proposed_at {bigint} NOT NULL,
        proposed_by_office {text} REFERENCES offices (id),
        proposed_by_centre {uuid} REFERENCES organisations (id),
        proposed_by_coordination {uuid} REFERENCES organisations (id),
        ended_at {bigint},
        ended_by_office {text} REFERENCES offices (id),
        ended_by_centre {uuid} REFERENCES organisations (id),
        ended_by_coordination {uuid} REFERENCES organisations (id),
        CHECK (valid_until > valid_from),
        CHECK ((proposed_by_office IS NOT NULL AND proposed_by_centre IS NULL AND proposed_by_coordination IS NULL)
            OR (proposed_by_office IS NULL AND (proposed_by_centre IS NULL) <> (proposed_by_coordination IS NULL))),
        CHECK ((ended_at IS NULL) = (ended_by_office IS NULL AND ended_by_centre IS NULL AND ended_by_coordination IS NULL))
    ){strict}",
    "CREATE INDEX supplementary_agreements_by_time ON supplementary_agreements (proposed_at, id)",
    // In the order in which they were named; their shares add up to the total.
    "CREATE TABLE supplementary_agreement_parties (
        agreement_id {uuid} NOT NULL REFERENCES supplementary_agreements (id),
        number {smallint} NOT NULL CHECK (number >= 0),
        office_id {text} REFERENCES offices (id),
        centre_organisation {uuid} REFERENCES organisations (id),
        coordination_organisation {uuid} REFERENCES organisations (id),
        share_cents {bigint} NOT NULL CHECK (share_cents >= 0),
        confirmed_at {bigint},
        PRIMARY KEY (agreement_id, number),
        UNIQUE (agreement_id, office_id),
        UNIQUE (agreement_id, centre_organisation),
        UNIQUE (agreement_id, coordination_organisation),
        CHECK ((office_id IS NOT NULL AND centre_organisation IS NULL AND coordination_organisation IS NULL)
            OR (office_id IS NULL AND (centre_organisation IS NULL) <> (coordination_organisation IS NULL)))
    ){strict}",
];

/// No secret among partners and the coordination. A party proposes in its own name, confirms for itself alone, and ends in its own name,
/// once; nobody changes what was proposed, or adds a party to it: how many there are is part of it. Whoever proposes sees who is of the
/// network, so that it can name them.
const ROW_SECURITY: &str = "
CREATE FUNCTION freigabe_coordination() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CASE WHEN freigabe_scope() = 'coordination' THEN freigabe_holder() END;
GRANT EXECUTE ON FUNCTION freigabe_coordination() TO freigabe_app;
CREATE POLICY partners_read_network ON organisations FOR SELECT
    USING ((SELECT freigabe_scope() IN ('centre', 'office', 'coordination')) AND role IN ('centre', 'coordination'));

REVOKE ALL ON supplementary_agreements, supplementary_agreement_parties FROM freigabe_app;
GRANT SELECT, INSERT ON supplementary_agreements, supplementary_agreement_parties TO freigabe_app;
GRANT UPDATE (ended_at, ended_by_office, ended_by_centre, ended_by_coordination) ON supplementary_agreements TO freigabe_app;
GRANT UPDATE (confirmed_at) ON supplementary_agreement_parties TO freigabe_app;

ALTER TABLE supplementary_agreement_parties ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY partners_read ON supplementary_agreement_parties FOR SELECT
    USING ((SELECT freigabe_scope() IN ('centre', 'office', 'coordination')));
CREATE POLICY proposer_names ON supplementary_agreement_parties FOR INSERT
    WITH CHECK (EXISTS (SELECT FROM supplementary_agreements a WHERE a.id = supplementary_agreement_parties.agreement_id
            AND (a.proposed_by_office = (SELECT freigabe_office())
                OR a.proposed_by_centre = (SELECT freigabe_organisation())
                OR a.proposed_by_coordination = (SELECT freigabe_coordination())))
        AND number < (SELECT a.parties FROM supplementary_agreements a WHERE a.id = supplementary_agreement_parties.agreement_id)
        AND (confirmed_at IS NULL OR office_id = (SELECT freigabe_office())
            OR centre_organisation = (SELECT freigabe_organisation())
            OR coordination_organisation = (SELECT freigabe_coordination())));
CREATE POLICY party_confirms ON supplementary_agreement_parties FOR UPDATE
    USING (confirmed_at IS NULL AND (office_id = (SELECT freigabe_office())
        OR centre_organisation = (SELECT freigabe_organisation())
        OR coordination_organisation = (SELECT freigabe_coordination())))
    WITH CHECK (confirmed_at IS NOT NULL);

ALTER TABLE supplementary_agreements ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY partners_read ON supplementary_agreements FOR SELECT
    USING ((SELECT freigabe_scope() IN ('centre', 'office', 'coordination')));
CREATE POLICY party_proposes ON supplementary_agreements FOR INSERT
    WITH CHECK (ended_at IS NULL AND (proposed_by_office = (SELECT freigabe_office())
        OR proposed_by_centre = (SELECT freigabe_organisation())
        OR proposed_by_coordination = (SELECT freigabe_coordination())));
CREATE POLICY party_ends ON supplementary_agreements FOR UPDATE
    USING (EXISTS (SELECT FROM supplementary_agreement_parties p
        WHERE p.agreement_id = supplementary_agreements.id AND (p.office_id = (SELECT freigabe_office())
            OR p.centre_organisation = (SELECT freigabe_organisation())
            OR p.coordination_organisation = (SELECT freigabe_coordination()))))
    WITH CHECK (ended_by_office = (SELECT freigabe_office())
        OR ended_by_centre = (SELECT freigabe_organisation())
        OR ended_by_coordination = (SELECT freigabe_coordination()))";
