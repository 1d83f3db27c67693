package shop

// The hook: go test and lib/pq. Copy it into your package and change dataset and schemas. PGHOST,
// PGDATABASE etc. say where the database is. Packages run at the same time, each with a schema of its
// own: with RESOW_APPLIED=1 somebody else applies the dataset before and verifies it afterwards.
//
// RESOW_KEEP=1: what a failed test did stays, the command to look at it is printed, and the tests go
// on in another schema.

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"testing"

	_ "github.com/lib/pq"
)

const (
	dataset = "../shop/shop.json"
	schemas = "shop_*"
)

// The connection that holds the lease: its end, however it comes, gives it back.
var (
	holder *sql.Conn
	schema string
)

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) int {
	applied := os.Getenv("RESOW_APPLIED") != ""
	if !applied && !resow("apply", dataset, "--baseline", "--execute", "--quiet") {
		return 1
	}
	pool, err := sql.Open("postgres", "sslmode=disable application_name=go")
	if err == nil {
		holder, err = pool.Conn(context.Background())
	}
	if err == nil {
		err = ask(&schema, "SELECT resow.lease($1)", schemas)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	status := m.Run()
	pool.Close()
	if status == 0 && !applied && !resow("verify", dataset, "--quiet") {
		return 1
	}
	return status
}

func resow(arguments ...string) bool {
	command := exec.Command("resow", arguments...)
	command.Stdout, command.Stderr = os.Stdout, os.Stderr
	return command.Run() == nil
}

func ask(answer interface{}, query string, values ...interface{}) error {
	return holder.QueryRowContext(context.Background(), query, values...).Scan(answer)
}

// Shop connects to a schema that is as the dataset says, and is again when the test has ended.
func Shop(t *testing.T) *sql.DB {
	t.Helper()
	db, err := sql.Open("postgres", fmt.Sprintf(
		"sslmode=disable application_name=shop search_path='%s' resow.test='%s'", schema, t.Name()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		db.Close()
		if t.Failed() && os.Getenv("RESOW_KEEP") != "" {
			keep(t)
			return
		}
		if err := ask(new(int), "SELECT count(*) FROM resow.rewind()"); err != nil {
			t.Fatal(err)
		}
	})
	return db
}

func keep(t *testing.T) {
	t.Logf("kept until it is rewound by name: PGOPTIONS='-c search_path=%s' psql -h '%s' -p '%s' -d '%s'",
		schema, os.Getenv("PGHOST"), os.Getenv("PGPORT"), os.Getenv("PGDATABASE"))
	err := ask(&schema, "SELECT resow.keep()")
	if err == nil {
		err = ask(&schema, "SELECT resow.lease($1)", schemas)
	}
	if err != nil {
		t.Fatal(err)
	}
}
