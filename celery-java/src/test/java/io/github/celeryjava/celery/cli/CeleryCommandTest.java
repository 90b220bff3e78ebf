package io.github.celeryjava.celery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.celeryjava.celery.protocol.PyTime;
import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.transport.AckMode;
import io.github.celeryjava.kombu.transport.Delivery;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class CeleryCommandTest {

  /** How one call of the command ended. */
  record Ended(int code, String out, String err) {

    /** Failed with one line. */
    void failed(int expectedCode, String... fragments) {
      assertThat(err).startsWith("Error: ").contains(fragments).endsWith(System.lineSeparator());
      assertThat(err.strip()).hasLineCount(1);
      assertThat(out).isEmpty();
      assertThat(code).isEqualTo(expectedCode);
    }
  }

  @Test
  void helpListsTheCommandsAndTheExitCodes() {
    Ended ended = run("--help");

    assertThat(ended.code()).isZero();
    assertThat(ended.out()).contains("worker", "call", "Exit codes:", "0", "1", "2");
    assertThat(ended.err()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"worker", "call"})
  void everyCommandHasAHelpOfItsOwn(String command) {
    Ended ended = run(command, "--help");

    assertThat(ended.code()).isZero();
    assertThat(ended.out()).startsWith("Usage: celery " + command).contains("--loglevel", "--app");
  }

  @Test
  void theVersionNamesTheLibraryAndTheJvm() {
    Ended ended = run("--version");

    assertThat(ended.code()).isZero();
    assertThat(ended.out())
        .startsWith("celery-java ")
        .contains("Java " + Runtime.version().feature());
  }

  @Test
  void aCallWithoutACommandSaysSoInOneLine() {
    run().failed(2, "subcommand", "celery --help");
  }

  @Test
  void anUnknownCommandIsRefusedWithTheNearestOne() {
    run("wroker").failed(2, "wroker", "did you mean", "worker?", "celery --help");
  }

  @Test
  void anUnknownOptionIsRefusedWithTheHelpThatKnowsMore() {
    run("worker", "--concurency=3").failed(2, "--concurency", "celery worker --help");
  }

  @ParameterizedTest
  @CsvSource({
    "worker -c many,                  'many'",
    "worker -c 0,                     'concurrency must be at least 1, was 0'",
    "worker --prefetch-multiplier -1, 'prefetchMultiplier must not be negative, was -1'",
    "worker -P gevent,                'virtual'",
    "worker -P prefork,               'threads'",
    "worker -P quick,                 'choose threads, virtual or solo'",
    "worker -l LOUD,                  'DEBUG, INFO, WARNING, ERROR, CRITICAL or FATAL, was LOUD'",
    "call,                            'NAME'",
    "call x --args {},                '--args must be a JSON array, was {}'",
    "call x --args [1,                '--args is no JSON'",
    "call x --kwargs [],              '--kwargs must be a JSON object, was []'",
    "call x --eta tomorrow,           '--eta is no ISO time: tomorrow'",
    "call x --expires tomorrow,       '--expires is no ISO time: tomorrow'",
    "call x --expires NaN,            '--expires is no number of seconds'",
    "call x --countdown 1e300,        '--countdown is no number of seconds'",
    "call x --countdown soon,         'soon'",
  })
  void aWrongValueIsRefusedInOneLine(String arguments, String message) {
    run(("-A " + name(CliApps.Memory.class) + " " + arguments).split(" ")).failed(2, message);
  }

  @Test
  void aCommandWithoutAnAppSaysHowToNameOne() {
    run("call", "x").failed(1, "-A", "CELERY_APP", "CeleryProvider");
  }

  @Test
  void aClassThatIsNotThereIsNamedWithWhereItWasLookedFor() {
    run("-A", "com.example.Missing", "call", "x")
        .failed(1, "com.example.Missing", "the class path", "--classpath");
  }

  @Test
  void aJarThatIsNotThereIsNamed(@TempDir Path directory) {
    Path jar = directory.resolve("app.jar");

    run("-A", "com.example.App", "--classpath", jar.toString(), "call", "x")
        .failed(1, jar.toString(), "does not exist");
  }

  @Test
  void aDirectoryOfJarsThatIsNotThereIsNamed(@TempDir Path directory) {
    String jars = directory.resolve("lib") + "/*";

    run("-A", "com.example.App", "--classpath", jars, "worker").failed(1, jars, "cannot be read");
  }

  @Test
  void whatWasSearchedIsNamed(@TempDir Path directory) {
    run("-A", "com.example.App", "--classpath", directory.toString(), "call", "x")
        .failed(1, "com.example.App", directory.toString());
  }

  @Test
  void aClassThatProvidesNoAppIsRefused() {
    run("-A", name(CliApps.NoProvider.class), "worker")
        .failed(1, "NoProvider", "does not implement", "CeleryProvider");
    run("-A", name(CliApps.Demanding.class), "worker")
        .failed(1, "Demanding", "no constructor without parameters");
    run("-A", name(CliApps.Hidden.class), "worker").failed(1, "Hidden", "must be public");
    run("-A", name(CliApps.Empty.class), "worker").failed(1, "Empty.get() returned no app");
    run("-A", name(CliApps.Unmakable.class), "worker")
        .failed(1, "Unmakable", "could not be made", "not like this");
  }

  @Test
  void anErrorOfTheAppsOwnIsOneLineToo() {
    run("-A", name(CliApps.Throwing.class), "worker")
        .failed(1, "IllegalStateException: the database is away");
  }

  @Test
  void aBrokerThatCannotBeReachedIsNamedWithoutItsPassword() {
    Ended ended = run("-A", name(CliApps.Unreachable.class), "call", "x");

    ended.failed(1, "127.0.0.1", "refused");
    assertThat(ended.err()).doesNotContain("geheim");
  }

  @Test
  void anUnknownQueueIsRefusedWithTheKnownOnes() {
    run("-A", name(CliApps.Strict.class), "worker", "-Q", "mial")
        .failed(1, "'mial'", "did you mean 'mail'?", "task_create_missing_queues");
    run("-A", name(CliApps.Strict.class), "worker", "-X", "mail")
        .failed(1, "no queue is left to consume");
  }

  @Test
  void aNameOfANodeThatCannotBeExpandedIsRefused() {
    run("-A", name(CliApps.Strict.class), "worker", "-n", "w1@%q").failed(1, "%q");
  }

  @Test
  void callSendsATaskAndPrintsItsId() {
    Ended ended =
        run(
            "-A",
            name(CliApps.Memory.class),
            "call",
            "proj.add",
            "-a",
            "[2, \"ä\"]",
            "-k",
            "{\"y\": {\"z\": null}}");

    assertThat(ended.err()).isEmpty();
    assertThat(ended.code()).isZero();
    Delivery delivery = take("celery");
    assertThat(ended.out().strip()).isEqualTo(delivery.message().properties().correlationId());
    assertThat(new String(delivery.message().body(), StandardCharsets.UTF_8))
        .startsWith("[[2,\"ä\"],{\"y\":{\"z\":null}},");
    assertThat(delivery.message().headers())
        .containsEntry("task", "proj.add")
        .containsEntry("eta", null);
    assertThat(delivery.message().properties().replyTo())
        .as("nobody is there any more to receive an answer")
        .isEmpty();
  }

  @Test
  void callTakesTheOptionsOfACall() {
    Instant before = Instant.now();

    Ended ended =
        run(
            "call",
            "proj.add",
            "-A",
            name(CliApps.Memory.class),
            "--countdown",
            "60",
            "--expires",
            "120.5",
            "--serializer",
            "json",
            "--queue",
            "options");

    assertThat(ended.code()).isZero();
    Delivery delivery = take("options");
    Map<String, Object> headers = delivery.message().headers();
    assertThat(PyTime.parse((String) headers.get("eta")))
        .isBetween(before.plusSeconds(60), Instant.now().plusSeconds(60));
    assertThat(delivery.message().properties().expiration()).isEqualTo(Duration.ofMillis(120_500));
  }

  @Test
  void callTakesTimesOfTheCalendar() {
    Ended ended =
        run(
            "-A",
            name(CliApps.Memory.class),
            "call",
            "proj.add",
            "--eta",
            "2040-01-02T03:04:05",
            "--expires",
            "2040-01-03",
            "--queue",
            "times");

    assertThat(ended.code()).isZero();
    assertThat(take("times").message().headers())
        .containsEntry("eta", "2040-01-02T03:04:05+00:00")
        .containsEntry("expires", "2040-01-03T00:00:00+00:00");
  }

  @Test
  void callSaysWhyNothingWasSent() {
    run("-A", name(CliApps.Memory.class), "call", "x", "--serializer", "morse").failed(1, "morse");
  }

  private static Ended run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine command =
        CeleryCommand.commandLine()
            .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
    command.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    try {
      int code = command.execute(arguments);
      return new Ended(code, out.toString(), err.toString());
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }

  private static String name(Class<?> type) {
    return type.getName();
  }

  private static Delivery take(String queue) {
    try (Connection connection = Connection.open(CliApps.BROKER)) {
      List<Delivery> all = new ArrayList<>();
      connection.defaultChannel().get(queue, AckMode.NONE).ifPresent(all::add);
      assertThat(all).as("messages in " + queue).hasSize(1);
      return all.get(0);
    }
  }
}
