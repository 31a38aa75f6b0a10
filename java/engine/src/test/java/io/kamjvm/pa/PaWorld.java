// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

import io.kamjvm.b2b.StatusDomain;
import io.kamjvm.kamailio.EventRoute;
import io.kamjvm.kamailio.FinalReply;
import io.kamjvm.kamailio.GivenParameters;
import io.kamjvm.kamailio.Kamailio;
import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.kamailio.Outgoing;
import io.kamjvm.kamailio.OutgoingRequest;
import io.kamjvm.kamailio.ServerFacts;
import io.kamjvm.kamailio.SipRequest;
import io.kamjvm.storage.MemoryRecoveryLog;
import io.kamjvm.time.VirtualTime;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;

/**
 * The agent, a registrar, tables and watchers in one thread under virtual time: tasks run when
 * {@link #settle} is called, timers when {@link #advance} passes them. Watchers answer 200 unless
 * told otherwise; a CSeq that does not rise by one, or two NOTIFYs at once in a dialog, fail.
 */
final class PaWorld implements Kamailio {
  static final long START = 1_700_000_000L;

  final FakeTables tables;
  final FakeContacts contacts = new FakeContacts(this);
  final FakeXcap xcap;
  Optional<StatusDomain> internal = Optional.empty();
  final MemoryRecoveryLog log0;
  private final VirtualTime time = new VirtualTime(START);
  final ArrayDeque<Runnable> tasks = time.tasks;
  final List<String> log = new ArrayList<>();
  final List<Notify> notifies = new ArrayList<>();
  final List<EventRoute> routes = new ArrayList<>();
  Function<OutgoingRequest, Integer> reaction = r -> 200;
  Optional<String> contactInAnswers = Optional.empty();
  private final Map<String, Object> given = new HashMap<>();
  private final Map<String, Long> cseqs = new HashMap<>();
  private final Set<String> underWay = new HashSet<>();
  private PaModule module;
  private int epoch = 1;
  private boolean cseqJumps;

  PaWorld() {
    this(new FakeTables(), new FakeXcap());
  }

  /** A Kamailio on tables that an earlier one has left. */
  PaWorld(final FakeTables tables, final FakeXcap xcap) {
    this.tables = tables;
    this.xcap = xcap;
    this.log0 = new MemoryRecoveryLog();
    tables.tasks(tasks);
    param("auth", "none");
    param("timer_interval", 2);
    param(".usrloc", "1");
    param(".domain", "registrar");
  }

  /** A NOTIFY as it has arrived. */
  record Notify(OutgoingRequest request) {
    Optional<String> find(final String name) {
      return request
          .headers()
          .lines()
          .filter(l -> l.startsWith(name + ": "))
          .map(l -> l.substring(name.length() + 2))
          .findFirst();
    }

    String state() {
      return find("Subscription-State").orElseThrow();
    }

    String type() {
      return find("Content-Type").orElse("");
    }

    long cseq() {
      return request.lastCseq() + 1;
    }

    String body() {
      return new String(request.body(), StandardCharsets.UTF_8);
    }
  }

  PaWorld param(final String name, final Object value) {
    given.put(name, value);
    return this;
  }

  PaWorld without(final String name) {
    given.remove(name);
    return this;
  }

  PaWorld start() {
    try {
      module =
          new PaModule(
              context(), tables, (url, table) -> xcap, log0, internal, Optional.of(contacts));
      module.open();
    } catch (final RuntimeException e) {
      throw e;
    } catch (final Exception e) {
      throw new IllegalStateException(e);
    }
    module.serve();
    settle();
    return this;
  }

  /** The engine dies with what it was about to do; the next one starts. */
  PaWorld kill() {
    time.forget();
    contacts.forget();
    underWay.clear();
    epoch++;
    return start();
  }

