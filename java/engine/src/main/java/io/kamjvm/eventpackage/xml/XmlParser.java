// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.xml;

import com.ctc.wstx.api.WstxInputProperties;
import com.ctc.wstx.stax.WstxInputFactory;
import io.kamjvm.eventpackage.UnacceptableBodyException;
import java.io.ByteArrayInputStream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Reads what strangers publish, for all packages whose documents are XML: no document type, no
 * entities of their own, nothing fetched, everything bounded by {@link XmlLimits}. Thread-safe.
 */
public final class XmlParser {
  private final WstxInputFactory factory = new WstxInputFactory();

  /** What a package makes of a document. */
  public interface Cut<T> {

    /**
     * Makes it.
     *
     * @throws XmlRejectedException when it is over a limit
     */
    T of(XmlElement root) throws XmlRejectedException;
  }

  public XmlParser() {
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_NAMESPACE_AWARE, true);
    factory.setProperty(XMLInputFactory.IS_COALESCING, true);
    // a lazy parser tells of broken text by unchecked exceptions, when it is asked for it
    factory.setProperty(WstxInputProperties.P_LAZY_PARSING, false);
    factory.setProperty(WstxInputProperties.P_MAX_ATTRIBUTES_PER_ELEMENT, XmlLimits.BYTES);
    factory.setXMLResolver(
        (publicId, systemId, base, namespace) -> new ByteArrayInputStream(new byte[0]));
  }

  /**
   * Parses a published body.
   *
   * @throws UnacceptableBodyException 415 when it is not well-formed or over a limit
   */
  public XmlDocument published(final byte[] body) throws UnacceptableBodyException {
    try {
      return parse(body);
    } catch (final XmlRejectedException e) {
      throw new UnacceptableBodyException(415, "Unsupported media type", e.getMessage());
    }
  }

  /**
   * As {@link #published(byte[])}, and makes of it what its package needs.
   *
   * @throws UnacceptableBodyException 415 when either fails
   */
  public <T> T published(final byte[] body, final Cut<T> cut) throws UnacceptableBodyException {
    try {
      return cut.of(parse(body).root());
    } catch (final XmlRejectedException e) {
      throw new UnacceptableBodyException(415, "Unsupported media type", e.getMessage());
    }
  }

  /**
   * Parses a whole document.
   *
   * @throws XmlRejectedException when it is not well-formed or over a limit
   */
  public XmlDocument parse(final byte[] bytes) throws XmlRejectedException {
    return parse(bytes, XmlBounds.PUBLISHED);
  }

  /**
   * As {@link #parse}, for what was merged of several documents each within the limits: it is
   * bounded in bytes and depth alone.
   *
   * @throws XmlRejectedException when it is not well-formed or over a limit
   */
  public XmlDocument merged(final byte[] bytes) throws XmlRejectedException {
    return parse(bytes, XmlBounds.MERGED);
  }

  private XmlDocument parse(final byte[] bytes, final XmlBounds bounds)
      throws XmlRejectedException {
    if (bytes.length > XmlLimits.BYTES) {
      throw new XmlRejectedException("more than " + XmlLimits.BYTES + " bytes");
    }
    try {
      final XMLStreamReader reader = XmlSource.open(factory, bytes);
      try {
        return new XmlReading(reader, bounds).document();
      } finally {
        reader.close();
      }
    } catch (final XMLStreamException e) {
      throw new XmlRejectedException("not well-formed at line " + line(e));
    }
  }

  private static String line(final XMLStreamException e) {
    return e.getLocation() == null ? "?" : Integer.toString(e.getLocation().getLineNumber());
  }
}
