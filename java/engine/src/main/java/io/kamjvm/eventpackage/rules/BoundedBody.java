// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.rules;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/** The body of an answer; one that is too long ends the exchange before it fills the memory. */
final class BoundedBody implements BodySubscriber<byte[]> {
  private final int most;
  private final BodySubscriber<byte[]> whole = BodySubscribers.ofByteArray();
  private final CompletableFuture<byte[]> body = new CompletableFuture<>();
  private Flow.Subscription source;
  private long received;

  /**
   * @param most bytes
   */
  BoundedBody(final int most) {
    this.most = most;
    whole.getBody().thenAccept(body::complete);
  }

  @Override
  public CompletionStage<byte[]> getBody() {
    return body;
  }

  @Override
  public void onSubscribe(final Flow.Subscription subscription) {
    source = subscription;
    whole.onSubscribe(subscription);
  }

  @Override
  public void onNext(final List<ByteBuffer> buffers) {
    if (body.isDone()) {
      return;
    }
    for (final ByteBuffer buffer : buffers) {
      received += buffer.remaining();
    }
    if (received > most) {
      source.cancel();
      body.completeExceptionally(new IOException("more than " + most + " bytes"));
    } else {
      whole.onNext(buffers);
    }
  }

  @Override
  public void onError(final Throwable failure) {
    body.completeExceptionally(failure);
  }

  @Override
  public void onComplete() {
    whole.onComplete();
  }
}
