package io.github.celeryjava.celery.cli;

import io.github.celeryjava.celery.Celery;
import io.github.celeryjava.celery.exceptions.CeleryException;
import io.github.celeryjava.kombu.exceptions.KombuException;
import io.github.celeryjava.kombu.internal.Internal;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The {@code celery} command. Ends with 0 when all went well, 1 when the command failed, with one
 * line that says why, and 2 when it was called wrongly.
 */
@Internal
@Command(
    name = "celery",
    description = "Celery for Java.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    subcommands = {WorkerCommand.class, CallCommand.class},
    synopsisSubcommandLabel = "COMMAND")
public final class CeleryCommand {

  private static final Logger log = LoggerFactory.getLogger(CeleryCommand.class);
  private static final int FAILED = 1;

  @Option(
      names = {"-A", "--app"},
      paramLabel = "CLASS",
      description = "Class that provides the app; else the environment's CELERY_APP.")
  private @Nullable String app;

  @Option(
      names = "--classpath",
      paramLabel = "PATH",
      description = "Jars and directories with the app; dir/* means every jar in dir.")
  private @Nullable String classpath;

  CeleryCommand() {}

  /** Runs the command and ends the JVM with its exit code. */
  public static void main(String[] args) {
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
    PrintWriter err = command.getErr();
    err.println("Error: " + (known ? error.getMessage() : error.toString()));
    err.flush();
    log.debug("The command failed", error);
    return FAILED;
  }
}
