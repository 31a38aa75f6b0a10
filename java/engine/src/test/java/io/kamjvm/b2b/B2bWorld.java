// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.b2b;

import io.kamjvm.b2b.qsa.StatusMessage;
import io.kamjvm.kamailio.Answer;
import io.kamjvm.kamailio.Call;
import io.kamjvm.kamailio.EventRoute;
import io.kamjvm.kamailio.FinalReply;
import io.kamjvm.kamailio.GivenParameters;
import io.kamjvm.kamailio.Kamailio;
import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.kamailio.Outgoing;
import io.kamjvm.kamailio.PendingReply;
import io.kamjvm.kamailio.RpcCall;
import io.kamjvm.kamailio.ServerFacts;
import io.kamjvm.kamailio.SipReply;
import io.kamjvm.kamailio.SipRequest;
import io.kamjvm.kamailio.SubscriptionView;
import io.kamjvm.storage.MemoryRecoveryLog;
import io.kamjvm.storage.RecoveryLog;
import io.kamjvm.time.VirtualTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;

/** presence_b2b under virtual time, with whatever it sends kept until somebody answers it. */
final class B2bWorld implements Kamailio {
  static final long START = 1_700_000_000L;
  static final String BOB = "sip:bob@192.0.2.9";
  static final String ALICE = "sip:alice@192.0.2.1";

  final List<Sent> sent = new ArrayList<>();
  final List<EventRoute> routes = new ArrayList<>();
  private final VirtualTime time = new VirtualTime(START);
  final ArrayDeque<Runnable> tasks = time.tasks;
  final Map<String, Object> given = new HashMap<>();
  final List<LocalPresence.Publication> published = new ArrayList<>();
  int publishCode = 200;
  Optional<LocalPresence> presence = Optional.empty();
  Optional<LocalPresence> agent = Optional.empty();
  RecoveryLog log = new MemoryRecoveryLog();
  RandomGenerator random = new Random(1);
  private PresenceB2bModule module;
  private int etags;
  private int epoch = 1;

  B2bWorld() {
    param("default_expiration", 60);
    param("resubscribe_delta", 10);
    param("min_resubscribe_time", 5);
    param("on_error_retry_time", 4);
    param("wait_for_term_notify", 3);
  }

  B2bWorld param(final String name, final Object value) {
    given.put(name, value);
    return this;
  }

  /** A presence server beside it. */
  B2bWorld beside() {
    presence =
        Optional.of(
            (publication, heard) -> {
              published.add(publication);
              tasks.add(
                  () ->
                      heard.accept(
                          new LocalPresence.Outcome(
                              publishCode,
                              Optional.of("e" + ++etags),
                              OptionalLong.empty(),
                              OptionalLong.empty())));
            });
    return param("feed_mode", 1);
  }

  /** A SUBSCRIBE on its way. */
  record Sent(Outgoing outgoing, long atMillis) {
    Optional<String> find(final String name) {
      return outgoing
          .request()
          .headers()
          .lines()
          .filter(l -> l.startsWith(name + ": "))
          .map(l -> l.substring(name.length() + 2))
          .findFirst();
    }

    long expires() {
      return Long.parseLong(find("Expires").orElseThrow());
    }

    long cseq() {
      return outgoing.request().lastCseq() + 1;
    }

    String callId() {
      return outgoing.request().callId();
    }

    String localTag() {
      return outgoing.request().localTag();
    }

    boolean inDialog() {
      return !outgoing.request().remoteTag().isEmpty();
    }

    String target() {
      return outgoing.request().remoteTarget();
    }
  }

  B2bWorld start() {
    module =
        new PresenceB2bModule(
            context(), neighbours(), log, random, (task, overdue) -> tasks.add(task), door -> {});
    module.open();
    module.serve();
    settle();
    return this;
  }

  /** The engine dies; the next one starts. */
  B2bWorld kill() {
    time.forget();
    sent.clear();
    epoch++;
    return start();
  }

  private Neighbours neighbours() {
    return new Neighbours() {
      @Override
      public Optional<LocalPresence> presence() {
        return presence;
      }

      @Override
      public Optional<LocalPresence> agent() {
        return agent;
      }
    };
  }

  private ModuleContext context() {
    return new ModuleContext(
        new GivenParameters("presence_b2b", given),
        Set.of(),
        new ServerFacts(
            "5.6.3",
            START,
            epoch,
            List.of("udp:192.0.2.1:5060"),
            30_000,
            5_000,
            Set.of("b2b:notify")),
        this,
        time,
        time,
        tasks::add,
        tasks::add);
  }

  PresenceB2bModule module() {
    return module;
  }

  long millis() {
    return time.monotonicMillis();
  }

  /** Timers that are still to run. */
  long timers() {
    return time.pendingTimers();
  }

  void settle() {
    time.settle();
  }

  void advance(final long seconds) {
    time.advance(seconds);
  }

  void advanceMillis(final long by) {
    time.advanceMillis(by);
  }

  @Override
  public void send(final Outgoing outgoing) {
    sent.add(new Sent(outgoing, time.monotonicMillis()));
  }

  @Override
  public void run(final EventRoute route) {
    routes.add(route);
  }

  // What the other side does

