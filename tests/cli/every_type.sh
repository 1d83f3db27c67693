#!/usr/bin/env bash
# A table with nothing said about its columns fills, whatever their types: NULL or not, unique or not.
. "$(dirname "$0")/lib.sh"
new_database

types=(
  smallint integer bigint numeric "numeric(8,3)" "numeric(3,-2)" "numeric(20,20)" "numeric(40,20)"
  "numeric(2,2)" real "double precision" money boolean text "varchar(3)" "varchar(30)" varchar
  "char(1)" "char(6)" name '"char"' citext date time "time(0)" timetz timestamp "timestamp(0)"
  timestamptz interval "interval day to minute" uuid json jsonb jsonpath bytea bit "bit(7)" varbit
  "varbit(9)" inet cidr macaddr macaddr8 xml tsvector tsquery point line lseg box path polygon circle
  int4range int8range numrange tsrange tstzrange daterange s.textrange s.floatrange
  "integer[]" "integer[][]" "text[]" "varchar(4)[]" "numeric(5,2)[]" "timestamptz[]" "boolean[]"
  "uuid[]" "jsonb[]" "box[]" "inet[]" "bytea[]" "s.mood[]" "int4range[]" "s.address[]"
  "s.positive[]" "bit(3)[]" "interval[]" s.mood s.positive s.code s.address s.nested s.addresses
  hstore ltree lquery cube seg isbn ean13 issn pg_lsn oid regclass regtype regproc regprocedure
  regoper regoperator regconfig regdictionary regnamespace regrole regcollation xid xid8 tid cid
  pg_snapshot refcursor oidvector int2vector
)
version=$(sql "SHOW server_version_num")
if ((version >= 140000)); then
  types+=(int4multirange nummultirange tstzmultirange datemultirange)
fi
sql "
  CREATE EXTENSION hstore; CREATE EXTENSION citext; CREATE EXTENSION ltree; CREATE EXTENSION cube;
  CREATE EXTENSION seg; CREATE EXTENSION isn;
  CREATE SCHEMA s;
  CREATE TYPE s.mood AS ENUM ('happy', 'so so', E'sad \"very\" \\\\');
  CREATE DOMAIN s.positive AS integer CHECK (VALUE > 5);
  CREATE DOMAIN s.code AS varchar(8) NOT NULL;
  CREATE TYPE s.address AS (street text, city varchar(10), moods s.mood[], at timestamptz, n s.positive);
  CREATE TYPE s.nested AS (id int, home s.address, during tstzrange, tags text[]);
  CREATE DOMAIN s.addresses AS s.address[];
  CREATE TYPE s.textrange AS RANGE (subtype = text);
  CREATE TYPE s.floatrange AS RANGE (subtype = float8);
" 2>"$work/notices"

declare -A small=([boolean]=2 [s.mood]=3 ['"char"']=40 ['char(1)']=30 [bit]=2)
{
  for i in "${!types[@]}"; do
    echo "CREATE TABLE s.t$i (a ${types[i]}, b ${types[i]} NOT NULL);"
  done
} >"$work/plain.sql"
sql_file "$work/plain.sql"
tables=()
for i in "${!types[@]}"; do tables+=("\"t$i\": { \"rows\": 40 }"); done
unique=0
for i in "${!types[@]}"; do
  # Types without an order have no unique keys.
  sql "CREATE TABLE s.u$i (id serial PRIMARY KEY, a ${types[i]} NOT NULL UNIQUE);
       INSERT INTO s.u$i (a) SELECT b FROM s.t$i" 2>/dev/null || continue
  unique=$((unique + 1))
  tables+=("\"u$i\": { \"rows\": ${small[${types[i]}]-40} }")
done
((unique > 80)) || fail "only $unique types have unique keys"
# box[] has an order by name only: the first comparison fails.
for i in "${!types[@]}"; do
  [[ ${types[i]} != "box[]" ]] || sql "DROP TABLE IF EXISTS s.u$i"
  [[ ${types[i]} != "box[]" ]] || tables=("${tables[@]/\"u$i\": \{ \"rows\": 40 \}/}")
done
{
  echo '{ "schemas": ["s"], "tables": {'
  for table in "${tables[@]}"; do [[ -z $table ]] || echo "$table,"; done
  echo '} }'
} >"$work/types.json"

run 0 apply "$work/types.json" -d "$db" --execute
for i in "${!types[@]}"; do
  equals "$(sql "SELECT count(*) || ' ' || count(a) || ' ' || count(b) FROM s.t$i")" "40 40 40"
  [[ -n ${small[${types[i]}]-} ]] && continue
  # Random values are not all the same.
  case ${types[i]} in
    s.mood | regdictionary | bit) continue ;;
  esac
  many=$(sql "SELECT count(DISTINCT b::text) > 1 FROM s.t$i")
  equals "${types[i]} $many" "${types[i]} t"
done
# Whatever the type, what was loaded is what is computed anew.
run 0 verify "$work/types.json" -d "$db" --content
lacks "$out" "not compared"
# The same rows again, and other ones with another seed.
before=$(sql "SELECT md5(string_agg(b::text, ',' ORDER BY b::text)) FROM s.t0")
run 0 apply "$work/types.json" -d "$db" --execute
equals "$(sql "SELECT md5(string_agg(b::text, ',' ORDER BY b::text)) FROM s.t0")" "$before"
# What cannot be is refused: three labels, four rows.
echo '{ "schemas": ["s"], "tables": { "few": { "rows": 4 } } }' >"$work/few.json"
sql "CREATE TABLE s.few (id serial PRIMARY KEY, mood s.mood NOT NULL UNIQUE)"
run 2 apply "$work/few.json" -d "$db" --execute
contains "$err" "4 rows asked for, the unique key few_mood_key (mood) allows 3"
