// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.pa;

import io.kamjvm.harness.KamailioConfig;
import io.kamjvm.harness.KamailioProcess;
import io.kamjvm.harness.ModuleSet;
import io.kamjvm.harness.Scene;
import io.kamjvm.harness.sip.Documents;
import io.kamjvm.harness.sip.Publisher;
import io.kamjvm.harness.sip.SipMessage;
import io.kamjvm.harness.sip.SipPeer;
import io.kamjvm.harness.sip.Transport;
import io.kamjvm.harness.sip.Watch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A Kamailio with the example pa.cfg, unchanged except for paths and the interval. */
final class PaScene implements BeforeAllCallback, AfterAllCallback {
  static final Duration PATIENCE = Duration.ofSeconds(20);

  private final List<String> lines;
  private final List<String> defines;
  private KamailioProcess kamailio;
  private SipPeer peer;

  /**
   * @param defines beside those of paths, {@code NAME=value}
   * @param lines added behind the modules
   */
  PaScene(final List<String> defines, final List<String> lines) {
    this.defines = List.copyOf(defines);
    this.lines = List.copyOf(lines);
  }

  static PaScene ofExample(final String... lines) {
    return new PaScene(List.of(), List.of(lines));
  }

  static KamailioConfig example(final List<String> defines, final List<String> lines) {
    try {
      final String cfg =
          Files.readString(ModuleSet.root().resolve("kamailio-cfg/pa.cfg"))
              .replace("request_route {", String.join("\n", lines) + "\nrequest_route {");
      final List<String> words = new ArrayList<>(List.of("-A", "TICK=1"));
      for (final String define : defines) {
        words.add("-A");
        words.add(define);
      }
      words.add("-A");
      words.add("MPATH=\"" + ModuleSet.OURS.mpath() + "\"");
      return KamailioConfig.verbatim(cfg).arguments(words.toArray(String[]::new));
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void beforeAll(final ExtensionContext context) {
    Scene.requireModules();
    start();
  }

  void start() {
    kamailio = KamailioProcess.start(example(defines, lines));
    peer = SipPeer.towards(kamailio.port());
    final Publisher warm = peer.publisher("sip:warm@127.0.0.1");
    warm.publish(Documents.pidf("sip:warm@127.0.0.1", "t", "open", "x"));
    warm.remove();
  }

  /** Kamailio stops and starts again on the same port. */
  void restart() {
    final int port = kamailio.port();
    kamailio.close();
    kamailio = KamailioProcess.start(example(defines, lines), port);
  }

  @Override
  public void afterAll(final ExtensionContext context) {
    if (peer != null) {
      peer.close();
    }
    if (kamailio != null) {
      kamailio.close();
    }
  }

  KamailioProcess kamailio() {
    return kamailio;
  }

  SipPeer peer() {
    return peer;
  }

  Watch watch(final String presentity) {
    return peer.watch(Scene.someone("alice"), presentity);
  }

  /** Registers a contact of an address-of-record. */
  SipMessage register(final String aor, final String contact, final int expires) {
    final String host = aor.substring(aor.indexOf('@') + 1);
    return peer.send(
        peer.request(Transport.UDP, "REGISTER", "sip:" + host, aor)
            .with("To", "<" + aor + ">")
            .header("Contact", "<" + contact + ">")
            .header("Expires", Integer.toString(expires)));
  }
}
