package io.github.celeryjava.celery.cli;

import io.github.celeryjava.celery.Celery;
import io.github.celeryjava.kombu.internal.Internal;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

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
  static final int MISUSED = 2;

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
        .setExecutionExceptionHandler(CommandErrors::failed)
        .setParameterExceptionHandler(CommandErrors::misused)
        .setCaseInsensitiveEnumValuesAllowed(true);
  }

  Celery load() {
    return new AppLoader(classpath).load(app == null ? System.getenv("CELERY_APP") : app);
  }
}
