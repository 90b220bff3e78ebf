package io.github.celeryjava.kombu.transport.redis;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.slf4j.LoggerFactory;

/** Everything that is logged while it is open, stack traces included, down to the finest level. */
final class LogCapture implements AutoCloseable {

  private final Logger logger = (Logger) LoggerFactory.getLogger("io.github.celeryjava");
  private final Level level = logger.getLevel();
  private final PrintStream before = System.err;
  private final ByteArrayOutputStream captured = new ByteArrayOutputStream();

  LogCapture() {
    System.setErr(new PrintStream(captured, true, StandardCharsets.UTF_8));
    logger.setLevel(Level.TRACE);
  }

  String text() {
    return captured.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    logger.setLevel(level);
    System.setErr(before);
  }
}
