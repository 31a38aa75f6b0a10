// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.storage.Change;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32;

/**
 * All presentities of all domains, and which of them somebody must look at in the next {@link
 * Round}. Engine thread only.
 */
final class Presentities {
  /** In the way of a contact's id there may be anything. */
  private static final String REGISTERED = "registered:";

  private static final long SOURCE_MILLIS = 500;

  private final ModuleContext context;
  private final PaParameters parameters;
  private final ContactSource contacts;
  private final PaBackup backup;
  private final Map<String, Pdomain> domains = new LinkedHashMap<>();
  private final Set<Presentity> changed = new LinkedHashSet<>();
  private Hooks hooks = new Hooks() {};

  Presentities(
      final ModuleContext context,
      final PaParameters parameters,
      final ContactSource contacts,
      final PaBackup backup) {
    this.context = context;
    this.parameters = parameters;
    this.contacts = contacts;
    this.backup = backup;
    for (final String name : new String[] {Pdomain.REGISTRAR, Pdomain.JABBER}) {
      domains.put(name, new Pdomain(name));
    }
  }

  /** Somebody who wants to know which presentities there are. */
  interface Hooks {
    /** There is one more. */
    default void made(final Presentity presentity) {}

    /** It is no more. */
    default void dropped(final Presentity presentity) {}
  }

  /** From now on tells of those that come and go. */
  void hooks(final Hooks now) {
    hooks = now;
  }

  /** The domain of this name, whatever its letter case. */
  Optional<Pdomain> domain(final String name) {
    return Pdomain.canonical(name).map(domains::get);
  }

  Collection<Pdomain> domains() {
    return domains.values();
  }

  /** The presentity, made if there is none; its source's state may still be on its way. */
  Presentity obtain(final Pdomain domain, final PresentityAddress address) {
    return domain
        .find(address.key())
        .orElseGet(
            () -> {
              final Presentity made = new Presentity(domain, address, parameters.showPriority());
              domain.add(made);
              if (parameters.sources() && domain.name().equals(Pdomain.REGISTRAR)) {
                listen(made);
              }
              changed.add(made);
              hooks.made(made);
              return made;
            });
  }

  /** Operations on it wait until its contacts are known, or for a while. */
  private void listen(final Presentity presentity) {
    presentity.begin();
    final Runnable known =
        new Runnable() {
          private boolean done;

          @Override
          public void run() {
            if (!done) {
              done = true;
              presentity.end();
            }
          }
        };
    presentity.interest(
        Optional.of(
            contacts.of(
                presentity.address(),
                now -> {
                  registered(presentity, now);
                  known.run();
                })));
    context.timers().schedule(SOURCE_MILLIS, known);
  }

  private void registered(final Presentity presentity, final List<ContactSource.Contact> now) {
    final Map<String, SourceTuple> sources = presentity.sources();
    final Set<String> there = new LinkedHashSet<>();
    final long grace = 2 * parameters.timerMillis() / 1_000;
    boolean visible = false;
    for (final ContactSource.Contact contact : now) {
      final String key = REGISTERED + contact.id();
      there.add(key);
      final Tuple tuple =
          Tuple.of(tupleId(key), Basic.OPEN, contact.uri(), parameters.defaultPriority());
      final long expires = contact.expires() == 0 ? 0 : contact.expires() + grace;
      final SourceTuple before =
          sources.put(key, new SourceTuple(tuple, expires, Optional.empty()));
      visible |= before == null || !before.tuple().equals(tuple);
    }
    final long end = context.clock().epochSeconds() + grace;
    for (final Map.Entry<String, SourceTuple> entry : sources.entrySet()) {
      final SourceTuple source = entry.getValue();
      if (entry.getKey().startsWith(REGISTERED)
          && !there.contains(entry.getKey())
          && source.open()) {
        entry.setValue(new SourceTuple(source.tuple().closed(), end, Optional.empty()));
        visible = true;
      }
    }
    if (visible) {
      changed(presentity);
    } else {
      changed.add(presentity);
    }
  }

  /** The same contact has the same id, whichever engine tells of it. */
  static String tupleId(final String key) {
    final CRC32 sum = new CRC32();
    sum.update(key.getBytes(StandardCharsets.UTF_8));
    return "t" + Long.toHexString(sum.getValue()) + Integer.toHexString(key.hashCode());
  }

  /** Its state or its watchers are not what they were: it is looked at in the next round. */
  void changed(final Presentity presentity) {
    presentity.touched();
    changed.add(presentity);
  }

  /** Something of it ends then: it is looked at in the round after that. */
  void wakeBy(final Presentity presentity, final long epochSeconds) {
    if (epochSeconds < presentity.wakeAt()) {
      final long millis = 1_000 * Math.max(0, epochSeconds - context.clock().epochSeconds());
      presentity.wake(
          epochSeconds,
          context
              .timers()
              .schedule(
                  millis,
                  () -> {
                    presentity.sleep();
                    changed.add(presentity);
                  }));
    }
  }

  /** Those to look at; from now on others are noted. */
  List<Presentity> takeChanged() {
    final List<Presentity> taken = new ArrayList<>(changed);
    changed.clear();
    return taken;
  }

  /** To be looked at again in the next round. */
  void again(final Presentity presentity) {
    changed.add(presentity);
  }

  /** Forgets one of whom nothing is left. */
  void dropIfEmpty(final Presentity presentity) {
    if (!presentity.empty()) {
      return;
    }
    presentity.sleep();
    presentity.interest().ifPresent(ContactSource.Interest::end);
    presentity.domain().remove(presentity);
    hooks.dropped(presentity);
    if (presentity.stored()) {
      presentity.stored(false);
      backup.write(List.of(new Change.RemovePa(PaRows.presentity(presentity).key())));
    }
  }
}
