package io.github.celeryjava.celery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.celeryjava.kombu.testing.ProcessOutput;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The celery command, run in a JVM of its own as a person would. */
final class CliProcess implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** Tests bring a configuration of the log, which a person's class path does not have. */
  private static final Predicate<Path> OTHERS_TESTS =
      entry ->
          entry.toString().endsWith("-tests.jar")
              || entry.endsWith(Path.of("kombu-java", "target", "test-classes"));

  private final Process process;
  private final ProcessOutput out;
  private final ProcessOutput err;

  private CliProcess(Process process) {
    this.process = process;
    out = ProcessOutput.of(process.getInputStream(), "celery-out");
    err = ProcessOutput.of(process.getErrorStream(), "celery-err");
  }

  static CliProcess start(Map<String, String> environment, String... arguments) throws IOException {
    return start(OTHERS_TESTS, environment, arguments);
  }

  /** Leaves out entries of the class path with that name, too. */
  static CliProcess startWithout(Path name, Map<String, String> environment, String... arguments)
      throws IOException {
    return start(OTHERS_TESTS.or(entry -> entry.endsWith(name)), environment, arguments);
  }

  private static CliProcess start(
      Predicate<Path> leftOut, Map<String, String> environment, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    // A shell without job control has its children ignore INT, and a JVM keeps to that.
    command.addAll(List.of("env", "--default-signal=INT"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-cp", classpath(leftOut)));
    command.add(CeleryCommand.class.getName());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(name -> name.startsWith("CELERY_"));
    builder.environment().putAll(environment);
    return new CliProcess(builder.start());
  }

  private static String classpath(Predicate<Path> leftOut) {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(Path::of)
        .filter(leftOut.negate())
        .map(Path::toString)
        .collect(Collectors.joining(File.pathSeparator));
  }

  ProcessOutput out() {
    return out;
  }

  ProcessOutput err() {
    return err;
  }

  void awaitOut(String part) throws InterruptedException {
    assertThat(out.awaitLine(line -> line.contains(part), LIMIT)).as(this::report).isTrue();
  }

  void awaitErr(String part) throws InterruptedException {
    assertThat(err.awaitLine(line -> line.contains(part), LIMIT)).as(this::report).isTrue();
  }

  void signal(String name) throws IOException, InterruptedException {
    int code =
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    assertThat(code).isZero();
  }

  /** Writes a line to standard input. */
  void type(String line) throws IOException {
    OutputStream keyboard = process.getOutputStream();
    keyboard.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    keyboard.flush();
  }

  /** Waits for the end, and for all that was written. */
  int exitCode() throws InterruptedException {
    assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).as(this::report).isTrue();
    for (ProcessOutput output : List.of(out, err)) {
      boolean unused = output.awaitLine(line -> false, LIMIT); // false at the end
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  private String report() {
    return "standard output:\n" + out + "\nstandard error:\n" + err;
  }
}
