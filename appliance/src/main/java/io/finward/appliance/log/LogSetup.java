package io.finward.appliance.log;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import org.slf4j.ILoggerFactory;
import org.slf4j.LoggerFactory;

/**
 * One line an event on standard error, written by a thread of its own: a terminal or journal that
 * does not read must not stop an event loop. When it falls 8,192 lines behind, lines are lost.
 *
 * <p>In code instead of XML, which would cost every command a tenth of a second. The system
 * property {@code finward.log} sets the level: error, warn, info, debug or trace; {@link LogLevels}
 * has it changed while the process runs.
 */
public final class LogSetup extends ContextAwareBase implements Configurator {
  private static final String PATTERN =
      "%at{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level %logger{0} - %msg%n";
  private static final int QUEUE = 8192;

  /** For logback, which finds it as a service. */
  public LogSetup() {}

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    into(context);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  static void into(LoggerContext context) {
    PatternLayout layout = new PatternLayout();
    layout.setContext(context);
    layout.getInstanceConverterMap().put("at", LazyDate::new);
    layout.setPattern(PATTERN);
    layout.start();

    LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
    encoder.setContext(context);
    encoder.setLayout(layout);
    encoder.start();

    ConsoleAppender<ILoggingEvent> stderr = new ConsoleAppender<>();
    stderr.setContext(context);
    stderr.setTarget("System.err");
    stderr.setEncoder(encoder);
    stderr.start();

    AsyncAppender queue = new AsyncAppender();
    queue.setContext(context);
    queue.setQueueSize(QUEUE);
    queue.setDiscardingThreshold(0);
    queue.setNeverBlock(true);
    queue.addAppender(stderr);
    queue.start();

    Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.setLevel(LogLevels.unset(LogLevels.DEFAULT));
    root.addAppender(queue);
    context.getLogger("io.netty").setLevel(LogLevels.unset("netty"));
    // A namespace with nothing but lo has no hardware address, which is nothing to warn of.
    context.getLogger("io.netty.util.internal.MacAddressUtil").setLevel(Level.ERROR);
  }

  /** Writes what is queued and ends logging. The last thing a process does. */
  public static void flush() {
    ILoggerFactory factory = LoggerFactory.getILoggerFactory();
    if (factory instanceof LoggerContext context) {
      context.stop();
    }
  }
}
