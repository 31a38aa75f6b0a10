// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pua;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The events that can be published and subscribed to. Engine thread only. */
public final class PuaEvents {
  private static final int CONFERENCE = 1 << 4;

  private final List<PuaEvent> events = new ArrayList<>();

  /**
   * The standard ones.
   *
   * @param countsDialogs {@code dlginfo_increase_version}
   * @param countsRegistrations {@code reginfo_increase_version}
   */
  PuaEvents(final boolean countsDialogs, final boolean countsRegistrations) {
    final BodyProcessing version = new VersionRewrite("dialog-info");
    add(0, "presence", "application/pidf+xml", new PidfProcessing());
    events.add(new PuaEvent(1 << 1, "presence.winfo", Optional.empty(), BodyProcessing.refusing()));
    add(2, "dialog;sla", "application/dialog-info+xml", version);
    add(3, "message-summary", "application/simple-message-summary", BodyProcessing.none());
    add(
        5,
        "dialog",
        "application/dialog-info+xml",
        countsDialogs ? version : BodyProcessing.none());
    add(
        6,
        "reg",
        "application/reginfo+xml",
        countsRegistrations ? new VersionRewrite("reginfo") : BodyProcessing.none());
    add(7, "xcap-diff", "application/xcap-diff+xml", BodyProcessing.refusing());
    add(8, "as-feature-event", "application/x-as-feature-event+xml", BodyProcessing.none());
  }

  private void add(
      final int number, final String header, final String type, final BodyProcessing processing) {
    events.add(new PuaEvent(1 << number, header, Optional.of(type), processing));
  }

  /**
   * Adds one; where its name or bit is known already nothing happens.
   *
   * @return whether it was added
   */
  public boolean add(final PuaEvent event) {
    final boolean known = find(event.header()).isPresent() || find(event.bit()).isPresent();
    if (!known) {
      events.add(event);
    }
    return !known;
  }

  /** The one with exactly this Event header. */
  public Optional<PuaEvent> find(final String header) {
    return events.stream().filter(e -> e.header().equals(header)).findFirst();
  }

  Optional<PuaEvent> find(final int bit) {
    return events.stream().filter(e -> e.bit() == bit).findFirst();
  }

  /**
   * Whether commands know the event by this text: the table's, but {@code xcap-diff}, and {@code
   * conference}, which can not be sent.
   */
  public boolean commandable(final String header) {
    return header.equals("conference")
        || !header.equals("xcap-diff")
            && find(header).filter(e -> e.bit() != CONFERENCE).isPresent();
  }
}
