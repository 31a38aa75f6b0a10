// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.xml;

/**
 * A parsed document. Immutable.
 *
 * @param encodingDeclared whether its XML declaration names an encoding
 */
public record XmlDocument(boolean encodingDeclared, XmlElement root) {}
