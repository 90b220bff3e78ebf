package io.github.celeryjava.celery.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import java.util.Locale;
import java.util.Map;
import org.slf4j.ILoggerFactory;
import org.slf4j.LoggerFactory;

/**
 * The log of the command: to standard error, in Celery's form, warnings and worse. A configuration
 * that the user brings for Logback is left as it is, but for the level that {@code -l} names; so is
 * any other library that does the logging.
 */
final class CliLog {

  private static final String FORMAT = "[%d: %level/%thread] %msg%n";

  private CliLog() {}

  /** Sets it up; the first thing to do, before anything is logged. */
  static void configure() {
    try {
      Logback.configure();
    } catch (NoClassDefFoundError e) {
      // Another library does the logging, and is configured in its own way.
    }
  }

  /**
   * Shows what is of this level, in Celery's words, or worse.
   *
   * @throws IllegalArgumentException if there is no such level
   */
  static void level(String name) {
    String level = name.toUpperCase(Locale.ROOT);
    if (!Words.LEVELS.containsKey(level)) {
      throw new IllegalArgumentException(
          "the level is DEBUG, INFO, WARNING, ERROR, CRITICAL or FATAL, was " + name);
    }
    try {
      Logback.level(Words.LEVELS.getOrDefault(level, "INFO"));
    } catch (NoClassDefFoundError e) {
      // As above.
    }
  }

  /** Celery's levels in Logback's words. */
  private static final class Words {

    static final Map<String, String> LEVELS =
        Map.of(
            "DEBUG", "DEBUG",
            "INFO", "INFO",
            "WARNING", "WARN",
            "WARN", "WARN",
            "ERROR", "ERROR",
            "CRITICAL", "ERROR",
            "FATAL", "ERROR");
  }

  /** All that needs the library to be there. */
  private static final class Logback {

    static void configure() {
      ILoggerFactory factory = LoggerFactory.getILoggerFactory();
      if (!(factory instanceof LoggerContext context) || isConfiguredByUser()) {
        return;
      }
      PatternLayoutEncoder encoder = new PatternLayoutEncoder();
      encoder.setContext(context);
      encoder.setPattern(FORMAT);
      encoder.start();
      ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
      appender.setContext(context);
      appender.setTarget("System.err");
      appender.setEncoder(encoder);
      appender.start();
      Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
      root.detachAndStopAllAppenders();
      root.addAppender(appender);
      root.setLevel(Level.WARN);
    }

    static void level(String level) {
      if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
        context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).setLevel(Level.toLevel(level));
      }
    }

    private static boolean isConfiguredByUser() {
      ClassLoader loader = CliLog.class.getClassLoader();
      return System.getProperty("logback.configurationFile") != null
          || loader.getResource("logback-test.xml") != null
          || loader.getResource("logback.xml") != null;
    }
  }
}
