#!/usr/bin/env bash
# The example from start to end: the audit's own verdicts, the team's, the script, and the way back.
# shellcheck disable=SC2154
. "$(dirname "$0")/../../tests/cli/lib.sh"
cd "$(dirname "$0")"
named() { json "sorted(t['table'] for t in d['tables'] if t['$1'] == '$2' and t['rows'] == 0)"; }
new_database test
sql_file schema.sql

removed="['career_analyses', 'dialogue_step_placeholders', 'production_runs', 'test_cases_history', 'trigger_executions', 'workflow_scripts']"
asked="['interaction_lineage', 'organizations', 'workflow_dependencies']"
kept="['human_tasks', 'job_skills_staging', 'posting_field_mappings', 'posting_skills', 'production_runs', 'profile_job_matches', 'profile_skills', 'profile_skills_staging', 'qa_findings', 'script_executions', 'skill_aliases_staging', 'user_posting_decisions', 'user_posting_preferences', 'user_saved_postings', 'workflow_metrics']"
kept=${kept/"'production_runs', "/}

# What the machine finds by itself: the six, 12 of the 14, and five to ask about.
run 1 audit -d "$db" --code app --format json
equals "$(json "(len(d['tables']), sum(t['rows'] == 0 for t in d['tables']))")" "(74, 23)"
equals "$(json "[(t['table'], t['rows']) for t in d['tables'] if t['table'] in ('stored_scripts', 'workflow_errors', 'workflow_runs')]")" \
  "[('stored_scripts', 1), ('workflow_errors', 3), ('workflow_runs', 16)]"
equals "$(named suggested remove)" "$removed"
equals "$(named suggested ask)" "['interaction_lineage', 'organizations', 'posting_field_mappings', 'workflow_dependencies', 'workflow_metrics']"
equals "$(json "sum(t['suggested'] == 'keep' and t['rows'] == 0 for t in d['tables'])")" 12
equals "$(json "[t['table'] for t in d['tables'] if t['rows'] and t['suggested'] != 'keep']")" "[]"

# With what the team knows: the 6, the 3 and the 14.
run 1 audit -d "$db" --code app --decisions audit.json --format json
equals "$(named verdict remove)" "$removed"
equals "$(named verdict ask)" "$asked"
equals "$(named verdict keep)" "$kept"
equals "$(json "(d['open'], sum(t['open'] for t in d['tables']))")" "(3, 3)"
equals "$(json "all(t['reasons'] or 'decision' in t for t in d['tables'])")" True

# Without a source tree nobody says that no code names a table.
run 1 audit -d "$db" --format json
equals "$(named suggested remove)" "[]"

# The script: backup, checks, the drops, checks, a record; and the way back.
dump() { pg_dump -d "$db" "$@" | grep -v restrict; }
step() { said=$(cd "$work/removal" && psql -X -q -v ON_ERROR_STOP=1 -d "$db" -f "$1" 2>&1) || fail "$1: $said"; }
before=$(dump) log=(-T migration_log -T migration_log_id_seq)
without_log=$(dump "${log[@]}")
run 1 audit -d "$db" --code app --decisions audit.json --script "$work/removal"
for file in 01_backup.sql 02_check_before.sql 03_drop.sql 04_check_after.sql; do step "$file"; done
contains "$said" "68 tables, 17 of them empty"
run 1 audit -d "$db" --code app --decisions audit.json --format json
equals "$(json "(len(d['tables']), sum(t['rows'] == 0 for t in d['tables']), d['open'])")" "(68, 17, 3)"
step 05_rollback.sql
contains "$said" "74 tables, 23 of them empty"
equals "$(dump)" "$before" "the way back leads elsewhere"

for file in 03_drop.sql 04_check_after.sql 06_record.sql; do step "$file"; done
equals "$(sql "SELECT name, description FROM migration_log ORDER BY id DESC LIMIT 1")" \
  "drop-dead-tables|Removed 6 tables: workflow_scripts, trigger_executions, test_cases_history, production_runs, dialogue_step_placeholders, career_analyses"
step 05_rollback.sql
equals "$(sql "SELECT name FROM migration_log ORDER BY id DESC LIMIT 1")" "drop-dead-tables_taken_back"
equals "$(dump "${log[@]}")" "$without_log"
