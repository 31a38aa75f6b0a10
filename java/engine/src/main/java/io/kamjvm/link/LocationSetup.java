// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.link;

import io.kamjvm.kamailio.AorRule;

/**
 * How usrloc and registrar are set up.
 *
 * @param databaseOnly whether usrloc keeps nothing in memory: its table can not be read as a whole
 */
public record LocationSetup(AorRule rule, boolean databaseOnly) {}
