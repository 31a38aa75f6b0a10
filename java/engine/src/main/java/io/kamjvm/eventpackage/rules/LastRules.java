// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.rules;

import io.kamjvm.eventpackage.Rules;

/**
 * What rules were when they could last be had: nobody can tell what they are now. They still hide
 * what they hid from those who are watching, but nobody is judged by them. Immutable.
 */
public record LastRules(Ruleset ruleset) implements Rules {}
