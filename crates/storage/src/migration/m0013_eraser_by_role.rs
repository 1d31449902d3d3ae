//! The rules for whoever erases are made for the owner's role. Asked as a condition, whether somebody is the owner cost every
//! statement of the server more than all the other rules together; for a role that a rule is not made for, it is not even
//! looked at.

/// What a transaction says about itself is asked as well: the owner migrates too, and finds no rows then. A table that is given to
/// another owner keeps its rules; the rules must be given over as well (`ALTER POLICY … TO`).
const POLICIES: &str = "
DO $$
DECLARE
    rule record;
BEGIN
    FOR rule IN
        SELECT p.polname AS name, c.relname AS place, pg_get_userbyid(c.relowner) AS owner,
            p.polqual IS NOT NULL AS has_using,
            CASE WHEN p.polwithcheck IS NULL THEN NULL
                WHEN pg_get_expr(p.polwithcheck, p.polrelid) = 'false' THEN 'false'
                ELSE '(SELECT freigabe_scope() = ''eraser'')' END AS checked
        FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
        WHERE c.relnamespace = to_regnamespace('public') AND p.polname LIKE 'eraser%'
    LOOP
        EXECUTE format('ALTER POLICY %I ON %I TO %I', rule.name, rule.place, rule.owner)
            || CASE WHEN rule.has_using THEN ' USING ((SELECT freigabe_scope() = ''eraser''))' ELSE '' END
            || coalesce(' WITH CHECK (' || rule.checked || ')', '');
    END LOOP;
END
$$;
DROP FUNCTION freigabe_erases()";

row_rules!(POLICIES);
