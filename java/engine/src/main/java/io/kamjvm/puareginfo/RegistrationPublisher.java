// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.puareginfo;

import io.kamjvm.kamailio.ContactChange;
import io.kamjvm.kamailio.LocationListener;
import io.kamjvm.kamailio.RegisteredContact;
import io.kamjvm.kamailio.ScriptMark;
import io.kamjvm.kamailio.UserLocation;
import io.kamjvm.pua.Decision;
import io.kamjvm.pua.FinalAnswer;
import io.kamjvm.pua.OrderListener;
import io.kamjvm.pua.Pua;
import io.kamjvm.pua.PublishOrder;
import io.kamjvm.pua.Source;
import io.kamjvm.puareginfo.RegistrationDocument.Event;
import io.kamjvm.puareginfo.RegistrationDocument.Listed;
import io.kamjvm.time.EngineClock;
import io.kamjvm.time.Timers;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes what changes in the location table (spec pua 4.2).
 *
 * <p>Of an AOR one PUBLISH is under way; what changes meanwhile goes into the next one, which then
 * tells of all of it. A document always lists everything, so what did not reach the server is made
 * good by the next one that does: after time-outs and 5xx it is tried again, ever more slowly. What
 * a NOTIFY has taught is never the reason to publish, and its expiry only where the AOR is
 * published from here. Engine thread only.
 */
final class RegistrationPublisher implements LocationListener {
  private static final Logger LOG = LoggerFactory.getLogger(RegistrationPublisher.class);

  /** PUBLISHes under way of those that nobody waits for. */
  static final int MOST_UNDER_WAY = 64;

  private static final String EVENT = "reg";
  private static final long LIFETIME = 3_600;
  private static final long FIRST_RETRY_MILLIS = 2_000;
  private static final long LAST_RETRY_MILLIS = 60_000;

  private final ReginfoParameters parameters;
  private final UserLocation location;
  private final Supplier<Pua> pua;
  private final EngineClock clock;
  private final Timers timers;
  private final Map<Aor, Series> series = new HashMap<>();
  private final Deque<Aor> later = new ArrayDeque<>();

  /** AORs whose changes the script has silenced before the table was read. */
  private final Set<Aor> silenced = new HashSet<>();

  private int underWay;

  RegistrationPublisher(
      final ReginfoParameters parameters,
      final UserLocation location,
      final Supplier<Pua> pua,
      final EngineClock clock,
      final Timers timers) {
    this.parameters = parameters;
    this.location = location;
    this.pua = pua;
    this.clock = clock;
    this.timers = timers;
  }

  /** What is under way of an AOR; forgotten when nothing is. */
  private static final class Series {
    /** Changes that no document has told of yet, by ruid. */
    private final Map<String, ContactChange> news = new LinkedHashMap<>();

    private boolean busy;
    private boolean due;
    private int failures;
    private Timers.Timer retry = () -> {};
  }

  @Override
  public void changed(final ContactChange change) {
    final boolean silent = change.marks().contains(ScriptMark.REGINFO_SILENT);
    if (silent && !location.complete()) {
      silenced.add(new Aor(change.table(), change.aor()));
    }
    if (silent || change.own()) {
      return;
    }
    final Aor aor = new Aor(change.table(), change.aor());
    if (change.kind() == ContactChange.Kind.EXPIRED
        && LearnedContacts.isLearned(change.contact())
        && !series.containsKey(aor)) {
      // whoever has taught it tells its end; ours would deny what is registered there since
      pua.get()
          .published(
              Source.REGINFO_PUBLISH,
              EVENT,
              aor.uri(parameters.defaultDomain()),
              aor.id(),
              ours -> {
                if (ours.isEmpty()) {
                  timers.schedule(FIRST_RETRY_MILLIS, () -> changed(change));
                } else if (ours.get()) {
                  news(aor, change);
                }
              });
    } else {
      news(aor, change);
    }
  }

  private void news(final Aor aor, final ContactChange change) {
    final Series its = series.computeIfAbsent(aor, a -> new Series());
    its.news.put(change.contact().ruid(), change);
    its.due = true;
    publish(aor, its);
  }

  @Override
  public void found(final ContactChange change) {
    // who has made it is not known; what is published is compared when all has been read
  }

  @Override
  public void complete() {
    List.copyOf(series.entrySet()).forEach(e -> publish(e.getKey(), e.getValue()));
  }

  /** Whether the script has silenced a change of the AOR before the table was read. */
  boolean isSilenced(final Aor aor) {
    return silenced.contains(aor);
  }

