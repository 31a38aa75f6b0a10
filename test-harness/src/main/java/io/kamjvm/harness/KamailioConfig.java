// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The cfg of a Kamailio under test: baseline B of the conformance cases plus what a test changes.
 * The text is the same for the stock modules and for ours. A builder; not thread-safe.
 */
public final class KamailioConfig {
  private static final String OPTIONS = "jvm_options";

  /** For the engines of tests, which live for seconds; none when it is not set. */
  private static final String ENGINE_OPTIONS = System.getProperty("kamjvm.engine.options", "");

  private final Map<String, Object> presence = new LinkedHashMap<>();
  private final Map<String, Object> presenceXml = new LinkedHashMap<>();
  private final List<String> globals = new ArrayList<>();
  private final List<String> lines = new ArrayList<>();
  private final List<String> defines = new ArrayList<>();
  private final List<String> launcher = new ArrayList<>();
  private final List<String> arguments = new ArrayList<>();
  private Optional<String> verbatim = Optional.empty();
  private ModuleSet modules = ModuleSet.selected();
  private int workers = 2;
  private int sharedMegabytes = 64;
  private Duration startLimit = Duration.ofSeconds(30);
  private String script = resource("scene.cfg");

  private KamailioConfig() {
    presenceXml.put("force_active", 1);
  }

  /** Baseline without any database: documents and subscriptions in memory only. */
  public static KamailioConfig memoryOnly() {
    return new KamailioConfig().presence("publ_cache", 2).presence("subs_db_mode", 0);
  }

  /** Baseline on a database: {@code publ_cache=1}, {@code subs_db_mode=2}, all else default. */
  public static KamailioConfig on(final String dbUrl) {
    return new KamailioConfig().dbUrl(dbUrl);
  }

  /** No database and no parameter set: what a cfg gets that only loads the modules. */
  public static KamailioConfig bare() {
    return new KamailioConfig();
  }

  /**
   * A cfg as it stands, without anything of the harness in it. It must load ctl and leave its
   * socket where it is by default; {@code {port}} is replaced in the command line's words only.
   */
  public static KamailioConfig verbatim(final String cfg) {
    final KamailioConfig config = new KamailioConfig();
    config.verbatim = Optional.of(cfg);
    return config.arguments("-l", "udp:127.0.0.1:{port}", "-l", "tcp:127.0.0.1:{port}");
  }

  /** Sets {@code db_url} of presence and presence_xml. */
  public KamailioConfig dbUrl(final String dbUrl) {
    return presence("db_url", dbUrl).presenceXml("db_url", dbUrl);
  }

  /** Gives a parameter of another module the URL of presence's database. */
  public KamailioConfig sameDatabase(final String module, final String parameter) {
    return line(
        "modparam(\"%s\", \"%s\", \"%s\")".formatted(module, parameter, presence.get("db_url")));
  }

  /** Sets a parameter of presence; an Integer is written as a number, else as a string. */
  public KamailioConfig presence(final String name, final Object value) {
    presence.put(name, value);
    return this;
  }

  /** Sets a parameter of presence_xml. */
  public KamailioConfig presenceXml(final String name, final Object value) {
    presenceXml.put(name, value);
    return this;
  }

  /** Adds a core setting, for example {@code wait_worker1_mode=1}. */
  public KamailioConfig global(final String line) {
    globals.add(line);
    return this;
  }

  /** Adds a line after the modules: a {@code loadmodule}, a {@code modparam}, a route. */
  public KamailioConfig line(final String line) {
    lines.add(line);
    return this;
  }

  /** Defines a preprocessor word that the script asks for. */
  public KamailioConfig define(final String word) {
    defines.add(word);
    return this;
  }

  /** Replaces the common script. */
  public KamailioConfig script(final String routes) {
    script = routes;
    return this;
  }

  /** Chooses the modules, whatever was selected for the run. */
  public KamailioConfig modules(final ModuleSet set) {
    modules = set;
    return this;
  }

