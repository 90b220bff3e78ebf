package io.github.celeryjava.celery.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code -l}: what is logged, from the moment it is read. */
final class LogOption {

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec command;

  LogOption() {}

  @Option(
      names = {"-l", "--loglevel"},
      paramLabel = "LEVEL",
      description =
          "DEBUG, INFO, WARNING, ERROR, CRITICAL or FATAL; DEBUG shows stack traces of errors.")
  void level(String name) {
    try {
      CliLog.level(name);
    } catch (IllegalArgumentException e) {
      if (command == null) {
        throw e;
      }
      throw new ParameterException(command.commandLine(), e.getMessage(), e);
    }
  }
}