  /** Kamailio stops and starts again on the same tables, with an empty recovery log. */
  PaWorld restart() {
    module.flush();
    settle();
    final PaWorld next = new PaWorld(tables, xcap);
    next.given.putAll(given);
    next.cseqs.putAll(cseqs);
    next.cseqJumps = true;
    next.time.advanceMillis(time.monotonicMillis());
    return next.start();
  }

  PaModule module() {
    return module;
  }

  private ModuleContext context() {
    return new ModuleContext(
        new GivenParameters("pa", given),
        Set.of(),
        new ServerFacts(
            "5.6.3",
            START,
            epoch,
            List.of("udp:192.0.2.1:5060"),
            30_000,
            5_000,
            Set.of("pa:watch", "pa:unwatch")),
        this,
        time,
        time,
        tasks::add,
        tasks::add);
  }

  long now() {
    return time.epochSeconds();
  }

  void settle() {
    time.settle();
  }

  void advance(final long seconds) {
    time.advance(seconds);
  }

  @Override
  public void run(final EventRoute route) {
    routes.add(route);
  }

  @Override
  public void send(final Outgoing outgoing) {
    final OutgoingRequest request = outgoing.request();
    final String dialog = request.callId() + " " + request.localTag() + " " + request.remoteTag();
    final Notify notify = new Notify(request);
    final Long before = cseqs.put(dialog, notify.cseq());
    if (before != null && (cseqJumps ? notify.cseq() <= before : notify.cseq() != before + 1)) {
      throw new AssertionError("CSeq " + notify.cseq() + " after " + before);
    }
    if (!underWay.add(dialog)) {
      throw new AssertionError("two NOTIFYs under way in " + dialog);
    }
    notifies.add(notify);
    log.add("NOTIFY " + notify.state().replaceAll(";.*", ""));
    tasks.add(
        () -> {
          underWay.remove(dialog);
          final int code = reaction.apply(request);
          if (code == 0) {
            outgoing.listener().failed("no route");
          } else if (contactInAnswers.isPresent() && request.wantsReply()) {
            outgoing.listener().completed(withContact(code));
          } else {
            outgoing.listener().completed(code, "");
          }
        });
  }

  private FinalReply withContact(final int code) {
    return new FinalReply(
        code,
        "",
        Map.of(),
        false,
        Optional.empty(),
        Optional.empty(),
        contactInAnswers,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        OptionalLong.empty(),
        "",
        Optional.empty(),
        Optional.empty(),
        List.of());
  }

  /** The NOTIFYs since the last such question. */
  List<Notify> taken() {
    final List<Notify> taken = List.copyOf(notifies);
    notifies.clear();
    return taken;
  }

  /** The one NOTIFY since the last such question. */
  Notify only() {
    final List<Notify> taken = taken();
    if (taken.size() != 1) {
      throw new AssertionError(taken.size() + " NOTIFYs: " + taken);
    }
    return taken.get(0);
  }

  FakeCall call(final String function, final Optional<SipRequest> request, final String... args) {
    final FakeCall call = new FakeCall(this, request, List.of(args));
    module.functions().get(function).call(call);
    return call;
  }

  FakeCall subscribe(final Asked request) {
    return subscribe(request, "registrar");
  }

  FakeCall subscribe(final Asked request, final String domain) {
    final FakeCall call = call("handle_subscription", Optional.of(request.build()), domain);
    settle();
    return call;
  }

  FakeCall publish(final Asked request) {
    return publish(request, "registrar");
  }

  FakeCall publish(final Asked request, final String domain) {
    final FakeCall call = call("handle_publish", Optional.of(request.build()), domain);
    settle();
    return call;
  }

  /** What a function returns to the script that handles this request. */
  int function(final String function, final Asked request, final String... args) {
    final FakeCall call = call(function, Optional.of(request.build()), args);
    settle();
    return call.returnCode();
  }

  FakeRpc rpc(final String name, final String... args) {
    final FakeRpc rpc = new FakeRpc(List.of(args));
    module.rpcs().get(name).call(rpc);
    settle();
    return rpc;
  }
}
