-- A job-matching system with workflows: 74 tables, 23 of them empty.
SET client_min_messages = warning;
BEGIN;

-- The system's own.
CREATE TABLE migration_log (
  id           integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name         text NOT NULL UNIQUE,
  description  text NOT NULL,
  applied_by   text NOT NULL DEFAULT CURRENT_USER,
  applied_at   timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE migration_log IS 'What was done to the structure, by hand or by script';
CREATE TABLE app_settings (name text PRIMARY KEY, value text NOT NULL);
CREATE TABLE actors (id serial PRIMARY KEY, name text NOT NULL UNIQUE, kind text NOT NULL CHECK (kind IN ('person', 'model', 'script')));
CREATE TABLE notifications (id bigserial PRIMARY KEY, channel text NOT NULL, body text NOT NULL, sent_at timestamptz NOT NULL);

-- People.
CREATE TABLE countries (code char(2) PRIMARY KEY, name text NOT NULL);
CREATE TABLE locations (id serial PRIMARY KEY, country_code char(2) NOT NULL REFERENCES countries, city text NOT NULL);
CREATE INDEX ON locations (country_code);
CREATE TABLE users (id serial PRIMARY KEY, email text NOT NULL UNIQUE, created_at timestamptz NOT NULL);
CREATE TABLE user_sessions (id serial PRIMARY KEY, user_id integer NOT NULL REFERENCES users ON DELETE CASCADE, began_at timestamptz NOT NULL);
CREATE INDEX ON user_sessions (user_id);
CREATE TABLE profiles (id serial PRIMARY KEY, user_id integer NOT NULL UNIQUE REFERENCES users, location_id integer NOT NULL REFERENCES locations, headline text NOT NULL);
CREATE INDEX ON profiles (location_id);
CREATE TABLE profile_documents (id serial PRIMARY KEY, profile_id integer NOT NULL REFERENCES profiles, file_name text NOT NULL);
CREATE INDEX ON profile_documents (profile_id);
CREATE TABLE profile_experiences (id serial PRIMARY KEY, profile_id integer NOT NULL REFERENCES profiles, employer text NOT NULL, from_year integer NOT NULL);
CREATE INDEX ON profile_experiences (profile_id);
CREATE TABLE profile_educations (id serial PRIMARY KEY, profile_id integer NOT NULL REFERENCES profiles, school text NOT NULL, degree text NOT NULL);
CREATE INDEX ON profile_educations (profile_id);
CREATE TABLE profile_languages (profile_id integer NOT NULL REFERENCES profiles, language text NOT NULL, level text NOT NULL, PRIMARY KEY (profile_id, language));

-- What they can, and what is asked for.
CREATE TABLE industries (id serial PRIMARY KEY, name text NOT NULL UNIQUE);
CREATE TABLE occupations (id serial PRIMARY KEY, industry_id integer NOT NULL REFERENCES industries, title text NOT NULL);
CREATE INDEX ON occupations (industry_id);
CREATE TABLE occupation_aliases (occupation_id integer NOT NULL REFERENCES occupations, alias text NOT NULL, PRIMARY KEY (occupation_id, alias));
CREATE TABLE job_titles (id serial PRIMARY KEY, occupation_id integer NOT NULL REFERENCES occupations, title text NOT NULL);
CREATE INDEX ON job_titles (occupation_id);
CREATE TABLE skill_categories (id serial PRIMARY KEY, name text NOT NULL UNIQUE);
CREATE TABLE skills (id serial PRIMARY KEY, category_id integer NOT NULL REFERENCES skill_categories, name text NOT NULL UNIQUE);
CREATE INDEX ON skills (category_id);
CREATE TABLE skill_aliases (skill_id integer NOT NULL REFERENCES skills, alias text NOT NULL, PRIMARY KEY (skill_id, alias));
CREATE TABLE skill_relations (narrower_id integer NOT NULL REFERENCES skills, broader_id integer NOT NULL REFERENCES skills, PRIMARY KEY (narrower_id, broader_id));
CREATE INDEX ON skill_relations (broader_id);

-- Postings, from where they are fetched.
CREATE TABLE posting_sources (id serial PRIMARY KEY, name text NOT NULL UNIQUE, url text NOT NULL);
CREATE TABLE fetch_jobs (id serial PRIMARY KEY, source_id integer NOT NULL REFERENCES posting_sources, started_at timestamptz NOT NULL, state text NOT NULL);
CREATE INDEX ON fetch_jobs (source_id);
CREATE TABLE fetch_job_logs (id serial PRIMARY KEY, fetch_job_id integer NOT NULL REFERENCES fetch_jobs, line text NOT NULL);
CREATE INDEX ON fetch_job_logs (fetch_job_id);
CREATE TABLE postings (
  id            serial PRIMARY KEY,
  source_id     integer NOT NULL REFERENCES posting_sources,
  title         text NOT NULL,
  company_name  text NOT NULL,
  posted_on     date NOT NULL
);
CREATE INDEX ON postings (source_id);
CREATE TABLE posting_texts (posting_id integer PRIMARY KEY REFERENCES postings, body text NOT NULL);
CREATE TABLE posting_versions (id serial PRIMARY KEY, posting_id integer NOT NULL REFERENCES postings, version integer NOT NULL, hash text NOT NULL, UNIQUE (posting_id, version));
CREATE INDEX posting_versions_posting_id_idx ON posting_versions (posting_id);
CREATE TABLE posting_locations (posting_id integer NOT NULL REFERENCES postings, location_id integer NOT NULL REFERENCES locations, PRIMARY KEY (posting_id, location_id));
CREATE INDEX ON posting_locations (location_id);
CREATE TABLE posting_requirements (id serial PRIMARY KEY, posting_id integer NOT NULL REFERENCES postings, requirement text NOT NULL);
CREATE INDEX ON posting_requirements (posting_id);
CREATE TABLE tags (id serial PRIMARY KEY, label text NOT NULL UNIQUE);
CREATE TABLE posting_tags (posting_id integer NOT NULL REFERENCES postings, tag_id integer NOT NULL REFERENCES tags, PRIMARY KEY (posting_id, tag_id));
CREATE INDEX ON posting_tags (tag_id);

-- Models, and what is said to them.
CREATE TABLE models (id serial PRIMARY KEY, name text NOT NULL UNIQUE);
CREATE TABLE model_prices (model_id integer NOT NULL REFERENCES models, valid_from date NOT NULL, per_million numeric(10, 4) NOT NULL, PRIMARY KEY (model_id, valid_from));
CREATE TABLE prompts (id serial PRIMARY KEY, name text NOT NULL UNIQUE);
CREATE TABLE prompt_versions (id serial PRIMARY KEY, prompt_id integer NOT NULL REFERENCES prompts, version integer NOT NULL, body text NOT NULL, UNIQUE (prompt_id, version));
CREATE TABLE prompt_parts (id serial PRIMARY KEY, prompt_version_id integer NOT NULL REFERENCES prompt_versions, position integer NOT NULL, body text NOT NULL, UNIQUE (prompt_version_id, position));
CREATE TABLE conversations (id serial PRIMARY KEY, model_id integer NOT NULL REFERENCES models, started_at timestamptz NOT NULL);
CREATE INDEX ON conversations (model_id);
CREATE TABLE conversation_turns (id serial PRIMARY KEY, conversation_id integer NOT NULL REFERENCES conversations, speaker text NOT NULL, body text NOT NULL);
CREATE INDEX ON conversation_turns (conversation_id);
CREATE TABLE model_calls (id serial PRIMARY KEY, turn_id integer NOT NULL REFERENCES conversation_turns, tokens integer NOT NULL);
CREATE INDEX ON model_calls (turn_id);

-- Workflows.
CREATE TABLE workflows (id serial PRIMARY KEY, name text NOT NULL UNIQUE, enabled boolean NOT NULL DEFAULT true);
CREATE TABLE workflow_steps (id serial PRIMARY KEY, workflow_id integer NOT NULL REFERENCES workflows, position integer NOT NULL, name text NOT NULL, UNIQUE (workflow_id, position));
CREATE TABLE workflow_triggers (id serial PRIMARY KEY, workflow_id integer NOT NULL REFERENCES workflows, schedule text NOT NULL);
CREATE INDEX ON workflow_triggers (workflow_id);
CREATE TABLE workflow_runs (id serial PRIMARY KEY, workflow_id integer NOT NULL REFERENCES workflows, started_at timestamptz NOT NULL, state text NOT NULL);
CREATE INDEX ON workflow_runs (workflow_id);
CREATE TABLE workflow_step_runs (id serial PRIMARY KEY, run_id integer NOT NULL REFERENCES workflow_runs, step_id integer NOT NULL REFERENCES workflow_steps, state text NOT NULL);
CREATE INDEX ON workflow_step_runs (run_id);
CREATE INDEX ON workflow_step_runs (step_id);
CREATE TABLE workflow_errors (id serial PRIMARY KEY, run_id integer NOT NULL REFERENCES workflow_runs, message text NOT NULL);
CREATE INDEX ON workflow_errors (run_id);
CREATE TABLE stored_scripts (id serial PRIMARY KEY, name text NOT NULL, language text NOT NULL, body text NOT NULL, enabled boolean NOT NULL DEFAULT true, created_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE interactions (id serial PRIMARY KEY, run_id integer NOT NULL REFERENCES workflow_runs, actor_id integer NOT NULL REFERENCES actors, started_at timestamptz NOT NULL);
CREATE INDEX ON interactions (run_id);
CREATE INDEX ON interactions (actor_id);
CREATE TABLE interaction_events (id serial PRIMARY KEY, interaction_id integer NOT NULL REFERENCES interactions, kind text NOT NULL, payload jsonb NOT NULL);
CREATE INDEX ON interaction_events (interaction_id);
CREATE TABLE quality_checks (id serial PRIMARY KEY, name text NOT NULL UNIQUE, severity text NOT NULL);
CREATE TABLE match_reports (id serial PRIMARY KEY, profile_id integer NOT NULL REFERENCES profiles, made_at timestamptz NOT NULL);
CREATE INDEX ON match_reports (profile_id);
CREATE TABLE match_scores (report_id integer NOT NULL REFERENCES match_reports, posting_id integer NOT NULL REFERENCES postings, score numeric(4, 3) NOT NULL, PRIMARY KEY (report_id, posting_id));
CREATE INDEX ON match_scores (posting_id);

-- The empty ones.
CREATE TABLE human_tasks (
  id           serial PRIMARY KEY,
  check_id     integer NOT NULL REFERENCES quality_checks,
  posting_id   integer NOT NULL REFERENCES postings,
  assigned_to  integer REFERENCES users,
  due_at       timestamptz,
  done_at      timestamptz
);
COMMENT ON TABLE human_tasks IS 'Queue of what a person has to look at';
CREATE INDEX ON human_tasks (check_id);
CREATE INDEX ON human_tasks (posting_id);
CREATE INDEX ON human_tasks (assigned_to);
CREATE FUNCTION escalate_failed_check(failed integer, posting integer) RETURNS void LANGUAGE sql AS $$
  INSERT INTO human_tasks (check_id, posting_id, due_at) VALUES (failed, posting, now() + interval '2 days')
$$;
CREATE TABLE posting_field_mappings (
  source_id   integer NOT NULL REFERENCES posting_sources,
  their_name  text NOT NULL,
  our_name    text NOT NULL,
  PRIMARY KEY (source_id, their_name)
);
COMMENT ON TABLE posting_field_mappings IS 'Names of fields in a source, and ours';
CREATE TABLE workflow_metrics (
  id           bigserial PRIMARY KEY,
  workflow_id  integer NOT NULL REFERENCES workflows,
  metric       text NOT NULL,
  value        double precision NOT NULL,
  measured_at  timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE workflow_metrics IS 'Performance metrics for workflow executions';
CREATE INDEX ON workflow_metrics (workflow_id);
CREATE TABLE job_skills_staging (posting_id integer NOT NULL, raw_skill text NOT NULL, confidence real, loaded_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE profile_skills_staging (profile_id integer NOT NULL, raw_skill text NOT NULL, confidence real, loaded_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE skill_aliases_staging (raw_skill text NOT NULL, alias text NOT NULL, loaded_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE posting_skills (posting_id integer NOT NULL REFERENCES postings, skill_id integer NOT NULL REFERENCES skills, weight real NOT NULL, PRIMARY KEY (posting_id, skill_id));
CREATE INDEX ON posting_skills (skill_id);
CREATE TABLE profile_skills (profile_id integer NOT NULL REFERENCES profiles, skill_id integer NOT NULL REFERENCES skills, years real NOT NULL, PRIMARY KEY (profile_id, skill_id));
CREATE INDEX ON profile_skills (skill_id);
CREATE TABLE profile_job_matches (profile_id integer NOT NULL REFERENCES profiles, posting_id integer NOT NULL REFERENCES postings, score numeric(4, 3) NOT NULL, made_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (profile_id, posting_id));
CREATE INDEX ON profile_job_matches (posting_id);
CREATE TABLE user_posting_decisions (user_id integer NOT NULL REFERENCES users, posting_id integer NOT NULL REFERENCES postings, decision text NOT NULL, PRIMARY KEY (user_id, posting_id));
CREATE INDEX ON user_posting_decisions (posting_id);
CREATE TABLE user_posting_preferences (user_id integer PRIMARY KEY REFERENCES users, remote_only boolean NOT NULL DEFAULT false, salary_from integer);
CREATE TABLE user_saved_postings (user_id integer NOT NULL REFERENCES users, posting_id integer NOT NULL REFERENCES postings, saved_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (user_id, posting_id));
CREATE INDEX ON user_saved_postings (posting_id);
CREATE TABLE script_executions (id bigserial PRIMARY KEY, script_id integer NOT NULL REFERENCES stored_scripts, started_at timestamptz NOT NULL, ended_at timestamptz, output text);
CREATE INDEX ON script_executions (script_id);
CREATE TABLE qa_findings (id bigserial PRIMARY KEY, check_id integer NOT NULL REFERENCES quality_checks, posting_id integer REFERENCES postings, details text NOT NULL, resolved_at timestamptz);
COMMENT ON TABLE qa_findings IS 'Stores data quality findings from automated and manual QA checks';
CREATE INDEX ON qa_findings (check_id);
CREATE INDEX ON qa_findings (posting_id);
CREATE VIEW open_qa_findings AS SELECT f.id, c.name, f.posting_id, f.details FROM qa_findings AS f JOIN quality_checks AS c ON c.id = f.check_id WHERE f.resolved_at IS NULL;

CREATE TABLE production_runs (
  id             integer GENERATED BY DEFAULT AS IDENTITY (START WITH 1000 INCREMENT BY 2) PRIMARY KEY,
  recipe_run_id  integer NOT NULL,
  posting_id     integer NOT NULL REFERENCES postings ON DELETE CASCADE,
  state          text NOT NULL DEFAULT 'pending' CONSTRAINT production_runs_state_known CHECK (state IN ('pending', 'running', 'done', 'failed')),
  started_at     timestamptz NOT NULL DEFAULT now(),
  ended_at       timestamptz,
  CONSTRAINT production_runs_ends_after_it_begins CHECK (ended_at >= started_at)
);
COMMENT ON TABLE production_runs IS 'Production execution of recipes using real job postings';
COMMENT ON COLUMN production_runs.state IS 'pending, running, done or failed';
CREATE INDEX production_runs_posting_idx ON production_runs (posting_id);
CREATE INDEX production_runs_open_idx ON production_runs (started_at DESC) WHERE ended_at IS NULL;
CREATE TABLE test_cases_history (
  id          bigserial PRIMARY KEY,
  variation   integer NOT NULL,
  operation   char(1) NOT NULL CHECK (operation IN ('I', 'U', 'D')),
  old_row     jsonb,
  new_row     jsonb,
  changed_at  timestamptz NOT NULL DEFAULT now(),
  changed_by  text NOT NULL DEFAULT CURRENT_USER
);
COMMENT ON TABLE test_cases_history IS 'Audit trail of all changes to variations table';
CREATE INDEX test_cases_history_rows_idx ON test_cases_history USING gin (new_row jsonb_path_ops);
CREATE TABLE career_analyses (
  id          serial PRIMARY KEY,
  profile_id  integer NOT NULL REFERENCES profiles ON DELETE CASCADE,
  summary     text NOT NULL,
  strengths   text[] NOT NULL DEFAULT '{}',
  analysed_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (profile_id, analysed_at)
);
COMMENT ON TABLE career_analyses IS 'Career analysis results from Recipe 1122';
CREATE TABLE dialogue_step_placeholders (
  dialogue_step_id  integer NOT NULL,
  placeholder       varchar(60) NOT NULL,
  required          boolean NOT NULL DEFAULT true,
  fallback          text DEFAULT '',
  PRIMARY KEY (dialogue_step_id, placeholder),
  CHECK (required OR fallback IS NOT NULL)
);
COMMENT ON TABLE dialogue_step_placeholders IS 'Links dialogue steps to their required/optional placeholders';
CREATE TABLE trigger_executions (id bigserial PRIMARY KEY, trigger_name text NOT NULL, fired_at timestamptz NOT NULL DEFAULT now(), took interval, failed boolean NOT NULL DEFAULT false);
CREATE INDEX trigger_executions_fired_idx ON trigger_executions (fired_at);
CREATE TABLE workflow_scripts (id serial PRIMARY KEY, name text NOT NULL UNIQUE, language text NOT NULL, body text NOT NULL, enabled boolean NOT NULL DEFAULT true, created_at timestamptz NOT NULL DEFAULT now());
CREATE FUNCTION note_new_script() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.created_at := now();
  RETURN NEW;
END $$;
CREATE TRIGGER stamp BEFORE INSERT ON workflow_scripts FOR EACH ROW EXECUTE FUNCTION note_new_script();
CREATE TRIGGER stamp BEFORE INSERT ON stored_scripts FOR EACH ROW EXECUTE FUNCTION note_new_script();

CREATE TABLE interaction_lineage (
  child_id   integer NOT NULL REFERENCES interactions,
  parent_id  integer NOT NULL REFERENCES interactions,
  PRIMARY KEY (child_id, parent_id)
);
COMMENT ON TABLE interaction_lineage IS 'Which interaction led to which';
CREATE INDEX ON interaction_lineage (parent_id);
CREATE TABLE workflow_dependencies (workflow text NOT NULL, needs text NOT NULL, PRIMARY KEY (workflow, needs));
COMMENT ON TABLE workflow_dependencies IS 'What has to be done before a workflow may start';
CREATE TABLE organizations (id serial PRIMARY KEY, name text NOT NULL UNIQUE, website text, location_id integer REFERENCES locations);
COMMENT ON TABLE organizations IS 'Employers, as one of the sources describes them';
CREATE INDEX ON organizations (location_id);

-- Some rows.
INSERT INTO migration_log (name, description) VALUES
  ('0031_no_more_recipes', 'Workflows have taken the place of recipes'),
  ('0034_no_more_dialogue_steps', 'Prompts are built beforehand');
INSERT INTO app_settings VALUES ('language', 'en');
INSERT INTO actors (name, kind) VALUES ('reviewer', 'person'), ('extractor', 'model'), ('cleaner', 'script');
INSERT INTO notifications (channel, body, sent_at) SELECT 'mail', 'Match ' || i, now() FROM generate_series(1, 5) AS i;
INSERT INTO countries VALUES ('DE', 'Germany'), ('AT', 'Austria'), ('CH', 'Switzerland');
INSERT INTO locations (country_code, city) VALUES ('DE', 'Berlin'), ('DE', 'Hamburg'), ('AT', 'Graz'), ('CH', 'Basel');
INSERT INTO users (email, created_at) SELECT 'user' || i || '@example.org', now() FROM generate_series(1, 6) AS i;
INSERT INTO user_sessions (user_id, began_at) SELECT 1 + i % 6, now() FROM generate_series(1, 20) AS i;
INSERT INTO profiles (user_id, location_id, headline) SELECT i, 1 + i % 4, 'Headline ' || i FROM generate_series(1, 6) AS i;
INSERT INTO profile_documents (profile_id, file_name) SELECT i, 'cv' || i || '.pdf' FROM generate_series(1, 6) AS i;
INSERT INTO profile_experiences (profile_id, employer, from_year) SELECT 1 + i % 6, 'Employer ' || i, 2010 + i FROM generate_series(1, 12) AS i;
INSERT INTO profile_educations (profile_id, school, degree) SELECT i, 'School ' || i, 'MSc' FROM generate_series(1, 6) AS i;
INSERT INTO profile_languages SELECT i, l, 'C1' FROM generate_series(1, 6) AS i, unnest(ARRAY['de', 'en']) AS l;
INSERT INTO industries (name) VALUES ('Software'), ('Health');
INSERT INTO occupations (industry_id, title) VALUES (1, 'Developer'), (1, 'Tester'), (2, 'Nurse');
INSERT INTO occupation_aliases VALUES (1, 'Programmer'), (1, 'Engineer');
INSERT INTO job_titles (occupation_id, title) VALUES (1, 'Senior developer'), (2, 'Test lead');
INSERT INTO skill_categories (name) VALUES ('Language'), ('Tool');
INSERT INTO skills (category_id, name) SELECT 1 + i % 2, 'Skill ' || i FROM generate_series(1, 10) AS i;
INSERT INTO skill_aliases SELECT i, 'Alias ' || i FROM generate_series(1, 5) AS i;
INSERT INTO skill_relations VALUES (1, 2), (3, 2);
INSERT INTO posting_sources (name, url) VALUES ('agency', 'https://jobs.example.org');
INSERT INTO fetch_jobs (source_id, started_at, state) SELECT 1, now(), 'done' FROM generate_series(1, 4);
INSERT INTO fetch_job_logs (fetch_job_id, line) SELECT i, 'fetched' FROM generate_series(1, 4) AS i;
INSERT INTO postings (source_id, title, company_name, posted_on) SELECT 1, 'Posting ' || i, 'Company ' || i % 7, current_date FROM generate_series(1, 40) AS i;
INSERT INTO posting_texts SELECT i, 'Text ' || i FROM generate_series(1, 40) AS i;
INSERT INTO posting_versions (posting_id, version, hash) SELECT i, 1, md5(i::text) FROM generate_series(1, 40) AS i;
INSERT INTO posting_locations SELECT i, 1 + i % 4 FROM generate_series(1, 40) AS i;
INSERT INTO posting_requirements (posting_id, requirement) SELECT i, 'Requirement' FROM generate_series(1, 40) AS i;
INSERT INTO tags (label) VALUES ('remote'), ('part time');
INSERT INTO posting_tags SELECT i, 1 + i % 2 FROM generate_series(1, 40) AS i;
INSERT INTO models (name) VALUES ('small'), ('large');
INSERT INTO model_prices VALUES (1, '2026-01-01', 0.25), (2, '2026-01-01', 3);
INSERT INTO prompts (name) VALUES ('extract skills'), ('score match');
INSERT INTO prompt_versions (prompt_id, version, body) VALUES (1, 1, 'List the skills'), (2, 1, 'Score it');
INSERT INTO prompt_parts (prompt_version_id, position, body) VALUES (1, 1, 'List'), (1, 2, 'the skills'), (2, 1, 'Score it');
INSERT INTO conversations (model_id, started_at) SELECT 1 + i % 2, now() FROM generate_series(1, 8) AS i;
INSERT INTO conversation_turns (conversation_id, speaker, body) SELECT i, 'us', 'Text' FROM generate_series(1, 8) AS i;
INSERT INTO model_calls (turn_id, tokens) SELECT i, 100 * i FROM generate_series(1, 8) AS i;
INSERT INTO workflows (name) VALUES ('fetch'), ('extract'), ('match');
INSERT INTO workflow_steps (workflow_id, position, name) SELECT w, p, 'Step ' || p FROM generate_series(1, 3) AS w, generate_series(1, 2) AS p;
INSERT INTO workflow_triggers (workflow_id, schedule) VALUES (1, 'hourly'), (3, 'daily');
INSERT INTO workflow_runs (workflow_id, started_at, state) SELECT 1 + i % 3, now(), 'done' FROM generate_series(1, 16) AS i;
INSERT INTO workflow_step_runs (run_id, step_id, state) SELECT i, 1 + i % 6, 'done' FROM generate_series(1, 16) AS i;
INSERT INTO workflow_errors (run_id, message) VALUES (2, 'timed out'), (5, 'no such page'), (9, 'timed out');
INSERT INTO stored_scripts (name, language, body) VALUES ('clean titles', 'python', 'print()');
INSERT INTO interactions (run_id, actor_id, started_at) SELECT i, 1 + i % 3, now() FROM generate_series(1, 16) AS i;
INSERT INTO interaction_events (interaction_id, kind, payload) SELECT i, 'began', '{}' FROM generate_series(1, 16) AS i;
INSERT INTO quality_checks (name, severity) VALUES ('has a title', 'high'), ('has a place', 'low');
INSERT INTO match_reports (profile_id, made_at) SELECT i, now() FROM generate_series(1, 6) AS i;
INSERT INTO match_scores SELECT i, p, 0.5 FROM generate_series(1, 6) AS i, generate_series(1, 3) AS p;
COMMIT;
ANALYZE;
