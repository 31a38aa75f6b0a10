// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.bla;

import io.kamjvm.eventpackage.Document;
import io.kamjvm.eventpackage.EventPackage;
import io.kamjvm.eventpackage.UnacceptableBodyException;
import io.kamjvm.eventpackage.dialoginfo.DialogInfoDocument;
import io.kamjvm.eventpackage.xml.XmlParser;
import io.kamjvm.eventpackage.xml.XmlText;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Package {@code dialog;sla}, bridged line appearance: the last document, one tag for its life. */
public final class SharedLinePackage implements EventPackage {
  private final XmlParser parser = new XmlParser();
  private final int defaultExpires;

  public SharedLinePackage(final int defaultExpires) {
    this.defaultExpires = defaultExpires;
  }

  @Override
  public String name() {
    return "dialog;sla";
  }

  @Override
  public String contentType() {
    return "application/dialog-info+xml";
  }

  @Override
  public int defaultExpires() {
    return defaultExpires;
  }

  @Override
  public boolean renewsEntityTag() {
    return false;
  }

  @Override
  public boolean presentityFromContact() {
    return true;
  }

  /** Somebody who has no call does not end the call of somebody else. */
  @Override
  public boolean ignores(
      final Document stored, final Optional<Document> published, final boolean samePublisher) {
    return !samePublisher && published.filter(SharedLinePackage::idle).isPresent() && !idle(stored);
  }

  private static boolean idle(final Document document) {
    return document instanceof DialogInfoDocument line && !line.busy();
  }

  /** Whoever has published a line's state knows it: it is told that there is nothing new. */
  @Override
  public Optional<byte[]> stateForPublisher(final String presentity) {
    final StringBuilder entity = new StringBuilder();
    XmlText.appendValue(entity, presentity);
    return Optional.of(
        ("<?xml version=\"1.0\"?>\n"
                + "<dialog-info xmlns=\"urn:ietf:params:xml:ns:dialog-info\" version=\"1\""
                + " state=\"full\" entity=\""
                + entity
                + "\"/>\n")
            .getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public Document parse(final byte[] body) throws UnacceptableBodyException {
    return parser.published(body, root -> DialogInfoDocument.of(body, root));
  }

  /** A call that is published again under its id goes on in its new document. */
  @Override
  public boolean replaces(final Document published, final Document stored) {
    return published instanceof DialogInfoDocument one
        && stored instanceof DialogInfoDocument other
        && one.sameCall(other);
  }
}
