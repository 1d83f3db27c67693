#include "runner/snapshot/stored_sequences.h"

#include <fmt/format.h>

#include <algorithm>

#include "fixtures/catalog.h"
#include "runner/sequence_states.h"
#include "runner/sql_text.h"

namespace resow {
namespace {

struct SequenceName {
  std::string schema, name;
  bool may_read = false, may_alter = false;
};

std::vector<SequenceName> sequences_of(Transaction& transaction,
                                       const std::vector<std::string>& schemas) {
  const std::vector<Field> names(schemas.begin(), schemas.end());
  const Field parameters[] = {array_text(names)};
  const Rows rows = transaction.query(
      "SELECT n.nspname, c.relname, pg_catalog.has_sequence_privilege(c.oid, 'SELECT'),"
      " pg_catalog.pg_has_role(c.relowner, 'USAGE')"
      " FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n"
      " ON n.oid OPERATOR(pg_catalog.=) c.relnamespace"
      " WHERE c.relkind OPERATOR(pg_catalog.=) 'S'::pg_catalog.\"char\" AND"
      " n.nspname::pg_catalog.text OPERATOR(pg_catalog.=) ANY ($1::pg_catalog.text[])"
      " AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d"
      " WHERE d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass"
      "::pg_catalog.oid AND d.objid OPERATOR(pg_catalog.=) c.oid"
      " AND d.deptype OPERATOR(pg_catalog.=) 'e'::pg_catalog.\"char\") ORDER BY 1, 2",
      parameters, "look for sequences");
  std::vector<SequenceName> sequences;
  for (size_t row = 0; row < rows.size(); ++row) {
    sequences.push_back({std::string(rows.text(row, 0)), std::string(rows.text(row, 1)),
                         rows.boolean(row, 2), rows.boolean(row, 3)});
  }
  return sequences;
}

std::string state_text(const SnapshotSequence& sequence) {
  return std::to_string(sequence.last_value) + (sequence.is_called ? "t" : "f");
}

bool is_of(const std::vector<std::string>& schemas, const std::string& schema) {
  return std::find(schemas.begin(), schemas.end(), schema) != schemas.end();
}

}  // namespace

std::vector<SnapshotSequence> stored_sequences(Transaction& transaction,
                                               const std::vector<std::string>& schemas) {
  std::vector<SnapshotSequence> stored;
  std::vector<std::string> expressions;
  for (const SequenceName& sequence : sequences_of(transaction, schemas)) {
    stored.push_back({sequence.schema, sequence.name});
    expressions.push_back(
        sequence_state_sql(transaction.connection(), sequence.schema, sequence.name));
  }
  const std::vector<Field> states = scalars(transaction, expressions, "read where sequences stand");
  for (size_t i = 0; i < stored.size(); ++i) {
    const SequenceState state = sequence_state(*states[i]);
    stored[i].last_value = state.last_value;
    stored[i].is_called = state.is_called;
  }
  return stored;
}

std::vector<Fault> unreadable_sequences(Transaction& transaction,
                                        const std::vector<std::string>& schemas) {
  std::vector<Fault> faults;
  for (const SequenceName& sequence : sequences_of(transaction, schemas)) {
    if (sequence.may_read) continue;
    faults.push_back({display_name(sequence.schema, sequence.name),
                      "the connected role may not read where the sequence stands",
                      "GRANT SELECT ON SEQUENCE"});
  }
  return faults;
}

std::vector<Fault> sequence_misfits(Transaction& transaction, const SnapshotHeader& header,
                                    const std::vector<std::string>& schemas) {
  const std::vector<SequenceName> here = sequences_of(transaction, schemas);
  std::vector<Fault> faults;
  for (const SnapshotSequence& kept : header.sequences) {
    if (!is_of(schemas, kept.schema)) continue;
    const auto found = std::find_if(here.begin(), here.end(), [&](const SequenceName& sequence) {
      return sequence.schema == kept.schema && sequence.name == kept.name;
    });
    if (found == here.end()) {
      faults.push_back({display_name(kept.schema, kept.name),
                        "the snapshot has this sequence, and the database has not",
                        "create it, or take the snapshot anew"});
    } else if (!found->may_alter) {
      faults.push_back({display_name(kept.schema, kept.name),
                        "the connected role does not own the sequence",
                        "connect as its owner, or as a member of that role"});
    }
  }
  return faults;
}

void restore_sequences(Transaction& transaction, const std::vector<SnapshotSequence>& sequences) {
  if (sequences.empty()) return;
  const Connection& connection = transaction.connection();
  std::string sql;
  std::vector<std::string> expressions;
  for (const SnapshotSequence& sequence : sequences) {
    const std::string name = connection.quote_name(sequence.schema, sequence.name);
    // RESTART gives the sequence another file, which goes when the transaction is rolled back; what
    // setval writes into that goes with it.
    sql += fmt::format(
        "ALTER SEQUENCE {} RESTART WITH {};"
        "SELECT pg_catalog.setval({}::pg_catalog.regclass, {}, {});",
        name, sequence.last_value, connection.quote_literal(name), sequence.last_value,
        sequence.is_called);
    expressions.push_back(sequence_state_sql(connection, sequence.schema, sequence.name));
  }
  transaction.execute(sql, "set the sequences");
  const std::vector<Field> states = scalars(transaction, expressions, "check the sequences");
  for (size_t i = 0; i < sequences.size(); ++i) {
    if (*states[i] == state_text(sequences[i])) continue;
    DatabaseError error(fmt::format("sequence {} does not stand where it was set to",
                                    display_name(sequences[i].schema, sequences[i].name)));
    error.step = "check the sequences";
    throw error;
  }
}

}  // namespace resow
