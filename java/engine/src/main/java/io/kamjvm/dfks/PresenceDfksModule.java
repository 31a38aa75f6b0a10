// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.dfks;

import io.kamjvm.eventpackage.UnacceptableBodyException;
import io.kamjvm.eventpackage.dfks.FeaturePackage;
import io.kamjvm.kamailio.KamailioModule;
import io.kamjvm.kamailio.SipRequest;
import io.kamjvm.presence.EventPackages;
import io.kamjvm.pua.Decision;
import io.kamjvm.pua.Pua;
import io.kamjvm.pua.PublishOrder;
import io.kamjvm.pua.Source;
import io.kamjvm.sip.SipUri;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Module {@code presence_dfks}: device feature key synchronisation. It brings package {@code
 * as-feature-event}; what a telephone sets in a SUBSCRIBE is published through pua, so all its
 * watchers are told (spec event-packages 8).
 */
public final class PresenceDfksModule implements KamailioModule {
  private static final Logger LOG = LoggerFactory.getLogger(PresenceDfksModule.class);
  private static final long LIFETIME = 3600;

  private final Supplier<Pua> pua;
  private final FeatureKeys keys = new FeatureKeys();

  /**
   * Registers the package.
   *
   * @param pua asked when a feature is set
   */
  public PresenceDfksModule(final EventPackages packages, final Supplier<Pua> pua) {
    this.pua = pua;
    packages.register(new FeaturePackage());
    packages.hear(FeaturePackage.NAME, this::heard);
  }

  private Runnable heard(final SipRequest subscribe) throws UnacceptableBodyException {
    final Optional<FeatureKeys.Order> order = keys.read(subscribe.body());
    final String presentity = presentity(subscribe);
    return () -> order.ifPresent(set -> publish(presentity, set));
  }

  /** Whom the To header names, else the Request-URI. */
  private static String presentity(final SipRequest subscribe) {
    return subscribe
        .to()
        .uri()
        .filter(uri -> SipUri.parse(uri).isPresent())
        .orElseGet(subscribe::requestUri);
  }

  private void publish(final String presentity, final FeatureKeys.Order set) {
    final String series = set instanceof FeatureKeys.Forwarding ? "DFKS_PUBLISH." : "dfks_PUBLISH.";
    pua.get()
        .publish(
            PublishOrder.of(Source.DFKS_PUBLISH, FeaturePackage.NAME, presentity, LIFETIME)
                .withId(series + presentity)
                .withBody(FeatureDocument.of(set), Optional.empty()),
            decision -> {
              if (decision instanceof Decision.Refused refused) {
                LOG.error("a feature of {} is not published: {}", presentity, refused.why());
              }
            });
  }

  @Override
  public String name() {
    return "presence_dfks";
  }
}
