// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kamjvm.storage.StorageException;
import io.kamjvm.storage.XcapDocuments;
import io.kamjvm.storage.servers.DatabaseServers;
import io.kamjvm.storage.servers.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** The table of XCAP documents over all databases. */
@ExtendWith(DatabaseServers.Resolver.class)
class XcapDocumentsTest {
  private final DatabaseServers servers;

  @TempDir Path directory;

  XcapDocumentsTest(final DatabaseServers servers) {
    this.servers = servers;
  }

  private static XcapDocuments open(final TestDatabase database) throws StorageException {
    return new JdbcXcapDocumentsFactory().open(database.dbUrl(), "xcap");
  }

  private static void put(
      final TestDatabase database,
      final String user,
      final int type,
      final String uri,
      final String text)
      throws SQLException {
    try (Connection connection = database.in().connect();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO xcap (username, domain, doc, doc_type, etag, source, doc_uri, port)"
                    + " VALUES (?, 'lab.example', ?, ?, 'e', 0, ?, 0)")) {
      insert.setString(1, user);
      insert.setBytes(2, text.getBytes(StandardCharsets.UTF_8));
      insert.setInt(3, type);
      insert.setString(4, uri);
      insert.execute();
    }
  }

  private static Optional<String> text(final Optional<byte[]> document) {
    return document.map(d -> new String(d, StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @EnumSource(TestDatabase.Kind.class)
  @DisplayName("documents by owner and by place; the oldest of several; changes are seen")
  void found(final TestDatabase.Kind kind) throws StorageException, SQLException {
    final TestDatabase database = TestDatabase.fresh(kind, servers, directory);
    try (XcapDocuments documents = open(database)) {
      assertThat(documents.ofUser(2, "ann", "lab.example")).isEmpty();
      put(database, "ann", 16, "/pidf/ann", "<hard/>");
      put(database, "ann", 2, "/rules/ann/b", "<ruleset b=\"ü\"/>");
      put(database, "ann", 2, "/rules/ann/a", "<ruleset a=\"\"/>");
      put(database, "bo", 2, "/rules/bo", "");
      assertThat(text(documents.ofUser(2, "ann", "lab.example"))).contains("<ruleset b=\"ü\"/>");
      assertThat(text(documents.at(16, "/pidf/ann"))).contains("<hard/>");
      assertThat(documents.at(2, "/pidf/ann")).isEmpty();
      assertThat(documents.ofUser(2, "ann", "pub.example")).isEmpty();
      assertThat(documents.ofUser(4, "ann", "lab.example")).isEmpty();
      assertThat(text(documents.ofUser(2, "bo", "lab.example"))).contains("");
      database.execute("DELETE FROM xcap WHERE doc_uri = '/rules/ann/b'");
      assertThat(text(documents.ofUser(2, "ann", "lab.example"))).contains("<ruleset a=\"\"/>");
    }
  }

  @ParameterizedTest
  @EnumSource(value = TestDatabase.Kind.class, mode = Mode.EXCLUDE, names = "H2")
  @DisplayName("another version of the table stops the start and is named")
  void version(final TestDatabase.Kind kind) {
    final TestDatabase database = TestDatabase.fresh(kind, servers, directory);
    database.execute("UPDATE version SET table_version = 3 WHERE table_name = 'xcap'");
    assertThatThrownBy(() -> open(database).close())
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("xcap has version 3 (version needed: 4");
  }

  @Test
  @DisplayName("no such file, no such name of a table")
  void unusable() {
    final JdbcXcapDocumentsFactory factory = new JdbcXcapDocumentsFactory();
    assertThatThrownBy(
            () -> factory.open("sqlite:///" + directory.resolve("nothing.sqlite"), "xcap"))
        .isInstanceOf(StorageException.class);
    assertThatThrownBy(
            () -> factory.open("h2://" + directory.resolve("x"), "xcap; DROP TABLE version"))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("xcap_table");
  }
}
