// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import org.junit.jupiter.api.DisplayName;

@DisplayName("PUBLISH where the table of documents is the truth")
class DocumentTablePublishTest extends PublishTest {
  @Override
  World world() {
    return new World().param("publ_cache", 0).param("clean_period", 1);
  }
}
