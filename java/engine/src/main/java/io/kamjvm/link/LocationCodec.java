// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.link;

import static io.kamjvm.bridge.Messages.*;

import io.kamjvm.bridge.TlvReader;
import io.kamjvm.bridge.TlvWriter;
import io.kamjvm.kamailio.AorOutcome;
import io.kamjvm.kamailio.AorWork;
import io.kamjvm.kamailio.ContactChange.Kind;
import io.kamjvm.kamailio.RegisteredContact;
import io.kamjvm.kamailio.ScriptMark;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** What is said about the location table, as fields. */
final class LocationCodec {
  private LocationCodec() {}

  /**
   * A {@code KW_EV_USRLOC}.
   *
   * @param kind empty: all contacts of the AOR, or the next of them
   * @param more whether the list goes on in the next such event
   */
  record Said(
      Optional<Kind> kind,
      String table,
      String aor,
      long marks,
      List<RegisteredContact> contacts,
      boolean more) {

    boolean own() {
      return (marks & UL_OWN) != 0;
    }

    Set<ScriptMark> scriptMarks() {
      final Set<ScriptMark> set = EnumSet.noneOf(ScriptMark.class);
      for (final ScriptMark mark : ScriptMark.values()) {
        if ((marks & mark.bit()) != 0) {
          set.add(mark);
        }
      }
      return set;
    }
  }

  /**
   * Decodes an event.
   *
   * @throws IllegalArgumentException when the fields do not add up
   */
  static Said said(final TlvReader fields) {
    long change = 0;
    String table = "";
    String aor = "";
    long marks = 0;
    boolean more = false;
    final List<RegisteredContact> contacts = new ArrayList<>(2);
    while (fields.next()) {
      switch (fields.tag()) {
        case T_UL_CHANGE -> change = fields.integer();
        case T_UL_TABLE -> table = fields.string();
        case T_UL_AOR -> aor = fields.string();
        case T_UL_MARKS -> marks = fields.integer();
        case T_UL_MORE -> more = fields.integer() != 0;
        case T_UL_CONTACT -> contacts.add(contact(fields.nested()));
        default -> {
          // a newer runtime may say more
        }
      }
    }
    return new Said(kind(change), table, aor, marks, contacts, more);
  }

  private static Optional<Kind> kind(final long change) {
    return switch ((int) change) {
      case UL_INSERTED -> Optional.of(Kind.CREATED);
      case UL_UPDATED -> Optional.of(Kind.REFRESHED);
      case UL_DELETED -> Optional.of(Kind.UNREGISTERED);
      case UL_EXPIRED -> Optional.of(Kind.EXPIRED);
      case UL_LISTED -> Optional.empty();
      default -> throw new IllegalArgumentException("change " + change + " of the location table");
    };
  }

  private static RegisteredContact contact(final TlvReader fields) {
    String ruid = "";
    String uri = "";
    String received = "";
    String path = "";
    long expires = 0;
    OptionalInt q = OptionalInt.empty();
    String callId = "";
    long cseq = 0;
    String userAgent = "";
    String socket = "";
    long methods = 0;
    String instance = "";
    long regId = 0;
    long branchFlags = 0;
    long modified = 0;
    while (fields.next()) {
      switch (fields.tag()) {
        case T_UL_RUID -> ruid = fields.string();
        case T_UL_URI -> uri = fields.string();
        case T_UL_RECEIVED -> received = fields.string();
        case T_UL_PATH -> path = fields.string();
        case T_UL_EXPIRES -> expires = fields.integer();
        case T_UL_Q -> q = OptionalInt.of((int) fields.integer());
        case T_UL_CALL_ID -> callId = fields.string();
        case T_UL_CSEQ -> cseq = fields.integer();
        case T_UL_USER_AGENT -> userAgent = fields.string();
        case T_UL_SOCKET -> socket = fields.string();
        case T_UL_METHODS -> methods = fields.integer();
        case T_UL_INSTANCE -> instance = fields.string();
        case T_UL_REG_ID -> regId = fields.integer();
        case T_UL_BRANCH_FLAGS -> branchFlags = fields.integer();
        case T_UL_MODIFIED -> modified = fields.integer();
        default -> {
          // a newer runtime may say more
        }
      }
    }
    return new RegisteredContact(
        ruid,
        uri,
        received,
        path,
        expires,
        q,
        callId,
        cseq,
        userAgent,
        socket,
        methods,
        instance,
        regId,
        branchFlags,
        modified);
  }

  static void work(final TlvWriter fields, final AorWork work) {
    final int mark = fields.begin(T_UL_WORK);
    fields.string(T_UL_TABLE, work.table());
    fields.string(T_UL_AOR, work.aor());
    for (final AorWork.Action action : work.actions()) {
      final int contact = fields.begin(T_UL_CONTACT);
      action(fields, action);
      fields.end(contact);
    }
    fields.end(mark);
  }

  private static void action(final TlvWriter fields, final AorWork.Action action) {
    if (action instanceof AorWork.Put put) {
      final RegisteredContact contact = put.contact();
      fields.integer(T_UL_ACTION, UL_PUT);
      fields.string(T_UL_RUID, contact.ruid());
      binding(fields, contact.uri(), contact.callId(), contact.cseq(), contact.path());
      fields.string(T_UL_RECEIVED, contact.received());
      fields.integer(T_UL_EXPIRES, contact.expires());
      contact.q().ifPresent(q -> fields.integer(T_UL_Q, q));
      fields.string(T_UL_USER_AGENT, contact.userAgent());
      fields.integer(T_UL_MODIFIED, contact.modified());
    } else if (action instanceof AorWork.Remove remove) {
      fields.integer(T_UL_ACTION, UL_REMOVE);
      binding(fields, remove.uri(), remove.callId(), remove.cseq(), remove.path());
    } else {
      fields.integer(T_UL_ACTION, UL_CLEAR);
    }
  }

  private static void binding(
      final TlvWriter fields,
      final String uri,
      final String callId,
      final long cseq,
      final String path) {
    fields.string(T_UL_URI, uri);
    fields.string(T_UL_CALL_ID, callId);
    fields.integer(T_UL_CSEQ, cseq);
    fields.string(T_UL_PATH, path);
  }

  /**
   * Results of a step.
   *
   * @throws IllegalArgumentException when the fields do not add up
   */
  static List<AorOutcome> outcomes(final TlvReader fields) {
    final List<AorOutcome> outcomes = new ArrayList<>(2);
    while (fields.next()) {
      if (fields.tag() == T_UL_OUTCOME) {
        outcomes.add(outcome(fields.nested()));
      }
    }
    return outcomes;
  }

  private static AorOutcome outcome(final TlvReader fields) {
    boolean failed = true;
    boolean found = false;
    long valid = 0;
    long touched = 0;
    while (fields.next()) {
      switch (fields.tag()) {
        case T_STATUS -> failed = fields.integer() < 0;
        case T_UL_FOUND -> found = fields.integer() != 0;
        case T_UL_VALID -> valid = fields.integer();
        case T_UL_SOME -> touched = fields.integer();
        default -> {
          // a newer runtime may say more
        }
      }
    }
    return new AorOutcome(failed, found, valid, touched);
  }
}
