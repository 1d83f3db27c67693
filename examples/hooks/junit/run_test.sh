#!/usr/bin/env bash
# shellcheck disable=SC2034,SC2154
java=/usr/share/java
if ! command -v javac >/dev/null || [[ ! -e $java/junit-platform-console.jar || ! -e $java/postgresql.jar ]]; then
  echo "skipped, for want of: apt-get install default-jdk-headless junit5 libpostgresql-jdbc-java"
  exit 77
fi
own_sandbox=(--port 0)  # JDBC knows no sockets of files
. "$(dirname "$0")/../run_test_lib.sh"
new_shop junit
classpath=$work/classes
for jar in junit-jupiter-api junit-jupiter-engine junit-jupiter-params junit-platform-commons junit-platform-console \
  junit-platform-engine junit-platform-launcher junit-platform-reporting opentest4j apiguardian-api univocity-parsers \
  picocli postgresql; do
  classpath+=:$java/$jar.jar
done
build() { javac -nowarn -cp "$classpath" -d "$work/classes" ./*.java >"$work/log" 2>&1 || fail "$(cat "$work/log")"; }
junit() {
  java -cp "$classpath" org.junit.platform.console.ConsoleLauncher --disable-banner --disable-ansi-colors \
    --include-classname '.*Test' --scan-classpath "$work/classes"
}
build
suite 0 junit
contains "$out" "4 tests successful"
declared

cp Resow.java "$work/with_rewinds"
sed -i 's/count(\*) FROM resow.rewind(?)/?::text/' Resow.java
build
suite 1 junit
[[ $out =~ [1-4]" tests failed" ]] || fail "no state leaked: $out"
with_rewinds_again Resow.java

cat >BadTest.java <<'JAVA'
@org.junit.jupiter.api.extension.ExtendWith(Resow.class)
class BadTest {
  @org.junit.jupiter.api.Test
  void bad(java.sql.Connection db) throws Exception {
    org.junit.jupiter.api.Assertions.assertEquals("6", Resow.ask(db, "SELECT buy('cup')"));
  }
}
JAVA
build
suite 1 junit
contains "$out" "4 tests successful"
declared
export RESOW_KEEP=1
suite 1 junit
contains "$out" "4 tests successful"
equals "$(look_at_kept "SELECT stock FROM products WHERE name = 'cup'")" 23
rewound_by_name
