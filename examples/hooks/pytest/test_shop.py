"""What a customer may expect of the shop. Each test finds it as shop.json says, whatever the one
before it bought."""

import psycopg2
import pytest


def ask(db, sql, *values):
    with db.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()[0]


def stock(db, product):
    return ask(db, "SELECT stock FROM products WHERE name = %s", product)


def test_an_order_takes_from_the_stock(db):
    assert ask(db, "SELECT buy('teapot')") == 5
    assert stock(db, "teapot") == 2
    assert ask(db, "SELECT count(*) FROM orders") == 5


def test_no_more_than_there_is(db):
    for _ in range(3):
        ask(db, "SELECT buy('teapot')")
    with pytest.raises(psycopg2.errors.CheckViolation):
        ask(db, "SELECT buy('teapot')")
    assert ask(db, "SELECT count(*) FROM orders") == 7


@pytest.mark.parametrize("again", range(20))
def test_orders_begin_at_five(db, again):
    """The first test once more: where its teapot stayed sold, this one fails."""
    assert ask(db, "SELECT buy('teapot')") == 5
    assert stock(db, "teapot") == 2


def test_an_empty_shop(db):
    with db.cursor() as cursor:
        cursor.execute("TRUNCATE products, orders RESTART IDENTITY")
    assert ask(db, "SELECT buy('teapot')") is None
