// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage;

import java.util.List;

/**
 * Documents that have what the examples of the RFCs have, with data of our own.
 *
 * @param name for test reports
 * @param event the package that it is for
 * @param text the document
 * @param required attributes that the schema demands, each written {@code element@attribute}
 */
public record Samples(String name, String event, String text, List<String> required) {

  @Override
  public String toString() {
    return name;
  }

  /** RFC 3863 section 4.2, two ways to be reached, in an extension's terms. */
  public static final Samples PIDF =
      new Samples(
          "RFC 3863",
          "presence",
          """
          <?xml version="1.0" encoding="UTF-8"?>
          <impp:presence xmlns:impp="urn:ietf:params:xml:ns:pidf"
              xmlns:loc="urn:lab-example:places" entity="pres:ann@lab.example">
            <impp:tuple id="k7a">
              <impp:status><impp:basic>open</impp:basic><loc:place>bench</loc:place></impp:status>
              <impp:contact priority="0.7">im:ann@mobile.lab.example</impp:contact>
              <impp:note xml:lang="en">Back at four</impp:note>
              <impp:note xml:lang="de">Um vier zurück</impp:note>
              <impp:timestamp>2026-03-02T09:41:00Z</impp:timestamp>
            </impp:tuple>
            <impp:tuple id="k7b">
              <impp:status><impp:basic>closed</impp:basic></impp:status>
              <impp:contact priority="1.0">mailto:ann@lab.example</impp:contact>
            </impp:tuple>
            <impp:note>In the lab all week</impp:note>
          </impp:presence>
          """,
          List.of("impp:presence@entity", "impp:tuple@id"));

  /** RFC 4479 section 5: a service, a person, a device. */
  public static final Samples DATA_MODEL =
      new Samples(
          "RFC 4479",
          "presence",
          """
          <?xml version="1.0" encoding="UTF-8"?>
          <presence xmlns="urn:ietf:params:xml:ns:pidf"
              xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model"
              xmlns:rp="urn:ietf:params:xml:ns:pidf:rpid"
              xmlns:caps="urn:ietf:params:xml:ns:pidf:caps" entity="pres:ann@lab.example">
            <tuple id="s9">
              <status><basic>open</basic></status>
              <caps:servcaps><caps:audio>true</caps:audio></caps:servcaps>
              <dm:deviceID>urn:x-mac:0003ba4811e3</dm:deviceID>
              <contact>sip:ann@192.0.2.7</contact>
            </tuple>
            <dm:person id="p4"><rp:activities><rp:on-the-phone/></rp:activities></dm:person>
            <dm:device id="pc2">
              <rp:user-input>idle</rp:user-input>
              <dm:deviceID>urn:x-mac:0003ba4811e3</dm:deviceID>
            </dm:device>
          </presence>
          """,
          List.of("presence@entity", "tuple@id", "dm:person@id", "dm:device@id"));

  /** RFC 4480 section 4: rich presence. */
  public static final Samples RPID =
      new Samples(
          "RFC 4480",
          "presence",
          """
          <?xml version="1.0" encoding="UTF-8"?>
          <presence xmlns="urn:ietf:params:xml:ns:pidf"
              xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model"
              xmlns:lt="urn:ietf:params:xml:ns:location-type"
              xmlns:rpid="urn:ietf:params:xml:ns:pidf:rpid" entity="pres:ann@lab.example">
            <tuple id="r1">
              <status><basic>open</basic></status>
              <dm:deviceID>urn:device:7c2</dm:deviceID>
              <rpid:relationship><rpid:self/></rpid:relationship>
              <rpid:service-class><rpid:electronic/></rpid:service-class>
              <contact priority="0.8">im:ann@mobile.lab.example</contact>
              <note xml:lang="en">Write, do not call</note>
              <timestamp>2026-03-02T10:20:07Z</timestamp>
            </tuple>
            <note>Away for the day</note>
            <dm:person id="r2">
              <rpid:activities from="2026-03-02T09:00:00+02:00" until="2026-03-02T17:30:00+02:00">
                <rpid:note>Far away</rpid:note><rpid:away/>
              </rpid:activities>
              <rpid:class>calendar</rpid:class>
              <rpid:mood><rpid:angry/><rpid:other>brooding</rpid:other></rpid:mood>
              <rpid:place-is><rpid:audio><rpid:noisy/></rpid:audio></rpid:place-is>
              <rpid:place-type><lt:residence/></rpid:place-type>
              <rpid:privacy><rpid:unknown/></rpid:privacy>
              <rpid:sphere>bowling</rpid:sphere>
              <rpid:time-offset>-240</rpid:time-offset>
              <dm:note>Tidying up</dm:note>
            </dm:person>
            <dm:device id="r3">
              <rpid:user-input idle-threshold="600"
                  last-input="2026-03-02T13:20:00-05:00">idle</rpid:user-input>
              <dm:deviceID>urn:device:7c2</dm:deviceID>
              <dm:note>Laptop</dm:note>
            </dm:device>
          </presence>
          """,
          List.of("presence@entity", "tuple@id", "dm:person@id", "dm:device@id"));

