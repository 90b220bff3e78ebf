package io.github.celeryjava.interop;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/** Keeps the two lines a task out of the log of tests that run tens of thousands. */
final class QuietTasks implements BeforeAllCallback, AfterAllCallback {

  private final Logger logger = (Logger) LoggerFactory.getLogger("io.github.celeryjava.celery");

  @Override
  public void beforeAll(ExtensionContext context) {
    logger.setLevel(Level.WARN);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    logger.setLevel(null);
  }
}
