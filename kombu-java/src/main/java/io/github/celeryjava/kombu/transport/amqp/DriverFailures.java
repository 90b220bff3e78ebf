package io.github.celeryjava.kombu.transport.amqp;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.impl.ForgivingExceptionHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hears of failures on the driver's threads. */
final class DriverFailures extends ForgivingExceptionHandler {

  private static final Logger log = LoggerFactory.getLogger(DriverFailures.class);

  /** Everybody concerned is told through listeners and futures; there is nothing to add. */
  @Override
  public void handleUnexpectedConnectionDriverException(Connection conn, Throwable exception) {
    log.debug("connection {} failed", conn, exception);
  }

  @Override
  protected void log(String message, Throwable e) {
    log.error(message, e);
  }
}
