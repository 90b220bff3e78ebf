package io.github.celeryjava.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.ToolProvider;

/** The examples as a reader has them: compiled by themselves, then started as programs. */
final class ExamplePrograms {

  private static final Path EXAMPLES = Path.of("../examples/src/main").toAbsolutePath().normalize();
  private static final Path SOURCES = EXAMPLES.resolve("java/io/github/celeryjava/examples");
  static final String PACKAGE = "io.github.celeryjava.examples.";

  private final Path classes;

  private ExamplePrograms(Path classes) {
    this.classes = classes;
  }

  /**
   * Compiles examples.
   *
   * @param classes an empty folder for the classes
   * @param names of their classes, without the package
   */
  static ExamplePrograms compile(Path classes, String... names) {
    List<String> arguments =
        new ArrayList<>(List.of("-parameters", "-cp", System.getProperty("java.class.path")));
    arguments.addAll(List.of("-d", classes.toString()));
    for (String name : names) {
      arguments.add(SOURCES.resolve(name + ".java").toString());
    }

    int code =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, arguments.toArray(String[]::new));

    assertThat(code).isZero();
    return new ExamplePrograms(classes);
  }

  /** A program in Java, by the name of an example's class. */
  ProcessBuilder example(String name, String... arguments) {
    return java(PACKAGE + name, arguments);
  }

  /** A program in Java, with the examples on its class path. */
  ProcessBuilder java(String main, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Dlogback.configurationFile=" + EXAMPLES.resolve("resources/logback.xml"));
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path") + File.pathSeparator + classes));
    command.add(main);
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command);
  }

  /** A program in Python, among the examples in Python. */
  ProcessBuilder python(PythonPeer peer, String... arguments) {
    List<String> command = new ArrayList<>(List.of(peer.python().toString(), "-u"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(EXAMPLES.resolve("python").toFile());
    builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
    return builder;
  }

  Path classes() {
    return classes;
  }
}
