-- Foreign keys that share columns: a tenant's rows refer to that tenant's rows alone.
CREATE TABLE tenant (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
CREATE TABLE person (tenant_id integer NOT NULL REFERENCES tenant, id integer NOT NULL, PRIMARY KEY (tenant_id, id));
CREATE TABLE project (
  tenant_id integer NOT NULL REFERENCES tenant,
  key text NOT NULL,
  PRIMARY KEY (tenant_id, key)
);
CREATE TABLE member (
  tenant_id integer NOT NULL,
  person_id integer NOT NULL,
  project_key text NOT NULL,
  PRIMARY KEY (tenant_id, person_id, project_key),
  FOREIGN KEY (tenant_id, person_id) REFERENCES person,
  FOREIGN KEY (tenant_id, project_key) REFERENCES project
);
CREATE TABLE task (
  id serial PRIMARY KEY,
  tenant_id integer NOT NULL,
  author integer NOT NULL,
  reviewer integer NOT NULL,
  project_key text NOT NULL,
  FOREIGN KEY (tenant_id, author) REFERENCES person,
  FOREIGN KEY (tenant_id, reviewer) REFERENCES person,
  FOREIGN KEY (tenant_id, project_key) REFERENCES project
);
-- In a circle, where the part that may be NULL decides nothing about the key.
CREATE TABLE scope (id text PRIMARY KEY, primary_method text);
CREATE TABLE method (scope_id text NOT NULL REFERENCES scope, id text NOT NULL UNIQUE, PRIMARY KEY (scope_id, id));
ALTER TABLE scope ADD FOREIGN KEY (primary_method) REFERENCES method (id);
ALTER TABLE scope ADD FOREIGN KEY (id, primary_method) REFERENCES method (scope_id, id);
