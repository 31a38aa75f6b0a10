// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import static io.kamjvm.presence.Bodies.pidf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.kamjvm.presence.Peers.Notify;
import io.kamjvm.presence.Peers.Reaction;
import io.kamjvm.storage.servers.DatabaseServers;
import io.kamjvm.storage.servers.MariaDbServer;
import io.kamjvm.storage.servers.PostgresServer;
import io.kamjvm.storage.servers.TestDatabase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every storage mode on every database: what SIP peers see is the same everywhere. After each case
 * memory, tables and commands must agree as the mode promises.
 *
 * <p>The cases of one mode and database share a server, so that what earlier ones leave behind lies
 * in the way of later ones; each has a presentity and dialogs of its own.
 */
@ParameterizedClass(name = "{2}: subs_db_mode {0}, publ_cache {1}")
@MethodSource("product")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(DatabaseServers.Resolver.class)
@Timeout(60)
final class StorageModeTest {

  private static final boolean FULL = "yes".equals(System.getProperty("kamjvm.full"));

  /**
   * All of them on two databases, and unless it is a full run the three main ones on the others.
   */
  static Stream<Arguments> product() {
    return Stream.of(TestDatabase.Kind.values())
        .flatMap(
            kind ->
                IntStream.rangeClosed(0, 3)
                    .boxed()
                    .flatMap(
                        subs ->
                            IntStream.rangeClosed(0, 2)
                                .filter(publ -> FULL || runs(kind, subs, publ))
                                .mapToObj(publ -> Arguments.of(subs, publ, kind))));
  }

  private static boolean runs(final TestDatabase.Kind kind, final int subs, final int publ) {
    return switch (kind) {
      case H2, POSTGRES -> true;
      default -> subs == 1 && publ == 1 || subs == 2 && publ == 1 || subs == 3 && publ == 0;
    };
  }

  @Parameter(0)
  int subsDbMode;

  @Parameter(1)
  int publCache;

  @Parameter(2)
  TestDatabase.Kind kind;

  private StoredServer server;
  private final List<String> presentities = new ArrayList<>();
  private int number;
  private int fetches;

  @BeforeParameterizedClassInvocation(injectArguments = false)
  void openServer(final DatabaseServers servers) throws SQLException {
    if (kind == TestDatabase.Kind.POSTGRES) {
      assumeThat(PostgresServer.missing()).isEmpty();
    } else if (kind == TestDatabase.Kind.MARIADB) {
      assumeThat(MariaDbServer.missing()).isEmpty();
    }
    presentities.clear();
    server = new StoredServer(subsDbMode, publCache, servers.shared(kind));
    server.start();
  }

  @AfterParameterizedClassInvocation(injectArguments = false)
  void closeServer() throws SQLException {
    server.close();
  }

  @BeforeEach
  void newPresentity() {
    number++;
    presentities.add(presentity());
    world().peers.take();
  }

  @AfterEach
  void agree() throws SQLException {
    server.check(presentities);
  }

  private World world() {
    return server.world;
  }

  private String presentity() {
    return "sip:p" + number + "@d";
  }

  private Requests publish() {
    return Requests.publish().target(presentity());
  }

  private Requests subscribe() {
    return Requests.subscribe().target(presentity()).callId("c" + number);
  }

  private Requests inDialog(final long cseq) {
    return subscribe().toTag("tag-c" + number + "-f1").cseq(cseq);
  }

  /** NOTIFYs that this case's dialog got since the last question, once all have been told. */
  private List<Notify> notifies() {
    return notifies("c" + number);
  }

  private List<Notify> notifies(final String callId) {
    server.told();
    final List<Notify> found =
        world().peers.notifies.stream().filter(n -> n.request().callId().equals(callId)).toList();
    world().peers.notifies.removeIf(n -> n.request().callId().equals(callId));
    return found;
  }

  private static Notify last(final List<Notify> notifies) {
    assertThat(notifies).isNotEmpty();
    return notifies.get(notifies.size() - 1);
  }

  /** What somebody who asks now is told. */
  private String fetched() {
    fetches++;
    final String callId = "fetch" + number + "-" + fetches;
    world().subscribe(subscribe().callId(callId).expires(0));
    return last(notifies(callId)).body();
  }

