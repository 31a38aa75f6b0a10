// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pua;

import org.junit.jupiter.api.DisplayName;

/** The same where the table is the truth. */
@DisplayName("db_mode 2")
class TableSubscribeTest extends SubscribeTest {
  @Override
  ClientWorld world() {
    return new ClientWorld().param("db_mode", 2);
  }
}
