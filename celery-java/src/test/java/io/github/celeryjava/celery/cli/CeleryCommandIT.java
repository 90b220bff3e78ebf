package io.github.celeryjava.celery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.celeryjava.celery.Celery;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command in a JVM of its own: its log, its exit code, what signals do to it. */
@Timeout(120)
class CeleryCommandIT {

  private static final String APPS = CliApps.class.getName() + "$";

  @Test
  void anErrorIsOneLineOnStandardError() throws Exception {
    try (CliProcess celery = CliProcess.start(Map.of(), "-A", APPS + "Unreachable", "call", "x")) {
      assertThat(celery.exitCode()).isEqualTo(1);
      assertThat(celery.out().lines()).isEmpty();
      assertThat(celery.err().lines())
          .singleElement()
          .asString()
          .startsWith("Error: ")
          .contains("127.0.0.1")
          .doesNotContain("geheim");
    }
  }

  @Test
  void theStackTraceComesWithTheDebugLog() throws Exception {
    try (CliProcess celery =
        CliProcess.start(Map.of(), "-A", APPS + "Throwing", "call", "x", "-l", "debug")) {
      assertThat(celery.exitCode()).isEqualTo(1);
      assertThat(celery.out().lines()).isEmpty();
      assertThat(celery.err().lines())
          .contains("Error: java.lang.IllegalStateException: the database is away")
          .anyMatch(line -> line.matches("\\[[-0-9 :,]+: DEBUG/main\\] The command failed"))
          .anyMatch(line -> line.startsWith("\tat " + APPS + "Throwing.get("));
    }
  }

  @Test
  void theEnvironmentNamesTheAppTheBrokerAndTheStoreOfResults() throws Exception {
    Map<String, String> environment =
        Map.of(
            "CELERY_APP", APPS + "FromEnvironment",
            "CELERY_BROKER_URL", "memory://from-environment",
            "CELERY_RESULT_BACKEND", "redis://:geheim@127.0.0.1:1/0");

    try (CliProcess celery = CliProcess.start(environment, "worker", "-l", "ERROR")) {
      celery.awaitOut("[tasks]");
      celery.signal("TERM");

      assertThat(celery.exitCode()).isZero();
      assertThat(celery.out().lines())
          .anyMatch(line -> line.contains("transport:") && line.contains("from-environment"))
          .anyMatch(line -> line.contains("results:") && line.contains("127.0.0.1:1"))
          .noneMatch(line -> line.contains("geheim"));
      assertThat(celery.err().lines()).isEmpty();
    }
  }

  @Test
  void anAppComesFromAJarAndFromADirectoryOfJars(@TempDir Path directory) throws Exception {
    Path jar = jarOfApps(directory.resolve("apps.jar"));

    for (String classpath : List.of(jar.toString(), directory + "/*")) {
      try (CliProcess celery =
          CliProcess.startWithout(
              Path.of("test-classes"),
              Map.of(),
              "-A",
              APPS + "Memory",
              "--classpath",
              classpath,
              "call",
              "proj.add")) {
        assertThat(celery.exitCode()).as(celery.err().toString()).isZero();
        assertThat(celery.out().lines()).singleElement().asString().hasSize(36);
      }
    }
  }

  @Test
  void aWorkerShowsWhatItWasTold() throws Exception {
    try (CliProcess celery =
        CliProcess.start(
            Map.of(),
            "-A",
            APPS + "Waiting",
            "worker",
            "-n",
            "w1@%h",
            "-P",
            "threads",
            "-c",
            "3",
            "-Q",
            "one, two,three,",
            "-X",
            "two",
            "--prefetch-multiplier",
            "2",
            "-l",
            "INFO")) {
      celery.awaitOut("  . cli.wait");
      celery.signal("TERM");

      assertThat(celery.exitCode()).isZero();
      try (Celery app = new CliApps.Waiting().get()) {
        assertThat(celery.out().lines())
            .anyMatch(line -> line.startsWith(" -- " + app.nodeName("w1@%h") + " celery-java "))
            .contains(
                " .> app:         celery",
                " .> results:     disabled://",
                " .> concurrency: 3 (threads)",
                " .> one exchange=one(direct) key=one",
                " .> three exchange=three(direct) key=three")
            .noneMatch(line -> line.contains("two"));
      }
      assertThat(celery.err().lines())
          .allMatch(line -> line.matches("\\[[-0-9 :,]+: (INFO|WARN)/[-a-z]+\\] .*"));
    }
  }

  @Test
  void termLetsRunningTasksEnd() throws Exception {
    try (CliProcess celery = waitingWorker()) {
      celery.signal("TERM");
      celery.awaitErr("Warm shutdown");
      celery.signal("TERM");
      celery.type("go on");

      assertThat(celery.exitCode()).isZero();
      assertThat(celery.out().lines()).endsWith("task started", "task ended");
    }
  }

  @Test
  void aHangUpIsLikeTermUnlessNohupHasItIgnored() throws Exception {
    try (CliProcess celery = waitingWorker()) {
      celery.signal("HUP");
      if (hangUpsAreIgnoredHere()) {
        celery.signal("TERM");
      }
      celery.awaitErr("Warm shutdown");
      celery.type("go on");

      assertThat(celery.exitCode()).isZero();
      assertThat(celery.out().lines()).endsWith("task started", "task ended");
    }
  }

  /** As a child inherits it, from a build that was started with nohup for example. */
  private static boolean hangUpsAreIgnoredHere() throws IOException {
    String ignored =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(line -> line.startsWith("SigIgn:"))
            .findFirst()
            .orElseThrow();
    return (Long.parseUnsignedLong(ignored.substring(7).strip(), 16) & 1) == 1;
  }

  @Test
  void oneInterruptIsLikeTerm() throws Exception {
    try (CliProcess celery = waitingWorker()) {
      celery.signal("INT");
      celery.awaitErr("Warm shutdown");
      celery.type("go on");

      assertThat(celery.exitCode()).isZero();
      assertThat(celery.out().lines()).endsWith("task started", "task ended");
    }
  }

  @Test
  void theSecondInterruptStopsRunningTasks() throws Exception {
    try (CliProcess celery = waitingWorker()) {
      celery.signal("INT");
      celery.awaitErr("Warm shutdown");
      celery.signal("INT");

      assertThat(celery.exitCode()).isEqualTo(1);
      assertThat(celery.out().lines()).endsWith("task started", "task interrupted");
      assertThat(celery.err().toString()).contains("Cold shutdown");
    }
  }

  private static CliProcess waitingWorker() throws Exception {
    CliProcess celery = CliProcess.start(Map.of(), "-A", APPS + "Waiting", "worker");
    celery.awaitOut("task started");
    return celery;
  }

  private static Path jarOfApps(Path jar) throws IOException {
    Path classes = Path.of("target", "test-classes");
    Path apps = classes.resolve(CliApps.class.getPackageName().replace('.', '/'));
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file);
        Stream<Path> files = Files.list(apps)) {
      for (Path path : files.filter(CeleryCommandIT::isApp).toList()) {
        out.putNextEntry(new JarEntry(classes.relativize(path).toString()));
        Files.copy(path, out);
        out.closeEntry();
      }
    }
    return jar;
  }

  private static boolean isApp(Path path) {
    return path.getFileName().toString().startsWith(CliApps.class.getSimpleName());
  }
}