  private int listed() {
    return (int)
        world().rpc("presence.presentity_list").structs.stream()
            .filter(row -> row.get("user").equals("p" + number))
            .count();
  }

  @Test
  @DisplayName("PRES-001 a document is published")
  void pres001() {
    final FakeCall call = world().publish(publish().expires(600).body(pidf("t1", "open")));

    assertThat(call.code()).isEqualTo(200);
    assertThat(call.header("Expires")).isEqualTo("600");
    assertThat(call.etag()).matches("a\\.\\d+\\.\\d+\\.\\d+\\.0");
    assertThat(fetched()).contains("open");
  }

  @Test
  @DisplayName("PRES-013 a modification gets a new tag, the old one matches nothing any more")
  void pres013() {
    final String first = world().publish(publish().body(pidf("t1", "open"))).etag();
    final FakeCall call = world().publish(publish().ifMatch(first).body(pidf("t1", "closed")));

    assertThat(call.code()).isEqualTo(200);
    assertThat(call.etag()).endsWith(".1");
    assertThat(world().publish(publish().ifMatch(first).body(pidf("t1", "open"))).code())
        .isEqualTo(412);
    assertThat(fetched()).contains("closed");
  }

  @Test
  @DisplayName("PRES-014 a refresh without body keeps the document and moves its end")
  void pres014() {
    final String first = world().publish(publish().expires(60).body(pidf("t1", "open"))).etag();
    final FakeCall call = world().publish(publish().ifMatch(first).expires(300));

    assertThat(call.header("Expires")).isEqualTo("300");
    assertThat(call.etag()).isNotEqualTo(first);
    world().advance(90);
    assertThat(fetched()).contains("open");
  }

  @Test
  @DisplayName("PRES-015 an unknown tag matches nothing")
  void pres015() {
    assertThat(world().publish(publish().ifMatch("a.1.2.3.4").body(pidf("t1", "open"))).code())
        .isEqualTo(412);
    assertThat(listed()).isZero();
  }

  @Test
  @DisplayName("PRES-017 a removed document is gone, and its watchers hear that it is closed")
  void pres017() {
    final String tag = world().publish(publish().body(pidf("t1", "open"))).etag();
    world().subscribe(subscribe());
    notifies();
    final FakeCall call = world().publish(publish().ifMatch(tag).expires(0));

    assertThat(call.header("Expires")).isEqualTo("0");
    assertThat(call.etag()).isEqualTo(tag);
    assertThat(last(notifies()).body()).contains("closed");
    assertThat(listed()).isZero();
    assertThat(fetched()).isEmpty();
  }

  @Test
  @DisplayName("PRES-019 two publications stand side by side; one goes, the other stays")
  void pres019() {
    final String one = world().publish(publish().body(pidf("t1", "open"))).etag();
    final String two = world().publish(publish().body(pidf("t2", "open"))).etag();

    assertThat(one).isNotEqualTo(two);
    assertThat(fetched()).contains("\"t1\"", "\"t2\"");
    world().publish(publish().ifMatch(one).expires(0));
    server.told();
    assertThat(fetched()).contains("\"t2\"").doesNotContain("\"t1\"");
    assertThat(listed()).isEqualTo(1);
  }

  @Test
  @DisplayName("a document that expires goes, and its watchers hear of it")
  void documentExpires() {
    world().subscribe(subscribe().expires(600));
    world().publish(publish().expires(20).body(pidf("t1", "open")));
    notifies();
    world().advance(30);

    assertThat(last(notifies()).body()).doesNotContain("<basic>open");
    assertThat(listed()).isZero();
  }

  @Test
  @DisplayName("PRES-036 a subscription is answered, then notified")
  void pres036() {
    final FakeCall call = world().subscribe(subscribe().expires(600));

    assertThat(call.code()).isEqualTo(200);
    assertThat(call.header("Expires")).isEqualTo("600");
    assertThat(notifies())
        .singleElement()
        .satisfies(n -> assertThat(n.state()).startsWith("active;expires="));
  }

