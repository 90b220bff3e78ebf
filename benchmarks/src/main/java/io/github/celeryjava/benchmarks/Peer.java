package io.github.celeryjava.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** The harness's end of a {@link Role} process. */
final class Peer implements AutoCloseable {

  private final String name;
  private final Process process;
  private final PrintStream commands;
  private final BufferedReader answers;

  private Peer(String name, List<String> command) throws IOException {
    this.name = name;
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    commands = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    answers = process.inputReader(StandardCharsets.UTF_8);
  }

  /** A role of ours, in a JVM like this one. */
  static Peer java(Class<?> role, String url) throws IOException {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    return new Peer(
        role.getSimpleName(),
        List.of(
            java.toString(),
            "-Xmx1g",
            "-cp",
            System.getProperty("java.class.path"),
            role.getName(),
            url));
  }

  /** Python Celery. */
  static Peer python(String python, Path script, String url) throws IOException {
    return new Peer("python", List.of(python, "-u", script.toString(), url));
  }

  Measure run(String command) throws IOException {
    commands.println(command);
    String answer = answers.readLine();
    if (answer == null) {
      throw new IOException(name + " ended at '" + command + "'");
    }
    return Measure.parse(answer);
  }

  @Override
  public void close() {
    commands.close();
    process.destroy();
  }
}
