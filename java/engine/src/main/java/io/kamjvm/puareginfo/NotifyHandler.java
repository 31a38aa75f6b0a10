// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.puareginfo;

import io.kamjvm.kamailio.Answer;
import io.kamjvm.kamailio.AorOutcome;
import io.kamjvm.kamailio.AorWork;
import io.kamjvm.kamailio.Call;
import io.kamjvm.kamailio.ScriptFunction;
import io.kamjvm.kamailio.SipRequest;
import io.kamjvm.kamailio.UserLocation;
import io.kamjvm.puareginfo.LocationPlan.Planned;
import io.kamjvm.time.EngineClock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code reginfo_handle_notify(uldomain)}: what a NOTIFY tells of registrations elsewhere goes into
 * the location table (spec pua 4.5). It asks nobody whether the NOTIFY belongs to a subscription:
 * that is the script's part.
 */
final class NotifyHandler implements ScriptFunction {
  private static final Logger LOG = LoggerFactory.getLogger(NotifyHandler.class);
  private static final int ONLINE = 1;
  private static final int OFFLINE = 2;
  private static final int NOTHING = -1;

  /** Actions of one step: an address may have 4 kB, but few have. */
  private static final int PORTION = 100;

  private final UserLocation location;
  private final EngineClock clock;
  private final LearnedContacts learned;
  private final DocumentVersions versions = new DocumentVersions();

  NotifyHandler(
      final UserLocation location, final EngineClock clock, final LearnedContacts learned) {
    this.location = location;
    this.clock = clock;
    this.learned = learned;
  }

  @Override
  public void call(final Call call) {
    final Optional<SipRequest> request = call.request();
    if (request.isEmpty() || request.get().malformed().contains("headers")) {
      answer(call, NOTHING, "its headers can not be read");
      return;
    }
    final byte[] body = request.get().body();
    final int length = request.get().contentLength().orElse(body.length);
    if (length < 0 || length > body.length) {
      answer(call, NOTHING, "its body is shorter than it says");
    } else if (length == 0) {
      call.answer(Answer.of(ONLINE));
    } else {
      handle(call, request.get(), Arrays.copyOf(body, length));
    }
  }

  private void handle(final Call call, final SipRequest request, final byte[] body) {
    final ReginfoDocument document;
    try {
      document = ReginfoDocument.parse(body);
    } catch (final UnusableDocumentException e) {
      answer(call, NOTHING, e.getMessage());
      return;
    }
    final LocationPlan plan =
        new LocationPlan(
            call.arguments().get(0),
            location.rule(),
            LearnedContacts.ruidPrefix(
                request.from().uri().orElse(""), request.to().uri().orElse("")),
            clock.epochSeconds());
    final String dialog = request.callId().orElse("") + "\n" + request.from().tag().orElse("");
    final List<Planned> planned =
        versions.isOld(dialog, document.version())
            ? plan.look(document)
            : plan.of(document, learned);
    if (planned.isEmpty()) {
      answer(call, NOTHING, "it has no registration that can be used");
    } else {
      new Conversation(call, planned).next();
    }
  }

  private static void answer(final Call call, final int code, final String why) {
    LOG.warn("a NOTIFY changes nothing: {}", why);
    call.answer(Answer.of(code));
  }

  /** The steps of one call. */
  private static final class Conversation {
    private final Call call;
    private final List<AorWork> works = new ArrayList<>();
    private final List<Planned> owners = new ArrayList<>();
    private final List<AorOutcome> outcomes = new ArrayList<>();

    Conversation(final Call call, final List<Planned> planned) {
      this.call = call;
      for (final Planned each : planned) {
        for (final AorWork work : each.works()) {
          works.add(work);
          owners.add(each);
        }
      }
    }

    void next() {
      final int from = outcomes.size();
      int to = from;
      int actions = 0;
      while (to < works.size() && (to == from || actions < PORTION)) {
        actions += 1 + works.get(to).actions().size();
        to++;
      }
      call.work(
          works.subList(from, to),
          done -> {
            outcomes.addAll(done);
            if (done.isEmpty() || outcomes.size() >= works.size()) {
              call.answer(Answer.of(result()));
            } else {
              next();
            }
          });
    }

    /** One of the manual's three codes. */
    private int result() {
      boolean online = false;
      int last = NOTHING;
      boolean before = false;
      for (int i = 0; i < outcomes.size(); i++) {
        final Planned owner = owners.get(i);
        final AorOutcome outcome = outcomes.get(i);
        before = i > 0 && owners.get(i - 1) == owner ? before || outcome.found() : outcome.found();
        final boolean over = i + 1 == outcomes.size() || owners.get(i + 1) != owner;
        if (over && outcome.valid() > 0) {
          online = true;
        } else if (over && outcome.failed()) {
          last = NOTHING;
        } else if (over && (before || !owner.terminated())) {
          last = OFFLINE;
        }
      }
      return online ? ONLINE : last;
    }
  }
}
