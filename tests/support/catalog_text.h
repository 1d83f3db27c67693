// Catalogs for tests, written as text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "fixtures/catalog.h"

namespace resow {

// Reads a catalog from lines such as
//
//   schemas user_1 public            (without it: those of all relations)
//   others hr                        (schemas that were not asked for)
//   enum user_1.mood happy sad
//   domain user_1.email text not null
//   table user_1.orders rows=5       (also: view, matview, foreign, partitioned; flags: rows=N,
//     id integer pk identity          extension=NAME, rls, not-owner, no-delete, no-truncate,
//     code varchar(20) unique         no-select, no-insert, unlogged, unselected)
//     total numeric(10,2) not null
//     customer_id int8 -> customers.id cascade deferrable
//     note text default 'none'::text
//     sum int4 generated a + b
//     pk (a, b)
//     unique orders_code_key (a, b) where note IS NULL
//     unique orders_note (expression) as lower(note)
//     fk orders_fk (a, b) -> customers (c, d) set-null full
//     index (a, b)
//     check total_positive total >= 0
//     trigger audit on delete disabled
//     rule keep on delete
//   table user_1.orders_2024 of orders
//   table user_1.big_orders inherits orders
//
// Columns: identity (BY DEFAULT), always, serial; shared=SEQUENCE draws from a sequence of that
// name ("ids", "public.ids") that nobody owns; frozen: the role may not alter the sequence. Names
// without a schema are looked up in the schema of the table. Everything is owned by the role unless
// a flag takes it away. Throws std::runtime_error with the line that it does not understand.
Catalog catalog_from_text(std::string_view text);

// The text once for each schema, with "tenant." replaced by the schema's name and a dot.
std::string for_tenants(std::string_view text, const std::vector<std::string>& schemas);

// The relation of that name ("user_1.orders"). Throws std::runtime_error when there is none.
size_t relation_of(const Catalog& catalog, std::string_view name);

// The names of relations, without schemas, a space between.
std::string relation_names(const Catalog& catalog, const std::vector<size_t>& relations);

}  // namespace resow
