-- Rows that are there already, which others point to; a role's own setting as a default, with row security.
CREATE TABLE currency (code char(3) PRIMARY KEY, name text NOT NULL);
INSERT INTO currency VALUES ('EUR', 'Euro'), ('USD', 'Dollar');
CREATE TABLE price (id serial PRIMARY KEY, currency char(3) NOT NULL REFERENCES currency, amount numeric(12,2) NOT NULL);
CREATE TABLE doc (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(), tenant text NOT NULL DEFAULT coalesce(current_setting('app.tenant', true), 'none'),
  title text NOT NULL);
ALTER TABLE doc ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON doc USING (tenant = current_setting('app.tenant', true));
CREATE TABLE never (id int PRIMARY KEY, CHECK (false));
CREATE TABLE after_never (never_id int NOT NULL REFERENCES never);
CREATE TABLE maybe_never (id int PRIMARY KEY, never_id int REFERENCES never);
