// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage;

/**
 * Who may see what of one presentity, in the form that its package works with. Made by {@link
 * EventPackage#rules}, kept by the server as long as it is current, handed to any thread:
 * immutable.
 */
public interface Rules {}
