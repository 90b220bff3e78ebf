package io.github.celeryjava.celery.cli;

import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import java.util.Locale;
import org.slf4j.ILoggerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Sets the level of the log for {@code -l}, in Celery's words, where Logback does the logging. */
final class LogLevel {

  private static final String LOGBACK = "ch.qos.logback.classic.LoggerContext";

  private LogLevel() {}

  /**
   * @throws ConfigurationException if there is no such level
   */
  static void set(String name) {
    Level level =
        switch (name.toUpperCase(Locale.ROOT)) {
          case "DEBUG" -> Level.DEBUG;
          case "INFO" -> Level.INFO;
          case "WARNING", "WARN" -> Level.WARN;
          case "ERROR", "CRITICAL", "FATAL" -> Level.ERROR;
          default ->
              throw new ConfigurationException(
                  "log level is DEBUG, INFO, WARNING, ERROR, CRITICAL or FATAL, was " + name);
        };
    ILoggerFactory factory = LoggerFactory.getILoggerFactory();
    // By name, since Logback is optional and need not be there.
    if (factory.getClass().getName().equals(LOGBACK)) {
      Logback.set(factory.getLogger(Logger.ROOT_LOGGER_NAME), level);
    }
  }

  /** Loaded only if Logback does the logging. */
  private static final class Logback {

    private Logback() {}

    static void set(Logger root, Level level) {
      ((ch.qos.logback.classic.Logger) root)
          .setLevel(ch.qos.logback.classic.Level.convertAnSLF4JLevel(level));
    }
  }
}