  /** What {@link #isSilenced} tells has been heeded. */
  void forgetSilenced() {
    silenced.clear();
  }

  /** Has the AOR published as it is now, when its turn comes; a few at a time. */
  void publishLater(final Aor aor) {
    later.add(aor);
    proceed();
  }

  private void proceed() {
    while (underWay < MOST_UNDER_WAY && !later.isEmpty()) {
      final Aor aor = later.poll();
      final Series its = series.computeIfAbsent(aor, a -> new Series());
      its.due = true;
      publish(aor, its);
    }
  }

  private void publish(final Aor aor, final Series its) {
    // before the table has been read, a full document would deny what is registered
    if (its.busy || !its.due || !location.complete()) {
      return;
    }
    its.retry.cancel();
    its.busy = true;
    its.due = false;
    underWay++;
    final Map<String, ContactChange> told = new LinkedHashMap<>(its.news);
    its.news.clear();
    pua.get().publish(order(aor, told), new Publication(aor, its, told));
  }

  private PublishOrder order(final Aor aor, final Map<String, ContactChange> news) {
    final long now = clock.epochSeconds();
    final String uri = aor.uri(parameters.defaultDomain());
    final List<Listed> contacts = listed(aor, news, now);
    return PublishOrder.of(Source.REGINFO_PUBLISH, EVENT, uri, lifetime(contacts, now))
        .withId(aor.id())
        .withBody(
            RegistrationDocument.of(aor, uri, contacts, now),
            Optional.of("application/reginfo+xml"))
        .withOutboundProxy(parameters.outboundProxy());
  }

  private List<Listed> listed(
      final Aor aor, final Map<String, ContactChange> news, final long now) {
    final List<Listed> listed = new ArrayList<>();
    final Map<String, ContactChange> others = new LinkedHashMap<>(news);
    for (final RegisteredContact contact : location.contacts(aor.table(), aor.key())) {
      final ContactChange change = others.remove(contact.ruid());
      if (contact.valid(now)) {
        final boolean told = change != null && !change.kind().isEnd();
        listed.add(new Listed(contact, told ? Event.of(change.kind()) : Event.REGISTERED));
      }
    }
    for (final ContactChange change : others.values()) {
      if (change.kind().isEnd() && change.contact().valid(now)) {
        listed.add(new Listed(change.contact(), Event.of(change.kind())));
      }
    }
    return listed;
  }

  /** At least an hour, so that the end of a registration finds its series; negative: for ever. */
  private static long lifetime(final List<Listed> contacts, final long now) {
    long longest = LIFETIME;
    for (final Listed each : contacts) {
      longest = Math.max(longest, each.contact().remaining(now));
    }
    return longest == Long.MAX_VALUE ? -1 : longest;
  }

  /** A PUBLISH on its way. */
  private final class Publication implements OrderListener {
    private final Aor aor;
    private final Series its;
    private final Map<String, ContactChange> told;
    private boolean over;

    Publication(final Aor aor, final Series its, final Map<String, ContactChange> told) {
      this.aor = aor;
      this.its = its;
      this.told = told;
    }

    @Override
    public void decided(final Decision decision) {
      if (!(decision instanceof Decision.Sent)) {
        LOG.error("{} can not be published: {}", aor.id(), decision);
        end(false);
      }
    }

    @Override
    public void answered(final FinalAnswer answer) {
      final boolean passing =
          answer.local() || answer.code() == 408 || answer.code() >= 500 && answer.code() < 600;
      if (answer.code() >= 300 && answer.code() != 412) {
        LOG.warn("PUBLISH of {} was answered {} {}", aor.id(), answer.code(), answer.reason());
      }
      end(!passing);
    }

    private void end(final boolean done) {
      if (over) {
        // the second answer after a 412
        return;
      }
      over = true;
      underWay--;
      its.busy = false;
      if (done) {
        its.failures = 0;
      } else {
        told.forEach(its.news::putIfAbsent);
        its.failures++;
      }
      if (!done) {
        final boolean newer = its.due;
        its.due = true;
        its.retry =
            timers.schedule(newer ? FIRST_RETRY_MILLIS : patience(), () -> publish(aor, its));
      } else if (its.due) {
        publish(aor, its);
      } else {
        series.remove(aor, its);
      }
      proceed();
    }

    private long patience() {
      return Math.min(LAST_RETRY_MILLIS, FIRST_RETRY_MILLIS << Math.min(10, its.failures - 1));
    }
  }
}
