// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.puareginfo;

import io.kamjvm.kamailio.AorRule;
import io.kamjvm.kamailio.AorWork;
import io.kamjvm.kamailio.RegisteredContact;
import io.kamjvm.sip.SipUri;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a document means for the location table: for each registration that can be used the work to
 * be done (spec pua 4.5).
 */
final class LocationPlan {
  /** Actions of one work: far below what a step can carry. */
  private static final int MOST_ACTIONS = 50;

  /**
   * Work on one AOR.
   *
   * @param terminated whether the registration is over; then nothing counts unless there was one
   */
  record Planned(Aor aor, boolean terminated, List<AorWork.Action> actions) {

    /** Its actions in portions; at least one. */
    List<AorWork> works() {
      final List<AorWork> works = new ArrayList<>();
      for (int from = 0; from == 0 || from < actions.size(); from += MOST_ACTIONS) {
        works.add(
            new AorWork(
                aor.table(),
                aor.key(),
                actions.subList(from, Math.min(actions.size(), from + MOST_ACTIONS))));
      }
      return works;
    }
  }

  private final String table;
  private final AorRule rule;
  private final String ruidPrefix;
  private final long now;
  private final List<Planned> planned = new ArrayList<>();
  private final Set<Aor> seen = new HashSet<>();

  /**
   * @param now epoch seconds
   */
  LocationPlan(final String table, final AorRule rule, final String ruidPrefix, final long now) {
    this.table = table;
    this.rule = rule;
    this.ruidPrefix = ruidPrefix;
    this.now = now;
  }

  /** Plans nothing but a look at the AORs: an old document changes nothing. */
  List<Planned> look(final ReginfoDocument document) {
    for (final Registration registration : document.registrations()) {
      key(registration).map(key -> new Aor(table, key)).ifPresent(this::look);
    }
    return planned;
  }

  private void look(final Aor aor) {
    planned.add(new Planned(aor, false, List.of()));
  }

  private Optional<String> key(final Registration registration) {
    return SipUri.parse(registration.aor()).flatMap(uri -> rule.key(uri.user(), uri.host()));
  }

  /** Plans what the document says, and, if it is full, that nothing else is left of what was. */
  List<Planned> of(final ReginfoDocument document, final LearnedContacts learned) {
    for (final Registration registration : document.registrations()) {
      key(registration)
          .map(key -> new Aor(table, key))
          .ifPresent(aor -> plan(aor, registration, document.full(), learned));
    }
    if (document.full()) {
      for (final Aor aor : learned.taughtBy(ruidPrefix)) {
        if (aor.table().equals(table) && !seen.contains(aor)) {
          add(aor, false, gone(aor, Set.of(), learned));
        }
      }
    }
    return planned;
  }

  private void plan(
      final Aor aor,
      final Registration registration,
      final boolean full,
      final LearnedContacts learned) {
    final boolean first = seen.add(aor);
    if (registration.terminated()) {
      planned.add(new Planned(aor, true, List.of(new AorWork.Clear())));
      return;
    }
    final List<AorWork.Action> actions = new ArrayList<>();
    final Set<String> listed = new HashSet<>();
    for (final Registration.Contact contact : registration.contacts()) {
      listed.add(contact.uri());
      actions.add(action(contact));
    }
    if (full && first) {
      actions.addAll(gone(aor, listed, learned));
    }
    add(aor, false, actions);
  }

  private void add(final Aor aor, final boolean terminated, final List<AorWork.Action> actions) {
    if (!actions.isEmpty()) {
      planned.add(new Planned(aor, terminated, actions));
    }
  }

  private List<AorWork.Action> gone(
      final Aor aor, final Set<String> listed, final LearnedContacts learned) {
    final List<AorWork.Action> actions = new ArrayList<>();
    for (final RegisteredContact contact : learned.learned(aor, ruidPrefix)) {
      if (!listed.contains(contact.uri())) {
        actions.add(
            new AorWork.Remove(contact.uri(), contact.callId(), contact.cseq(), contact.path()));
      }
    }
    return actions;
  }

  private AorWork.Action action(final Registration.Contact contact) {
    if (!contact.present()) {
      return new AorWork.Remove(contact.uri(), contact.callId(), contact.cseq(), contact.path());
    }
    final long left = Math.min(contact.expires().orElse(0), Integer.MAX_VALUE - now);
    return new AorWork.Put(
        new RegisteredContact(
            ruidPrefix,
            contact.uri(),
            contact.received(),
            contact.path(),
            now + left,
            contact.q(),
            contact.callId(),
            contact.cseq(),
            contact.userAgent(),
            "",
            0,
            "",
            0,
            0,
            now));
  }
}
