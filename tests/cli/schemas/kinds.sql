-- Rows of several kinds: trees whose first row differs from the others, subtypes that share a key with
-- their supertype, tenants whose rows refer to each other.
CREATE TYPE party_kind AS ENUM ('person', 'company', 'robot');
CREATE TABLE party (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, kind party_kind NOT NULL, UNIQUE (id, kind));
CREATE TABLE person (id bigint PRIMARY KEY, kind party_kind NOT NULL DEFAULT 'person' CHECK (kind = 'person'), name text NOT NULL, FOREIGN KEY (id, kind) REFERENCES party (id, kind));
CREATE TABLE company (id bigint PRIMARY KEY, kind party_kind NOT NULL GENERATED ALWAYS AS ('company'::party_kind) STORED, name text NOT NULL, FOREIGN KEY (id, kind) REFERENCES party (id, kind));
CREATE TABLE employment (person_id bigint NOT NULL REFERENCES person, company_id bigint NOT NULL REFERENCES company, since date NOT NULL, PRIMARY KEY (person_id, company_id));
CREATE TABLE product (sku text PRIMARY KEY, kind char(1) NOT NULL CHECK (kind IN ('B', 'C')), UNIQUE (kind, sku));
CREATE TABLE book (sku text PRIMARY KEY, kind char(1) NOT NULL DEFAULT 'B', isbn char(13), CHECK (kind IN ('B')), FOREIGN KEY (kind, sku) REFERENCES product (kind, sku));
-- Trees: roots are of another level, a row is not its own parent, there is one root.
CREATE TABLE category (
  id serial PRIMARY KEY, parent_id int REFERENCES category, name text NOT NULL, level int NOT NULL CHECK (level BETWEEN 0 AND 5),
  CHECK ((parent_id IS NULL) = (level = 0)), CHECK (parent_id <> id));
CREATE TABLE folder (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(), parent uuid REFERENCES folder, before uuid UNIQUE REFERENCES folder,
  CHECK (parent <> id), CHECK (before <> id));
CREATE UNIQUE INDEX one_root ON folder ((parent IS NULL)) WHERE parent IS NULL;
-- A tenant's rows refer to that tenant's rows, of the same table too; two that have to differ.
CREATE TABLE worker (tenant int NOT NULL CHECK (tenant BETWEEN 1 AND 5), id int NOT NULL, manager int, PRIMARY KEY (tenant, id), FOREIGN KEY (tenant, manager) REFERENCES worker (tenant, id));
CREATE TABLE project (tenant int NOT NULL, id int NOT NULL, lead int NOT NULL, PRIMARY KEY (tenant, id), FOREIGN KEY (tenant, lead) REFERENCES worker);
CREATE TABLE issue (
  tenant int NOT NULL, project int NOT NULL, number int NOT NULL, reporter int NOT NULL, PRIMARY KEY (tenant, project, number),
  FOREIGN KEY (tenant, project) REFERENCES project, FOREIGN KEY (tenant, reporter) REFERENCES worker);
CREATE TABLE link (
  tenant int NOT NULL, project int NOT NULL, a int NOT NULL, b int NOT NULL, PRIMARY KEY (tenant, project, a, b),
  FOREIGN KEY (tenant, project, a) REFERENCES issue, FOREIGN KEY (tenant, project, b) REFERENCES issue, CHECK (a <> b));
-- An enum has an order of its own.
CREATE TYPE mood AS ENUM ('sad', 'fine', 'glad', 'bright');
CREATE TABLE day (id serial PRIMARY KEY, best mood NOT NULL CHECK (best > 'fine'), worst mood NOT NULL CHECK (worst < 'glad'));
-- Bookings whose end may be open, with a least length.
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE TABLE booking (
  room int NOT NULL, starts_at timestamptz NOT NULL, ends_at timestamptz, cancelled boolean NOT NULL DEFAULT false,
  CHECK (ends_at IS NULL OR ends_at >= starts_at + interval '1 hour'),
  EXCLUDE USING gist (room WITH =, tstzrange(starts_at, ends_at, '[)') WITH &&) WHERE (NOT cancelled));
-- Friends, whoever asked: two rows are not of the same two.
CREATE TABLE account (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text NOT NULL);
CREATE TABLE friendship (a uuid NOT NULL REFERENCES account, b uuid NOT NULL REFERENCES account, PRIMARY KEY (a, b), CHECK (a <> b));
CREATE UNIQUE INDEX once ON friendship (LEAST(a, b), GREATEST(a, b));
CREATE TABLE match (id serial PRIMARY KEY, home int NOT NULL REFERENCES category, away int NOT NULL REFERENCES category);
CREATE UNIQUE INDEX one_match ON match (GREATEST(home, away), LEAST(home, away));
-- A DEFAULT that refers to no row that is there.
CREATE TABLE block (id serial PRIMARY KEY, by_account uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000' REFERENCES account, of_day bigint NOT NULL DEFAULT 0 REFERENCES day);
CREATE TABLE part (category int NOT NULL, version bigint NOT NULL DEFAULT 0, PRIMARY KEY (category, version));
CREATE TABLE part_member (category int NOT NULL, version bigint NOT NULL DEFAULT 0, place int NOT NULL DEFAULT 0, PRIMARY KEY (category, version, place), FOREIGN KEY (category, version) REFERENCES part);
-- A column that equals one that refers to a row, under a key; one row for each account, by another table's row of that account.
CREATE TYPE member_kind AS ENUM ('SYSTEM', 'CITIZEN', 'UNKNOWN');
CREATE TABLE member (
  id uuid PRIMARY KEY, kind member_kind NOT NULL, account_id uuid REFERENCES account,
  CHECK (CASE kind WHEN 'SYSTEM' THEN id = '00000000-0000-0000-0000-000000000000' AND account_id IS NULL
    WHEN 'CITIZEN' THEN (id = account_id OR account_id IS NULL) WHEN 'UNKNOWN' THEN num_nonnulls(account_id) = 0 ELSE NULL END));
CREATE UNIQUE INDEX once_a_member ON member (account_id) WHERE account_id IS NOT NULL;
CREATE TABLE schedule (id int PRIMARY KEY, account_id uuid NOT NULL REFERENCES account, UNIQUE (id, account_id));
CREATE TABLE booking_link (
  id serial PRIMARY KEY, account_id uuid NOT NULL UNIQUE REFERENCES account, schedule_id int NOT NULL,
  FOREIGN KEY (schedule_id, account_id) REFERENCES schedule (id, account_id));
-- Whole numbers, since an integer refers to them.
CREATE TABLE employee (id numeric PRIMARY KEY, wage numeric);
CREATE TABLE assignment (id serial PRIMARY KEY, employee bigint REFERENCES employee);
CREATE TABLE price (amount numeric(10,2) PRIMARY KEY);
CREATE TABLE offer (id serial PRIMARY KEY, amount numeric REFERENCES price);
CREATE TABLE rate (name text, rate numeric CHECK (rate > 0 AND rate < 1), UNIQUE (name, rate));
CREATE TABLE twice (a mood NOT NULL, b mood NOT NULL, UNIQUE (a, b), CHECK (a = b));
