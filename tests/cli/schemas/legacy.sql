-- Keys from the application's own allocator, names in capitals and other alphabets, no foreign keys to speak of.
CREATE SCHEMA "Legacy";
SET search_path = "Legacy";
CREATE TABLE "AD_Client" ("AD_Client_ID" numeric(10,0) NOT NULL PRIMARY KEY, "IsActive" char(1) NOT NULL DEFAULT 'Y' CHECK ("IsActive" IN ('Y', 'N')), "Value" varchar(40) NOT NULL);
CREATE TABLE "C_Order" (
  "C_Order_ID" numeric(10,0) NOT NULL PRIMARY KEY, "AD_Client_ID" numeric(10,0) NOT NULL REFERENCES "AD_Client" DEFERRABLE INITIALLY DEFERRED,
  "DocumentNo" varchar(30) NOT NULL, "GrandTotal" numeric NOT NULL DEFAULT 0, UNIQUE ("AD_Client_ID", "DocumentNo"));
CREATE TABLE "Straße" ("größe" smallint NOT NULL CHECK ("größe" > 0), "名前" text NOT NULL, "select" bytea NOT NULL PRIMARY KEY);
CREATE TABLE "weird ""name""" ("a b" int NOT NULL, "it's" text, "c.d" timestamptz NOT NULL DEFAULT now(), PRIMARY KEY ("a b", "c.d"));
CREATE TABLE codes (code char(3) PRIMARY KEY, parent char(3) REFERENCES codes, label varchar(3) NOT NULL UNIQUE);
CREATE TABLE nothing_but_defaults (id serial PRIMARY KEY, at timestamptz NOT NULL DEFAULT clock_timestamp());
CREATE TABLE xref (left_id int NOT NULL, right_id int NOT NULL, sort real, "time" time(0) NOT NULL, span interval DAY TO SECOND, bits bit varying(5), ip cidr NOT NULL);
-- A default that its own type has no room for, which nobody notices as long as the application gives a value.
CREATE TABLE account (id serial PRIMARY KEY, touched varchar(14) NOT NULL DEFAULT '\0\0\0\0\0\0\0\0\0\0\0\0\0\0', token char(4) NOT NULL DEFAULT 'none yet');
CREATE TABLE tenant_note (id serial PRIMARY KEY, tenant uuid NOT NULL DEFAULT current_setting('app.tenant')::uuid, author text NOT NULL DEFAULT NULL, body text NOT NULL);
