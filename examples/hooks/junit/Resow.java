import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store.CloseableResource;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * The hook: JUnit 5 and PostgreSQL's JDBC driver. {@code @ExtendWith(Resow.class)} gives tests a
 * parameter of type Connection, to a schema that is as the dataset says. Change DATASET and SCHEMAS.
 * PGHOST, PGPORT, PGDATABASE and PGUSER say where the database is (JDBC needs TCP: resow sandbox
 * --port 0).
 *
 * <p>RESOW_KEEP=1: what a failed test did stays, the command to look at it is printed, and the tests
 * go on in another schema.
 */
public class Resow implements BeforeEachCallback, AfterEachCallback, ParameterResolver {
  static final String DATASET = "../shop/shop.json";
  static final String SCHEMAS = "shop_*";

  /** All tests of this process: applied once, verified at the end, in one schema. */
  static class Suite implements CloseableResource {
    final Connection holder; // of the lease: its end, however it comes, gives it back
    String schema;
    boolean failed;

    Suite() throws Exception {
      resow("apply", DATASET, "--baseline", "--execute", "--quiet");
      holder = connect("junit");
      lease();
    }

    void lease() throws SQLException {
      schema = ask(holder, "SELECT resow.lease(?)", SCHEMAS);
    }

    void keep() throws SQLException {
      System.err.printf(
          "kept until it is rewound by name: PGOPTIONS='-c search_path=%s' psql -d '%s'%n",
          schema, environment("PGDATABASE", "postgres"));
      ask(holder, "SELECT resow.keep(?)", schema);
      lease();
    }

    void rewind() throws SQLException {
      ask(holder, "SELECT count(*) FROM resow.rewind(?)", schema);
    }

    @Override
    public void close() throws Exception {
      holder.close();
      if (!failed) resow("verify", DATASET, "--quiet");
    }
  }

  static String environment(String name, String otherwise) {
    return System.getenv().getOrDefault(name, otherwise);
  }

  static void resow(String... arguments) throws IOException, InterruptedException {
    String[] command = new String[arguments.length + 1];
    command[0] = "resow";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    int status = new ProcessBuilder(command).inheritIO().start().waitFor();
    if (status != 0) throw new IOException("resow " + arguments[0] + " ended with status " + status);
  }

  static Connection connect(String name) throws SQLException {
    String host = environment("PGHOST", "localhost");
    String url =
        String.format(
            "jdbc:postgresql://%s:%s/%s?ApplicationName=%s",
            host.startsWith("/") ? "localhost" : host, // a socket
            environment("PGPORT", "5432"),
            environment("PGDATABASE", "postgres"),
            name);
    return DriverManager.getConnection(
        url, environment("PGUSER", "postgres"), System.getenv("PGPASSWORD"));
  }

  static String ask(Connection connection, String sql, String... values) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; ++i) statement.setString(i + 1, values[i]);
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next() ? rows.getString(1) : null;
      }
    }
  }

  static Suite suite(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(Namespace.GLOBAL)
        .getOrComputeIfAbsent(
            Suite.class,
            key -> {
              try {
                return new Suite();
              } catch (Exception error) {
                throw new IllegalStateException(error);
              }
            },
            Suite.class);
  }

  static ExtensionContext.Store store(ExtensionContext context) {
    return context.getStore(Namespace.create(Resow.class, context.getRequiredTestMethod()));
  }

  @Override
  public void beforeEach(ExtensionContext context) throws SQLException {
    Suite suite = suite(context);
    Connection connection = connect("shop");
    ask(
        connection,
        "SELECT set_config('search_path', ?, false), set_config('resow.test', ?, false)",
        suite.schema,
        context.getDisplayName());
    store(context).put("connection", connection);
  }

  @Override
  public void afterEach(ExtensionContext context) throws SQLException {
    store(context).remove("connection", Connection.class).close();
    Suite suite = suite(context);
    boolean failed = context.getExecutionException().isPresent();
    suite.failed |= failed;
    if (failed && System.getenv("RESOW_KEEP") != null) {
      suite.keep();
    } else {
      suite.rewind();
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Connection.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return store(context).get("connection", Connection.class);
  }
}
