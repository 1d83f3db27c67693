-- A small shop. There is one schema for each test worker that may run at the same time; your own
-- application has whatever its migrations make.
BEGIN;
DO $$
DECLARE
  shop text;
BEGIN
  FOREACH shop IN ARRAY ARRAY['shop_1', 'shop_2', 'shop_3', 'shop_4'] LOOP
    EXECUTE format('CREATE SCHEMA %I', shop);
    PERFORM set_config('search_path', shop, true);
    CREATE TABLE products (
      id    serial PRIMARY KEY,
      name  text NOT NULL UNIQUE,
      stock integer NOT NULL CHECK (stock >= 0)
    );
    CREATE TABLE orders (
      id         serial PRIMARY KEY,
      product_id integer NOT NULL REFERENCES products ON DELETE CASCADE,
      placed_at  timestamptz NOT NULL DEFAULT now()
    );
    -- What the tests test: takes one from the stock, and gives the number of the order.
    CREATE FUNCTION buy(product text) RETURNS integer LANGUAGE sql AS $buy$
      WITH taken AS (UPDATE products SET stock = stock - 1 WHERE name = product RETURNING id)
      INSERT INTO orders (product_id) SELECT id FROM taken RETURNING id
    $buy$;
  END LOOP;
END
$$;
COMMIT;
