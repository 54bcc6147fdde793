package io.finward.appliance.jmx;

import io.finward.appliance.metrics.SessionMetrics;
import io.finward.appliance.observe.Observed;
import io.finward.proxy.listen.ListenerSettings;
import java.util.ArrayList;
import java.util.List;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/** The MXBeans of one instance in an MBean server, from {@link #register} until close. */
public final class Beans implements AutoCloseable {
  private static final String DOMAIN = "io.finward:";

  private final MBeanServer server;
  private final List<ObjectName> names = new ArrayList<>();

  private Beans(MBeanServer server) {
    this.server = server;
  }

  /** Registers them all. */
  public static Beans register(
      MBeanServer server,
      Observed observed,
      List<ListenerSettings> listeners,
      SessionMetrics metrics) {
    Beans beans = new Beans(server);
    beans.add("type=Sessions", new SessionsBean(observed.sessions()));
    beans.add("type=Conntrack", new ConntrackBean(observed.conntrack(), observed.flows()));
    beans.add("type=Nat", new NatBean(observed.nat()));
    for (ListenerSettings listener : listeners) {
      beans.add("type=Listener,name=" + listener.name(), new ListenerBean(listener, metrics));
    }
    return beans;
  }

  private void add(String keys, Object bean) {
    try {
      ObjectName name = new ObjectName(DOMAIN + keys);
      server.registerMBean(bean, name);
      names.add(name);
    } catch (JMException e) {
      close();
      throw new IllegalStateException("cannot register " + keys, e);
    }
  }

  @Override
  public void close() {
    for (ObjectName name : names) {
      try {
        server.unregisterMBean(name);
      } catch (JMException e) {
        throw new IllegalStateException("cannot unregister " + name, e);
      }
    }
    names.clear();
  }
}
