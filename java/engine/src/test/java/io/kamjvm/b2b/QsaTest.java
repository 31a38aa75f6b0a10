// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.b2b;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kamjvm.b2b.B2bWorld.Sent;
import io.kamjvm.b2b.qsa.Registration;
import io.kamjvm.b2b.qsa.Sink;
import io.kamjvm.b2b.qsa.Status;
import io.kamjvm.b2b.qsa.StatusMessage;
import io.kamjvm.b2b.qsa.StatusNotifier;
import io.kamjvm.b2b.qsa.SubId;
import io.kamjvm.b2b.qsa.SubKey;
import io.kamjvm.b2b.qsa.SubOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The Query Status API as a user of it sees it (spec pa-and-b2b 2.3, 2.12). */
class QsaTest {
  private static final SubKey BOB = SubKey.presence(B2bWorld.BOB, B2bWorld.ALICE);

  private final B2bWorld world = new B2bWorld().start();
  private final QsaDoor door =
      new QsaDoor(
          world.module().domain(), world.tasks::add, (task, overdue) -> world.tasks.add(task));

  /** One queue for many records, as a resource list server has it. */
  private static final class Queue implements Flow.Subscriber<StatusMessage> {
    final List<StatusMessage> messages = new ArrayList<>();
    final List<Flow.Subscription> subscriptions = new ArrayList<>();
    final List<Throwable> errors = new ArrayList<>();
    int completed;
    long first = Long.MAX_VALUE;

    @Override
    public void onSubscribe(final Flow.Subscription subscription) {
      subscriptions.add(subscription);
      if (first > 0) {
        subscription.request(first);
      }
    }

    @Override
    public void onNext(final StatusMessage message) {
      messages.add(message);
    }

    @Override
    public void onError(final Throwable why) {
      errors.add(why);
    }

    @Override
    public void onComplete() {
      completed++;
    }
  }

  private Queue queue(final long demand) {
    final Queue queue = new Queue();
    queue.first = demand;
    return queue;
  }

  @Test
  @DisplayName("PAB-068 one queue, many records: each has a dialog, all messages come")
  void manyRecords() {
    final Queue queue = queue(Long.MAX_VALUE);
    for (int i = 0; i < 10; i++) {
      door.presence(SubKey.presence("sip:u" + i + "@192.0.2.9", B2bWorld.ALICE), SubOptions.NONE)
          .subscribe(queue);
    }
    world.settle();
    final List<Sent> sent = world.take();
    assertThat(sent).extracting(Sent::callId).doesNotHaveDuplicates().hasSize(10);
    sent.forEach(
        s -> {
          world.accept(s, 60);
          world.notifying(s).pidf("open").say("active");
        });
    assertThat(queue.messages)
        .extracting(m -> m.key().record())
        .hasSize(10)
        .doesNotHaveDuplicates();
    queue.subscriptions.forEach(Flow.Subscription::cancel);
    world.settle();
    assertThat(world.take()).allSatisfy(s -> assertThat(s.expires()).isZero()).hasSize(10);
  }

  @Test
  @DisplayName("What is not asked for is replaced by what is newer, and the document stays")
  void conflation() {
    final Queue queue = queue(0);
    door.presence(BOB, SubOptions.NONE).subscribe(queue);
    world.settle();
    final Sent sent = world.only();
    world.accept(sent, 60);
    final Notifying bob = world.notifying(sent);
    bob.pidf("open").say("active");
    bob.pidf("closed").say("active");
    bob.say("pending");
    assertThat(queue.messages).isEmpty();
    queue.subscriptions.get(0).request(1);
    world.settle();
    assertThat(queue.messages).hasSize(1);
    final StatusMessage message = queue.messages.get(0);
    assertThat(message.status()).isEqualTo(Status.PENDING);
    assertThat(new String(message.doc().orElseThrow().bytes())).contains("closed");
    assertThat(message.seq()).isEqualTo(3);
  }

  @Test
  @DisplayName("Nothing comes after cancel; the end of the world is told; nonsense is an error")
  void ends() {
    final Queue queue = queue(Long.MAX_VALUE);
    door.presence(BOB, SubOptions.NONE).subscribe(queue);
    world.settle();
    final Sent sent = world.only();
    world.accept(sent, 60);
    world.tasks.add(() -> world.notifying(sent).pidf("open").say("active"));
    queue.subscriptions.get(0).cancel();
    world.settle();
    assertThat(queue.messages).isEmpty();
    final Queue rejected = queue(Long.MAX_VALUE);
    door.presence(BOB, SubOptions.NONE).subscribe(rejected);
    world.settle();
    world.take().stream()
        .filter(s -> s.expires() > 0)
        .forEach(s -> world.notifying(s).say("terminated;reason=rejected"));
    assertThat(rejected.messages)
        .extracting(StatusMessage::status)
        .containsExactly(Status.REJECTED);
    assertThat(rejected.completed).isEqualTo(1);
    final Queue wrong = queue(Long.MAX_VALUE);
    door.presence(SubKey.presence("bob", "alice"), SubOptions.NONE).subscribe(wrong);
    world.settle();
    assertThat(wrong.errors).hasSize(1);
    rejected.subscriptions.get(0).request(0);
    world.settle();
    assertThat(rejected.errors).as("after its end").isEmpty();
  }

  @Test
  @DisplayName("A subscriber that throws is cancelled, and its dialog ended")
  void throwing() {
    door.presence(BOB, SubOptions.NONE)
        .subscribe(
            new Flow.Subscriber<>() {
              @Override
              public void onSubscribe(final Flow.Subscription subscription) {
                subscription.request(10);
              }

              @Override
              public void onNext(final StatusMessage message) {
                throw new IllegalStateException("on purpose");
              }

              @Override
              public void onError(final Throwable why) {}

              @Override
              public void onComplete() {}
            });
    world.settle();
    final Sent sent = world.only();
    world.accept(sent, 60);
    world.notifying(sent).pidf("open").say("active");
    assertThat(world.only().expires()).isZero();
  }

  @Test
  @DisplayName("PAB-101 a package has one source; another package can be served by a jar")
  void pab101() {
    final List<Sink> sinks = new ArrayList<>();
    final List<SubId> gone = new ArrayList<>();
    final StatusNotifier notifier =
        new StatusNotifier() {
          @Override
          public void onSubscribe(final Sink sink) {
            sinks.add(sink);
          }

          @Override
          public void onUnsubscribe(final SubId id) {
            gone.add(id);
          }
        };
    assertThatThrownBy(() -> door.registerNotifier("presence", notifier))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("twice");
    final Queue queue = queue(Long.MAX_VALUE);
    door.presence(new SubKey("sip:x@h", "weather", "sip:y@h"), SubOptions.NONE).subscribe(queue);
    world.settle();
    final Registration registration = door.registerNotifier("weather", notifier);
    world.settle();
    assertThat(sinks).as("who was there before").hasSize(1);
    sinks.get(0).send(Status.ACTIVE, Optional.empty(), Optional.of("rain"));
    world.settle();
    assertThat(queue.messages.get(0).reason()).contains("rain");
    queue.subscriptions.get(0).cancel();
    world.settle();
    assertThat(gone).hasSize(1);
    sinks.get(0).send(Status.ACTIVE, Optional.empty(), Optional.empty());
    world.settle();
    assertThat(queue.messages).hasSize(1);
    registration.close();
  }
}
