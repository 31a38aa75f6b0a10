// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Whose presence modules a Kamailio loads: the distribution's or ours. The cfg is the same for
 * both; only {@code mpath} differs, which is the promise made to operators.
 */
public enum ModuleSet {
  STOCK,
  OURS;

  /** The set chosen by {@code -Dkamjvm.modules=stock|ours}; ours when nothing is said. */
  public static ModuleSet selected() {
    final String name = System.getProperty("kamjvm.modules", "ours");
    return switch (name) {
      case "stock" -> STOCK;
      case "ours" -> OURS;
      default -> throw new IllegalArgumentException("kamjvm.modules: stock or ours, not " + name);
    };
  }

  /** The value of the cfg's {@code mpath}. */
  public String mpath() {
    final String stock = stockModules().toString();
    return this == STOCK ? stock : dist().resolve("modules") + ":" + stock;
  }

  /** The built tree: {@code modules/} and {@code lib/}. */
  public static Path dist() {
    final String dist = System.getProperty("kamjvm.dist", "");
    return dist.isEmpty() ? root().resolve("build/dist") : Path.of(dist).toAbsolutePath();
  }

  /** The project's top directory. */
  public static Path root() {
    final String root = System.getProperty("kamjvm.root", "");
    if (!root.isEmpty()) {
      return Path.of(root).toAbsolutePath();
    }
    Path directory = Path.of("").toAbsolutePath();
    while (directory.getParent() != null && !Files.isDirectory(directory.resolve("kamailio-cfg"))) {
      directory = directory.getParent();
    }
    return directory;
  }

  /** Where the distribution keeps its modules; the multi-arch directory depends on the machine. */
  public static Path stockModules() {
    try (Stream<Path> libraries = Files.list(Path.of("/usr/lib"))) {
      return Stream.concat(
              libraries.map(library -> library.resolve("kamailio/modules")),
              Stream.of(Path.of("/usr/lib64/kamailio/modules")))
          .filter(directory -> Files.isRegularFile(directory.resolve("tm.so")))
          .findFirst()
          .orElseThrow(() -> new IllegalStateException("no Kamailio modules below /usr/lib"));
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
