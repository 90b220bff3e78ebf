package io.github.celeryjava.celery.cli;

import io.github.celeryjava.celery.exceptions.CeleryException;
import io.github.celeryjava.kombu.exceptions.KombuException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Tells errors in one line, and an exit code. Stateless and thread-safe; apart from the command
 * itself, which has to load even where picocli is missing, so as to say so.
 */
final class CommandErrors {

  private static final Logger log = LoggerFactory.getLogger(CommandErrors.class);

  private CommandErrors() {}

  /** What the command threw. */
  static int failed(Exception error, CommandLine command, ParseResult parsed) {
    boolean known =
        error instanceof KombuException
            || error instanceof CeleryException
            || error instanceof IllegalArgumentException;
    String message = known ? error.getMessage() : error.toString();
    log.debug("The command failed", error);
    print(command, message == null ? error.toString() : message);
    return CeleryCommand.FAILED;
  }

  /** What is wrong with the arguments. */
  static int misused(ParameterException error, String[] args) {
    CommandLine command = error.getCommandLine();
    String message = String.valueOf(error.getMessage());
    if (error instanceof UnmatchedArgumentException unmatched) {
      List<String> near = unmatched.getSuggestions();
      message += near.isEmpty() ? "" : "; did you mean " + String.join(" or ", near) + "?";
    }
    log.debug("The command was called wrongly", error);
    print(command, message + "; see " + command.getCommandSpec().qualifiedName() + " --help");
    return CeleryCommand.MISUSED;
  }

  private static void print(CommandLine command, String message) {
    command.getErr().println("Error: " + message.strip().replaceAll("\\s*\\R\\s*", " "));
    command.getErr().flush();
  }
}
