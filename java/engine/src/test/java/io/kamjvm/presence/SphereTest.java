// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import static io.kamjvm.presence.Requests.publish;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.eventpackage.pidf.PidfDocument;
import io.kamjvm.eventpackage.pidf.PidfPackage;
import io.kamjvm.eventpackage.pidf.PidfSettings;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SphereTest {
  private static final String OPENING =
      "<presence xmlns=\"urn:ietf:params:xml:ns:pidf\" entity=\"sip:bob@d\"";
  private static final String RPID = "urn:ietf:params:xml:ns:pidf:rpid";

  private final World world = new World().param("enable_sphere_check", 1);

  private static String in(final String element) {
    return OPENING + ">" + element + "</presence>";
  }

  private static Optional<String> sphere(final String document) throws Exception {
    final PidfPackage pidf = new PidfPackage(new PidfSettings(3600, false, Optional.empty()));
    return ((PidfDocument) pidf.parse(document.getBytes(StandardCharsets.UTF_8))).sphere();
  }

  @Test
  @DisplayName("the sphere is found by its namespace, whatever the prefix")
  void namespaces() throws Exception {
    assertThat(sphere(in("<rpid:sphere xmlns:rpid=\"" + RPID + "\">work</rpid:sphere>")))
        .contains("work");
    assertThat(
            sphere(
                OPENING
                    + " xmlns:q=\""
                    + RPID
                    + "\"><tuple id=\"t\"><q:sphere> home </q:sphere>"
                    + "</tuple></presence>"))
        .contains("home");
    assertThat(sphere(in("<sphere xmlns=\"" + RPID + "\"><work/></sphere>"))).contains("work");
    assertThat(sphere(in("<r:sphere xmlns:r=\"urn:old\">work</r:sphere>"))).contains("work");
    assertThat(sphere(in("<x:sphere xmlns:x=\"urn:other\">work</x:sphere>"))).isEmpty();
    assertThat(sphere(in("<tuple id=\"t\"/>"))).isEmpty();
  }

  @Test
  @DisplayName("PRES-034 a PUBLISH without Content-Type is accepted with the sphere check on")
  void pres034() {
    world.start();
    assertThat(world.publish(publish().body(in("<tuple id=\"t\"/>"))).code()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "///, 400",
    "text, 400",
    "/pidf+xml, 400",
    "application/, 400",
    "application/pidf+xml, 200",
    "application/pidf+xml; charset=utf-8, 200"
  })
  @DisplayName("PRES-035 a Content-Type that does not parse is answered 400")
  void pres035(final String type, final int code) {
    world.start();
    final FakeCall call = world.publish(publish().contentType(type).body(in("<tuple id=\"t\"/>")));
    assertThat(call.code()).isEqualTo(code);
    if (code == 400) {
      assertThat(call.reply().reason()).isEqualTo("Bad request");
    }
  }

  @Test
  @DisplayName("PRES-035 Content-Type matters only with the sphere check on and for presence")
  void pres035Elsewhere() {
    final World unchecked = new World().start();
    assertThat(unchecked.publish(publish().contentType("///").body(in("<tuple id=\"t\"/>"))).code())
        .isEqualTo(200);
    world.start();
    assertThat(
            world
                .publish(
                    publish().event("message-summary").contentType("///").body(Bodies.VOICE_MAIL))
                .code())
        .isEqualTo(200);
  }
}
