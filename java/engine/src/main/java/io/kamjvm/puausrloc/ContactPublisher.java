// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.puausrloc;

import io.kamjvm.kamailio.ContactChange;
import io.kamjvm.kamailio.LocationListener;
import io.kamjvm.kamailio.ScriptMark;
import io.kamjvm.pua.Decision;
import io.kamjvm.pua.Pua;
import io.kamjvm.pua.PublishOrder;
import io.kamjvm.pua.Source;
import io.kamjvm.time.EngineClock;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A binding is a series of publications: a presence document when it is made, its lifetime when it
 * is refreshed, its removal when it goes. Only what the script has said so about is published; with
 * a branch flag, what carries it, whoever changes it.
 */
final class ContactPublisher implements LocationListener {
  private static final Logger LOG = LoggerFactory.getLogger(ContactPublisher.class);
  private static final int NO_BODY = -10;

  private final String defaultDomain;
  private final String entityPrefix;
  private final OptionalInt branchFlag;
  private final Supplier<Pua> pua;
  private final EngineClock clock;

  ContactPublisher(
      final String defaultDomain,
      final String entityPrefix,
      final OptionalInt branchFlag,
      final Supplier<Pua> pua,
      final EngineClock clock) {
    this.defaultDomain = defaultDomain;
    this.entityPrefix = entityPrefix;
    this.branchFlag = branchFlag;
    this.pua = pua;
    this.clock = clock;
  }

  @Override
  public void changed(final ContactChange change) {
    final boolean wanted =
        branchFlag.isPresent()
            ? (change.contact().branchFlags() & 1L << branchFlag.getAsInt()) != 0
            : change.marks().contains(ScriptMark.PRESENCE_PUBLISHED);
    if (wanted) {
      publish(change, change.kind() == ContactChange.Kind.CREATED);
    }
  }

  private void publish(final ContactChange change, final boolean insert) {
    final String aor = address(change.aor());
    final PublishOrder order =
        PublishOrder.of(Source.UL_PUBLISH, "presence", "sip:" + aor, lifetime(change))
            .withId("UL_PUBLISH." + change.contact().callId());
    pua.get()
        .publish(
            insert
                ? order.withBody(document(aor), Optional.of("application/pidf+xml")).asInsert()
                : order,
            decision -> decided(change, insert, decision));
  }

  private void decided(final ContactChange change, final boolean insert, final Decision decision) {
    if (!insert && decision.code() == NO_BODY) {
      // the series was lost: the refresh of a binding is as good as its making
      publish(change, true);
    } else if (decision instanceof Decision.Refused refused) {
      LOG.error("{} can not be published: {}", change.aor(), refused.why());
    }
  }

  private long lifetime(final ContactChange change) {
    if (change.kind().isEnd()) {
      return 0;
    }
    return change.contact().expires() == 0 ? -1 : change.contact().remaining(clock.epochSeconds());
  }

  private String address(final String aor) {
    return aor.indexOf('@') >= 0 ? aor : aor + "@" + defaultDomain;
  }

  private byte[] document(final String aor) {
    final String entity = entityPrefix.isEmpty() ? aor : entityPrefix + ":" + aor;
    return ("<?xml version=\"1.0\"?>\n"
            + "<presence xmlns=\"urn:ietf:params:xml:ns:pidf\""
            + " xmlns:dm=\"urn:ietf:params:xml:ns:pidf:data-model\""
            + " xmlns:rpid=\"urn:ietf:params:xml:ns:pidf:rpid\""
            + " xmlns:c=\"urn:ietf:params:xml:ns:pidf:cipid\" entity=\""
            + entity.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;")
            + "\">\n  <tuple>\n    <status>\n      <basic>open</basic>\n    </status>\n"
            + "  </tuple>\n</presence>\n")
        .getBytes(StandardCharsets.UTF_8);
  }
}
