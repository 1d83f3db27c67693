-- A collector of betting odds: what bookmakers offered, run after run; competitors' offers apart.

BEGIN;
CREATE SCHEMA odds;
SET LOCAL search_path = odds;

CREATE TABLE bookmakers (
  id serial PRIMARY KEY,
  name text NOT NULL UNIQUE
);
INSERT INTO bookmakers (name) VALUES ('Ours'), ('Theirs'), ('Others');

-- The same tables twice, with another prefix.
DO $$
DECLARE
  p text;
BEGIN
  FOREACH p IN ARRAY ARRAY['', 'competitor_'] LOOP
    EXECUTE format('
      CREATE TABLE odds.%1$stournaments (
        id serial PRIMARY KEY, name text NOT NULL, created_at timestamptz NOT NULL);
      CREATE TABLE odds.%1$sevents (
        id serial PRIMARY KEY, tournament_id int NOT NULL REFERENCES odds.%1$stournaments,
        home text NOT NULL, away text NOT NULL, starts_at timestamptz NOT NULL);
      CREATE TABLE odds.%1$sscrape_runs (
        id serial PRIMARY KEY, event_id int NOT NULL REFERENCES odds.%1$sevents,
        started_at timestamptz NOT NULL, state text NOT NULL DEFAULT ''done'');
      CREATE TABLE odds.%1$sodds_snapshots (
        id bigserial PRIMARY KEY, scrape_run_id int NOT NULL REFERENCES odds.%1$sscrape_runs,
        bookmaker_id int NOT NULL REFERENCES odds.bookmakers, captured_at timestamptz NOT NULL);
      CREATE TABLE odds.%1$smarket_odds (
        id bigserial PRIMARY KEY, odds_snapshot_id bigint NOT NULL REFERENCES odds.%1$sodds_snapshots,
        market text NOT NULL, outcome text NOT NULL, price numeric(8, 3) NOT NULL);
      CREATE INDEX ON odds.%1$sevents (tournament_id);
      CREATE INDEX ON odds.%1$sevents (starts_at);
      CREATE INDEX ON odds.%1$sscrape_runs (event_id);
      CREATE INDEX ON odds.%1$sodds_snapshots (scrape_run_id);
      CREATE INDEX ON odds.%1$sodds_snapshots (captured_at);
      CREATE INDEX ON odds.%1$smarket_odds (odds_snapshot_id)', p);
  END LOOP;
END
$$;

-- 20 tournaments of 10 events each, one every ten days backwards from today; competitors have half
-- of that. Of each event 4 runs before it starts, each with 2 snapshots of 6 prices.
DO $$
DECLARE
  p text;
  tournaments int;
BEGIN
  FOREACH p IN ARRAY ARRAY['', 'competitor_'] LOOP
    tournaments := CASE WHEN p = '' THEN 20 ELSE 10 END;
    EXECUTE format('
      INSERT INTO odds.%1$stournaments (name, created_at)
        SELECT ''Cup '' || i, date_trunc(''day'', now()) - i * interval ''50 days'' FROM generate_series(1, %2$s) AS i;
      INSERT INTO odds.%1$sevents (tournament_id, home, away, starts_at)
        SELECT t.id, ''Home '' || i, ''Away '' || i, t.created_at + i * interval ''4 days''
        FROM odds.%1$stournaments AS t, generate_series(1, 10) AS i ORDER BY t.id, i;
      INSERT INTO odds.%1$sscrape_runs (event_id, started_at)
        SELECT e.id, e.starts_at - i * interval ''6 hours'' FROM odds.%1$sevents AS e, generate_series(1, 4) AS i ORDER BY e.id, i;
      INSERT INTO odds.%1$sodds_snapshots (scrape_run_id, bookmaker_id, captured_at)
        SELECT r.id, 1 + i %% 3, r.started_at + i * interval ''1 minute'' FROM odds.%1$sscrape_runs AS r, generate_series(1, 2) AS i ORDER BY r.id, i;
      INSERT INTO odds.%1$smarket_odds (odds_snapshot_id, market, outcome, price)
        SELECT s.id, (ARRAY[''1x2'', ''over/under''])[1 + i %% 2], ''outcome '' || i, 1.5 + i * 0.125
        FROM odds.%1$sodds_snapshots AS s, generate_series(1, 6) AS i ORDER BY s.id, i;
      -- A new tournament, whose events are not known yet.
      INSERT INTO odds.%1$stournaments (name, created_at) VALUES (''Next year'', now())', p, tournaments);
  END LOOP;
END
$$;
COMMIT;
