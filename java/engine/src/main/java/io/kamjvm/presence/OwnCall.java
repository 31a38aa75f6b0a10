// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.kamailio.Answer;
import io.kamjvm.kamailio.Call;
import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.kamailio.Outgoing;
import io.kamjvm.kamailio.PendingReply;
import io.kamjvm.kamailio.SipReply;
import io.kamjvm.kamailio.SipRequest;
import io.kamjvm.kamailio.SipRequest.Party;
import io.kamjvm.kamailio.SubscriptionView;
import io.kamjvm.sip.DeltaSeconds;
import io.kamjvm.sip.EventHeader;
import io.kamjvm.sip.SipUri;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;

/**
 * An {@link OwnPublication} as if its PUBLISH had come: every check, storage mode and NOTIFY is
 * that of {@code handle_publish()}, only nobody waits for a reply on the network.
 */
final class OwnCall implements Call {
  private static final int BUSY = 503;
  private static final byte[] EMPTY = {};

  private final ModuleContext context;
  private final SipRequest request;
  private final Consumer<OwnPublication.Outcome> heard;

  OwnCall(
      final ModuleContext context,
      final OwnPublication publication,
      final Consumer<OwnPublication.Outcome> heard) {
    this.context = context;
    this.request = request(publication);
    this.heard = heard;
  }

  private static SipRequest request(final OwnPublication publication) {
    final String uri = SipUri.presentity(publication.user(), publication.host());
    final byte[] body = publication.body().orElse(EMPTY);
    final Party party =
        new Party(
            Optional.of(uri),
            Optional.of(publication.user()),
            Optional.of(publication.host()),
            Optional.empty());
    return new SipRequest(
        "PUBLISH",
        uri,
        Optional.of(publication.user()),
        Optional.of(publication.host()),
        party,
        party,
        Optional.empty(),
        OptionalLong.empty(),
        Optional.empty(),
        false,
        "",
        Optional.of(publication.eventPackage()),
        EventHeader.parse(publication.eventPackage()),
        Optional.of(Long.toString(publication.expires())),
        publication.etag(),
        body.length == 0 ? Optional.empty() : Optional.of(publication.contentType()),
        OptionalInt.of(body.length),
        body,
        List.of(),
        Optional.empty(),
        0,
        "",
        "",
        "",
        "",
        Set.of(),
        Map.of(),
        Optional.empty());
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
    return "";
  }

  @Override
  public boolean transaction() {
    return true;
  }

  @Override
  public void answer(final Answer answer) {
    answer.then().forEach(context.kamailio()::send);
    answer.reply().ifPresentOrElse(this::tell, this::busy);
  }

  private void tell(final SipReply reply) {
    heard.accept(
        new OwnPublication.Outcome(
            reply.code(),
            header(reply, "SIP-ETag"),
            header(reply, "Min-Expires").map(DeltaSeconds::parse).orElse(OptionalLong.empty())));
  }

  private static Optional<String> header(final SipReply reply, final String name) {
    return reply.headers().stream()
        .filter(h -> h.startsWith(name + ":"))
        .map(h -> h.substring(name.length() + 1).trim())
        .findFirst();
  }

  @Override
  public PendingReply hold(final int returnCode, final Optional<SubscriptionView> subscription) {
    return new PendingReply() {
      @Override
      public void reply(
          final SipReply reply, final List<Outgoing> then, final Consumer<Delivery> delivered) {
        context
            .engine()
            .execute(
                () -> {
                  then.forEach(context.kamailio()::send);
                  delivered.accept(Delivery.SENT);
                  tell(reply);
                });
      }

      @Override
      public void busy() {
        OwnCall.this.busy();
      }
    };
  }

  @Override
  public void busy() {
    heard.accept(new OwnPublication.Outcome(BUSY, Optional.empty(), OptionalLong.empty()));
  }
}
