// The SQL of schema resow: what all baselines of a database have in common.
#pragma once

#include <string>
#include <vector>

namespace resow {

// What the role that declares baselines may do beyond owning the tables.
struct ControlRights {
  bool set_replica = false;     // SET session_replication_role
  bool event_triggers = false;  // CREATE EVENT TRIGGER: only a superuser
};

// The comment of table resow.baseline; it ends with the layout's number.
inline constexpr const char* kControlComment = "resow: baselines, layout 4";

// Statements to be run in turn, where there is schema resow and no resow.baseline in it.
std::vector<std::string> control_sql(const ControlRights& rights);

// Statements that remove what those made, and nothing else of the schema. REQUIRES: no baseline is
// left.
std::vector<std::string> drop_control_sql();

}  // namespace resow
