package io.finward.appliance.jmx;

import io.finward.appliance.metrics.SessionMetrics;
import io.finward.appliance.text.AddressText;
import io.finward.proxy.listen.ListenerSettings;
import java.util.Locale;

/** One listener and its counters. */
final class ListenerBean implements ListenerMBean {
  private final ListenerSettings settings;
  private final SessionMetrics metrics;

  ListenerBean(ListenerSettings settings, SessionMetrics metrics) {
    this.settings = settings;
    this.metrics = metrics;
  }

  @Override
  public String getMode() {
    return settings.mode().name().toLowerCase(Locale.ROOT);
  }

  @Override
  public String getBind() {
    return AddressText.format(settings.bind());
  }

  @Override
  public String getSource() {
    return settings.source().name().toLowerCase(Locale.ROOT);
  }

  @Override
  public long getAccepted() {
    return metrics.accepted(settings.name());
  }

  @Override
  public long getOpen() {
    return metrics.accepted(settings.name()) - metrics.ended(settings.name());
  }
}
