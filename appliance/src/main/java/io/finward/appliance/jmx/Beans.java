package io.finward.appliance.jmx;

import io.finward.appliance.metrics.SessionMetrics;
import io.finward.appliance.observe.Observed;
import io.finward.proxy.listen.ListenerSettings;
import java.util.ArrayList;
import java.util.List;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.StandardMBean;

/**
 * The MBeans of one instance in an MBean server, from {@link #register} until close.
 *
 * <p>They speak open types as MXBeans do, but are standard MBeans: the mapping of MXBeans does not
 * pass a TabularData through, and makes of a list an array that jconsole shows one row at a time.
 */
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
    beans.add(
        "type=Sessions",
        SessionsMBean.class,
        new SessionsBean(observed.sessions(), observed.stories()));
    beans.add(
        "type=Conntrack",
        ConntrackMBean.class,
        new ConntrackBean(observed.conntrack(), observed.flows()));
    beans.add("type=Nat", NatMBean.class, new NatBean(observed.nat()));
    beans.add("type=Log", LogMBean.class, new LogBean());
    for (ListenerSettings listener : listeners) {
      beans.add(
          "type=Listener,name=" + listener.name(),
          ListenerMBean.class,
          new ListenerBean(listener, metrics));
    }
    return beans;
  }

  private <T> void add(String keys, Class<T> type, T bean) {
    try {
      ObjectName name = new ObjectName(DOMAIN + keys);
      server.registerMBean(new StandardMBean(bean, type), name);
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
