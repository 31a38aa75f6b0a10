// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.xml;

/**
 * How many of everything a document may have, each bounded by its bytes anyway.
 *
 * @param elements of the document
 * @param attributes and namespace declarations of one element
 * @param namespaces declarations of the document
 * @param text characters of one text or comment
 */
record XmlBounds(int elements, int attributes, int namespaces, int text) {

  /** What strangers publish. */
  static final XmlBounds PUBLISHED =
      new XmlBounds(XmlLimits.ELEMENTS, XmlLimits.ATTRIBUTES, XmlLimits.NAMESPACES, XmlLimits.TEXT);

  /** What was made out of many of those. */
  static final XmlBounds MERGED =
      new XmlBounds(XmlLimits.BYTES, XmlLimits.BYTES, XmlLimits.BYTES, XmlLimits.BYTES);
}
