#include "tests/support/catalog_text.h"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace resow {

namespace {

using Words = std::vector<std::string>;

struct BuiltIn {
  const char* name;
  const char* written;
  Oid oid;
  char category;
  Oid array;
};

constexpr BuiltIn kBuiltIns[] = {
    {"bool", "boolean", 16, 'B', 1000},
    {"bytea", "bytea", 17, 'U', 1001},
    {"int8", "bigint", 20, 'N', 1016},
    {"int2", "smallint", 21, 'N', 1005},
    {"int4", "integer", 23, 'N', 1007},
    {"text", "text", 25, 'S', 1009},
    {"json", "json", 114, 'U', 199},
    {"xml", "xml", 142, 'U', 143},
    {"point", "point", 600, 'G', 1017},
    {"cidr", "cidr", 650, 'I', 651},
    {"float4", "real", 700, 'N', 1021},
    {"float8", "double precision", 701, 'N', 1022},
    {"money", "money", 790, 'N', 791},
    {"macaddr", "macaddr", 829, 'U', 1040},
    {"inet", "inet", 869, 'I', 1041},
    {"bpchar", "character", 1042, 'S', 1014},
    {"varchar", "character varying", 1043, 'S', 1015},
    {"date", "date", 1082, 'D', 1182},
    {"time", "time without time zone", 1083, 'D', 1183},
    {"timestamp", "timestamp without time zone", 1114, 'D', 1115},
    {"timestamptz", "timestamp with time zone", 1184, 'D', 1185},
    {"interval", "interval", 1186, 'T', 1187},
    {"bit", "bit", 1560, 'V', 1561},
    {"numeric", "numeric", 1700, 'N', 1231},
    {"uuid", "uuid", 2950, 'U', 2951},
    {"tsvector", "tsvector", 3614, 'U', 3643},
    {"jsonb", "jsonb", 3802, 'U', 3807},
    {"int4range", "int4range", 3904, 'R', 3905},
};
constexpr Oid kBoundOfRange = 23;  // the only one here is of int4

[[noreturn]] void give_up(const std::string& line) {
  throw std::runtime_error("catalog text: cannot read \"" + line + "\"");
}

bool take(Words& words, const std::string& word) {
  const auto at = std::find(words.begin(), words.end(), word);
  if (at == words.end()) return false;
  words.erase(at);
  return true;
}

// The rest of a word that begins with `prefix`.
std::optional<std::string> take_prefixed(Words& words, const std::string& prefix) {
  const auto at = std::find_if(words.begin(), words.end(),
                               [&](const std::string& word) { return word.starts_with(prefix); });
  if (at == words.end()) return std::nullopt;
  std::string rest = at->substr(prefix.size());
  words.erase(at);
  return rest;
}

Words split_words(const std::string& line) {
  std::istringstream in(line);
  Words words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

// "(a, b) -> t (c)": the names in the first parentheses, and what follows.
std::pair<Words, std::string> split_list(const std::string& text) {
  const size_t open = text.find('('), close = text.find(')');
  if (open == std::string::npos || close == std::string::npos) give_up(text);
  std::string inner = text.substr(open + 1, close - open - 1);
  std::replace(inner.begin(), inner.end(), ',', ' ');
  return {split_words(inner), text.substr(close + 1)};
}

// What can only be resolved when all tables are known.
struct PendingKey {
  std::string table;  // qualified
  std::string referenced;
  Words referenced_columns;
  ForeignKey key;
};

class Reader {
 public:
  Reader() {
    for (const BuiltIn& type : kBuiltIns) {
      Type base;
      base.oid = type.oid;
      base.schema = "pg_catalog";
      base.name = type.name;
      base.category = type.category;
      base.kind = type.category == 'R' ? TypeKind::kRange : TypeKind::kBase;
      if (base.kind == TypeKind::kRange) base.element = kBoundOfRange;
      Type array;
      array.oid = type.array;
      array.schema = "pg_catalog";
      array.name = std::string("_") + type.name;
      array.category = 'A';
      array.kind = TypeKind::kArray;
      array.element = type.oid;
      catalog_.types[base.oid] = base;
      catalog_.types[array.oid] = array;
    }
  }

  void read(const std::string& line) {
    Words words = split_words(line);
    if (words.empty()) return;
    const std::string first = words.front();
    if (first == "schemas" || first == "others") {
      words.erase(words.begin());
      (first == "schemas" ? catalog_.schemas : catalog_.other_schemas) = words;
    } else if (first == "enum" || first == "domain") {
      read_type(words);
    } else if (first == "table" || first == "view" || first == "matview" || first == "foreign" ||
               first == "partitioned") {
      read_relation(words);
    } else if (relations_.empty()) {
      give_up(line);
    } else {
      read_part(line, words);
    }
  }

  Catalog finish() {
    for (auto& [name, relation] : relations_) catalog_.relations.push_back(relation);
    std::sort(catalog_.relations.begin(), catalog_.relations.end(),
              [](const Relation& a, const Relation& b) {
                if (a.schema != b.schema) return natural_less(a.schema, b.schema);
                return a.name < b.name;
              });
    if (catalog_.schemas.empty()) {
      for (const Relation& relation : catalog_.relations) {
        const auto& schemas = catalog_.schemas;
        if (std::find(schemas.begin(), schemas.end(), relation.schema) == schemas.end()) {
          catalog_.schemas.push_back(relation.schema);
        }
      }
    }
    for (Relation& relation : catalog_.relations) {
      const auto& schemas = catalog_.schemas;
      const bool asked_for =
          std::find(schemas.begin(), schemas.end(), relation.schema) != schemas.end();
      relation.selected = asked_for && !unselected_.contains(relation.schema + "." + relation.name);
    }
    resolve();
    return std::move(catalog_);
  }

 private:
  Relation& current() { return relations_.at(current_); }
  Oid new_oid() { return next_oid_++; }

  static std::pair<std::string, std::string> split_name(const std::string& name) {
    const size_t dot = name.find('.');
    if (dot == std::string::npos) give_up(name);
    return {name.substr(0, dot), name.substr(dot + 1)};
  }
  std::string qualified(const std::string& name) {
    return name.find('.') == std::string::npos ? current().schema + "." + name : name;
  }

  void read_type(Words words) {
    Type type;
    type.oid = new_oid();
    std::tie(type.schema, type.name) = split_name(words.at(1));
    if (words[0] == "enum") {
      type.kind = TypeKind::kEnum;
      type.category = 'E';
      type.labels.assign(words.begin() + 2, words.end());
    } else {
      type.kind = TypeKind::kDomain;
      Words rest(words.begin() + 3, words.end());
      std::tie(type.base, type.typmod) = type_of(words.at(2), "");
      type.category = catalog_.types.at(type.base).category;
      type.not_null = take(rest, "not") && take(rest, "null");
      if (!rest.empty() && rest[0] == "check") {
        std::string expression;
        for (size_t i = 1; i < rest.size(); ++i) expression += (i > 1 ? " " : "") + rest[i];
        type.checks.push_back({type.name + "_check", expression, true});
      }
    }
    catalog_.types[type.oid] = type;
  }

  void read_relation(Words words) {
    Relation relation;
    relation.oid = new_oid();
    std::tie(relation.schema, relation.name) = split_name(words.at(1));
    if (words[0] == "view") relation.kind = RelationKind::kView;
    if (words[0] == "matview") relation.kind = RelationKind::kMaterializedView;
    if (words[0] == "foreign") relation.kind = RelationKind::kForeignTable;
    if (words[0] == "partitioned") relation.kind = RelationKind::kPartitionedTable;
    current_ = words[1];
    words.erase(words.begin(), words.begin() + 2);
    Privileges& may = relation.privileges;
    may = {true, true, true, true, true, true};
    if (take(words, "not-owner")) may.owner = false;
    if (take(words, "no-select")) may.select = false;
    if (take(words, "no-insert")) may.insert = false;
    if (take(words, "no-delete")) may.del = false;
    if (take(words, "no-truncate")) may.truncate = false;
    if (take(words, "unlogged")) relation.unlogged = true;
    if (take(words, "unselected")) unselected_[current_] = true;
    if (take(words, "rls")) relation.row_security = relation.row_security_active = true;
    if (const auto rows = take_prefixed(words, "rows="))
      relation.estimated_rows = std::stoll(*rows);
    if (const auto name = take_prefixed(words, "extension=")) relation.extension = *name;
    relations_[current_] = relation;
    for (size_t i = 0; i + 1 < words.size(); i += 2) {
      if (words[i] == "of") {
        partition_of_[current_] = qualified(words[i + 1]);
      } else if (words[i] == "inherits") {
        inherits_[current_].push_back(qualified(words[i + 1]));
      } else {
        give_up(words[i]);
      }
    }
    if (words.size() % 2 != 0) give_up(words.back());
  }

  void read_part(const std::string& line, Words words) {
    static const std::map<std::string, void (Reader::*)(const std::string&, Words)> kParts = {
        {"pk", &Reader::read_unique},      {"unique", &Reader::read_unique},
        {"fk", &Reader::read_foreign_key}, {"index", &Reader::read_index},
        {"check", &Reader::read_check},    {"trigger", &Reader::read_trigger},
        {"rule", &Reader::read_rule},
    };
    const auto part = kParts.find(words[0]);
    if (part == kParts.end()) return read_column(line, words);
    (this->*part->second)(line, words);
  }

  std::vector<ColumnNumber> numbers(const Words& names) {
    std::vector<ColumnNumber> result;
    for (const std::string& name : names) {
      const Column* column = current().column(std::string_view(name));
      result.push_back(column == nullptr ? ColumnNumber{0} : column->number);
    }
    return result;
  }

  void add_unique(const std::string& name, std::vector<ColumnNumber> columns, bool primary,
                  std::optional<std::string> predicate) {
    UniqueKey key;
    key.name = name;
    key.index = new_oid();
    key.constraint = predicate ? 0 : new_oid();
    key.primary = primary;
    key.columns = columns;
    key.predicate = std::move(predicate);
    for (const ColumnNumber number : columns) {
      if (number == 0) key.expressions.push_back("expression");
      if (!primary || number == 0) continue;
      for (Column& column : current().columns) {
        if (column.number == number) column.not_null = true;
      }
    }
    if (!key.predicate) current().index_prefixes.push_back(columns);
    auto& keys = current().unique_keys;
    keys.insert(primary ? keys.begin() : keys.end(), key);
  }

  void read_unique(const std::string& line, Words words) {
    const bool primary = words[0] == "pk";
    const auto [names, rest] = split_list(line);
    std::optional<std::string> predicate;
    if (const size_t at = rest.find("where "); at != std::string::npos) {
      predicate = rest.substr(at + 6);
    }
    add_unique(primary ? current().name + "_pkey" : words.at(1), numbers(names), primary,
               predicate);
    if (const size_t at = rest.find("as "); at != std::string::npos) {
      current().unique_keys.back().expressions = {rest.substr(at + 3)};
    }
    if (rest.find("nulls-not-distinct") != std::string::npos) {
      current().unique_keys.back().nulls_not_distinct = true;
    }
  }

  void read_foreign_key(const std::string& line, Words words) {
    const auto [names, rest] = split_list(line);
    const auto [referenced, options] = split_list(rest);
    Words before = split_words(rest.substr(0, rest.find('(')));
    add_foreign_key(words.at(1), numbers(names), before.at(1), referenced, split_words(options));
  }

  void add_foreign_key(const std::string& name, std::vector<ColumnNumber> columns,
                       const std::string& referenced, const Words& referenced_columns,
                       Words options) {
    PendingKey pending;
    pending.table = current_;
    pending.referenced = qualified(referenced);
    pending.referenced_columns = referenced_columns;
    ForeignKey& key = pending.key;
    key.name = name;
    key.oid = new_oid();
    key.columns = std::move(columns);
    if (take(options, "cascade")) key.on_delete = ForeignKeyAction::kCascade;
    if (take(options, "restrict")) key.on_delete = ForeignKeyAction::kRestrict;
    if (take(options, "set-null")) key.on_delete = ForeignKeyAction::kSetNull;
    if (take(options, "set-default")) key.on_delete = ForeignKeyAction::kSetDefault;
    if (take(options, "deferrable")) key.deferrable = true;
    if (take(options, "full")) key.match_full = true;
    if (take(options, "inherited")) key.inherited = true;
    if (take(options, "not-valid")) key.validated = false;
    if (!options.empty()) give_up(options.front());
    pending_.push_back(pending);
  }

  void read_index(const std::string& line, Words) {
    current().index_prefixes.push_back(numbers(split_list(line).first));
  }

  void read_check(const std::string& line, Words words) {
    Check check;
    check.name = words.at(1);
    check.expression = line.substr(line.find(words[1]) + words[1].size() + 1);
    for (const Column& column : current().columns) {
      if (check.expression.find(column.name) != std::string::npos) {
        check.columns.push_back(column.number);
      }
    }
    current().checks.push_back(check);
  }

  void read_trigger(const std::string&, Words words) {
    Trigger trigger;
    trigger.name = words.at(1);
    trigger.function = current().schema + "." + words[1];
    trigger.for_each_row = true;
    trigger.on_delete = take(words, "delete");
    trigger.on_truncate = take(words, "truncate");
    trigger.on_insert = take(words, "insert");
    trigger.on_update = take(words, "update");
    trigger.before = take(words, "before");
    if (take(words, "disabled")) trigger.enabled = 'D';
    if (take(words, "replica")) trigger.enabled = 'R';
    current().triggers.push_back(trigger);
  }

  void read_rule(const std::string&, Words words) {
    Rule rule;
    rule.name = words.at(1);
    rule.instead = true;
    rule.event = take(words, "delete") ? '4' : '3';
    current().rules.push_back(rule);
  }

  // The type of a word such as "varchar(20)", "integer" or "mood[]".
  std::pair<Oid, int32_t> type_of(const std::string& word, const std::string& schema) {
    const bool array = word.ends_with("[]");
    const std::string base = word.substr(0, word.find_first_of("(["));
    int32_t typmod = -1;
    if (const size_t open = word.find('('); open != std::string::npos) {
      const std::string inner = word.substr(open + 1);
      const size_t comma = inner.find(',');
      const int first = std::stoi(inner);
      if (base == "numeric") {
        const int scale = comma == std::string::npos ? 0 : std::stoi(inner.substr(comma + 1));
        typmod = (first << 16 | (scale & 0x7ff)) + 4;
      } else {
        typmod = base == "bit" ? first : first + 4;
      }
    }
    for (const BuiltIn& type : kBuiltIns) {
      const bool same = base == type.name || base == type.written ||
                        (base == "char" && type.oid == 1042) || (base == "int" && type.oid == 23);
      if (same) return {array ? type.array : type.oid, base == "char" && typmod < 0 ? 5 : typmod};
    }
    for (const auto& [oid, type] : catalog_.types) {
      if (type.name != base && type.schema + "." + type.name != base) continue;
      if (!schema.empty() && base.find('.') == std::string::npos && type.schema != schema) continue;
      if (!array) return {oid, -1};
      Type of;
      of.oid = new_oid();
      of.schema = type.schema;
      of.name = "_" + type.name;
      of.kind = TypeKind::kArray;
      of.category = 'A';
      of.element = oid;
      catalog_.types[of.oid] = of;
      return {of.oid, -1};
    }
    // One that nobody knows, as an extension would bring it.
    Type unknown;
    unknown.oid = new_oid();
    unknown.schema = schema;
    unknown.name = base;
    unknown.category = 'U';
    catalog_.types[unknown.oid] = unknown;
    return {unknown.oid, -1};
  }

  static std::string written(const std::string& word) {
    const size_t end = std::min(word.find_first_of("(["), word.size());
    for (const BuiltIn& type : kBuiltIns) {
      if (word == "int") return "integer";
      if (word.substr(0, end) == type.name) return type.written + word.substr(end);
    }
    return word;
  }

  Oid sequence(std::string name, const Type& type, bool owned) {
    std::string schema = current().schema;
    if (const size_t dot = name.find('.'); dot != std::string::npos && !owned) {
      schema = name.substr(0, dot);
      name.erase(0, dot + 1);
    }
    for (const auto& [oid, known] : catalog_.sequences) {
      if (known.schema == schema && known.name == name) return oid;
    }
    Sequence sequence;
    sequence.oid = new_oid();
    sequence.schema = schema;
    sequence.name = name;
    sequence.maximum = type.name == "int2"   ? INT16_MAX
                       : type.name == "int4" ? INT32_MAX
                                             : INT64_MAX;
    sequence.owned = owned;
    sequence.may_alter = true;
    catalog_.sequences[sequence.oid] = sequence;
    return sequence.oid;
  }

  void read_column(const std::string& line, Words words) {
    Column column;
    column.name = words.at(0);
    column.number = static_cast<ColumnNumber>(current().columns.size() + 1);
    if (words.size() < 2) give_up(line);
    std::tie(column.type, column.typmod) = type_of(words[1], current().schema);
    column.type_name = written(words[1]);
    words.erase(words.begin(), words.begin() + 2);
    for (const char* keyword : {"default", "generated"}) {
      const auto at = std::find(words.begin(), words.end(), keyword);
      if (at == words.end()) continue;
      const std::string marker = std::string(" ") + keyword + " ";
      column.default_expression = line.substr(line.find(marker) + marker.size());
      column.generated = keyword == std::string("generated");
      words.erase(at, words.end());
    }
    const Type& type = catalog_.types.at(column.type);
    const std::string own = current().name + "_" + column.name + "_seq";
    const bool identity = take(words, "identity"), always = take(words, "always");
    if (identity || always) {
      column.identity = always ? Identity::kAlways : Identity::kByDefault;
      column.sequence = sequence(own, type, true);
      column.not_null = true;
    }
    const auto shared = take_prefixed(words, "shared=");
    if (take(words, "serial") || shared) {
      column.sequence = sequence(shared.value_or(own), type, !shared);
      column.default_expression = "nextval('" + shared.value_or(own) + "'::regclass)";
    }
    if (take(words, "frozen")) catalog_.sequences.at(*column.sequence).may_alter = false;
    if (const auto start = take_prefixed(words, "start=")) {
      catalog_.sequences.at(*column.sequence).start = std::stoll(*start);
    }
    if (const auto step = take_prefixed(words, "increment=")) {
      catalog_.sequences.at(*column.sequence).increment = std::stoll(*step);
    }
    if (take(words, "not") && take(words, "null")) column.not_null = true;
    const bool primary = take(words, "pk"), unique = take(words, "unique");
    current().columns.push_back(column);
    if (primary) add_unique(current().name + "_pkey", {column.number}, true, std::nullopt);
    if (unique) {
      add_unique(current().name + "_" + column.name + "_key", {column.number}, false, std::nullopt);
    }
    if (words.empty()) return;
    if (words.front() != "->" || words.size() < 2) give_up(line);
    const std::string target = words[1];
    const size_t dot = target.rfind('.');
    words.erase(words.begin(), words.begin() + 2);
    add_foreign_key(current().name + "_" + column.name + "_fkey", {column.number},
                    target.substr(0, dot), {target.substr(dot + 1)}, words);
  }

  void resolve() {
    for (PendingKey& pending : pending_) {
      const auto [schema, name] = split_name(pending.referenced);
      const auto referenced = catalog_.find(schema, name);
      if (!referenced) give_up(pending.referenced);
      pending.key.referenced = *referenced;
      for (const std::string& column : pending.referenced_columns) {
        const Column* found = catalog_.relations[*referenced].column(std::string_view(column));
        if (found == nullptr) give_up(pending.referenced + "." + column);
        pending.key.referenced_columns.push_back(found->number);
      }
      const size_t table = relation_of(catalog_, pending.table);
      catalog_.relations[table].foreign_keys.push_back(pending.key);
      auto& by = catalog_.relations[*referenced].referenced_by;
      if (std::find(by.begin(), by.end(), table) == by.end()) by.push_back(table);
    }
    for (Relation& relation : catalog_.relations) {
      std::sort(relation.foreign_keys.begin(), relation.foreign_keys.end(),
                [](const ForeignKey& a, const ForeignKey& b) { return a.name < b.name; });
    }
    for (const auto& [name, root] : partition_of_) {
      catalog_.relations[relation_of(catalog_, name)].partition_of = relation_of(catalog_, root);
    }
    for (const auto& [name, parents] : inherits_) {
      for (const std::string& parent : parents) {
        const size_t at = relation_of(catalog_, parent);
        catalog_.relations[at].has_inheritors = true;
        catalog_.relations[relation_of(catalog_, name)].inherits.push_back(at);
      }
    }
  }

  Catalog catalog_;
  std::map<std::string, Relation> relations_;
  std::string current_;
  std::map<std::string, bool> unselected_;
  std::map<std::string, std::string> partition_of_;
  std::map<std::string, Words> inherits_;
  std::vector<PendingKey> pending_;
  Oid next_oid_ = 16384;
};

}  // namespace

Catalog catalog_from_text(std::string_view text) {
  Reader reader;
  std::istringstream in{std::string(text)};
  for (std::string line; std::getline(in, line);) reader.read(line);
  return reader.finish();
}

std::string for_tenants(std::string_view text, const std::vector<std::string>& schemas) {
  static constexpr std::string_view kTenant = "tenant.";
  std::string all;
  for (const std::string& schema : schemas) {
    std::string one(text);
    for (size_t at = one.find(kTenant); at != std::string::npos; at = one.find(kTenant, at + 1)) {
      one.replace(at, kTenant.size(), schema + ".");
    }
    all += one + "\n";
  }
  return all;
}

size_t relation_of(const Catalog& catalog, std::string_view name) {
  const size_t dot = name.find('.');
  const auto found = catalog.find(name.substr(0, dot), name.substr(dot + 1));
  if (!found) throw std::runtime_error("no relation " + std::string(name));
  return *found;
}

std::string relation_names(const Catalog& catalog, const std::vector<size_t>& relations) {
  std::string text;
  for (const size_t relation : relations) {
    text += (text.empty() ? "" : " ") + catalog.relations[relation].name;
  }
  return text;
}

}  // namespace resow
