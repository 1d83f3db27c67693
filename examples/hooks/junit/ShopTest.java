import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What a customer may expect of the shop. Each test finds it as shop.json says, whatever the one
 * before it bought.
 */
@ExtendWith(Resow.class)
class ShopTest {
  static String stock(Connection db, String product) throws SQLException {
    return Resow.ask(db, "SELECT stock FROM products WHERE name = ?", product);
  }

  @Test
  void anOrderTakesFromTheStock(Connection db) throws SQLException {
    assertEquals("5", Resow.ask(db, "SELECT buy('teapot')"));
    assertEquals("2", stock(db, "teapot"));
    assertEquals("5", Resow.ask(db, "SELECT count(*) FROM orders"));
  }

  @Test
  void noMoreThanThereIs(Connection db) throws SQLException {
    for (int i = 0; i < 3; ++i) Resow.ask(db, "SELECT buy('teapot')");
    assertThrows(SQLException.class, () -> Resow.ask(db, "SELECT buy('teapot')"));
    assertEquals("7", Resow.ask(db, "SELECT count(*) FROM orders"));
  }

  // The first test once more: where its teapot stayed sold, this one fails.
  @Test
  void ordersBeginAtFive(Connection db) throws SQLException {
    assertEquals("5", Resow.ask(db, "SELECT buy('teapot')"));
    assertEquals("2", stock(db, "teapot"));
  }

  @Test
  void anEmptyShopSellsNothing(Connection db) throws SQLException {
    db.createStatement().execute("TRUNCATE products, orders RESTART IDENTITY");
    assertNull(Resow.ask(db, "SELECT buy('teapot')"));
  }
}
