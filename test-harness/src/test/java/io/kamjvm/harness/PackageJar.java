// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness;

import io.kamjvm.eventpackage.EventPackage;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/** Compiles sample event packages, as their authors would, and puts them into a jar. */
public final class PackageJar {
  private static final String SERVICE = "META-INF/services/" + EventPackage.class.getName();

  private PackageJar() {}

  /**
   * Makes a jar.
   *
   * @param source name of a source file below {@code packages/} of the test resources
   * @param providers class names
   */
  public static void make(final Path jar, final String source, final List<String> providers) {
    try (InputStream in = PackageJar.class.getResourceAsStream("packages/" + source)) {
      makeOf(new String(in.readAllBytes(), StandardCharsets.UTF_8), jar, source, providers);
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * As {@link #make}, of a text.
   *
   * @param source name of the file that the text would be in
   */
  public static void makeOf(
      final String text, final Path jar, final String source, final List<String> providers) {
    makeOf(text, jar, source, SERVICE.substring(SERVICE.lastIndexOf('/') + 1), providers);
  }

  /**
   * As {@link #make}, of a text.
   *
   * @param service what the providers are
   */
  public static void makeOf(
      final String text,
      final Path jar,
      final String source,
      final String service,
      final List<String> providers) {
    try {
      final Path work = Files.createTempDirectory("kampkg");
      try {
        Files.writeString(work.resolve(source), text);
        compile(work, source);
        pack(work, jar, "META-INF/services/" + service, providers);
      } finally {
        remove(work);
      }
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes a directory with all that is in it. */
  public static void remove(final Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      for (final Path path : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void compile(final Path work, final String source) {
    final Path java = work.resolve(source);
    final int status =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-proc:none",
                "-cp",
                home(EventPackage.class) + File.pathSeparator + home(org.slf4j.Logger.class),
                "-d",
                work.toString(),
                java.toString());
    if (status != 0) {
      throw new IllegalStateException(source + " does not compile");
    }
  }

  private static String home(final Class<?> type) {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().getPath()).toString();
  }

  private static void pack(
      final Path work, final Path jar, final String service, final List<String> providers)
      throws IOException {
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(out);
        Stream<Path> files = Files.walk(work)) {
      for (final Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
        entries.putNextEntry(new JarEntry(work.relativize(file).toString()));
        Files.copy(file, entries);
      }
      entries.putNextEntry(new JarEntry(service));
      entries.write(String.join("\n", providers).getBytes(StandardCharsets.UTF_8));
    }
  }
}
