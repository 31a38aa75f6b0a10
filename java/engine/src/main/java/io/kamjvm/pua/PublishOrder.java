// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pua;

import java.util.Optional;

/**
 * A wish to publish. Immutable.
 *
 * <p>It continues the series that was started last with the same source, event, presentity URI and
 * id (an empty id matches every id), else it starts one.
 *
 * @param event the Event header's text, e.g. {@code presence}; one of {@link PuaEvents}
 * @param presentityUri Request-URI, From and To
 * @param id tells series of one presentity apart; may be empty
 * @param lifetime seconds; 0 ends the series; negative: for ever, refreshed with {@code
 *     default_expires}
 * @param body the document; empty: the lifetime of a known series is changed, and nothing else
 * @param contentType of the body; empty: the event's default
 * @param etag only the series with this entity-tag is meant
 * @param outboundProxy SIP URI of the next hop; empty: the module's parameter
 * @param extraHeaders header lines joined by CRLF, the last CRLF may be missing; empty if none
 * @param insert starts a new series even where one exists
 */
public record PublishOrder(
    Source source,
    String event,
    String presentityUri,
    String id,
    long lifetime,
    Optional<byte[]> body,
    Optional<String> contentType,
    Optional<String> etag,
    Optional<String> outboundProxy,
    String extraHeaders,
    boolean insert) {

  /** Without anything that is optional. */
  public static PublishOrder of(
      final Source source, final String event, final String presentityUri, final long lifetime) {
    return new PublishOrder(
        source,
        event,
        presentityUri,
        "",
        lifetime,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        "",
        false);
  }

  /** This order for the series of that id. */
  public PublishOrder withId(final String newId) {
    return new PublishOrder(
        source,
        event,
        presentityUri,
        newId,
        lifetime,
        body,
        contentType,
        etag,
        outboundProxy,
        extraHeaders,
        insert);
  }

  /** This order with a document; {@code newContentType} is empty for the event's default. */
  public PublishOrder withBody(final byte[] newBody, final Optional<String> newContentType) {
    return new PublishOrder(
        source,
        event,
        presentityUri,
        id,
        lifetime,
        Optional.of(newBody),
        newContentType,
        etag,
        outboundProxy,
        extraHeaders,
        insert);
  }

  /** This order for the series with that entity-tag. */
  public PublishOrder withEtag(final Optional<String> newEtag) {
    return new PublishOrder(
        source,
        event,
        presentityUri,
        id,
        lifetime,
        body,
        contentType,
        newEtag,
        outboundProxy,
        extraHeaders,
        insert);
  }

  /** This order with a next hop of its own. */
  public PublishOrder withOutboundProxy(final Optional<String> newProxy) {
    return new PublishOrder(
        source,
        event,
        presentityUri,
        id,
        lifetime,
        body,
        contentType,
        etag,
        newProxy,
        extraHeaders,
        insert);
  }

  /** This order with more headers. */
  public PublishOrder withExtraHeaders(final String newHeaders) {
    return new PublishOrder(
        source,
        event,
        presentityUri,
        id,
        lifetime,
        body,
        contentType,
        etag,
        outboundProxy,
        newHeaders,
        insert);
  }

  /** This order starting a new series. */
  public PublishOrder asInsert() {
    return new PublishOrder(
        source,
        event,
        presentityUri,
        id,
        lifetime,
        body,
        contentType,
        etag,
        outboundProxy,
        extraHeaders,
        true);
  }
}
