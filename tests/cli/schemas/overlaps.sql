CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE TABLE tenants (id int PRIMARY KEY);
CREATE TABLE rooms (tenant_id int NOT NULL REFERENCES tenants, id int NOT NULL, key text NOT NULL, PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, key));
CREATE TABLE guests (tenant_id int NOT NULL REFERENCES tenants, id int NOT NULL, email text NOT NULL, PRIMARY KEY (tenant_id, id));
CREATE UNIQUE INDEX guests_email ON guests (tenant_id, lower(email));
CREATE TABLE bookings (
  tenant_id int NOT NULL, id int NOT NULL, room_id int NOT NULL, guest_id int, during tstzrange NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, room_id) REFERENCES rooms, FOREIGN KEY (tenant_id, guest_id) REFERENCES guests,
  EXCLUDE USING gist (tenant_id WITH =, room_id WITH =, during WITH &&));
CREATE TABLE periods (id serial PRIMARY KEY, valid daterange NOT NULL, EXCLUDE USING gist (valid WITH &&));
-- Partial unique keys: of rows that few may be, and of rows that all are.
CREATE TABLE members (id serial PRIMARY KEY, role text NOT NULL CHECK (role IN ('owner', 'admin', 'member')), chief boolean NOT NULL,
  email text NOT NULL, deleted_at timestamptz);
CREATE UNIQUE INDEX one_owner ON members (role) WHERE role = 'owner';
CREATE UNIQUE INDEX one_chief ON members ((true)) WHERE chief;
CREATE UNIQUE INDEX live_email ON members (lower(email)) WHERE deleted_at IS NULL;
CREATE TABLE addresses (id serial PRIMARY KEY, member_id int NOT NULL REFERENCES members, state text NOT NULL CHECK (state IN ('main', 'old', 'spare')), line text NOT NULL);
CREATE UNIQUE INDEX one_main ON addresses (member_id) WHERE state = 'main';
CREATE TABLE one_row (lock char(1) NOT NULL DEFAULT 'X' UNIQUE CHECK (lock = 'X'), value bigint);
CREATE TABLE settings (id boolean PRIMARY KEY DEFAULT true CHECK (id), name text);
CREATE TABLE two_days (day date NOT NULL, end_day date NOT NULL, CHECK (end_day > day), CHECK (day >= DATE '2020-02-01'));
