//! A notice about a person and a handover rest on the message or the offer from which the office knows her; whom a message is for, and what
//! was ended, is changed by nobody who may not: the database holds that too.

use sea_orm::ConnectionTrait as _;

use crate::backend;

migration!(manager => {
    let database = manager.get_connection();
    for statement in INDEXES {
        database.execute_unprepared(statement).await?;
    }
    if backend::has_row_security(manager.get_database_backend()) {
        for part in [BASES, REDIRECTION, AGREEMENTS] {
            database.execute_unprepared(part).await?;
        }
    }
    Ok(())
});

/// The bases are looked up by row security, and by the erasure of a case. Which office has a case is asked by time.
const INDEXES: &[&str] = &[
    "CREATE INDEX security_notices_by_disclosure ON security_notices (disclosure_id) WHERE disclosure_id IS NOT NULL",
    "CREATE INDEX security_notices_by_offer ON security_notices (offer_id) WHERE offer_id IS NOT NULL",
    "CREATE INDEX handovers_by_disclosure ON handovers (disclosure_id) WHERE disclosure_id IS NOT NULL",
    "CREATE INDEX handovers_by_offer ON handovers (offer_id) WHERE offer_id IS NOT NULL",
    "DROP INDEX handovers_by_case",
    "CREATE INDEX handovers_by_case ON handovers (case_id, handed_over_at, id)",
];

const BASES: &str = "
ALTER POLICY office_issues ON security_notices
    WITH CHECK (office_id = (SELECT freigabe_office()) AND state = 'current' AND (case_id IS NULL
        OR EXISTS (SELECT FROM disclosures d WHERE d.id = security_notices.disclosure_id AND d.case_id = security_notices.case_id
            AND d.centre_id = security_notices.organisation_id AND d.recipient = security_notices.office_id)
        OR EXISTS (SELECT FROM involvement_offers o WHERE o.id = security_notices.offer_id AND o.case_id = security_notices.case_id
            AND o.organisation_id = security_notices.organisation_id AND o.office_id = security_notices.office_id)));
ALTER POLICY office_hands_over ON handovers
    WITH CHECK (office_id = (SELECT freigabe_office()) AND acknowledged_at IS NULL AND (
        EXISTS (SELECT FROM disclosures d WHERE d.id = handovers.disclosure_id AND d.case_id = handovers.case_id
            AND d.centre_id = handovers.organisation_id AND d.recipient = handovers.office_id)
        OR EXISTS (SELECT FROM involvement_offers o WHERE o.id = handovers.offer_id AND o.case_id = handovers.case_id
            AND o.organisation_id = handovers.organisation_id AND o.office_id = handovers.office_id)))";

/// What a row was before, no rule can see: a trigger lets a centre alone change whom a message is for, of what is held and stays so. Which
/// office it was before, the domain looks at, and asks the consent.
const REDIRECTION: &str = "
CREATE FUNCTION freigabe_redirects() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF row_security_active(TG_RELID)
        AND (freigabe_scope() IS DISTINCT FROM 'centre' OR OLD.state <> 'held' OR NEW.state <> 'held') THEN
        RAISE insufficient_privilege USING MESSAGE = 'permission denied to redirect a message';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER redirected BEFORE UPDATE ON disclosures FOR EACH ROW
    WHEN ((OLD.recipient, OLD.handling_office, OLD.competence, OLD.consent_revision, OLD.person_for_recipient, OLD.released_at)
        IS DISTINCT FROM
        (NEW.recipient, NEW.handling_office, NEW.competence, NEW.consent_revision, NEW.person_for_recipient, NEW.released_at))
    EXECUTE FUNCTION freigabe_redirects()";

/// Whoever proposes names the parties before the areas, so that nobody becomes a party of what others have confirmed. An agreement is
/// ended once.
const AGREEMENTS: &str = "
ALTER POLICY proposer_names ON regional_agreement_parties
    WITH CHECK (EXISTS (SELECT FROM regional_agreements a WHERE a.id = regional_agreement_parties.agreement_id
            AND (a.proposed_by_office = (SELECT freigabe_office())
                OR a.proposed_by_organisation = (SELECT freigabe_organisation())))
        AND (confirmed_at IS NULL OR office_id = (SELECT freigabe_office())
            OR organisation_id = (SELECT freigabe_organisation()))
        AND NOT EXISTS (SELECT FROM regional_agreement_areas r WHERE r.agreement_id = regional_agreement_parties.agreement_id));
CREATE FUNCTION freigabe_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF row_security_active(TG_RELID) THEN
        RAISE insufficient_privilege USING MESSAGE = 'permission denied to end what is ended';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER ends_once BEFORE UPDATE ON regional_agreements FOR EACH ROW
    WHEN (OLD.ended_at IS NOT NULL) EXECUTE FUNCTION freigabe_ended()";
