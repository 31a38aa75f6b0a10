// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage;

import io.kamjvm.eventpackage.bla.SharedLinePackage;
import io.kamjvm.eventpackage.conference.ConferencePackage;
import io.kamjvm.eventpackage.dialoginfo.DialogInfoSettings;
import io.kamjvm.eventpackage.dialoginfo.DialogPackage;
import io.kamjvm.eventpackage.pidf.PidfPackage;
import io.kamjvm.eventpackage.pidf.PidfSettings;
import io.kamjvm.eventpackage.profile.UaProfilePackage;
import io.kamjvm.eventpackage.reginfo.RegPackage;
import io.kamjvm.eventpackage.xcapdiff.XcapDiffPackage;
import java.util.List;
import java.util.Optional;

/** All built-in packages whose documents are XML. */
public final class XmlPackages {
  private XmlPackages() {}

  /** One of each, and both ways of those that have two. */
  public static List<EventPackage> all() {
    return List.of(
        new PidfPackage(new PidfSettings(3600, false, Optional.empty())),
        new DialogPackage(new DialogInfoSettings(3600, false, false)),
        new DialogPackage(new DialogInfoSettings(3600, true, true)),
        new SharedLinePackage(3600),
        new RegPackage(3600, false),
        new RegPackage(3600, true),
        new ConferencePackage(3600),
        new UaProfilePackage(3600),
        new XcapDiffPackage(3600));
  }
}
