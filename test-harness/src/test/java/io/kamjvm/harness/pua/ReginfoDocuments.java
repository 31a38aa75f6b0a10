// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.pua;

/** Reginfo documents to send. */
final class ReginfoDocuments {
  private ReginfoDocuments() {}

  static String document(final String... registrations) {
    return document("partial", "0", registrations);
  }

  static String full(final String version, final String... registrations) {
    return document("full", version, registrations);
  }

  private static String document(
      final String state, final String version, final String... registrations) {
    return "<?xml version=\"1.0\"?>\n<reginfo xmlns=\"urn:ietf:params:xml:ns:reginfo\" version=\""
        + version
        + "\" state=\""
        + state
        + "\">\n"
        + String.join("", registrations)
        + "</reginfo>\n";
  }

  static String registration(final String user, final String state, final String... contacts) {
    return "  <registration aor=\"sip:"
        + user
        + "@"
        + RegistrarScene.DOMAIN
        + "\" id=\"r1\" state=\""
        + state
        + "\">\n"
        + String.join("", contacts)
        + "  </registration>\n";
  }

  static String active(final String user, final String... contacts) {
    return registration(user, "active", contacts);
  }

  /** A contact whose Call-ID is made of its address. */
  static String contact(final String uri, final String event, final String attributes) {
    return "    <contact id=\"c1\" state=\""
        + (event.matches("expired|unregistered|deactivated|probation|rejected")
            ? "terminated"
            : "active")
        + "\" event=\""
        + event
        + "\" callid=\"call-"
        + Integer.toHexString(uri.hashCode())
        + "\" "
        + attributes
        + ">\n      <uri>"
        + uri
        + "</uri>\n    </contact>\n";
  }

  static String expires(final int seconds) {
    return "expires=\"" + seconds + "\"";
  }
}
