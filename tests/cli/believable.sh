#!/usr/bin/env bash
# Columns get what their names promise; the words that relate a value to others.
. "$(dirname "$0")/lib.sh"
new_database
sql "
  CREATE TABLE people (id serial PRIMARY KEY, first_name text NOT NULL, last_name varchar(40) NOT NULL,
    email varchar(60) NOT NULL UNIQUE, city text, latitude numeric(9,6), phone text,
    rating int CHECK (rating BETWEEN 1 AND 5), price numeric(8,2) CHECK (price >= 0),
    slug varchar(20) UNIQUE, created_at timestamptz NOT NULL, updated_at timestamptz NOT NULL,
    country_code char(2), short_email varchar(4));
  CREATE TABLE visits (id serial PRIMARY KEY, person_id int NOT NULL REFERENCES people,
    starts_at timestamptz NOT NULL, ends_at timestamptz, days int NOT NULL, later int NOT NULL,
    reference varchar(12) NOT NULL, mail text, CHECK (ends_at >= starts_at));
  CREATE TABLE remarks (id serial PRIMARY KEY, visit_id int NOT NULL REFERENCES visits, body text, url text, country char(2));
"
cat >"$work/people.json" <<'JSON'
{
  "locale": "de",
  "tables": {
    "people": { "rows": 500 },
    "visits": {
      "rows": { "by": "schema", "public": 2000, "other": 1 },
      "columns": {
        "person_id": { "pick": { "exponent": 1.2 } },
        "starts_at": { "between": ["-90 days", "now"] },
        "ends_at": { "after": { "column": "starts_at", "between": ["1 hour", "3 days"] }, "null_share": 0.2 },
        "days": { "between": [1, 9] },
        "later": { "after": "days" },
        "reference": { "regex": "[A-Z]{3}-[0-9]{4}" },
        "mail": { "generate": "email", "null_share": 0.5 }
      }
    },
    "remarks": { "per": "visits", "rows": { "zipf": { "exponent": 1.5, "max": 50 } } }
  }
}
JSON
run 0 apply "$work/people.json" -d "$db" --execute
holds() { equals "$1: $(sql "SELECT bool_and(coalesce($2, true)) FROM $1")" "$1: t"; }
holds people "email LIKE '%_@example.%' AND length(email) <= 60"
# An address is made of the names beside it.
equals "$(sql "SELECT count(*) > 300 FROM people WHERE position(lower(left(last_name, 3)) in email) > 0")" t
equals "$(sql "SELECT count(DISTINCT email) FROM people")" 500
equals "$(sql "SELECT count(DISTINCT slug) FROM people")" 500
holds people "latitude BETWEEN 47 AND 55.1"
holds people "updated_at >= created_at"
holds people "country_code ~ '^[A-Z]{2}$'"
holds people "length(short_email) BETWEEN 1 AND 4"
holds visits "ends_at BETWEEN starts_at + interval '1 hour' AND starts_at + interval '3 days'"
equals "$(sql "SELECT count(*) BETWEEN 300 AND 500 FROM visits WHERE ends_at IS NULL")" t
holds visits "later BETWEEN days AND days + 30"
holds visits "reference ~ '^[A-Z]{3}-[0-9]{4}$'"
equals "$(sql "SELECT count(mail) BETWEEN 900 AND 1100 FROM visits")" t
equals "$(sql "SELECT count(*) FROM visits")" 2000
# A tenth of the people has more than half of the visits; half of the visits has one remark.
equals "$(sql "SELECT sum(n) > 1000 FROM (SELECT count(*) n FROM visits GROUP BY person_id ORDER BY 1 DESC LIMIT 50) t")" t
equals "$(sql "SELECT max(n) > 10 AND min(n) = 1 FROM (SELECT count(*) n FROM remarks GROUP BY visit_id) t")" t
# Where nothing limits a text it is as long as its kind is.
holds remarks "body LIKE '% %' AND length(body) > 20 AND url LIKE 'https://%' AND country ~ '^[A-Z]{2}$'"

cat >"$work/wrong.json" <<'JSON'
{
  "tables": {
    "people": { "columns": { "rating": { "generate": "emial" }, "slug": { "generate": "iban" },
                             "price": { "pick": { "exponent": 1 } } } },
    "visits": { "columns": { "ends_at": { "after": "days" }, "later": { "after": "day" },
                             "reference": { "regex": "(?=x)" }, "starts_at": { "generate": "email" } } }
  }
}
JSON
run 2 apply "$work/wrong.json" -d "$db"
contains "$err" 'there is no generator "emial"; did you mean "email"?'
contains "$err" 'the generator "iban" does not fit slug (character varying(20)): it takes 22 characters, and there is room for 20'
contains "$err" 'price is in no foreign key that leaves the row to us'
contains "$err" 'what comes after days does not fit ends_at'
contains "$err" 'has no column "day"'
contains "$err" '"(?=x)" does not fit reference'
contains "$err" 'the generator "email" does not fit starts_at (timestamp with time zone): it is for texts'
