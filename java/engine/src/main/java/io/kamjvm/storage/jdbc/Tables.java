// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import io.kamjvm.storage.PaNames;
import io.kamjvm.storage.PaTable;
import io.kamjvm.storage.StorageException;
import io.kamjvm.storage.StoreSettings;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which tables are used, under which names. Immutable. */
final class Tables {
  private final PublicationTable publicationTable = new PublicationTable();
  private final SubscriptionTable subscriptionTable = new SubscriptionTable();
  private final WatcherTable watcherTable = new WatcherTable();
  private final PuaTable puaTable = new PuaTable();
  private final XcapTable xcapTable = new XcapTable();
  private final Map<PaTable, PaJdbcTable> paTables = new EnumMap<>(PaTable.class);
  private final List<Named> used;

  /** A table and the name it has in this database. */
  record Named(String name, Table<?> table) {}

  /**
   * @throws StorageException when a name is not a plain, optionally qualified identifier
   */
  Tables(final StoreSettings settings) throws StorageException {
    final List<Named> named = new ArrayList<>();
    if (settings.publications()) {
      named.add(named("presentity_table", settings.presentityTable(), publicationTable));
    }
    if (settings.subscriptions()) {
      named.add(named("active_watchers_table", settings.activeWatchersTable(), subscriptionTable));
    }
    named.add(named("watchers_table", settings.watchersTable(), watcherTable));
    this.used = List.copyOf(named);
  }

  /** One table alone: {@code xcap} or {@code pua}. */
  private Tables(final boolean xcap, final String name) throws StorageException {
    this.used =
        List.of(xcap ? named("xcap_table", name, xcapTable) : named("db_table", name, puaTable));
  }

  /**
   * Those of an XCAP store: one.
   *
   * @throws StorageException when the name is none
   */
  static Tables ofXcap(final String name) throws StorageException {
    return new Tables(true, name);
  }

  /**
   * Those of the event-state client: one.
   *
   * @throws StorageException when the name is none
   */
  static Tables ofPua(final String name) throws StorageException {
    return new Tables(false, name);
  }

  /** Those of {@code pa}. */
  private Tables(final PaNames names) throws StorageException {
    final List<Named> named = new ArrayList<>();
    for (final Map.Entry<String, String> column : names.columns().entrySet()) {
      if (!column.getValue().matches("[A-Za-z_][A-Za-z0-9_$]*")) {
        throw new StorageException(
            column.getKey() + "_column: '" + column.getValue() + "' is not a column name");
      }
    }
    for (final PaTable each : PaTable.values()) {
      final PaJdbcTable table = new PaJdbcTable(each, names);
      paTables.put(each, table);
      named.add(named(each.standardName(), names.of(each), table));
    }
    this.used = List.copyOf(named);
  }

  /**
   * All those of {@code pa}.
   *
   * @throws StorageException when a name is none
   */
  static Tables ofPa(final PaNames names) throws StorageException {
    return new Tables(names);
  }

  private static Named named(final String parameter, final String name, final Table<?> table)
      throws StorageException {
    if (!name.matches("[A-Za-z_][A-Za-z0-9_$]*(\\.[A-Za-z_][A-Za-z0-9_$]*)?")) {
      throw new StorageException(parameter + ": '" + name + "' is not a table name");
    }
    return new Named(name, table);
  }

  List<Named> used() {
    return used;
  }

  PublicationTable publications() {
    return publicationTable;
  }

  SubscriptionTable subscriptions() {
    return subscriptionTable;
  }

  WatcherTable watchers() {
    return watcherTable;
  }

  PuaTable pua() {
    return puaTable;
  }

  XcapTable xcap() {
    return xcapTable;
  }

  PaJdbcTable pa(final PaTable table) {
    return paTables.computeIfAbsent(table, t -> new PaJdbcTable(t, PaNames.standard()));
  }

  /** The name of a table that the settings use. */
  String name(final Table<?> table) throws SQLException {
    return nameOf(table)
        .orElseThrow(() -> new SQLException("table " + table.stockName() + " is not in use"));
  }

  /** The name of a table in this database; empty when the settings do not use it. */
  Optional<String> nameOf(final Table<?> table) {
    return used.stream().filter(named -> named.table() == table).map(Named::name).findFirst();
  }
}
