// What a customer may expect of the shop. Each test finds it as shop.json says, whatever the one
// before it bought.
#include <gtest/gtest.h>

#include <pqxx/pqxx>
#include <string>

#include "runner/testing/tenant_test.h"

namespace {

class Shop : public resow::testing::TenantTest {
 protected:
  Shop() : connection_("") { ask(session()); }  // where PGHOST, PGDATABASE etc. lead

  int ask(const std::string& sql) {
    pqxx::nontransaction work(connection_);
    const pqxx::result rows = work.exec(sql);
    return rows.empty() || rows[0][0].is_null() ? 0 : rows[0][0].as<int>();
  }
  int stock(const std::string& product) {
    return ask("SELECT stock FROM products WHERE name = '" + product + "'");
  }

 private:
  pqxx::connection connection_;
};

TEST_F(Shop, AnOrderTakesFromTheStock) {
  EXPECT_EQ(ask("SELECT buy('teapot')"), 5);
  EXPECT_EQ(stock("teapot"), 2);
  EXPECT_EQ(ask("SELECT count(*) FROM orders"), 5);
}

TEST_F(Shop, NoMoreThanThereIs) {
  ask("SELECT buy('teapot') FROM generate_series(1, 3)");
  EXPECT_THROW(ask("SELECT buy('teapot')"), pqxx::check_violation);
  EXPECT_EQ(ask("SELECT count(*) FROM orders"), 7);
}

// The first test once more: where its teapot stayed sold, this one fails.
TEST_F(Shop, OrdersBeginAtFive) {
  EXPECT_EQ(ask("SELECT buy('teapot')"), 5);
  EXPECT_EQ(stock("teapot"), 2);
}

TEST_F(Shop, AnEmptyShopSellsNothing) {
  ask("TRUNCATE products, orders RESTART IDENTITY");
  EXPECT_EQ(ask("SELECT buy('teapot')"), 0);
}

}  // namespace

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  resow::testing::add_tenant_environment({.dataset = SHOP_JSON}, "shop_*");
  return RUN_ALL_TESTS();
}
