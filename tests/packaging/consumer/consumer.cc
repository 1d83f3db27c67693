#include <iostream>

#include "fixtures/guard.h"
#include "runner/sandbox/sandbox.h"

int main() {
  const resow::GuardVerdict verdict = resow::judge({.name = "shop_test"}, {});
  resow::SandboxOptions options;
  options.dbname = "consumer_test";
  const resow::Sandbox sandbox(options);
  std::cout << verdict.why << ", " << sandbox.dbname() << '\n';
  return verdict.allowed ? 0 : 1;
}
