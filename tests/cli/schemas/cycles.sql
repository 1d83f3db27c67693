-- Foreign keys that go in a circle, or to the row itself.
CREATE TABLE concept (
  concept_id int PRIMARY KEY, name varchar(255) NOT NULL, domain_id varchar(20) NOT NULL, vocabulary_id varchar(20) NOT NULL);
CREATE TABLE domain (domain_id varchar(20) PRIMARY KEY, domain_concept_id int NOT NULL REFERENCES concept);
CREATE TABLE vocabulary (vocabulary_id varchar(20) PRIMARY KEY, vocabulary_concept_id int NOT NULL REFERENCES concept);
ALTER TABLE concept ADD FOREIGN KEY (domain_id) REFERENCES domain, ADD FOREIGN KEY (vocabulary_id) REFERENCES vocabulary;
CREATE TABLE synonym (concept_id int NOT NULL REFERENCES concept, word text NOT NULL);
CREATE TABLE company (id serial PRIMARY KEY, name text NOT NULL, owner_id int NOT NULL);
CREATE TABLE person (id serial PRIMARY KEY, name text NOT NULL, company_id int NOT NULL REFERENCES company DEFERRABLE INITIALLY DEFERRED);
ALTER TABLE company ADD FOREIGN KEY (owner_id) REFERENCES person DEFERRABLE;
CREATE TABLE post (id serial PRIMARY KEY, body text NOT NULL, last_comment_id int);
CREATE TABLE comment (id serial PRIMARY KEY, post_id int NOT NULL REFERENCES post, parent_id int REFERENCES comment, body text);
ALTER TABLE post ADD FOREIGN KEY (last_comment_id) REFERENCES comment;
CREATE TABLE account (id bigint PRIMARY KEY, root_id bigint NOT NULL REFERENCES account, code text NOT NULL UNIQUE);
CREATE TABLE profile (person_id int PRIMARY KEY REFERENCES person, bio text);
CREATE TABLE badge (person_id int PRIMARY KEY REFERENCES profile, label text NOT NULL);
-- A row that refers to itself by a key that is a text.
CREATE TABLE tenant (id text PRIMARY KEY, kind text NOT NULL, parent_id text REFERENCES tenant,
  CHECK (kind = 'anchor' OR parent_id IS NOT NULL), CHECK (kind <> 'anchor'));
