package io.github.celeryjava.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.celeryjava.kombu.testing.ServerProcess;
import io.github.celeryjava.kombu.testing.Services;
import java.nio.file.Path;
import java.time.Duration;
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
  private static final String PACKAGE = ExamplePrograms.PACKAGE;

  @TempDir private static Path classes;

  private static ExamplePrograms examples;

  @Parameter PythonPeer peer;

  @BeforeAll
  static void compile() {
    examples =
        ExamplePrograms.compile(
            classes,
            "JavaCallsPython",
            "JavaRunsTasks",
            "OlderPeers",
            "SendAndReceive",
            "ConnectToBroker",
            "DelayMessages");
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
    return withBroker(examples.python(peer, arguments));
  }

  private static ProcessBuilder java(String main, String... arguments) {
    return withBroker(examples.java(main, arguments));
  }

  private static ProcessBuilder withBroker(ProcessBuilder builder) {
    builder.environment().put("CELERY_BROKER_URL", Services.amqp().toString());
    return builder;
  }
}
