#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "fixtures/pattern.h"
#include "runner/options.h"

namespace resow {

// All of these return the exit status, and throw InputError, GuardRefused, DatabaseError,
// Interrupted.

struct TenantsListOptions {
  Selection schemas;
};
int run_tenants_list(const TenantsListOptions& options, const CommonOptions& common);

// How schemas are changed, whatever is done to them.
struct TenantChange {
  bool execute = false;
  bool sql = false;  // --sql: the preview is the statements
  int jobs = 1;
  double lock_timeout = kLockWait;
  std::optional<std::string> force_database;
  bool history = true;
};

struct TenantsCreateOptions {
  std::vector<std::string> names;  // with braces: "user_{1..50}"
  std::string like;                // the template, a schema
  std::string dataset;             // --seed: a file; "" for none
  TenantChange change;
};
int run_tenants_create(const TenantsCreateOptions& options, const CommonOptions& common);

struct TenantsDropOptions {
  std::vector<std::string> names;
  Selection schemas;  // or these
  TenantChange change;
};
int run_tenants_drop(const TenantsDropOptions& options, const CommonOptions& common);

struct TenantsDiffOptions {
  std::string like;
  Selection schemas;
  bool cosmetic = false;  // also names of constraints, order of columns, comments
};
// 1 where a tenant differs.
int run_tenants_diff(const TenantsDiffOptions& options, const CommonOptions& common);

struct TenantsSyncOptions {
  std::string like;
  Selection schemas;
  std::vector<std::string> renames;   // "table.old=new"
  std::vector<std::string> separate;  // "table.column": no rename
  bool allow_loss = false;
  bool cosmetic = false;
  TenantChange change;
};
int run_tenants_sync(const TenantsSyncOptions& options, const CommonOptions& common);

}  // namespace resow
