// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

/** Documents that bob publishes. */
final class Pidf {
  private Pidf() {}

  static String document(final String... parts) {
    return "<?xml version=\"1.0\"?><presence xmlns=\"urn:ietf:params:xml:ns:pidf\""
        + " xmlns:dm=\"urn:ietf:params:xml:ns:pidf:data-model\""
        + " xmlns:r=\"urn:ietf:params:xml:ns:pidf:rpid\" entity=\"pres:bob@a\">"
        + String.join("", parts)
        + "</presence>";
  }

  static String open(final String id) {
    return document(tuple(id, "open", "<contact>sip:" + id + "@192.0.2.9</contact>"));
  }

  static String tuple(final String id, final String basic, final String rest) {
    return "<tuple id=\""
        + id
        + "\"><status><basic>"
        + basic
        + "</basic></status>"
        + rest
        + "</tuple>";
  }

  static String person(final String activity) {
    return "<dm:person id=\"me\"><r:activities><r:" + activity + "/></r:activities></dm:person>";
  }
}
