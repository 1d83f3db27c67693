// Pieces of SQL that several steps need, names quoted by the connection.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fixtures/catalog.h"
#include "runner/connection.h"

namespace resow {

// "schema"."name"
std::string table_name(const Connection& connection, const Relation& relation);

// The same after ONLY where the table has inheritance children: their rows are their own. A
// partitioned table stands for its partitions.
std::string only_table(const Connection& connection, const Relation& relation);

// "a", "b"; with an alias: alias."a", alias."b"
std::string column_list(const Connection& connection, const Relation& relation,
                        std::span<const ColumnNumber> columns, std::string_view alias = "");

// The type of a column without its length or precision, so that a cast to it never cuts a value.
std::string type_name(const Connection& connection, const Catalog& catalog, const Column& column);

// The text form of a text[] with these elements, for a parameter.
std::string array_text(std::span<const Field> elements);

// Values of scalar expressions, in few round trips. As columns of one row they are planned several
// times faster than as branches of a UNION ALL.
std::vector<Field> scalars(Transaction& transaction, std::span<const std::string> expressions,
                           std::string_view step);

}  // namespace resow
