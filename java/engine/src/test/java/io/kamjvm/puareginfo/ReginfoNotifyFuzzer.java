// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.puareginfo;

import io.kamjvm.kamailio.AorRule;
import io.kamjvm.kamailio.AorWork;
import io.kamjvm.kamailio.ContactChange.Kind;
import io.kamjvm.kamailio.RegisteredContact;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Jazzer's target: bodies of NOTIFYs with registrations. Whatever one says, it is refused or it is
 * work that usrloc can be given: portions that fit, nothing invisible in them, no time that has
 * passed or does not fit.
 */
public final class ReginfoNotifyFuzzer {
  /** A document that has everything the parser looks at. */
  public static final String SAMPLE =
      """
      <r:reginfo xmlns:r="urn:ietf:params:xml:ns:reginfo" version="7" state="full">
        <r:registration aor="sip:a%6ebn@lab.example;x" id="r" state="active">
          <r:contact id="c" state="active" event="refreshed" expires="90" callid="k" cseq="7"
              q="0.5" received="sip:198.51.100.7:9" path="&lt;sip:p;lr&gt;,&lt;sip:q;lr&gt;"
              user_agent="Phone 1"><r:uri>sip:ann@192.0.2.1</r:uri>
            <r:unknown-param name="+sip.instance">x</r:unknown-param></r:contact>
          <r:contact id="d" state="terminated" event="deactivated">
            <r:uri>sip:ann@192.0.2.2</r:uri></r:contact>
        </r:registration>
        <r:registration aor="sip:bob@lab.example" id="s" state="terminated"/>
      </r:reginfo>
      """;

  private static final String TABLE = "location";
  private static final String PREFIX = LearnedContacts.ruidPrefix("sip:a@b", "sip:c@d");
  private static final long NOW = ReginfoWorld.START;
  private static final int MOST_ACTIONS = 50;
  private static final List<AorRule> RULES =
      List.of(new AorRule(false, false, ""), new AorRule(true, true, "sip."));

  private ReginfoNotifyFuzzer() {}

  /** Loads what is needed, so that no input has to wait for that. */
  public static void fuzzerInitialize() {
    fuzzerTestOneInput(SAMPLE.getBytes(StandardCharsets.UTF_8));
  }

  /** Called with each input. */
  public static void fuzzerTestOneInput(final byte[] body) {
    final ReginfoDocument document;
    try {
      document = ReginfoDocument.parse(body);
    } catch (final UnusableDocumentException e) {
      return;
    }
    for (final AorRule rule : RULES) {
      final ReginfoWorld world = new ReginfoWorld();
      final LearnedContacts learned = new LearnedContacts(world);
      world.listen(learned);
      world.change(Kind.CREATED, "ann", ReginfoWorld.contact(PREFIX + "1", "sip:old@x", NOW + 9));
      new LocationPlan(TABLE, rule, PREFIX, NOW)
          .look(document)
          .forEach(look -> check(look.actions().isEmpty(), "a look changes nothing"));
      new LocationPlan(TABLE, rule, PREFIX, NOW)
          .of(document, learned)
          .forEach(planned -> planned.works().forEach(ReginfoNotifyFuzzer::check));
    }
  }

  private static void check(final AorWork work) {
    check(!work.aor().isEmpty(), "an AOR has a name");
    check(work.actions().size() <= MOST_ACTIONS, "a portion fits");
    for (final AorWork.Action action : work.actions()) {
      if (action instanceof AorWork.Put put) {
        check(put.contact());
      } else if (action instanceof AorWork.Remove remove) {
        checkLine(remove.uri());
        checkLine(remove.callId());
        checkLine(remove.path());
      }
    }
  }

  private static void check(final RegisteredContact contact) {
    check(contact.ruid().equals(PREFIX), "it is known from where it was learned");
    check(contact.expires() > NOW && contact.expires() <= Integer.MAX_VALUE, "it expires");
    check(contact.q().orElse(0) >= 0 && contact.q().orElse(0) <= 1_000, "q is 0 to 1");
    check(contact.cseq() >= 0 && contact.cseq() <= Integer.MAX_VALUE, "CSeq fits");
    check(!contact.uri().isEmpty() && !contact.callId().isEmpty(), "it has an address");
    checkLine(contact.uri());
    checkLine(contact.callId());
    checkLine(contact.received());
    checkLine(contact.path());
    checkLine(contact.userAgent());
  }

  private static void checkLine(final String text) {
    check(text.chars().noneMatch(c -> c < ' ' || c == 0x7f), "nothing is invisible");
  }

  private static void check(final boolean holds, final String what) {
    if (!holds) {
      throw new IllegalStateException("does not hold: " + what);
    }
  }
}
