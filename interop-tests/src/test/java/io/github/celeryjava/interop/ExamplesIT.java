package io.github.celeryjava.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.celeryjava.kombu.testing.ServerProcess;
import io.github.celeryjava.kombu.testing.Services;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;

/**
 * Runs what the README shows, as a reader would: compiled by itself, then started as programs. They
 * find the broker through {@code CELERY_BROKER_URL}, which in both languages wins over the code.
 */
@EachPeer
@PeerAtLeast("5.3") // older ones have no decimals
@Timeout(180)
@Tag("P1")
class ExamplesIT {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Path EXAMPLES = Path.of("../examples/src/main").toAbsolutePath().normalize();
  private static final Path SOURCES = EXAMPLES.resolve("java/io/github/celeryjava/examples");
  private static final String PACKAGE = "io.github.celeryjava.examples.";

  @TempDir private static Path classes;

  @Parameter PythonPeer peer;

  @BeforeAll
  static void compile() {
    List<String> arguments =
        new ArrayList<>(List.of("-parameters", "-cp", System.getProperty("java.class.path")));
    arguments.addAll(List.of("-d", classes.toString()));
    for (String name :
        List.of(
            "JavaCallsPython",
            "JavaRunsTasks",
            "OlderPeers",
            "SendAndReceive",
            "ConnectToBroker",
            "DelayMessages")) {
      arguments.add(SOURCES.resolve(name + ".java").toString());
    }

    int code =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, arguments.toArray(String[]::new));

    assertThat(code).isZero();
  }

  @Test
  void aJavaProgramGetsTheResultOfAPythonTask() throws Exception {
    assertThat(printedBesideAPythonWorker("JavaCallsPython")).isEqualTo("5");
  }

  @Test
  void aDateIsTextForOlderPeers() throws Exception {
    assertThat(printedBesideAPythonWorker("OlderPeers")).isEqualTo("due on 2030-01-02T00:00:00");
  }

  @Test
  void aPythonProgramGetsTheResultOfAJavaTask() throws Exception {
    ServerProcess worker =
        ServerProcess.start(
            "worker",
            java(
                "io.github.celeryjava.celery.cli.CeleryCommand",
                "-A",
                PACKAGE + "JavaRunsTasks",
                "--classpath",
                classes.toString(),
                "worker",
                "-l",
                "INFO"));
    try {
      await(worker, "Connected to ");

      String printed = ServerProcess.run(python("call_java.py"), LIMIT);

      assertThat(printed).isEqualTo("12.00");
    } finally {
      worker.stop();
    }
  }

  @Test
  void messagesGoThroughABrokerWithoutAnyTask() {
    String printed =
        ServerProcess.run(java(PACKAGE + "SendAndReceive", Services.amqp().toString()), LIMIT);

    assertThat(printed.lines().filter(line -> line.startsWith("received "))).hasSize(3);
  }

  @Test
  void aProgramHearsOfItsConnection() {
    String printed =
        ServerProcess.run(java(PACKAGE + "ConnectToBroker", Services.amqp().toString()), LIMIT);

    assertThat(printed).startsWith("connected to amqp://guest:**@");
  }

  @Test
  void aMessageIsHeldBackByTheBroker() {
    String printed =
        ServerProcess.run(java(PACKAGE + "DelayMessages", Services.amqp().toString()), LIMIT);

    assertThat(printed)
        .startsWith("{to=ann@example.org} for mail")
        .containsPattern("after [1-9] s");
  }

  private String printedBesideAPythonWorker(String program) throws Exception {
    ServerProcess worker =
        ServerProcess.start(
            "worker",
            python("-m", "celery", "-A", "tasks", "worker", "--loglevel=INFO", "--concurrency=1"));
    try {
      await(worker, " ready.");
      return ServerProcess.run(java(PACKAGE + program), LIMIT);
    } finally {
      worker.kill();
    }
  }

  private static void await(ServerProcess worker, String words) throws InterruptedException {
    boolean ready = worker.output().awaitLine(line -> line.contains(words), LIMIT);
    assertThat(ready).as(worker.report()).isTrue();
  }

  private ProcessBuilder python(String... arguments) {
    List<String> command = new ArrayList<>(List.of(peer.python().toString(), "-u"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = program(command).directory(EXAMPLES.resolve("python").toFile());
    builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
    return builder;
  }

  private static ProcessBuilder java(String main, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Dlogback.configurationFile=" + EXAMPLES.resolve("resources/logback.xml"));
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path") + File.pathSeparator + classes));
    command.add(main);
    command.addAll(List.of(arguments));
    return program(command);
  }

  private static ProcessBuilder program(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("CELERY_BROKER_URL", Services.amqp().toString());
    return builder;
  }
}