  Sent last() {
    return sent.get(sent.size() - 1);
  }

  /** The requests since the last call. */
  List<Sent> take() {
    final List<Sent> taken = List.copyOf(sent);
    sent.clear();
    return taken;
  }

  Sent only() {
    final List<Sent> taken = take();
    if (taken.size() != 1) {
      throw new AssertionError(taken.size() + " requests: " + taken);
    }
    return taken.get(0);
  }

  void answer(final Sent request, final FinalReply reply) {
    request.outgoing().listener().completed(reply);
    settle();
  }

  void accept(final Sent request, final long expires) {
    answer(request, accepted(request, Long.toString(expires)));
  }

  static FinalReply accepted(final Sent request, final String expires) {
    return reply(
        200, Optional.of(expires).filter(e -> !e.isEmpty()), Optional.of("sip:n@192.0.2.9"), "");
  }

  static FinalReply reply(
      final int code,
      final Optional<String> expires,
      final Optional<String> contact,
      final String recordRoute) {
    return new FinalReply(
        code,
        "R",
        Map.of(),
        false,
        Optional.empty(),
        expires,
        contact,
        Optional.empty(),
        Optional.empty(),
        Optional.of("remote"),
        OptionalLong.of(1),
        recordRoute,
        Optional.empty(),
        Optional.empty(),
        List.of());
  }

  static FinalReply refusal(final int code) {
    return reply(code, Optional.empty(), Optional.empty(), "");
  }

  static FinalReply tooBrief(final String minExpires) {
    final FinalReply plain = refusal(423);
    return new FinalReply(
        423,
        "R",
        Map.of(),
        false,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        plain.toTag(),
        plain.cseq(),
        "",
        Optional.empty(),
        Optional.of(minExpires),
        List.of());
  }

  static FinalReply challenge(final int code, final String challenge) {
    return new FinalReply(
        code,
        "R",
        Map.of(),
        false,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of("remote"),
        OptionalLong.of(1),
        "",
        Optional.empty(),
        Optional.empty(),
        List.of(challenge));
  }

  Notifying notifying(final Sent subscribe) {
    return new Notifying(this, subscribe);
  }

  /** Calls handle_notify; what it has answered. */
  Called called(final SipRequest request) {
    final Called call = new Called(Optional.of(request), List.of());
    module.functions().get("handle_notify").call(call);
    settle();
    return call;
  }

  Called function(final String name, final String... arguments) {
    final Called call = new Called(Optional.empty(), List.of(arguments));
    module.functions().get(name).call(call);
    settle();
    return call;
  }

  /** A script function's call. */
  static final class Called implements Call {
    private final Optional<SipRequest> request;
    private final List<String> arguments;
    private Optional<Answer> answer = Optional.empty();

    Called(final Optional<SipRequest> request, final List<String> arguments) {
      this.request = request;
      this.arguments = arguments;
    }

    int returned() {
      return answer.orElseThrow().returnCode();
    }

    int code() {
      return answer.orElseThrow().reply().map(SipReply::code).orElse(0);
    }

    Optional<String> value() {
      return answer.orElseThrow().value();
    }

    @Override
    public Optional<SipRequest> request() {
      return request;
    }

    @Override
    public List<String> arguments() {
      return arguments;
    }

    @Override
    public String replyToTag() {
      return "";
    }

    @Override
    public boolean transaction() {
      return true;
    }

    @Override
    public void answer(final Answer given) {
      if (answer.isPresent()) {
        throw new IllegalStateException("ended twice");
      }
      answer = Optional.of(given);
    }

    @Override
    public PendingReply hold(final int code, final Optional<SubscriptionView> view) {
      throw new AssertionError("waits");
    }

    @Override
    public void busy() {
      throw new AssertionError("busy");
    }
  }

  // Commands

  Told command(final String name, final String... arguments) {
    final Told told = new Told(List.of(arguments));
    module.rpcs().get("presence_b2b." + name).call(told);
    settle();
    return told;
  }

  /** Subscribes to bob for alice; the id. */
  String subscribe() {
    return command("subscribe", BOB, ALICE).structs.get(0).get("id").toString();
  }

  String state(final String id) {
    final Told told = command("get", id);
    return told.fault == 0 ? told.structs.get(0).get("state").toString() : "gone";
  }

  /** What was said last. */
  Optional<StatusMessage> last(final String id) {
    return module
        .domain()
        .find(new io.kamjvm.b2b.qsa.SubId(id))
        .flatMap(InternalSubscription::last);
  }

  /** A command's answer. */
  static final class Told implements RpcCall {
    final List<Map<String, Object>> structs = new ArrayList<>();
    final List<String> strings = new ArrayList<>();
    int fault;
    private final List<String> arguments;

    Told(final List<String> arguments) {
      this.arguments = arguments;
    }

    @Override
    public List<String> arguments() {
      return arguments;
    }

    @Override
    public void struct(final Map<String, Object> fields) {
      structs.add(new LinkedHashMap<>(fields));
    }

    @Override
    public void string(final String value) {
      strings.add(value);
    }

    @Override
    public void finish() {}

    @Override
    public void fault(final int code, final String text) {
      fault = code;
    }
  }
}
