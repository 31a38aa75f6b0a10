// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm;

import io.kamjvm.kamailio.ServerFacts;
import io.kamjvm.link.KamailioConfig;
import io.kamjvm.time.SystemClock;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Run once when the tree is built, with {@code -XX:ArchiveClassesAtExit}: uses what an engine uses,
 * so that the classes lie in an archive that engines map instead of reading and verifying the jars.
 * Every start, and every restart after a fault, needs a third less CPU for that. An archive that
 * does not fit the JVM or the jars is ignored by the JVM.
 *
 * <p>Arguments: jars whose classes belong into it.
 */
final class ClassArchive {
  private static final Logger LOG = LoggerFactory.getLogger(ClassArchive.class);
  private static final String SUFFIX = ".class";
  private static final long REHEARSAL_MILLIS = TimeUnit.SECONDS.toMillis(1);

  private ClassArchive() {}

  public static void main(final String[] jars) throws Exception {
    for (final String jar : jars) {
      load(Path.of(jar));
    }
    new PresenceRehearsal(new SystemClock(), new ServerFacts("", 0, 1, List.of(), 1, 1))
        .run(List.of(module("presence"), module("presence_xml")), REHEARSAL_MILLIS);
    query("jdbc:h2:mem:");
  }

  private static KamailioConfig.Module module(final String name) {
    return new KamailioConfig.Module(name, List.of(), List.of());
  }

  private static void load(final Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      file.stream()
          .map(JarEntry::getName)
          .filter(name -> name.endsWith(SUFFIX) && !name.startsWith("META-INF/"))
          .map(name -> name.substring(0, name.length() - SUFFIX.length()).replace('/', '.'))
          .forEach(ClassArchive::load);
    }
  }

  private static void load(final String name) {
    try {
      Class.forName(name, false, ClassArchive.class.getClassLoader());
    } catch (final ClassNotFoundException | LinkageError e) {
      LOG.debug("{} is for something that is not there", name, e);
    }
  }

  private static void query(final String url) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE t (id INT PRIMARY KEY, name VARCHAR(64))");
      statement.execute("INSERT INTO t VALUES (1, 'one')");
      statement.executeQuery("SELECT name FROM t WHERE id = 1").close();
    }
  }
}
