package io.finward.appliance.metrics;

import com.codahale.metrics.Counter;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.jmx.JmxReporter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import javax.management.MBeanServer;

/**
 * The metrics of one instance. Each is in a Dropwizard registry, under its Prometheus name without
 * {@code finward_} and with dots, and in the Prometheus text. Names are listed in
 * docs/operations.md. Thread-safe.
 */
public final class Meters {
  private static final String PREFIX = "finward_";
  private static final String DOMAIN = "io.finward.metrics";

  private final MetricRegistry registry = new MetricRegistry();
  private final List<Family> families = new CopyOnWriteArrayList<>();

  /** A value that goes up and down. */
  public void gauge(String name, String help, LongSupplier value) {
    single(name, "gauge", help, value);
  }

  /** A count that somebody else keeps. */
  public void counter(String name, String help, LongSupplier value) {
    single(name, "counter", help, value);
  }

  /** Counts of our own, one for each value of a label. */
  public Map<String, Counter> counters(
      String name, String help, String label, List<String> values) {
    Map<String, Counter> counters = new LinkedHashMap<>();
    for (String value : values) {
      counters.put(value, registry.counter(MetricRegistry.name(dotted(name), value)));
    }
    families.add(
        new Family(
            name,
            "counter",
            help,
            () ->
                counters.entrySet().stream()
                    .map(e -> new Sample(Map.of(label, e.getKey()), e.getValue().getCount()))
                    .toList()));
    return counters;
  }

  /** Counts that somebody else keeps, with labels; the registry has their sum. */
  void counters(String name, String help, Supplier<List<Sample>> samples) {
    families.add(new Family(name, "counter", help, samples));
    register(name, () -> samples.get().stream().mapToLong(Sample::value).sum());
  }

  /** Everything as Prometheus reads it. */
  public String prometheusText() {
    StringBuilder out = new StringBuilder(4096);
    families.forEach(family -> family.write(out));
    return out.toString();
  }

  /** Shows everything in JMX until the answer is run. */
  public Runnable reportTo(MBeanServer server) {
    JmxReporter reporter =
        JmxReporter.forRegistry(registry).inDomain(DOMAIN).registerWith(server).build();
    reporter.start();
    return reporter::close;
  }

  private void single(String name, String type, String help, LongSupplier value) {
    families.add(
        new Family(name, type, help, () -> List.of(new Sample(Map.of(), value.getAsLong()))));
    register(name, value);
  }

  private void register(String name, LongSupplier value) {
    registry.register(dotted(name), (Gauge<Long>) value::getAsLong);
  }

  private static String dotted(String name) {
    String word = name.endsWith("_total") ? name.substring(0, name.length() - 6) : name;
    return word.substring(PREFIX.length()).replace('_', '.');
  }
}