  @Test
  @DisplayName("PRES-044 a refresh keeps the dialog; its Contact is where NOTIFYs go from now on")
  void pres044() {
    world().subscribe(subscribe());
    final long before = last(notifies()).cseq();
    final FakeCall call = world().subscribe(inDialog(2).contact("sip:alice@192.0.2.99:5070"));

    assertThat(call.code()).isEqualTo(200);
    final Notify notify = last(notifies());
    assertThat(notify.cseq()).isEqualTo(before + 1);
    assertThat(notify.request().remoteTarget()).isEqualTo("sip:alice@192.0.2.99:5070");
    assertThat(world().subscribe(inDialog(2)).code()).as("PRES-045").isEqualTo(400);
  }

  @Test
  @DisplayName("PRES-046 an unsubscription gets a last NOTIFY; the dialog is over")
  void pres046() {
    world().publish(publish().body(pidf("t1", "open")));
    world().subscribe(subscribe());
    notifies();
    assertThat(world().subscribe(inDialog(2).expires(0)).header("Expires")).isEqualTo("0");

    assertThat(notifies())
        .singleElement()
        .satisfies(n -> assertThat(n.state()).isEqualTo("terminated;reason=timeout"));
    world().publish(publish().body(pidf("t2", "open")));
    assertThat(notifies()).isEmpty();
    assertThat(world().subscribe(inDialog(3)).code()).isEqualTo(481);
  }

  @Test
  @DisplayName("PRES-047 a fetch gets one NOTIFY and leaves nothing")
  void pres047() {
    world().publish(publish().body(pidf("t1", "open")));
    assertThat(world().subscribe(subscribe().expires(0)).code()).isEqualTo(200);

    assertThat(notifies())
        .singleElement()
        .satisfies(
            n -> {
              assertThat(n.state()).isEqualTo("terminated;reason=timeout");
              assertThat(n.body()).contains("open");
            });
    assertThat(world().function("pres_has_subscribers", presentity(), "presence")).isEqualTo(-1);
  }

  @Test
  @DisplayName("PRES-059 a PUBLISH is told to watchers, CSeq rising by one")
  void pres059() {
    world().subscribe(subscribe());
    final long before = last(notifies()).cseq();
    world().publish(publish().body(pidf("t1", "open")));

    assertThat(notifies())
        .singleElement()
        .satisfies(
            n -> {
              assertThat(n.cseq()).isEqualTo(before + 1);
              assertThat(n.body()).contains("open").isEqualTo(fetched());
            });
  }

  @Test
  @DisplayName("PRES-060 a burst is told in at most as many NOTIFYs, the last shows the last state")
  void pres060() {
    world().subscribe(subscribe());
    notifies();
    String tag = world().publish(publish().body(Bodies.noted("t1", "n0."))).etag();
    for (int i = 1; i <= 5; i++) {
      tag = world().publish(publish().ifMatch(tag).body(Bodies.noted("t1", "n" + i + "."))).etag();
    }

    final List<Notify> notifies = notifies();
    assertThat(notifies).hasSizeBetween(1, 6);
    assertThat(last(notifies).body()).contains("n5.").isEqualTo(fetched());
  }

  @Test
  @DisplayName("PRES-063 a NOTIFY answered 481 ends the subscription, one answered 503 does not")
  void pres063() {
    world().subscribe(subscribe());
    notifies();
    world().peers.reaction = request -> Reaction.REFUSE;
    world().publish(publish().body(pidf("t1", "open")));
    notifies();
    assertThat(world().function("pres_has_subscribers", presentity(), "presence")).isEqualTo(1);
    world().peers.reaction = request -> Reaction.UNKNOWN;
    world().publish(publish().body(pidf("t2", "open")));
    notifies();
    world().peers.reaction = request -> Reaction.OK;

    assertThat(world().function("pres_has_subscribers", presentity(), "presence")).isEqualTo(-1);
    assertThat(world().subscribe(inDialog(2)).code()).isEqualTo(481);
  }

