package io.finward.appliance.config;

import io.finward.proxy.opening.OpeningSettings;
import java.net.InetSocketAddress;
import java.util.List;

/** Reads {@code opening}. */
final class OpeningReader {
  private OpeningReader() {}

  /**
   * What the section says.
   *
   * @param nameServers asked for names
   */
  static OpeningSettings read(Section section, List<InetSocketAddress> nameServers) {
    OpeningSettings unset = OpeningSettings.DEFAULT;
    OpeningSettings opening =
        new OpeningSettings(
            section.read("peek", Kinds.DURATION, unset.peek()),
            section.read("verify", Kinds.DURATION, unset.verify()),
            section.read("remember", Kinds.DURATION, unset.remember()),
            nameServers);
    section.refuseUnknown();
    return opening;
  }
}
