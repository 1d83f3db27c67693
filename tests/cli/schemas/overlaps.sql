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
CREATE TABLE one_row (lock char(1) NOT NULL DEFAULT 'X' UNIQUE CHECK (lock = 'X'), value bigint);
CREATE TABLE settings (id boolean PRIMARY KEY DEFAULT true CHECK (id), name text);
CREATE TABLE two_days (day date NOT NULL, end_day date NOT NULL, CHECK (end_day > day), CHECK (day >= DATE '2020-02-01'));
