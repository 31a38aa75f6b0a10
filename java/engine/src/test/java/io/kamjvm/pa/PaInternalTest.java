// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kamjvm.b2b.InternalSubscription;
import io.kamjvm.b2b.Owner;
import io.kamjvm.b2b.StatusDomain;
import io.kamjvm.b2b.StatusSource;
import io.kamjvm.b2b.qsa.ContentType;
import io.kamjvm.b2b.qsa.PresenceDoc;
import io.kamjvm.b2b.qsa.Status;
import io.kamjvm.b2b.qsa.StatusMessage;
import io.kamjvm.b2b.qsa.SubKey;
import io.kamjvm.b2b.qsa.SubOptions;
import io.kamjvm.kamailio.ParameterException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PaInternalTest {
  private final PaWorld world = new PaWorld();
  private final StatusDomain domain = new StatusDomain(1, world::now);
  private final List<StatusMessage> heard = new ArrayList<>();

  private InternalSubscription subscribe() {
    final InternalSubscription subscription =
        domain
            .subscribe(
                SubKey.presence("<sip:bob@a>", "sip:alice@a"),
                SubOptions.NONE,
                Owner.QSA,
                heard::add)
            .orElseThrow();
    world.settle();
    return subscription;
  }

  private StatusMessage only() {
    assertThat(heard).hasSize(1);
    return heard.remove(0);
  }

  @Test
  @DisplayName(
      "accept_internal_subscriptions: state is told when it changes, and winfo lists who asks")
  void served() {
    world.internal = Optional.of(domain);
    world.param("accept_internal_subscriptions", 1).start();
    final InternalSubscription subscription = subscribe();
    final StatusMessage first = only();
    assertThat(first.status()).isEqualTo(Status.ACTIVE);
    assertThat(first.doc().orElseThrow().tuples()).isEmpty();
    world.contacts.register("bob@a", "r1", "sip:bob@192.0.2.9", 3600);
    world.advance(2);
    final PresenceDoc open = only().doc().orElseThrow();
    assertThat(open.basic()).contains(PresenceDoc.Basic.OPEN);
    assertThat(open.tuples().get(0).contact()).isEqualTo("sip:bob@192.0.2.9");
    world.subscribe(Asked.subscribe("w").from("sip:bob@a").event("presence.winfo"));
    assertThat(world.only().body()).contains("status=\"active\">sip:alice@a<");
    domain.unsubscribe(subscription);
    world.contacts.unregister("bob@a", "r1");
    world.advance(2);
    assertThat(heard).isEmpty();
    assertThat(world.only().body()).doesNotContain("alice");
  }

  @Test
  @DisplayName("Who waits is told so, without a document; who asks for nobody is rejected")
  void pending() {
    world.internal = Optional.of(domain);
    world.param("auth", "implicit").param("accept_internal_subscriptions", 1).start();
    subscribe();
    final StatusMessage message = only();
    assertThat(message.status()).isEqualTo(Status.PENDING);
    assertThat(message.doc()).isEmpty();
    domain.subscribe(
        SubKey.presence("tel:1", "sip:alice@a"), SubOptions.NONE, Owner.QSA, heard::add);
    world.settle();
    assertThat(only().status()).isEqualTo(Status.REJECTED);
  }

  @Test
  @DisplayName("PAB-101 Two who serve presence inside: no start; without presence_b2b neither")
  void pab101TwoSources() {
    domain.serve(
        "presence",
        new StatusSource() {
          @Override
          public void subscribed(final InternalSubscription subscription) {}

          @Override
          public void released(final InternalSubscription subscription) {}

          @Override
          public String state(final InternalSubscription subscription) {
            return "";
          }
        });
    world.internal = Optional.of(domain);
    assertThatThrownBy(() -> world.param("accept_internal_subscriptions", 1).start())
        .hasMessageContaining("served already");
    assertThatThrownBy(() -> new PaWorld().param("accept_internal_subscriptions", 1).start())
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("presence_b2b");
  }

  @Test
  @DisplayName("subscribe_to_users: what is heard elsewhere counts, until it is over")
  void watchedElsewhere() {
    final List<InternalSubscription> asked = new ArrayList<>();
    final List<InternalSubscription> released = new ArrayList<>();
    domain.serve(
        "presence",
        new StatusSource() {
          @Override
          public void subscribed(final InternalSubscription subscription) {
            asked.add(subscription);
          }

          @Override
          public void released(final InternalSubscription subscription) {
            released.add(subscription);
          }

          @Override
          public String state(final InternalSubscription subscription) {
            return "";
          }
        });
    world.internal = Optional.of(domain);
    world.param("subscribe_to_users", 1).param("pa_subscription_uri", "sip:pa@a").start();
    world.subscribe(Asked.subscribe("c"));
    world.taken();
    assertThat(asked.get(0).key()).isEqualTo(SubKey.presence("sip:bob@a", "sip:pa@a"));
    say(asked.get(0), Status.ACTIVE, Optional.of(elsewhere()));
    world.advance(2);
    assertThat(world.only().body()).contains("open").contains("0.30").contains("sip:far@b");
    say(asked.get(0), Status.ACTIVE, Optional.of(elsewhere()));
    world.advance(4);
    assertThat(world.taken()).isEmpty();
    say(asked.get(0), Status.TERMINATED, Optional.empty());
    world.advance(2);
    assertThat(world.only().body()).contains("none");
    say(asked.get(0), Status.ACTIVE, Optional.of(elsewhere()));
    world.subscribe(Asked.refresh("c", 2).expires(0));
    world.advance(4);
    assertThat(released).hasSize(1);
    assertThat(world.rpc("pa.list").structs).isEmpty();
  }

  private static PresenceDoc elsewhere() {
    return new PresenceDoc(
        "pres:bob@a",
        List.of(
            new PresenceDoc.Tuple(
                "x",
                Optional.of(PresenceDoc.Basic.OPEN),
                "sip:far@b",
                OptionalDouble.of(0.3),
                List.of(),
                List.of())),
        List.of(),
        List.of(),
        "application/pidf+xml",
        new PresenceDoc.Original(new byte[0]));
  }

  private void say(
      final InternalSubscription to, final Status status, final Optional<PresenceDoc> document) {
    domain.tell(
        to, status, document, ContentType.PRESENCE_INFO, Optional.empty(), OptionalLong.empty());
    world.settle();
  }
}