  /** RFC 4235 section 6: a call with both ends. */
  public static final Samples DIALOG =
      new Samples(
          "RFC 4235",
          "dialog",
          """
          <?xml version="1.0"?>
          <dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="3" state="full"
              entity="sip:desk@lab.example">
            <dialog id="hq8" call-id="9f2@192.0.2.9" local-tag="l5" remote-tag="r6"
                direction="initiator">
              <state event="replaced" code="200">confirmed</state>
              <duration>274</duration>
              <replaces call-id="hidden-1" local-tag="xyz" remote-tag="pqr"/>
              <referred-by display="Bo">sip:bo@lab.example</referred-by>
              <route-set><hop>sip:proxy1.lab.example</hop></route-set>
              <local>
                <identity display="Desk">sip:desk@lab.example</identity>
                <target uri="sip:desk@192.0.2.5">
                  <param pname="+sip.rendering" pval="yes"/>
                </target>
              </local>
              <remote>
                <identity>sip:cy@elsewhere.example</identity>
                <target uri="sip:cy@198.51.100.4"/>
                <session-description type="application/sdp">v=0&#13;</session-description>
                <cseq>31337</cseq>
              </remote>
            </dialog>
          </dialog-info>
          """,
          List.of(
              "dialog-info@version",
              "dialog-info@state",
              "dialog-info@entity",
              "dialog@id",
              "replaces@call-id",
              "target@uri",
              "param@pname",
              "param@pval",
              "session-description@type"));

  /** RFC 3680 section 5.5: two contacts of one address. */
  public static final Samples REG =
      new Samples(
          "RFC 3680",
          "reg",
          """
          <?xml version="1.0"?>
          <reginfo xmlns="urn:ietf:params:xml:ns:reginfo" version="1" state="partial">
            <registration aor="sip:ann@lab.example" id="g3" state="active">
              <contact id="c76" state="active" event="registered" duration-registered="7322"
                  q="0.8" callid="t7@192.0.2.7" cseq="14">
                <uri>sip:ann@pc7.lab.example</uri>
                <display-name xml:lang="en">Ann's bench</display-name>
              </contact>
              <contact id="c77" state="terminated" event="expired" duration-registered="3600"
                  q="0.5"><uri>sip:ann@old.lab.example</uri></contact>
            </registration>
          </reginfo>
          """,
          List.of(
              "reginfo@version",
              "reginfo@state",
              "registration@aor",
              "registration@id",
              "registration@state",
              "contact@id",
              "contact@state",
              "contact@event"));

  /** RFC 4575 section 6: a conference of two. */
  public static final Samples CONFERENCE =
      new Samples(
          "RFC 4575",
          "conference",
          """
          <?xml version="1.0" encoding="UTF-8"?>
          <conference-info xmlns="urn:ietf:params:xml:ns:conference-info"
              entity="sips:room9@lab.example" state="full" version="1">
            <conference-description>
              <subject>Standup</subject>
              <service-uris><entry><uri>http://lab.example/room9/</uri></entry></service-uris>
            </conference-description>
            <conference-state><user-count>2</user-count></conference-state>
            <users>
              <user entity="sip:bo@lab.example" state="full">
                <display-text>Bo</display-text>
                <endpoint entity="sip:bo@pc33.lab.example">
                  <status>connected</status>
                  <joining-method>dialed-in</joining-method>
                  <media id="1"><type>audio</type><src-id>432424</src-id></media>
                </endpoint>
              </user>
              <user entity="sip:cy@lab.example" state="full">
                <endpoint entity="sip:cy@192.0.2.8"><status>on-hold</status></endpoint>
              </user>
            </users>
          </conference-info>
          """,
          List.of("conference-info@entity", "user@entity", "endpoint@entity", "media@id"));

  /** RFC 3842 section 5.2, with the account and two classes of messages. */
  public static final String MESSAGE_SUMMARY =
      "Messages-Waiting: yes\r\nMessage-Account: sip:ann@vm.lab.example\r\n"
          + "Voice-Message: 4/8 (1/2)\r\nFax-Message: 0/1\r\n";

  /** All that are XML. */
  public static List<Samples> xml() {
    return List.of(PIDF, DATA_MODEL, RPID, DIALOG, REG, CONFERENCE);
  }
}
