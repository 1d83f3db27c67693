-- Two bakeries, some weeks before they open: what they are is in place, what was sold was a test.
-- Columns marked "development" are not in production yet.

BEGIN;
CREATE SCHEMA bakery;
SET LOCAL search_path = bakery;

-- ---------------------------------------------------------------- what stays

CREATE TABLE restaurants (
  id uuid PRIMARY KEY,
  name text NOT NULL UNIQUE,
  cash_balance numeric(12, 2) NOT NULL DEFAULT 0,
  mobile_money_balance numeric(12, 2) NOT NULL DEFAULT 0,
  card_balance numeric(12, 2) NOT NULL DEFAULT 0,
  opened_on date
);
CREATE TABLE users (
  id uuid PRIMARY KEY,
  email text NOT NULL UNIQUE,
  full_name text NOT NULL
);
CREATE TABLE user_restaurants (
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  restaurant_id uuid NOT NULL REFERENCES restaurants ON DELETE CASCADE,
  role text NOT NULL CHECK (role IN ('owner', 'manager', 'cashier')),
  PRIMARY KEY (user_id, restaurant_id)
);
CREATE TABLE suppliers (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL UNIQUE,
  phone text
);
CREATE TABLE inventory_items (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  restaurant_id uuid NOT NULL REFERENCES restaurants,
  supplier_id bigint REFERENCES suppliers,
  name text NOT NULL,
  unit text NOT NULL CHECK (unit IN ('kg', 'l', 'piece')),
  unit_cost numeric(10, 2) NOT NULL,
  current_stock numeric(12, 3) NOT NULL DEFAULT 0 CHECK (current_stock >= 0),
  UNIQUE (restaurant_id, name)
);

-- ---------------------------------------------------------------- what goes

CREATE TABLE customers (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  restaurant_id uuid NOT NULL REFERENCES restaurants,
  name text NOT NULL
);
CREATE TABLE products (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  restaurant_id uuid NOT NULL REFERENCES restaurants,
  name text NOT NULL,
  price numeric(10, 2) NOT NULL
);
CREATE TABLE sales (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  restaurant_id uuid NOT NULL REFERENCES restaurants,
  customer_id bigint REFERENCES customers,
  sold_by uuid REFERENCES users,
  sold_at timestamptz NOT NULL,
  total numeric(12, 2) NOT NULL
);
CREATE TABLE sale_items (
  sale_id bigint NOT NULL REFERENCES sales ON DELETE CASCADE,
  line int NOT NULL,
  product_id bigint NOT NULL REFERENCES products,
  quantity int NOT NULL,
  price numeric(10, 2) NOT NULL,
  amount numeric(12, 2) GENERATED ALWAYS AS (quantity * price) STORED,
  PRIMARY KEY (sale_id, line)
);
CREATE TABLE debts (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  customer_id bigint NOT NULL REFERENCES customers,
  sale_id bigint REFERENCES sales,
  amount numeric(12, 2) NOT NULL
);
CREATE TABLE expenses (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  restaurant_id uuid NOT NULL REFERENCES restaurants,
  supplier_id bigint REFERENCES suppliers,
  spent_at timestamptz NOT NULL,
  amount numeric(12, 2) NOT NULL
);
CREATE TABLE bank_transactions (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  restaurant_id uuid NOT NULL REFERENCES restaurants,
  sale_id bigint REFERENCES sales,
  expense_id bigint REFERENCES expenses,
  debt_id bigint REFERENCES debts,
  account text NOT NULL CHECK (account IN ('cash', 'mobile_money', 'card')),
  booked_at timestamptz NOT NULL,
  amount numeric(12, 2) NOT NULL
);
CREATE TABLE production_logs (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  restaurant_id uuid NOT NULL REFERENCES restaurants,
  product_id bigint NOT NULL REFERENCES products,
  produced_at timestamptz NOT NULL,
  quantity int NOT NULL
);
CREATE TABLE production_items (
  production_log_id bigint NOT NULL REFERENCES production_logs ON DELETE CASCADE,
  inventory_item_id bigint NOT NULL REFERENCES inventory_items,
  quantity numeric(12, 3) NOT NULL,
  PRIMARY KEY (production_log_id, inventory_item_id)
);
CREATE TABLE stock_movements (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  inventory_item_id bigint NOT NULL REFERENCES inventory_items,
  production_log_id bigint REFERENCES production_logs,
  moved_at timestamptz NOT NULL,
  quantity numeric(12, 3) NOT NULL
);
CREATE INDEX ON sales (customer_id);
CREATE INDEX ON sale_items (product_id);
CREATE INDEX ON debts (customer_id);
CREATE INDEX ON debts (sale_id);
CREATE INDEX ON bank_transactions (sale_id);
CREATE INDEX ON bank_transactions (expense_id);
CREATE INDEX ON bank_transactions (debt_id);
CREATE INDEX ON production_logs (product_id);
CREATE INDEX ON production_items (inventory_item_id);
CREATE INDEX ON stock_movements (inventory_item_id);
CREATE INDEX ON stock_movements (production_log_id);

