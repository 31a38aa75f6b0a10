// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.puareginfo;

import io.kamjvm.kamailio.Answer;
import io.kamjvm.kamailio.Call;
import io.kamjvm.kamailio.ScriptFunction;
import io.kamjvm.pua.Decision;
import io.kamjvm.pua.FinalAnswer;
import io.kamjvm.pua.OrderListener;
import io.kamjvm.pua.Pua;
import io.kamjvm.pua.Source;
import io.kamjvm.pua.SubscribeOrder;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code reginfo_subscribe(uri[, expires])} (spec pua 4.4). */
final class SubscribeFunction implements ScriptFunction {
  private static final Logger LOG = LoggerFactory.getLogger(SubscribeFunction.class);
  private static final int LONGEST = 511;
  private static final long EXPIRES = 3_600;

  private final ReginfoParameters parameters;
  private final Supplier<Pua> pua;

  SubscribeFunction(final ReginfoParameters parameters, final Supplier<Pua> pua) {
    this.parameters = parameters;
    this.pua = pua;
  }

  @Override
  public void call(final Call call) {
    final List<String> given = call.arguments();
    final String uri = given.get(0);
    if (uri.length() > LONGEST) {
      LOG.error("reginfo_subscribe: the URI has more than {} characters", LONGEST);
      call.answer(Answer.of(-1));
      return;
    }
    final long expires;
    try {
      expires = given.size() > 1 ? Integer.parseInt(given.get(1)) : EXPIRES;
    } catch (final NumberFormatException e) {
      LOG.error("reginfo_subscribe: {} is no number of seconds", given.get(1));
      call.answer(Answer.of(-1));
      return;
    }
    pua.get()
        .subscribe(
            SubscribeOrder.of(
                    Source.REGINFO_SUBSCRIBE, "reg", uri, parameters.serverAddress(), expires)
                .withRemoteTarget(uri)
                .withOutboundProxy(parameters.outboundProxy()),
            new Told(uri));
    call.answer(Answer.of(1));
  }

  private record Told(String uri) implements OrderListener {
    @Override
    public void decided(final Decision decision) {
      if (decision instanceof Decision.Refused refused) {
        LOG.error("no SUBSCRIBE to {}: {}", uri, refused.why());
      }
    }

    @Override
    public void answered(final FinalAnswer answer) {
      if (answer.code() >= 300) {
        LOG.warn("SUBSCRIBE to {} was answered {} {}", uri, answer.code(), answer.reason());
      }
    }
  }
}
