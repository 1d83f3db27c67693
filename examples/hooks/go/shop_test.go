// What a customer may expect of the shop. Each test finds it as shop.json says, whatever the one
// before it bought.
package shop

import (
	"database/sql"
	"testing"
)

func expect(t *testing.T, db *sql.DB, query string, wanted int) {
	t.Helper()
	var found sql.NullInt64
	if err := db.QueryRow(query).Scan(&found); err != nil {
		t.Fatal(err)
	}
	if int(found.Int64) != wanted {
		t.Errorf("%s: expected %d, found %d", query, wanted, found.Int64)
	}
}

func TestAnOrderTakesFromTheStock(t *testing.T) {
	db := Shop(t)
	expect(t, db, "SELECT buy('teapot')", 5)
	expect(t, db, "SELECT stock FROM products WHERE name = 'teapot'", 2)
	expect(t, db, "SELECT count(*) FROM orders", 5)
}

func TestNoMoreThanThereIs(t *testing.T) {
	db := Shop(t)
	expect(t, db, "SELECT count(buy('teapot')) FROM generate_series(1, 3)", 3)
	if _, err := db.Exec("SELECT buy('teapot')"); err == nil {
		t.Error("sold a fourth teapot")
	}
	expect(t, db, "SELECT count(*) FROM orders", 7)
}

// The first test once more: where its teapot stayed sold, this one fails.
func TestOrdersBeginAtFive(t *testing.T) {
	db := Shop(t)
	expect(t, db, "SELECT buy('teapot')", 5)
	expect(t, db, "SELECT stock FROM products WHERE name = 'teapot'", 2)
}

func TestAnEmptyShopSellsNothing(t *testing.T) {
	db := Shop(t)
	if _, err := db.Exec("TRUNCATE products, orders RESTART IDENTITY"); err != nil {
		t.Fatal(err)
	}
	expect(t, db, "SELECT buy('teapot')", 0)
}
