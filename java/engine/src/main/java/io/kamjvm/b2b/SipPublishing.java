// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.b2b;

import io.kamjvm.kamailio.FinalReply;
import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.kamailio.Outgoing;
import io.kamjvm.kamailio.OutgoingRequest;
import io.kamjvm.kamailio.RequestListener;
import io.kamjvm.sip.DeltaSeconds;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * A presence server that is reached by PUBLISH (RFC 3903), wherever it is. Each request is one of
 * its own; credentials are given once. Engine thread only.
 */
final class SipPublishing implements LocalPresence {
  private static final byte[] EMPTY = {};
  private static final int UNAUTHORIZED = 401;
  private static final int PROXY_UNAUTHORIZED = 407;
  private static final int TIMEOUT = 408;
  private static final int UNAVAILABLE = 503;
  private static final int UNUSABLE = 400;
  private static final long SLOW_MICROS = 20_000;

  private final ModuleContext context;
  private final B2bParameters parameters;
  private final String nextHop;
  private boolean slow;

  /**
   * @param nextHop SIP URI where requests are sent
   */
  SipPublishing(final ModuleContext context, final B2bParameters parameters, final String nextHop) {
    this.context = context;
    this.parameters = parameters;
    this.nextHop = nextHop;
  }

  @Override
  public long againMillis() {
    return 1_000 * parameters.onErrorRetryTime();
  }

  @Override
  public void publish(final Publication publication, final Consumer<Outcome> heard) {
    send(publication, heard, Optional.empty());
  }

  private void send(
      final Publication publication,
      final Consumer<Outcome> heard,
      final Optional<String> authorization) {
    context
        .kamailio()
        .send(
            new Outgoing(
                request(publication, authorization.orElse("")),
                new Sending(publication, heard, authorization.isPresent())));
  }

  private OutgoingRequest request(final Publication publication, final String authorization) {
    final StringBuilder headers = new StringBuilder(256);
    headers.append("Max-Forwards: 70\r\nEvent: presence\r\nExpires: ");
    headers.append(publication.expires()).append("\r\n");
    publication
        .etag()
        .ifPresent(etag -> headers.append("SIP-If-Match: ").append(etag).append("\r\n"));
    if (publication.document().isPresent()) {
      headers.append("Content-Type: application/pidf+xml\r\n");
    }
    headers.append(authorization);
    return new OutgoingRequest(
        "PUBLISH",
        UUID.randomUUID().toString(),
        publication.uri(),
        UUID.randomUUID().toString(),
        publication.uri(),
        "",
        publication.uri(),
        "",
        0,
        Optional.empty(),
        headers.toString(),
        publication.document().orElse(EMPTY),
        Optional.empty(),
        slow,
        Optional.empty(),
        Optional.of(nextHop),
        true,
        false);
  }

  /** A whole header line, if this is a challenge that can be answered. */
  private Optional<String> authorization(final Publication publication, final FinalReply reply) {
    if (reply.code() != UNAUTHORIZED && reply.code() != PROXY_UNAUTHORIZED) {
      return Optional.empty();
    }
    return parameters
        .credentials()
        .flatMap(
            credentials ->
                reply.challenges().stream()
                    .flatMap(
                        c -> Digest.answer(c, "PUBLISH", publication.uri(), credentials).stream())
                    .findFirst())
        .map(
            answer ->
                (reply.code() == UNAUTHORIZED ? "Authorization: " : "Proxy-Authorization: ")
                    + answer
                    + "\r\n");
  }

  private static OptionalLong seconds(final Optional<String> text) {
    return text.map(DeltaSeconds::parse).orElse(OptionalLong.empty());
  }

  private static Outcome outcome(final Publication publication, final FinalReply reply) {
    final Optional<String> etag = reply.etag().map(String::strip).filter(NameAddress::isWord);
    if (reply.local() || reply.code() == TIMEOUT) {
      return Outcome.of(UNAVAILABLE);
    }
    if (reply.code() < 300 && publication.expires() > 0 && etag.isEmpty()) {
      // nothing could ever be changed or taken back
      return Outcome.of(UNUSABLE);
    }
    return new Outcome(reply.code(), etag, seconds(reply.minExpires()), seconds(reply.expires()));
  }

  /** A PUBLISH under way. */
  private final class Sending implements RequestListener {
    private final Publication publication;
    private final Consumer<Outcome> heard;
    private final boolean authorized;

    Sending(
        final Publication publication, final Consumer<Outcome> heard, final boolean authorized) {
      this.publication = publication;
      this.heard = heard;
      this.authorized = authorized;
    }

    @Override
    public void sent(final long cseq, final long micros) {
      slow = micros > SLOW_MICROS;
    }

    @Override
    public void dropped() {
      failed("event_route[tm:local-request] dropped it");
    }

    @Override
    public void failed(final String reason) {
      completed(FinalReply.silence(reason));
    }

    @Override
    public void completed(final int code, final String reason, final Map<String, Long> xavps) {
      throw new IllegalStateException("the reply is wanted as a whole");
    }

    @Override
    public void completed(final FinalReply reply) {
      final Optional<String> answer =
          authorized ? Optional.empty() : authorization(publication, reply);
      if (answer.isPresent()) {
        send(publication, heard, answer);
      } else {
        heard.accept(outcome(publication, reply));
      }
    }

    @Override
    public void lost() {
      failed("Request Timeout");
    }
  }
}
