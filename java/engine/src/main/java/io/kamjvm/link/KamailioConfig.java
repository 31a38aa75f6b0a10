// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.link;

import static io.kamjvm.bridge.Messages.*;

import io.kamjvm.bridge.TlvReader;
import io.kamjvm.kamailio.AorRule;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The config section: what the cfg loads, sets and calls, and what Kamailio is.
 *
 * @param startTime epoch seconds of Kamailio's start
 * @param workDir where relative paths were resolved
 * @param packageDir where event packages are found; empty string if not set
 * @param logLevel Kamailio's {@code debug}
 * @param common parameters that every shim exports
 * @param eventRoutes names of the cfg's event routes
 * @param location how usrloc and registrar are set up; empty: no module has bound usrloc
 */
public record KamailioConfig(
    String version,
    List<Module> modules,
    List<String> listen,
    int frTimerMillis,
    int wtTimerMillis,
    long startTime,
    String workDir,
    String packageDir,
    int logLevel,
    List<Parameter> common,
    Set<String> eventRoutes,
    Optional<LocationSetup> location) {

  /** A loaded module. */
  public record Module(String name, List<Parameter> parameters, List<Function> functions) {}

  /** A value that the cfg sets; exactly one of text and number is there. */
  public record Parameter(String name, Optional<String> text, OptionalLong number) {}

  /**
   * Something the shim's tables offer.
   *
   * @param name {@code handle_publish}, {@code rpc:presence.cleanup}, {@code kemi:...}
   * @param called whether the cfg calls it
   */
  public record Function(long id, String name, boolean called) {}

  /**
   * Decodes the section.
   *
   * @throws IllegalArgumentException when the fields do not add up
   */
  public static KamailioConfig decode(final TlvReader fields) {
    String version = "";
    final List<Module> modules = new ArrayList<>();
    final List<String> listen = new ArrayList<>();
    int frTimerMillis = 30_000;
    int wtTimerMillis = 5_000;
    long startTime = 0;
    String workDir = "/";
    String packageDir = "";
    int logLevel = 0;
    final List<Parameter> common = new ArrayList<>();
    final Set<String> eventRoutes = new HashSet<>();
    Optional<LocationSetup> location = Optional.empty();
    while (fields.next()) {
      switch (fields.tag()) {
        case T_VERSION -> version = fields.string();
        case T_MODULE -> modules.add(module(fields.nested()));
        case T_LISTEN -> listen.add(fields.string());
        case T_FR_TIMER_MS -> frTimerMillis = Math.toIntExact(fields.integer());
        case T_WT_TIMER_MS -> wtTimerMillis = Math.toIntExact(fields.integer());
        case T_START_TIME -> startTime = fields.integer();
        case T_WORK_DIR -> workDir = fields.string();
        case T_PACKAGE_DIR -> packageDir = fields.string();
        case T_LOG_LEVEL -> logLevel = (int) fields.integer();
        case T_EVENT_ROUTE -> eventRoutes.add(fields.string());
        case T_COMMON_PARAM -> common.add(parameter(fields.nested()));
        case T_USRLOC -> location = Optional.of(location(fields.nested()));
        default -> {
          // a newer runtime may say more
        }
      }
    }
    return new KamailioConfig(
        version,
        List.copyOf(modules),
        List.copyOf(listen),
        frTimerMillis,
        wtTimerMillis,
        startTime,
        workDir,
        packageDir,
        logLevel,
        List.copyOf(common),
        Set.copyOf(eventRoutes),
        location);
  }

  private static Module module(final TlvReader fields) {
    String name = "";
    final List<Parameter> parameters = new ArrayList<>();
    final List<Function> functions = new ArrayList<>();
    while (fields.next()) {
      switch (fields.tag()) {
        case T_NAME -> name = fields.string();
        case T_PARAM -> parameters.add(parameter(fields.nested()));
        case T_FUNCTION_DEF -> functions.add(function(fields.nested()));
        default -> {
          // a newer runtime may say more
        }
      }
    }
    return new Module(name, List.copyOf(parameters), List.copyOf(functions));
  }

  private static Parameter parameter(final TlvReader fields) {
    String name = "";
    Optional<String> text = Optional.empty();
    OptionalLong number = OptionalLong.empty();
    while (fields.next()) {
      switch (fields.tag()) {
        case T_NAME -> name = fields.string();
        case T_VALUE -> text = Optional.of(fields.string());
        case T_NUMBER -> number = OptionalLong.of(fields.integer());
        default -> {
          // a newer runtime may say more
        }
      }
    }
    if (text.isPresent() == number.isPresent()) {
      throw new IllegalArgumentException("parameter " + name + " has no or two values");
    }
    return new Parameter(name, text, number);
  }

  private static LocationSetup location(final TlvReader fields) {
    boolean useDomain = false;
    boolean caseSensitive = false;
    String realmPrefix = "";
    boolean databaseOnly = false;
    while (fields.next()) {
      switch (fields.tag()) {
        case T_UL_USE_DOMAIN -> useDomain = fields.integer() != 0;
        case T_UL_CASE_SENSITIVE -> caseSensitive = fields.integer() != 0;
        case T_UL_REALM_PREFIX -> realmPrefix = fields.string();
        case T_UL_DB_ONLY -> databaseOnly = fields.integer() != 0;
        default -> {
          // a newer runtime may say more
        }
      }
    }
    return new LocationSetup(new AorRule(useDomain, caseSensitive, realmPrefix), databaseOnly);
  }

  private static Function function(final TlvReader fields) {
    long id = -1;
    String name = "";
    boolean called = false;
    while (fields.next()) {
      switch (fields.tag()) {
        case T_ID -> id = fields.integer();
        case T_NAME -> name = fields.string();
        case T_STATUS -> called = fields.integer() != 0;
        default -> {
          // a newer runtime may say more
        }
      }
    }
    if (id < 0) {
      throw new IllegalArgumentException("function " + name + " has no id");
    }
    return new Function(id, name, called);
  }
}
