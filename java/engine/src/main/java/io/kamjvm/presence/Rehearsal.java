// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.eventpackage.EventPackage;
import io.kamjvm.kamailio.Answer;
import io.kamjvm.kamailio.Call;
import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.kamailio.Outgoing;
import io.kamjvm.kamailio.PendingReply;
import io.kamjvm.kamailio.SipReply;
import io.kamjvm.kamailio.SipRequest;
import io.kamjvm.kamailio.SipRequest.Party;
import io.kamjvm.kamailio.SubscriptionView;
import io.kamjvm.sip.EventHeader;
import io.kamjvm.storage.Change;
import io.kamjvm.storage.Journal;
import io.kamjvm.storage.RecoveryLog;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Plays publishers and watchers against an event state of its own before real ones come: the first
 * requests would otherwise wait until hundreds of classes are loaded. Nothing of it is stored or
 * sent.
 */
final class Rehearsal {
  private static final int MOST_ROUNDS = 2_000;
  private static final String USER = "rehearsal";
  private static final String HOST = "example.org";
  private static final Party PARTY =
      new Party(
          Optional.of("sip:" + USER + "@" + HOST),
          Optional.of(USER),
          Optional.of(HOST),
          Optional.of("there"));
  private static final byte[] DOCUMENT =
      ("<?xml version=\"1.0\"?><presence xmlns=\"urn:ietf:params:xml:ns:pidf\""
              + " xmlns:dm=\"urn:ietf:params:xml:ns:pidf:data-model\" entity=\"sip:a@b\">"
              + "<tuple id=\"t\"><status><basic>open</basic></status></tuple>"
              + "<dm:person id=\"p\"><dm:note>here</dm:note></dm:person></presence>")
          .getBytes(StandardCharsets.UTF_8);
  private static final byte[] NOTHING = new byte[0];

  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private final EventPackage eventPackage;
  private final EventState state;
  private final String longest;
  private long cseq;

  Rehearsal(
      final ModuleContext context,
      final PresenceParameters parameters,
      final EventPackages packages,
      final EventPackage eventPackage) {
    this.eventPackage = eventPackage;
    this.longest = Long.toString(parameters.maxExpires());
    final ModuleContext stage =
        new ModuleContext(
            context.parameters(),
            Set.of(),
            context.facts(),
            this::send,
            context.clock(),
            (delay, task) -> () -> {},
            tasks::add,
            tasks::add);
    final EventPackages unguarded =
        eventPackage.requiresAuthorization()
            ? UnguardedPackage.among(packages, eventPackage)
            : packages;
    final Optional<Journal> journal =
        parameters.needsDatabase() ? Optional.of(new Forgetful()) : Optional.empty();
    this.state =
        new EventState(
            stage,
            parameters,
            unguarded,
            new PackageCode(unguarded, tasks::add),
            journal,
            Optional.empty(),
            RecoveryLog.none());
  }

  /** Plays for at most {@code millis}. */
  void play(final long millis) {
    final long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    for (int round = 0; round < MOST_ROUNDS && System.nanoTime() < end; round++) {
      final Actor watcher = subscribe("", longest);
      final Actor publisher = publish("", longest, DOCUMENT);
      final Actor other = publish("", longest, DOCUMENT);
      final Actor again = publish(publisher.tag(), longest, DOCUMENT);
      publish(again.tag(), "0", NOTHING);
      publish(other.tag(), "0", NOTHING);
      subscribe(watcher.replyToTag(), longest);
      subscribe(watcher.replyToTag(), "0");
    }
  }

  private Actor publish(final String tag, final String expires, final byte[] body) {
    final Actor actor = new Actor(request("PUBLISH", "", tag, expires, body));
    state.publishHandler().handle(actor);
    settle();
    return actor;
  }

  private Actor subscribe(final String toTag, final String expires) {
    final Actor actor = new Actor(request("SUBSCRIBE", toTag, "", expires, NOTHING));
    state.subscribeHandler().handle(actor);
    settle();
    return actor;
  }

  private void settle() {
    while (!tasks.isEmpty()) {
      tasks.poll().run();
    }
  }

  private void send(final Outgoing outgoing) {
    tasks.add(
        () -> {
          outgoing.listener().sent(outgoing.request().lastCseq() + 1, 1);
          outgoing.listener().completed(200, "OK");
        });
  }

  private SipRequest request(
      final String method,
      final String toTag,
      final String ifMatch,
      final String expires,
      final byte[] body) {
    return new SipRequest(
        method,
        "sip:" + USER + "@" + HOST,
        Optional.of(USER),
        Optional.of(HOST),
        PARTY,
        new Party(PARTY.uri(), PARTY.user(), PARTY.host(), Optional.of(toTag)),
        Optional.of("rehearsal"),
        OptionalLong.of(++cseq),
        Optional.of("sip:192.0.2.7"),
        false,
        "",
        Optional.of(eventPackage.name()),
        EventHeader.parse(eventPackage.name()),
        Optional.of(expires),
        ifMatch.isEmpty() ? Optional.empty() : Optional.of(ifMatch),
        Optional.empty(),
        OptionalInt.of(body.length),
        body,
        List.of(),
        Optional.empty(),
        0,
        "udp:192.0.2.1:5060",
        "sip:192.0.2.1:5060",
        "udp",
        "udp:192.0.2.7:5060",
        Set.of(),
        Map.of(),
        Optional.empty());
  }

  /** A journal that writes nothing. */
  private final class Forgetful implements Journal {
    @Override
    public boolean submit(final List<Change> changes, final Consumer<Outcome> done) {
      tasks.add(() -> done.accept(new Outcome.Committed()));
      return true;
    }

    @Override
    public int depth() {
      return 0;
    }
  }

  /** One request and what it is answered. */
  private final class Actor implements Call, PendingReply {
    private final SipRequest request;
    private Optional<SipReply> reply = Optional.empty();

    Actor(final SipRequest request) {
      this.request = request;
    }

    /** The entity-tag of the answer; some other text if there is none. */
    String tag() {
      return reply
          .filter(r -> r.headers().size() == 2)
          .map(r -> r.headers().get(1))
          .map(line -> line.substring(line.indexOf(' ') + 1))
          .orElse("none");
    }

    @Override
    public Optional<SipRequest> request() {
      return Optional.of(request);
    }

    @Override
    public List<String> arguments() {
      return List.of();
    }

    @Override
    public String replyToTag() {
      return "here";
    }

    @Override
    public boolean transaction() {
      return true;
    }

    @Override
    public void answer(final Answer answer) {
      reply = answer.reply();
      answer.then().forEach(Rehearsal.this::send);
    }

    @Override
    public PendingReply hold(final int returnCode, final Optional<SubscriptionView> subscription) {
      return this;
    }

    @Override
    public void reply(
        final SipReply sent, final List<Outgoing> then, final Consumer<Delivery> delivered) {
      reply = Optional.of(sent);
      tasks.add(() -> delivered.accept(Delivery.SENT));
    }

    @Override
    public void busy() {
      // nobody waits
    }
  }
}
