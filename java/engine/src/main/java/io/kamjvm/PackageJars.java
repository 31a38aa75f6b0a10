// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm;

import io.kamjvm.b2b.qsa.QsaUser;
import io.kamjvm.eventpackage.EventPackage;
import io.kamjvm.presence.EventPackages;
import io.kamjvm.presence.PresenceLimits;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Event packages in jars: each jar has a class loader of its own and sees the JDK, the interface
 * for packages and SLF4J, so that its libraries and ours can not meet. A jar or a package that can
 * not be used costs an error line that names the jar, and nothing else: the server starts without
 * it.
 */
final class PackageJars {
  private static final Logger LOG = LoggerFactory.getLogger(PackageJars.class);

  /** More in one jar are a mistake, or a provider file without end. */
  private static final int PACKAGES_PER_JAR = 64;

  private final EventPackages packages;
  private final long millis;
  private final List<QsaUser> users = new ArrayList<>();

  PackageJars(final EventPackages packages) {
    this(packages, PresenceLimits.PACKAGE_MILLIS);
  }

  /**
   * @param millis how long the constructors of a jar may take
   */
  PackageJars(final EventPackages packages, final long millis) {
    this.packages = packages;
    this.millis = millis;
  }

  /**
   * Loads the packages that are not built in; all modules have brought theirs before.
   *
   * @param packageDir a directory of the operator's own; empty string if none
   */
  void loadAll(final String packageDir) {
    load(besideEngine(), false);
    if (!packageDir.isEmpty()) {
      load(Path.of(packageDir), true);
    }
  }

  /** Users of the Query Status API that were found in the jars. */
  List<QsaUser> users() {
    return List.copyOf(users);
  }

  /** The jars' place beside those of the engine; it need not exist. */
  static Path besideEngine() {
    try {
      final Path own =
          Path.of(PackageJars.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return own.resolveSibling("packages");
    } catch (final URISyntaxException | IllegalArgumentException e) {
      return Path.of("packages");
    }
  }

  /**
   * Loads all jars of a directory, in the order of their names.
   *
   * @param required whether its absence is worth an error line
   */
  void load(final Path directory, final boolean required) {
    if (!Files.isDirectory(directory)) {
      if (required) {
        LOG.error("package_dir: there is no directory {}", directory);
      }
      return;
    }
    try (Stream<Path> files = Files.list(directory)) {
      files
          .filter(file -> file.getFileName().toString().endsWith(".jar"))
          .sorted()
          .forEach(this::loadJar);
    } catch (final IOException e) {
      LOG.error("event packages in {} can not be listed: {}", directory, e.getMessage());
    }
  }

  /** What a jar has come to: packages, or why there are none. */
  private record Content(List<EventPackage> found, List<QsaUser> users, List<String> complaints) {
    static Content none(final String complaint) {
      return new Content(List.of(), List.of(), List.of(complaint));
    }
  }

  private void loadJar(final Path jar) {
    final Content content = read(jar);
    final List<String> added = new ArrayList<>();
    final List<String> complaints = new ArrayList<>(content.complaints());
    for (final EventPackage each : content.found()) {
      try {
        added.add(packages.add(each));
      } catch (final IllegalArgumentException e) {
        complaints.add(e.getMessage());
      }
    }
    users.addAll(content.users());
    content.users().forEach(user -> LOG.info("{} loaded from {}", user.getClass().getName(), jar));
    if (added.isEmpty() && content.users().isEmpty() && complaints.isEmpty()) {
      complaints.add("it names no event package");
    }
    if (!complaints.isEmpty()) {
      LOG.error("{} is not used, or not all of it: {}", jar, String.join("; ", complaints));
    }
    if (!added.isEmpty()) {
      LOG.info("event packages {} loaded from {}", String.join(", ", added), jar);
    }
  }

  /** Runs constructors, which are foreign code, on a thread that can be given up. */
  private Content read(final Path jar) {
    final FutureTask<Content> reading = new FutureTask<>(() -> content(jar));
    final Thread thread = new Thread(reading, "kamjvm-load " + jar.getFileName());
    thread.setDaemon(true);
    thread.start();
    try {
      return reading.get(millis, TimeUnit.MILLISECONDS);
    } catch (final TimeoutException e) {
      thread.interrupt();
      return Content.none("it has not been loaded after " + millis + " ms");
    } catch (final ExecutionException e) {
      LOG.debug("{}", jar, e);
      return Content.none(reason(e));
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
      return Content.none("the start is given up");
    }
  }

  private static Content content(final Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      LOG.debug("{} has {} entries", jar, file.size());
    }
    final Content content = new Content(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    final JarLoader loader = new JarLoader(jar);
    final Iterator<EventPackage> packages =
        ServiceLoader.load(EventPackage.class, loader).iterator();
    for (int i = 0;
        i < PACKAGES_PER_JAR
            && next(packages, p -> content.found().add(EventPackages.described(p)), content);
        i++) {
      // goes on until there is no other
    }
    final Iterator<QsaUser> users = ServiceLoader.load(QsaUser.class, loader).iterator();
    for (int i = 0; i < PACKAGES_PER_JAR && next(users, content.users()::add, content); i++) {
      // goes on until there is no other
    }
    return content;
  }

  /** Whether there may be another after this one. */
  private static <T> boolean next(
      final Iterator<T> found, final Consumer<T> taken, final Content content) {
    try {
      if (!found.hasNext()) {
        return false;
      }
      taken.accept(found.next());
    } catch (final RuntimeException | Error e) {
      // a package may throw whatever it likes; ServiceConfigurationError is an Error
      LOG.debug("an event package is not used", e);
      content.complaints().add(reason(e));
    }
    return true;
  }

  private static String reason(final Throwable thrown) {
    Throwable cause = thrown;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause instanceof IllegalArgumentException || cause instanceof IOException
        ? cause.getMessage()
        : cause.toString();
  }

  /** Sees its jar, the JDK and what packages are compiled against. */
  private static final class JarLoader extends URLClassLoader {
    private final ClassLoader engine = PackageJars.class.getClassLoader();

    JarLoader(final Path jar) throws MalformedURLException {
      super(
          "package " + jar.getFileName(),
          new URL[] {jar.toUri().toURL()},
          ClassLoader.getPlatformClassLoader());
    }

    @Override
    protected Class<?> loadClass(final String name, final boolean resolve)
        throws ClassNotFoundException {
      return shared(name) ? engine.loadClass(name) : super.loadClass(name, resolve);
    }

    private static boolean shared(final String name) {
      final String home = name.substring(0, Math.max(0, name.lastIndexOf('.')));
      return home.equals("io.kamjvm.eventpackage")
          || home.equals("io.kamjvm.sip")
          || home.equals("io.kamjvm.b2b.qsa")
          || home.equals("org.slf4j")
          || home.startsWith("org.slf4j.");
    }
  }
}