  @Test
  @DisplayName("PRES-068 an expired subscription gets exactly one last NOTIFY, and is gone")
  void pres068() {
    world().subscribe(subscribe().expires(20));
    notifies();
    world().advance(60);

    assertThat(notifies())
        .singleElement()
        .satisfies(
            n -> {
              assertThat(n.state()).isEqualTo("terminated;reason=timeout");
              assertThat(n.body()).isEmpty();
            });
    assertThat(world().subscribe(inDialog(2)).code()).isEqualTo(481);
  }

  @Test
  @DisplayName("PRES-077 PRES-078 watchers of watchers are shown all, then what changes")
  void pres077() {
    world().subscribe(subscribe());
    final String winfo = "w" + number;
    world()
        .subscribe(
            subscribe().event("presence.winfo").callId(winfo).from(presentity()).fromTag("w1"));
    final Notify full = last(notifies(winfo));
    assertThat(full.header("Content-Type")).isEqualTo("application/watcherinfo+xml");
    assertThat(full.body()).contains("version=\"1\"", "state=\"full\"", "id=\"c" + number + "\"");
    assertThat(full.body()).contains("status=\"active\"");
    world().subscribe(subscribe().callId("n" + number).fromTag("n1"));

    final Notify change = last(notifies(winfo));
    assertThat(change.body()).contains("id=\"n" + number + "\"", "version=\"2\"");
  }

  @Test
  @DisplayName("PRES-087 pres_has_subscribers")
  void pres087() {
    assertThat(world().function("pres_has_subscribers", presentity(), "presence")).isEqualTo(-1);
    world().subscribe(subscribe());

    assertThat(world().function("pres_has_subscribers", presentity(), "presence")).isEqualTo(1);
    assertThat(world().function("pres_has_subscribers", presentity(), "message-summary"))
        .isEqualTo(-1);
  }

  @Test
  @DisplayName("PRES-088 a refresh of watchers on demand tells them again")
  void pres088() {
    world().publish(publish().body(pidf("t1", "open")));
    world().subscribe(subscribe());
    notifies();

    assertThat(world().function("pres_refresh_watchers", presentity(), "presence", "1"))
        .isEqualTo(1);
    assertThat(last(notifies()).body()).contains("open");
  }

  @Test
  @DisplayName("PRES-092 PRES-096 the list of documents, and a clean-up on command")
  void pres092() {
    world().publish(publish().body(pidf("t1", "open")));
    assertThat(listed()).isEqualTo(1);
    world().subscribe(subscribe().expires(20));
    notifies();
    world().advance(21);

    assertThat(world().rpc("presence.cleanup").strings).containsExactly("Reload OK");
    world().advance(5);
    assertThat(notifies())
        .singleElement()
        .satisfies(n -> assertThat(n.state()).isEqualTo("terminated;reason=timeout"));
    assertThat(listed()).isEqualTo(1);
  }

  @Test
  @DisplayName("PRES-075 PRES-076 a clean stop keeps what the mode keeps, counters go on")
  void pres075() {
    survives(server::restart);
  }

  @Test
  @DisplayName("an unclean end loses nothing that was acknowledged as durable, or written back")
  void crash() {
    survives(
        () -> {
          server.written();
          server.crash();
        });
  }

  private void survives(final Runnable end) {
    final String tag = world().publish(publish().expires(900).body(pidf("t1", "open"))).etag();
    world().subscribe(subscribe().expires(900));
    final long cseq = last(notifies()).cseq();
    end.run();

    final FakeCall refresh = world().subscribe(inDialog(2).expires(900));
    if (server.subscriptionsDurable()) {
      assertThat(refresh.code()).isEqualTo(200);
      server.written();
      assertThat(last(notifies()).cseq()).isGreaterThan(cseq);
    } else {
      assertThat(refresh.code()).isEqualTo(481);
    }
    final FakeCall modify = world().publish(publish().ifMatch(tag).body(pidf("t1", "closed")));
    assertThat(modify.code()).isEqualTo(server.documentsDurable() ? 200 : 412);
    assertThat(fetched().contains("closed")).isEqualTo(server.documentsDurable());
    if (server.subscriptionsDurable() && server.documentsDurable()) {
      assertThat(last(notifies()).body()).contains("closed");
    }
  }
}