  /** UDP workers per socket, 2 when not said. */
  public KamailioConfig workers(final int count) {
    workers = count;
    return this;
  }

  /** Shared memory in MB, 64 when not said. */
  public KamailioConfig sharedMemory(final int megabytes) {
    sharedMegabytes = megabytes;
    return this;
  }

  /** How long its start may take, 30 s when not said. */
  public KamailioConfig startLimit(final Duration limit) {
    startLimit = limit;
    return this;
  }

  Duration startLimit() {
    return startLimit;
  }

  /** Words to put before Kamailio's command line; they must exec it. */
  public KamailioConfig launcher(final List<String> words) {
    launcher.clear();
    launcher.addAll(words);
    return this;
  }

  List<String> launcher() {
    return List.copyOf(launcher);
  }

  int sharedMegabytes() {
    return sharedMegabytes;
  }

  /** Further words of the command line. */
  public KamailioConfig arguments(final String... words) {
    arguments.addAll(List.of(words));
    return this;
  }

  List<String> arguments(final int port) {
    return arguments.stream().map(word -> word.replace("{port}", Integer.toString(port))).toList();
  }

  /** The text of the cfg for one instance. */
  String render(final int port, final Path controlSocket) {
    if (verbatim.isPresent()) {
      return verbatim.get();
    }
    final StringBuilder cfg = new StringBuilder("#!KAMAILIO\n");
    defines.forEach(word -> cfg.append("#!define ").append(word).append('\n'));
    cfg.append(
        """
        debug=2
        log_stderror=yes
        children=%d
        tcp_children=2
        async_workers=1
        auto_aliases=no
        dns=no
        rev_dns=no
        listen=udp:127.0.0.1:%d
        listen=tcp:127.0.0.1:%d
        """
            .formatted(workers, port, port));
    globals.forEach(line -> cfg.append(line).append('\n'));
    cfg.append("mpath=\"").append(modules.mpath()).append("\"\n");
    final List<String> load =
        new ArrayList<>(
            List.of(
                "tm", "sl", "pv", "xlog", "kex", "corex", "textops", "siputils", "async", "ctl"));
    load.addAll(stockDrivers());
    load.addAll(List.of("presence", "presence_xml", "presence_mwi"));
    load.forEach(name -> cfg.append("loadmodule \"").append(name).append(".so\"\n"));
    parameter(cfg, "ctl", "binrpc", "unixs:" + controlSocket);
    presence.forEach((name, value) -> parameter(cfg, "presence", name, value));
    if (modules == ModuleSet.OURS && !ENGINE_OPTIONS.isEmpty() && !setsEngineOptions()) {
      parameter(cfg, "presence", OPTIONS, ENGINE_OPTIONS);
    }
    presenceXml.forEach((name, value) -> parameter(cfg, "presence_xml", name, value));
    lines.forEach(line -> cfg.append(line).append('\n'));
    return cfg.append(script).toString();
  }

  private boolean setsEngineOptions() {
    return presence.containsKey(OPTIONS)
        || presenceXml.containsKey(OPTIONS)
        || lines.stream().anyMatch(line -> line.contains(OPTIONS));
  }

  /* an operator's cfg loads the driver; ours must work with and without that line */
  private List<String> stockDrivers() {
    final String url = String.valueOf(presence.getOrDefault("db_url", ""));
    final String scheme = url.contains(":") ? url.substring(0, url.indexOf(':')) : "";
    return switch (scheme) {
      case "postgres" -> List.of("db_postgres");
      case "mysql" -> List.of("db_mysql");
      case "sqlite" -> List.of("db_sqlite");
      default -> List.of();
    };
  }

  private static void parameter(
      final StringBuilder cfg, final String module, final String name, final Object value) {
    cfg.append("modparam(\"").append(module).append("\", \"").append(name).append("\", ");
    if (value instanceof Integer) {
      cfg.append(value);
    } else {
      cfg.append('"').append(value).append('"');
    }
    cfg.append(")\n");
  }

  private static String resource(final String name) {
    try (InputStream in = KamailioConfig.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("no resource " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
