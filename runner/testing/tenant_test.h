// resow for GoogleTest: a dataset is applied before the first test, every test works in a tenant
// schema that this process has leased, which is rewound after each of them, and in the end it is
// still as declared. Needs GoogleTest 1.12 and resow::runner:
//
//   class Shop : public resow::testing::TenantTest {};
//   TEST_F(Shop, SellsATeapot) { db.exec(session()); ... }
//
//   int main(int argc, char** argv) {
//     ::testing::InitGoogleTest(&argc, argv);
//     resow::testing::add_tenant_environment({.dataset = "shop.json"});
//     return RUN_ALL_TESTS();
//   }
//
// RESOW_KEEP=1: the first failed test is the last one; what it did stays, and the command to look
// at it is printed. RESOW_APPLIED=1: somebody else applies and verifies, for several processes at
// once (ctest -j, shards).
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <exception>
#include <iostream>
#include <memory>
#include <string>
#include <utility>

#include "runner/testing/suite.h"

namespace resow::testing {

class TenantEnvironment : public ::testing::Environment {
 public:
  // `pattern`: of the schemas that may be leased.
  TenantEnvironment(Suite suite, std::string pattern)
      : suite_(std::move(suite)), pattern_(std::move(pattern)) {}

  void SetUp() override {
    try {
      if (applies()) apply(suite_);
      lease_ = std::make_unique<Lease>(suite_.dbname, pattern_);
    } catch (const std::exception& error) {
      FAIL() << error.what();
    }
  }

  void TearDown() override {
    lease_.reset();
    if (!applies() || kept_) return;
    try {
      EXPECT_EQ(differences(suite_), "");
    } catch (const std::exception& error) {
      ADD_FAILURE() << error.what();
    }
  }

  Lease& lease() { return *lease_; }

  void end_test(bool failed) {
    if (failed && std::getenv("RESOW_KEEP") != nullptr) {
      kept_ = true;
      std::cerr << "kept until it is rewound by name: " << lease_->keep() << std::endl;
    } else {
      lease_->rewind();
    }
  }

  static TenantEnvironment*& current() {
    static TenantEnvironment* environment = nullptr;
    return environment;
  }

 private:
  static bool applies() { return std::getenv("RESOW_APPLIED") == nullptr; }

  Suite suite_;
  std::string pattern_;
  std::unique_ptr<Lease> lease_;
  bool kept_ = false;
};

// REQUIRES: before RUN_ALL_TESTS(), once.
inline void add_tenant_environment(Suite suite, std::string pattern = "*") {
  TenantEnvironment::current() = new TenantEnvironment(std::move(suite), std::move(pattern));
  ::testing::AddGlobalTestEnvironment(TenantEnvironment::current());
}

// What is derived from it may have SetUp() and TearDown() of its own.
class TenantTest : public ::testing::Test {
 protected:
  ~TenantTest() override {
    try {
      TenantEnvironment::current()->end_test(HasFailure());
    } catch (const std::exception& error) {
      ADD_FAILURE() << error.what();
    }
  }

  const std::string& schema() const { return TenantEnvironment::current()->lease().schema(); }

  // SQL that each connection of the test begins with: it works in the schema.
  std::string session() const {
    const ::testing::TestInfo* info = ::testing::UnitTest::GetInstance()->current_test_info();
    return TenantEnvironment::current()->lease().session(std::string(info->test_suite_name()) +
                                                         "." + info->name());
  }
};

}  // namespace resow::testing
