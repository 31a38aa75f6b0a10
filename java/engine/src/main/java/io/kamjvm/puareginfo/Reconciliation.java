// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.puareginfo;

import io.kamjvm.kamailio.ContactChange;
import io.kamjvm.kamailio.LocationListener;
import io.kamjvm.kamailio.RegisteredContact;
import io.kamjvm.kamailio.UserLocation;
import io.kamjvm.pua.HeldPublication;
import io.kamjvm.pua.Pua;
import io.kamjvm.pua.Source;
import io.kamjvm.time.EngineClock;
import io.kamjvm.time.Timers;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Compares what is published with what is registered, whenever the location table has been read as
 * a whole, and has the differences published: what changed while no engine lived, what was lost,
 * what was registered when Kamailio stopped and is not any more.
 */
final class Reconciliation implements LocationListener {
  private static final long AGAIN_MILLIS = 5_000;

  private final UserLocation location;
  private final Supplier<Pua> pua;
  private final EngineClock clock;
  private final Timers timers;
  private final RegistrationPublisher publisher;

  Reconciliation(
      final UserLocation location,
      final Supplier<Pua> pua,
      final EngineClock clock,
      final Timers timers,
      final RegistrationPublisher publisher) {
    this.location = location;
    this.pua = pua;
    this.clock = clock;
    this.timers = timers;
    this.publisher = publisher;
  }

  @Override
  public void changed(final ContactChange change) {
    // the publisher follows changes
  }

  @Override
  public void complete() {
    if (!location.whole()) {
      // who is registered is not known, so who is not either
      return;
    }
    pua.get()
        .publications(
            Source.REGINFO_PUBLISH,
            found -> {
              if (found.isPresent()) {
                compare(found.get());
              } else {
                timers.schedule(AGAIN_MILLIS, this::complete);
              }
            });
  }

  private void compare(final List<HeldPublication> held) {
    final Set<Aor> published = new HashSet<>();
    for (final HeldPublication publication : held) {
      final Optional<Aor> aor = Aor.ofId(publication.id());
      if (aor.isPresent() && published.add(aor.get()) && differs(aor.get(), publication)) {
        publisher.publishLater(aor.get());
      }
    }
    final long now = clock.epochSeconds();
    location.forEach(
        (table, key) -> {
          final Aor aor = new Aor(table, key);
          if (!published.contains(aor)
              && !publisher.isSilenced(aor)
              && location.contacts(table, key).stream()
                  .anyMatch(c -> c.valid(now) && !LearnedContacts.isLearned(c))) {
            publisher.publishLater(aor);
          }
        });
    publisher.forgetSilenced();
  }

  /** What makes two states of a binding different for whoever hears of them. */
  private record Binding(String uri, String callId, long cseq) {}

  private boolean differs(final Aor aor, final HeldPublication publication) {
    if (publication.body().isEmpty()) {
      return true;
    }
    final Set<Binding> told;
    try {
      told =
          ReginfoDocument.parse(publication.body().get()).registrations().stream()
              .flatMap(r -> r.contacts().stream())
              .filter(Registration.Contact::present)
              .map(c -> new Binding(c.uri(), c.callId(), c.cseq()))
              .collect(Collectors.toSet());
    } catch (final UnusableDocumentException e) {
      return true;
    }
    final long now = clock.epochSeconds();
    return !told.equals(
        location.contacts(aor.table(), aor.key()).stream()
            .filter(c -> c.valid(now))
            .map(Reconciliation::binding)
            .collect(Collectors.toSet()));
  }

  private static Binding binding(final RegisteredContact contact) {
    return new Binding(contact.uri(), contact.callId(), contact.cseq());
  }
}
