package io.github.celeryjava.celery.cli;

import io.github.celeryjava.celery.Celery;
import io.github.celeryjava.celery.exceptions.CeleryException;
import io.github.celeryjava.kombu.exceptions.KombuException;
import io.github.celeryjava.kombu.internal.Internal;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The {@code celery} command. Ends with 0 when all went well, 1 when the command failed or a worker
 * was stopped at once, and 2 when it was called wrongly. An error is one line on standard error;
 * the stack trace comes with {@code -l DEBUG}.
 */
@Internal
@Command(
    name = "celery",
    description = "Celery for Java.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    subcommands = {WorkerCommand.class, CallCommand.class},
    synopsisSubcommandLabel = "COMMAND",
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:all went well",
      "1:the command failed, or a worker was stopped at once",
      "2:it was called wrongly"
    })
public final class CeleryCommand {

  static final int FAILED = 1;
  private static final int MISUSED = 2;
  private static final Logger log = LoggerFactory.getLogger(CeleryCommand.class);

  @Option(
      names = {"-A", "--app"},
      paramLabel = "CLASS",
      scope = ScopeType.INHERIT,
      description = "Class that provides the app; else the environment's CELERY_APP.")
  private @Nullable String app;

  @Option(
      names = "--classpath",
      paramLabel = "PATH",
      scope = ScopeType.INHERIT,
      description = "Jars and directories with the app; dir/* means every jar in dir.")
  private @Nullable String classpath;

  CeleryCommand() {}

  /** Runs the command and ends the JVM with its exit code. */
  public static void main(String[] args) {
    CliLog.configure();
    CommandLine commandLine;
    try {
      commandLine = commandLine();
    } catch (NoClassDefFoundError e) {
      System.err.println(
          "Error: the celery command needs the library info.picocli:picocli; on the module path, add"
              + " --add-modules info.picocli. Missing is "
              + e.getMessage());
      System.exit(FAILED);
      throw e;
    }
    System.exit(commandLine.execute(args));
  }

  static CommandLine commandLine() {
    return new CommandLine(new CeleryCommand())
        .setExecutionExceptionHandler(CeleryCommand::failed)
        .setParameterExceptionHandler(CeleryCommand::misused)
        .setCaseInsensitiveEnumValuesAllowed(true);
  }

  Celery load() {
    return new AppLoader(classpath).load(app == null ? System.getenv("CELERY_APP") : app);
  }

  private static int failed(Exception error, CommandLine command, CommandLine.ParseResult parsed) {
    boolean known =
        error instanceof KombuException
            || error instanceof CeleryException
            || error instanceof IllegalArgumentException;
    String message = known ? error.getMessage() : error.toString();
    log.debug("The command failed", error);
    print(command, message == null ? error.toString() : message);
    return FAILED;
  }

  private static int misused(ParameterException error, String[] args) {
    CommandLine command = error.getCommandLine();
    String message = String.valueOf(error.getMessage());
    if (error instanceof UnmatchedArgumentException unmatched) {
      List<String> near = unmatched.getSuggestions();
      message += near.isEmpty() ? "" : "; did you mean " + String.join(" or ", near) + "?";
    }
    log.debug("The command was called wrongly", error);
    print(command, message + "; see " + command.getCommandSpec().qualifiedName() + " --help");
    return MISUSED;
  }

  private static void print(CommandLine command, String message) {
    command.getErr().println("Error: " + message.strip().replaceAll("\\s*\\R\\s*", " "));
    command.getErr().flush();
  }
}
