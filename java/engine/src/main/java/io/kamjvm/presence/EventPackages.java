// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.eventpackage.EventPackage;
import io.kamjvm.eventpackage.winfo.WatcherinfoPackage;
import io.kamjvm.sip.EventHeader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The event packages that the loaded modules bring. Modules register while they are constructed;
 * afterwards it only answers.
 */
public final class EventPackages {

  /** Parameters that make another package; all others, {@code id} above all, do not (D-01). */
  private static final Set<String> SIGNIFICANT = Set.of("sla", "ma");

  private static final String WINFO = ".winfo";

  private record Entry(String name, Set<String> parameters, EventPackage eventPackage) {}

  private final List<Entry> entries = new ArrayList<>();
  private final Map<String, SubscribeBodies> heard = new HashMap<>();
  private final PackageThreads threads;

  /** Built-in packages only, which need no threads. */
  public EventPackages() {
    this(PackageThreads.NONE);
  }

  /**
   * @param threads where the code of packages runs that is not proven to be bounded
   */
  public EventPackages(final PackageThreads threads) {
    this.threads = threads;
  }

  /**
   * Adds a package; the first of a name stays.
   *
   * @throws IllegalArgumentException when its name is not one
   */
  public void register(final EventPackage eventPackage) {
    final EventHeader header =
        EventHeader.parse(eventPackage.name())
            .orElseThrow(() -> new IllegalArgumentException("an event package without a name"));
    if (find(header).isEmpty()) {
      entries.add(new Entry(header.canonicalName(), significant(header), eventPackage));
    }
  }

  /**
   * Adds a package that is not built in: its code never runs on the engine thread.
   *
   * @return its registered name
   * @throws IllegalArgumentException when it can not be: its name is taken, or what it says about
   *     itself makes no sense
   */
  public String add(final EventPackage eventPackage) {
    final DescribedPackage described =
        eventPackage instanceof DescribedPackage known ? known : DescribedPackage.of(eventPackage);
    final EventHeader header = EventHeader.parse(described.name()).orElseThrow();
    if (find(header).isPresent()) {
      throw new IllegalArgumentException("there is a package " + described.name() + " already");
    }
    register(described);
    if (described.offersWatcherinfo()) {
      register(new WatcherinfoPackage(header.name(), described.defaultExpires()));
    }
    return described.name();
  }

  /**
   * Asks a package that is not built in all that it says about itself; any thread.
   *
   * @return it, to be {@link #add added}, which then runs no code of its own
   * @throws IllegalArgumentException when what it says makes no sense
   */
  public static EventPackage described(final EventPackage eventPackage) {
    return DescribedPackage.of(eventPackage);
  }

  /** Whether the package was {@link #add added}. */
  boolean external(final EventPackage eventPackage) {
    return eventPackage instanceof DescribedPackage;
  }

  PackageThreads threads() {
    return threads;
  }

  /** Has somebody hear the bodies of SUBSCRIBEs to the package of that name. */
  public void hear(final String name, final SubscribeBodies bodies) {
    heard.put(name, bodies);
  }

  /** Who hears the bodies of SUBSCRIBEs to the package. */
  Optional<SubscribeBodies> heard(final EventPackage eventPackage) {
    return Optional.ofNullable(heard.get(eventPackage.name()));
  }

  /** All of them, in the order of registration. */
  List<EventPackage> all() {
    return entries.stream().map(Entry::eventPackage).toList();
  }

  /** The package that an Event header means. */
  public Optional<EventPackage> find(final EventHeader header) {
    final String name = header.canonicalName();
    final Set<String> parameters = significant(header);
    return entries.stream()
        .filter(e -> e.name.equals(name) && e.parameters.equals(parameters))
        .map(Entry::eventPackage)
        .findFirst();
  }

  /** The package with this registered name, as it stands in tables and arguments. */
  public Optional<EventPackage> find(final String name) {
    // a start asks for each row: parsing would cost as much as all else that is done with one
    final Optional<EventPackage> asWritten =
        entries.stream()
            .map(Entry::eventPackage)
            .filter(eventPackage -> eventPackage.name().equals(name))
            .findFirst();
    return asWritten.isPresent() ? asWritten : EventHeader.parse(name).flatMap(this::find);
  }

  /** The package whose documents list the watchers of {@code watched}. */
  public Optional<EventPackage> watcherinfoOf(final EventPackage watched) {
    return EventHeader.parse(watched.name())
        .flatMap(h -> find(new EventHeader(h.name() + WINFO, List.of())))
        .filter(EventPackage::watcherinfo);
  }

  /** The package whose watchers are listed by {@code watcherinfo}. */
  public Optional<EventPackage> watchedBy(final EventPackage watcherinfo) {
    final String name = watcherinfo.name();
    return name.endsWith(WINFO)
        ? find(name.substring(0, name.length() - WINFO.length()))
        : Optional.empty();
  }

  /** Header line {@code Allow-Events: ...}, most recently registered first. */
  public String allowEvents() {
    final List<Entry> newestFirst = new ArrayList<>(entries);
    Collections.reverse(newestFirst);
    return newestFirst.stream()
        .map(e -> e.eventPackage.name())
        .collect(Collectors.joining(", ", "Allow-Events: ", ""));
  }

  private static Set<String> significant(final EventHeader header) {
    final Set<String> names = new HashSet<>();
    for (final EventHeader.Parameter parameter : header.parameters()) {
      final String name = parameter.name().toLowerCase(Locale.ROOT);
      if (SIGNIFICANT.contains(name)) {
        names.add(name);
      }
    }
    return names;
  }
}
