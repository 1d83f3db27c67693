-- Loads the rows of circles. From this folder: psql -X -d DATABASE -f load.sql
-- All or nothing; the tables have to be empty.
\set ON_ERROR_STOP on
BEGIN;
SET LOCAL client_encoding = 'UTF8';
SET LOCAL standard_conforming_strings = on;
SET LOCAL row_security = off;
SET LOCAL DateStyle = ISO;
SET LOCAL IntervalStyle = postgres;
SET LOCAL TimeZone = 'UTC';
SET LOCAL lc_monetary = 'C';
SET LOCAL array_nulls = on;
SET LOCAL client_min_messages = warning;
ALTER TABLE "s"."companies" ALTER CONSTRAINT "companies_owner" DEFERRABLE INITIALLY DEFERRED;
SET CONSTRAINTS ALL DEFERRED;
SELECT pg_catalog.set_config('search_path', pg_catalog.concat('"s"'::pg_catalog.text, ', ',
  (SELECT CASE reset_val WHEN '' THEN '"$user"' ELSE reset_val END FROM pg_catalog.pg_settings
  WHERE name OPERATOR(pg_catalog.=) 'search_path'::pg_catalog.text), ', "s"'::pg_catalog.text), true) AS path \gset resow_
\copy "s"."companies" ("id", "owner_id") FROM 's/companies.bin' WITH (FORMAT binary)
\copy "s"."people" ("id", "company_id") FROM 's/people.bin' WITH (FORMAT binary)
\copy "s"."posts" ("id", "last_id", "mood") FROM 's/posts.bin' WITH (FORMAT binary)
\copy "s"."comments" ("id", "post_id", "place") FROM 's/comments.txt' WITH (FORMAT text, ENCODING 'UTF8')
CREATE TEMPORARY TABLE resow_rows_1 ON COMMIT DROP AS SELECT "last_id", "id" FROM "s"."posts" WITH NO DATA;
\copy pg_temp.resow_rows_1 ("last_id", "id") FROM 's/posts.again.bin' WITH (FORMAT binary)
UPDATE "s"."posts" AS t SET "last_id" = v."last_id" FROM pg_temp.resow_rows_1 AS v WHERE t."id" OPERATOR(pg_catalog.=) v."id" AND (v."last_id" IS NOT NULL);
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE "s"."companies" ALTER CONSTRAINT "companies_owner" NOT DEFERRABLE;
ALTER SEQUENCE "s"."comments_id_seq" RESTART WITH 8;
ALTER SEQUENCE "s"."companies_id_seq" RESTART WITH 8;
ALTER SEQUENCE "s"."people_id_seq" RESTART WITH 8;
ALTER SEQUENCE "s"."posts_id_seq" RESTART WITH 8;
COMMIT;
