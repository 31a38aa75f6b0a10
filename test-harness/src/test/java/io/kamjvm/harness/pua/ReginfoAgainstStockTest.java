// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.pua;

import static io.kamjvm.harness.pua.ReginfoDocuments.active;
import static io.kamjvm.harness.pua.ReginfoDocuments.contact;
import static io.kamjvm.harness.pua.ReginfoDocuments.document;
import static io.kamjvm.harness.pua.ReginfoDocuments.expires;
import static io.kamjvm.harness.pua.ReginfoDocuments.registration;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.ModuleSet;
import io.kamjvm.harness.Scene;
import io.kamjvm.harness.sip.SipMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The same deeds with the stock modules and with ours, where stock does as it should. A stock
 * worker that has handled a NOTIFY does not publish any more, so that comes last.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ReginfoAgainstStockTest {
  @RegisterExtension
  static final RegistrarScene STOCK =
      new RegistrarScene(ModuleSet.STOCK, RegistrarScene.ROUTES, RegistrarScene::publishing);

  @RegisterExtension
  static final RegistrarScene OURS =
      new RegistrarScene(ModuleSet.OURS, RegistrarScene.ROUTES, RegistrarScene::publishing);

  /**
   * What a PUBLISH says, without what differs from run to run: stock knows an entity-tag only when
   * the answer has come in time.
   */
  private static String shown(final SipMessage publish) {
    final List<String> lines = new ArrayList<>();
    lines.add(publish.startLine());
    for (final String name :
        List.of("To", "CSeq", "Max-Forwards", "Event", "Expires", "Content-Type")) {
      lines.add(name + ": " + publish.header(name).orElse("-"));
    }
    final String body =
        publish
            .body()
            .replaceAll(" id=\"[^\"]*\"", " id=\"*\"")
            .replaceAll(" expires=\"\\d+\"", " expires=\"*\"");
    // contacts have no order
    lines.addAll(Stream.of(body.split("(?=    <contact )|(?=  </registration)")).sorted().toList());
    return String.join("\n", lines);
  }

  private static SipMessage next(
      final RegistrarScene scene, final String user, final List<String> seen) {
    return scene
        .stub()
        .find(user, Duration.ofSeconds(15))
        .orElseThrow(
            () ->
                new AssertionError(
                    "nothing after " + seen + scene.kamailio().log().matching("ERROR|WARN")));
  }

  private static List<String> published(final RegistrarScene scene, final String user) {
    final List<String> seen = new ArrayList<>();
    final String one = "sip:" + user + "@10.1.1.5:5060;transport=udp";
    final String two = "sip:" + user + "@192.0.2.77";
    scene.register(user, one, 600, "one@ua", 1);
    seen.add(shown(next(scene, user, seen)));
    scene.register(user, one, 600, "one@ua", 2);
    seen.add(shown(next(scene, user, seen)));
    scene.register(user, two, 300, "two@ua", 7);
    seen.add(shown(next(scene, user, seen)));
    scene.register(user, one, 0, "one@ua", 3);
    seen.add(shown(next(scene, user, seen)));
    scene.register(user, two, 0, "two@ua", 8);
    seen.add(shown(next(scene, user, seen)));
    scene.register(user, two, 1, "two@ua", 9);
    seen.add(shown(next(scene, user, seen)));
    seen.add(shown(next(scene, user, seen)));
    return seen;
  }

  @Test
  @Order(1)
  @DisplayName("Registration, refresh, second contact, ends and expiry are published alike")
  void published() {
    final String user = Scene.user(Scene.someone("alice"));
    final List<String> ours = published(OURS, user);
    final List<String> stock = published(STOCK, user);
    for (int i = 0; i < stock.size(); i++) {
      assertThat(ours.get(i)).as("PUBLISH %d", i).isEqualTo(stock.get(i));
    }
  }

  private static List<Integer> codes(final RegistrarScene scene, final String user) {
    final String address = "sip:" + user + "@192.0.2.5";
    final List<Integer> codes = new ArrayList<>();
    codes.add(scene.notify("this is no XML"));
    codes.add(scene.notify("<presence/>"));
    codes.add(scene.notify(document()));
    codes.add(scene.notify(scene.notification("").with("Content-Length", "0")));
    codes.add(scene.notify(document(registration(user, "terminated"))));
    codes.add(scene.notify(document(active(user, contact(address, "registered", expires(100))))));
    codes.add(scene.notify(document(active(user, contact(address, "refreshed", expires(200))))));
    codes.add(scene.notify(document(active(user, contact(address, "created", "")))));
    codes.add(scene.notify(document(active(user, contact(address, "odd", expires(5))))));
    codes.add(
        scene.notify(
            document(registration(user, "init", contact(address, "created", expires(5))))));
    codes.add(scene.notify(document(registration(user, "terminated"))));
    codes.add(scene.notify(document(registration(user, "terminated"))));
    return codes;
  }

  @Test
  @Order(2)
  @DisplayName("reginfo_handle_notify() returns the same codes")
  void codes() {
    final String user = Scene.user(Scene.someone("bob"));
    assertThat(codes(OURS, user)).isEqualTo(codes(STOCK, user));
  }
}
