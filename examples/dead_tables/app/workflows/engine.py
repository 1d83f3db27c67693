"""Runs workflows. What has to be done before what stands in definitions/*.yaml, not in workflow_dependencies."""


def run(cursor, name):
    cursor.execute("SELECT id FROM workflows WHERE name = %s AND enabled", (name,))
    workflow = cursor.fetchone()[0]
    cursor.execute("INSERT INTO workflow_runs (workflow_id, started_at, state) VALUES (%s, now(), 'running') RETURNING id", (workflow,))
    number = cursor.fetchone()[0]
    cursor.execute("SELECT id, name FROM workflow_steps WHERE workflow_id = %s ORDER BY position", (workflow,))
    for step, what in cursor.fetchall():
        cursor.execute("INSERT INTO workflow_step_runs (run_id, step_id, state) VALUES (%s, %s, 'running')", (number, step))
        try:
            do(cursor, number, what)
        except Exception as error:
            cursor.execute("INSERT INTO workflow_errors (run_id, message) VALUES (%s, %s)", (number, str(error)))


def do(cursor, number, what):
    cursor.execute("INSERT INTO interactions (run_id, actor_id, started_at) SELECT %s, id, now() FROM actors WHERE name = %s", (number, what))
    # interaction_lineage could say what led to what; so do the events.
    cursor.execute("INSERT INTO interaction_events (interaction_id, kind, payload) VALUES (currval('interactions_id_seq'), 'began', '{}')")


def due(cursor):
    cursor.execute("SELECT workflow_id FROM workflow_triggers WHERE schedule = 'daily'")
    return [row[0] for row in cursor]


def script(cursor, name):
    cursor.execute("SELECT id, body FROM stored_scripts WHERE name = %s AND enabled", (name,))
    number, body = cursor.fetchone()
    cursor.execute("INSERT INTO script_executions (script_id, started_at) VALUES (%s, now())", (number,))
    exec(body)


def ask(cursor, model, prompt):
    cursor.execute("""SELECT p.body FROM prompt_parts AS p JOIN prompt_versions AS v ON v.id = p.prompt_version_id
                      JOIN prompts USING (id) WHERE prompts.name = %s ORDER BY p.position""", (prompt,))
    text = " ".join(row[0] for row in cursor)
    cursor.execute("INSERT INTO conversations (model_id, started_at) SELECT id, now() FROM models WHERE name = %s RETURNING id", (model,))
    cursor.execute("INSERT INTO conversation_turns (conversation_id, speaker, body) VALUES (%s, 'us', %s) RETURNING id", (cursor.fetchone()[0], text))
    cursor.execute("INSERT INTO model_calls (turn_id, tokens) VALUES (%s, %s)", (cursor.fetchone()[0], len(text)))
    cursor.execute("SELECT per_million FROM model_prices ORDER BY valid_from DESC LIMIT 1")
