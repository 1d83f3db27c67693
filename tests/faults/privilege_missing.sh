#!/usr/bin/env bash
# A role that may not do what was asked: which table, which right; everything as it was. An owner
# who is no superuser may.
# shellcheck disable=SC2154
. "$(dirname "$0")/lib.sh"
new_marketplace
role=resow_test_role_$$
drop_role() {
  sql "DROP OWNED BY $role CASCADE" && clean_up && server_sql "DROP ROLE $role"
}
trap drop_role EXIT
server_sql "CREATE ROLE $role LOGIN"
as_role="$db user=$role"
start=$(checksum '%')

run 4 apply "$batches" -d "$as_role" --execute
contains "$err" "SQLSTATE 42501"
contains "$err" "permission denied for schema user_1"
equals "$(checksum '%')" "$start"

sql "GRANT USAGE ON SCHEMA public, user_1, user_2, user_3 TO $role;
     GRANT SELECT ON ALL TABLES IN SCHEMA public, user_1, user_2, user_3 TO $role"
run 4 verify "$batches" -d "$as_role"
contains "$err" "permission denied for sequence "
grants=$(sed -n 's/^ *hint: let their owner say: //p' <<<"$err" | head -n 1)
contains "$grants" "GRANT SELECT ON ALL SEQUENCES IN SCHEMA \"user_1\" TO \"$role\""
run 4 apply "$batches" -d "$as_role" --execute
contains "$err" "GRANT SELECT ON ALL SEQUENCES IN SCHEMA \"user_1\" TO \"$role\""
sql "$grants; GRANT SELECT ON ALL SEQUENCES IN SCHEMA user_2, user_3 TO $role"
run 2 apply "$batches" -d "$as_role" --execute
contains "$err" "user_1.marketplace_jobs: cannot be cleared: the privilege DELETE on user_1.marketplace_jobs is missing"
contains "$err" "grant it, or run as the owner of the table"
contains "$err" "user_1.batch_jobs_id_seq: the sequence has to move to 4"
equals "$(checksum '%')" "$start"

sql "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA user_1, user_2, user_3 TO $role"
run 2 apply "$batches" -d "$as_role" --execute
lacks "$err" "the privilege DELETE"
contains "$err" "this role may not alter it (likewise in user_2 and user_3); run as its owner"
equals "$(checksum '%')" "$start"

# A right that only the server knows of, in the middle.
sql "CREATE FUNCTION user_2.secret() RETURNS int LANGUAGE sql AS 'SELECT 1';
     REVOKE EXECUTE ON FUNCTION user_2.secret() FROM PUBLIC;
     CREATE FUNCTION user_2.guarded() RETURNS trigger LANGUAGE plpgsql AS
       'BEGIN NEW.priority = user_2.secret(); RETURN NEW; END';
     CREATE TRIGGER guarded BEFORE INSERT ON user_2.marketplace_jobs FOR EACH ROW EXECUTE FUNCTION user_2.guarded()"
sql "DO \$\$DECLARE t regclass; BEGIN
       FOR t IN SELECT oid FROM pg_class WHERE relkind = 'r' AND relnamespace::regnamespace::text LIKE 'user%'
       LOOP EXECUTE format('ALTER TABLE %s OWNER TO $role', t); END LOOP; END\$\$;
     GRANT CREATE ON SCHEMA user_1, user_2, user_3 TO $role"
before=$(checksum user_2)
run 4 apply "$batches" -d "$as_role" --execute
contains "$err" "COPY user_2.marketplace_jobs: permission denied for function secret (SQLSTATE 42501)"
contains "$err" "table: user_2.marketplace_jobs"
equals "$(checksum user_2)" "$before"

sql "GRANT EXECUTE ON FUNCTION user_2.secret() TO $role;
     REVOKE SELECT ON public.alembic_version FROM $role"
run 4 apply "$batches" -d "$as_role" --execute
contains "$err" "count rows: permission denied for table alembic_version (SQLSTATE 42501)"
contains "$err" "table: public.alembic_version"

sql "GRANT SELECT ON public.alembic_version TO $role"
run 0 apply "$batches" -d "$as_role" --execute
run 0 verify "$batches" -d "$as_role"
