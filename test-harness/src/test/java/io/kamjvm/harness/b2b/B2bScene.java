// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.b2b;

import io.kamjvm.harness.Await;
import io.kamjvm.harness.JsonRpc;
import io.kamjvm.harness.KamailioConfig;
import io.kamjvm.harness.KamailioProcess;
import io.kamjvm.harness.Scene;
import io.kamjvm.harness.pua.StubServer;
import io.kamjvm.harness.sip.RawSipPeer;
import io.kamjvm.harness.sip.RequestDraft;
import io.kamjvm.harness.sip.SipMessage;
import java.time.Duration;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A Kamailio with presence_b2b, and a stub whose presence it watches. */
final class B2bScene implements BeforeAllCallback, AfterAllCallback {
  /** As the module's manual has it. */
  static final String ROUTES =
      """
      request_route {
        if(method=="NOTIFY") {
          if(!t_newtran()) {
            xlog("L_ERR", "newtran error\\n");
            sl_reply_error();
          };
          if(!handle_notify()) {
            t_reply("481", "Unable to handle notification");
          }
          exit;
        }
        if(method=="MESSAGE") {
          pb2b_state("$hdr(X-Record)", "$hdr(X-Subscriber)", "$var(state)");
          pb2b_presence("$hdr(X-Record)", "$hdr(X-Subscriber)", "$var(basic)");
          append_to_reply("X-State: $var(state) $var(basic)\\r\\n");
          sl_send_reply("200", "OK");
          exit;
        }
        if(is_method("OPTIONS")) {
          sl_send_reply("200", "OK");
          exit;
        }
        if(is_method("SUBSCRIBE")) {
          handle_subscribe();
          exit;
        }
        sl_send_reply("404", "Not here");
      }
      event_route[presence_b2b:notify] {
        xlog("L_NOTICE", "SAID $pb2b(record) $pb2b(subscriber) $pb2b(status) $pb2b(basic) $pb2b(reason)\\n");
      }
      """;

  private static final Pattern ID = Pattern.compile("\"id\":\\s*\"([^\"]+)\"");

  private final UnaryOperator<KamailioConfig> change;
  private JsonRpc rpc;
  private KamailioProcess kamailio;
  private StubServer stub;

  B2bScene(final UnaryOperator<KamailioConfig> change) {
    this.change = change;
  }

  static KamailioConfig baseline(final KamailioConfig config) {
    return parameter(
        parameter(
            parameter(
                parameter(
                    parameter(
                        config
                            .line("loadmodule \"presence_b2b.so\"")
                            .line("modparam(\"tm\", \"fr_timer\", 2000)"),
                        "default_expiration",
                        60),
                    "resubscribe_delta",
                    10),
                "min_resubscribe_time",
                5),
            "on_error_retry_time",
            4),
        "wait_for_term_notify",
        3);
  }

  static KamailioConfig parameter(
      final KamailioConfig config, final String name, final Object value) {
    final String text = value instanceof Integer ? value.toString() : "\"" + value + "\"";
    return config.line("modparam(\"presence_b2b\", \"" + name + "\", " + text + ")");
  }

  @Override
  public void beforeAll(final ExtensionContext context) {
    Scene.requireModules();
    stub = new StubServer();
    rpc = new JsonRpc();
    kamailio =
        KamailioProcess.start(
            change.apply(rpc.into(baseline(KamailioConfig.memoryOnly().script(ROUTES)))));
  }

  @Override
  public void afterAll(final ExtensionContext context) {
    if (kamailio != null) {
      kamailio.close();
    }
    if (rpc != null) {
      rpc.close();
    }
    if (stub != null) {
      stub.close();
    }
  }

  KamailioProcess kamailio() {
    return kamailio;
  }

  StubServer stub() {
    return stub;
  }

  String call(final String method, final Object... params) {
    return rpc.call("presence_b2b." + method, params);
  }

  static String watcher() {
    return "sip:watcher@127.0.0.1";
  }

  /** Subscribes by command; the id. */
  String subscribe(final String record) {
    return subscribe(record, watcher());
  }

  String subscribe(final String record, final String subscriber) {
    final String answer = call("subscribe", record, subscriber);
    final Matcher matcher = ID.matcher(answer);
    if (!matcher.find()) {
      throw new AssertionError("no id: " + answer);
    }
    return matcher.group(1);
  }

  /** Waits until a subscription is in that state. */
  String awaitState(final String id, final String state) {
    return Await.value(
        id + " " + state,
        Duration.ofSeconds(15),
        () ->
            java.util.Optional.of(call("get", id))
                .filter(a -> Pattern.compile("\"state\":\\s*\"" + state + "\"").matcher(a).find()));
  }

  /** Waits until a subscription is gone. */
  void awaitGone(final String id) {
    Await.until(
        id + " is gone",
        Duration.ofSeconds(15),
        () -> call("get", id).contains("No such subscription"));
  }

  /** A NOTIFY in the dialog of a SUBSCRIBE that has come. */
  static RequestDraft notifying(
      final RawSipPeer notifier, final SipMessage subscribe, final int cseq, final String state) {
    return notifier
        .request("NOTIFY", contact(subscribe), watcher())
        .with("From", subscribe.required("To").replaceFirst(";tag=.*", "") + ";tag=stub")
        .with("To", subscribe.required("From"))
        .with("Call-ID", subscribe.callId())
        .with("CSeq", cseq + " NOTIFY")
        .header("Event", "presence")
        .header("Contact", "<" + notifier.contact("notifier") + ">")
        .header("Subscription-State", state);
  }

  static String contact(final SipMessage request) {
    return request.required("Contact").replaceFirst("^.*<", "").replaceFirst(">.*$", "");
  }

  static String pidf(final String basic) {
    return "<?xml version='1.0'?><presence xmlns='urn:ietf:params:xml:ns:pidf'"
        + " entity='pres:x@example.com'><tuple id='t1'><status><basic>"
        + basic
        + "</basic></status><contact priority='0.8'>sip:x@192.0.2.1</contact></tuple></presence>";
  }
}
