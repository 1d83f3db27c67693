-- Rows that belong to exactly one of several parents, said in every way that people say it.
CREATE TABLE plans (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), code varchar NOT NULL, UNIQUE (code));
CREATE TABLE wallets (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), currency char(3) NOT NULL);
CREATE TABLE teams (id bigserial PRIMARY KEY, name text NOT NULL UNIQUE);
CREATE TABLE by_inequality (
  id bigserial PRIMARY KEY, plan_id uuid REFERENCES plans, wallet_id uuid REFERENCES wallets,
  CONSTRAINT one_parent CHECK ((plan_id IS NOT NULL) <> (wallet_id IS NOT NULL)));
CREATE TABLE by_sum (
  id bigserial PRIMARY KEY, plan_id uuid REFERENCES plans, wallet_id uuid REFERENCES wallets, team_id bigint REFERENCES teams,
  CHECK ((plan_id IS NOT NULL)::integer + (wallet_id IS NOT NULL)::integer + (team_id IS NOT NULL)::integer = 1));
CREATE TABLE by_case (
  id bigserial PRIMARY KEY, plan_id uuid REFERENCES plans, team_id bigint REFERENCES teams,
  CHECK (CASE WHEN plan_id IS NOT NULL THEN 1 ELSE 0 END + CASE WHEN team_id IS NOT NULL THEN 1 ELSE 0 END = 1));
CREATE TABLE by_null (
  id bigserial PRIMARY KEY, plan_id uuid REFERENCES plans, team_id bigint REFERENCES teams,
  CHECK (CASE WHEN plan_id IS NULL THEN 0 ELSE 1 END + CASE WHEN team_id IS NULL THEN 0 ELSE 1 END = 1));
CREATE TABLE by_count (
  id bigserial PRIMARY KEY, plan_id uuid REFERENCES plans, wallet_id uuid REFERENCES wallets, team_id bigint REFERENCES teams,
  CHECK (num_nonnulls(plan_id, wallet_id, team_id) = 1));
CREATE TABLE by_kind (
  id bigserial PRIMARY KEY, kind text NOT NULL, plan_id uuid REFERENCES plans, wallet_id uuid REFERENCES wallets,
  CHECK ((kind = 'plan' AND plan_id IS NOT NULL AND wallet_id IS NULL) OR (kind = 'wallet' AND wallet_id IS NOT NULL AND plan_id IS NULL)));
CREATE TABLE together (
  id bigserial PRIMARY KEY, challenge text, challenge_method text,
  CHECK ((challenge IS NULL) = (challenge_method IS NULL)),
  CHECK (challenge IS NULL OR challenge ~ '^[A-Za-z0-9._~-]{43,128}$'));
CREATE TABLE friendships (
  user_id bigint NOT NULL REFERENCES teams, friend_id bigint NOT NULL REFERENCES teams,
  PRIMARY KEY (user_id, friend_id), CHECK (user_id <> friend_id));
