// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

/** What a server holds, for tests outside this package that look for leaks. */
public final class SimulatedInside {
  private final PresenceModule module;

  public SimulatedInside(final PresenceModule module) {
    this.module = module;
  }

  private EventState state() {
    return module.state().orElseThrow();
  }

  /** Presentities that are kept. */
  public int presentities() {
    return state().presentities().all().size();
  }

  /** What the presentities that are kept have. */
  public String describe() {
    return state().presentities().all().stream()
        .map(
            p ->
                p.uri()
                    + "/"
                    + p.eventPackage().name()
                    + " with "
                    + p.publications().size()
                    + " documents, "
                    + p.subscriptions().size()
                    + " watchers, "
                    + (p.queue().idle() ? "idle" : "held"))
        .toList()
        .toString();
  }

  /** Subscriptions in memory, those included that are not committed yet. */
  public int subscriptions() {
    return state().subscriptions().count();
  }

  /** Presentities and subscriptions whose queue is held or has operations waiting. */
  public long held() {
    return state().presentities().all().stream()
        .mapToLong(
            p ->
                (p.queue().idle() ? 0 : 1)
                    + p.subscriptions().stream().filter(s -> !s.queue().idle()).count())
        .sum();
  }
}
