// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kamjvm.storage.StorageException;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a db_url is taken apart. */
final class DbUrlTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      nullValues = "-",
      value = {
        "mysql://kamailio:kamailiorw@localhost/kamailio kamailio kamailiorw localhost 0 kamailio",
        "postgres://u:p@h:5433/d u p h 5433 d",
        "postgres://u@h/d u '' h 0 d",
        "postgres://h/d '' '' h 0 d",
        "postgres://h:5/d '' '' h 5 d",
        "postgres:///d '' '' localhost 0 d",
        "mysql://u:p@ss@h/d u p@ss h 0 d",
        "mysql://u@dom:p@ss:w%41/d@h/d u@dom p@ss:w%41/d h 0 d",
        "mysql://u:p@[2001:db8::1]:3307/d u p 2001:db8::1 3307 d",
        "postgres://u:p@[::1]/d u p ::1 0 d",
        "mysql://u:p@h/d?opt=1 u p h 0 d",
        "mysql://u:@h/d u '' h 0 d",
      })
  @DisplayName("account, host, port and database are found as Kamailio finds them")
  void shouldTakeServerUrlApart(
      final String url,
      final String user,
      final String password,
      final String host,
      final int port,
      final String database)
      throws StorageException {
    final DbUrl parsed = DbUrl.parse(url);

    assertThat(parsed).isEqualTo(new DbUrl(parsed.scheme(), user, password, host, port, database));
    assertThat(url).startsWith(parsed.scheme() + "://");
  }

  @Test
  @DisplayName("sqlite: the slash after an empty host is not part of the path, four are absolute")
  void shouldFindSqliteFile() throws StorageException {
    assertThat(DbUrl.parse("sqlite:////var/x.db").database()).isEqualTo("/var/x.db");
    assertThat(DbUrl.parse("sqlite:///var/x.db").database())
        .isEqualTo(Path.of("var/x.db").toAbsolutePath().toString());
  }

  @Test
  @DisplayName("h2: the path stands after the two slashes")
  void shouldFindH2File() throws StorageException {
    assertThat(DbUrl.parse("h2:///var/x").database()).isEqualTo("/var/x");
    assertThat(DbUrl.parse("h2://x").database())
        .isEqualTo(Path.of("x").toAbsolutePath().toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "secret",
        "mysql:secret",
        "oracle://u:secret@h/d",
        "secret with space://x",
        "mysql://u:secret@h",
        "mysql://u:secret@h/",
        "mysql://u:secret@h/?x",
        "mysql://u:secret@h:port/d",
        "mysql://u:secret@h:0/d",
        "mysql://u:secret@h:65536/d",
        "mysql://u:secret@[group]h/d",
        "mysql://u:secret@[::1/d",
        "mysql://u:secret@[::1]x/d",
        "sqlite://secret",
        "sqlite:///",
        "h2://",
        "jdbc:secret:x",
        "jdbc:",
      })
  @DisplayName("what is no db_url is refused in one line that does not give the password away")
  void shouldRefuse(final String url) {
    assertThatThrownBy(() -> Target.of(url, Limits.standard()))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("db_url")
        .message()
        .doesNotContain("\n")
        .matches(text -> url.startsWith("jdbc:") || !text.contains("secret"));
  }

  @Test
  @DisplayName("neither the url's nor the target's text holds the password")
  void shouldHidePassword() throws StorageException {
    assertThat(DbUrl.parse("postgres://u:secret@[::1]:5/d")).hasToString("postgres://u@[::1]:5/d");
    assertThat(Target.of("mysql://u:secret@h/d", Limits.standard())).hasToString("mysql://u@h/d");
    assertThat(
            Target.of("jdbc:postgresql://u:secret@h:5/d?user=u&password=secret", Limits.standard()))
        .hasToString("jdbc:postgresql://h:5/d");
    assertThat(Target.of("jdbc:h2:mem:x;PASSWORD=secret", Limits.standard()))
        .hasToString("jdbc:h2:mem:x");
  }

  @ParameterizedTest
  @CsvSource({
    "jdbc:postgresql://h/d,PostgresDialect",
    "jdbc:mariadb://h/d,MariaDbDialect",
    "jdbc:mysql://h/d,MariaDbDialect",
    "jdbc:sqlite:/x,SqliteDialect",
    "jdbc:h2:mem:x,H2Dialect",
  })
  @DisplayName("a jdbc url passes through and its dialect is recognised")
  void shouldRecogniseDialect(final String url, final String dialect) throws StorageException {
    final Target target = Target.of(url, Limits.standard());

    assertThat(target.dialect().getClass().getSimpleName()).isEqualTo(dialect);
    assertThat(target.jdbcUrl()).isEqualTo(url.replace("jdbc:mysql", "jdbc:mariadb"));
  }
}