-- ---------------------------------------------------------------- rows

INSERT INTO restaurants VALUES
  ('00000000-0000-4000-8000-000000000001', 'Bakery at the harbour', 125000, 48000.50, 310.25, '2026-02-01'),
  ('00000000-0000-4000-8000-000000000002', 'Bakery at the market', 87000, 15500, 90, '2026-02-15');
INSERT INTO users VALUES
  ('00000000-0000-4000-8000-000000000011', 'owner@example.com', 'Amina Diallo'),
  ('00000000-0000-4000-8000-000000000012', 'manager@example.com', 'Jean Kouassi'),
  ('00000000-0000-4000-8000-000000000013', 'cashier@example.com', 'Fatou Ndiaye');
INSERT INTO user_restaurants VALUES
  ('00000000-0000-4000-8000-000000000011', '00000000-0000-4000-8000-000000000001', 'owner'),
  ('00000000-0000-4000-8000-000000000011', '00000000-0000-4000-8000-000000000002', 'owner'),
  ('00000000-0000-4000-8000-000000000012', '00000000-0000-4000-8000-000000000001', 'manager'),
  ('00000000-0000-4000-8000-000000000013', '00000000-0000-4000-8000-000000000002', 'cashier');
INSERT INTO suppliers (name, phone)
SELECT 'Supplier ' || i, '+225 01 02 03 0' || i FROM generate_series(1, 5) AS i;

CREATE FUNCTION pg_temp.restaurant(i bigint) RETURNS uuid LANGUAGE sql AS
  $$SELECT ('00000000-0000-4000-8000-00000000000' || 1 + i % 2)::uuid$$;

INSERT INTO inventory_items (restaurant_id, supplier_id, name, unit, unit_cost, current_stock)
SELECT pg_temp.restaurant(i), 1 + i % 5, 'Ingredient ' || i, (ARRAY['kg', 'l', 'piece'])[1 + i % 3],
       100 + 25 * i, 5 + i
FROM generate_series(1, 30) AS i;
INSERT INTO customers (restaurant_id, name)
SELECT pg_temp.restaurant(i), 'Customer ' || i FROM generate_series(1, 8) AS i;
INSERT INTO products (restaurant_id, name, price)
SELECT pg_temp.restaurant(i), 'Product ' || i, 150 + 10 * i FROM generate_series(1, 40) AS i;
INSERT INTO sales (restaurant_id, customer_id, sold_by, sold_at, total)
SELECT pg_temp.restaurant(i), CASE WHEN i % 3 = 0 THEN 1 + i % 8 END, '00000000-0000-4000-8000-000000000013',
       '2026-01-05 08:00+00'::timestamptz + i * interval '17 hours', 1000 + i
FROM generate_series(1, 28) AS i;
INSERT INTO sale_items (sale_id, line, product_id, quantity, price)
SELECT s.id, line, 1 + (s.id * 5 + line) % 40, 1 + line % 3, 200 FROM sales AS s, generate_series(1, 5) AS line;
INSERT INTO debts (customer_id, sale_id, amount) VALUES (1, 3, 500), (4, 6, 750);
INSERT INTO expenses (restaurant_id, supplier_id, spent_at, amount)
SELECT pg_temp.restaurant(i), 1 + i % 5, '2026-01-05 07:00+00'::timestamptz + i * interval '1 day', 300 + i
FROM generate_series(1, 24) AS i;
INSERT INTO bank_transactions (restaurant_id, sale_id, expense_id, debt_id, account, booked_at, amount)
SELECT pg_temp.restaurant(i), CASE WHEN i <= 28 THEN i END, CASE WHEN i BETWEEN 29 AND 52 THEN i - 28 END,
       CASE WHEN i IN (53, 54) THEN i - 52 END, (ARRAY['cash', 'mobile_money', 'card'])[1 + i % 3],
       '2026-01-05 09:00+00'::timestamptz + i * interval '5 hours', 100 + i
FROM generate_series(1, 108) AS i;
INSERT INTO production_logs (restaurant_id, product_id, produced_at, quantity)
SELECT pg_temp.restaurant(i), 1 + i % 40, '2026-01-05 04:00+00'::timestamptz + i * interval '1 day', 20 + i
FROM generate_series(1, 28) AS i;
INSERT INTO production_items (production_log_id, inventory_item_id, quantity)
SELECT l.id, 1 + (l.id * 7 + n * 6) % 30, 0.5 * n FROM production_logs AS l, generate_series(0, 4) AS n;
INSERT INTO stock_movements (inventory_item_id, production_log_id, moved_at, quantity)
SELECT 1 + i % 30, CASE WHEN i <= 140 THEN 1 + i % 28 END, '2026-01-05 05:00+00'::timestamptz + i * interval '4 hours', -0.25 * i
FROM generate_series(1, 154) AS i;
COMMIT;
