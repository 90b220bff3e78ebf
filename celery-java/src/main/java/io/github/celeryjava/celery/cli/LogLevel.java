package io.github.celeryjava.celery.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import java.util.Locale;
import org.slf4j.ILoggerFactory;
import org.slf4j.LoggerFactory;

/** Sets the level of the log for {@code -l}, in Celery's words, where Logback does the logging. */
final class LogLevel {

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
    if (factory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME) instanceof Logger root) {
      root.setLevel(level);
    }
  }
}
