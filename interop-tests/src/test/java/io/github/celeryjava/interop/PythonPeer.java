package io.github.celeryjava.interop;

import io.github.celeryjava.kombu.testing.Services;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A Celery of one version in a virtual environment of its own: the one that {@code
 * CELERY_JAVA_TEST_PYTHON_5_7_0} names, or one that is built on first use from {@code
 * requirements-5.7.0.txt} and then kept in the user's cache.
 *
 * @param version such as {@code 5.7.0}; a requirements file of that name must exist
 */
public record PythonPeer(String version) {

  private static final Path SCRIPTS = Path.of("src/test/python").toAbsolutePath();
  private static final Path BUILD_ENVIRONMENT =
      Path.of("../bin/lib/python-env").toAbsolutePath().normalize();
  private static final int MISSING = 2;

  public PythonPeer {
    if (!Files.exists(requirements(version))) {
      throw new IllegalArgumentException("no " + requirements(version) + " for that peer");
    }
  }

  /** Whether this peer's version is {@code wanted}, such as {@code 5.3}, or a later one. */
  public boolean isAtLeast(String wanted) {
    return Arrays.compare(numbers(version), numbers(wanted)) >= 0;
  }

  /**
   * The Python with this Celery; the first call may take a minute.
   *
   * <p>Where there is none and none can be built the test is skipped, or fails if services are
   * required.
   */
  public Path python() {
    String given = System.getenv("CELERY_JAVA_TEST_PYTHON_" + version.replace('.', '_'));
    return Path.of(given == null || given.isBlank() ? buildEnvironment() : given);
  }

  /** A command that runs a script of {@code src/test/python} with this peer's Python. */
  ProcessBuilder script(String name, String... arguments) {
    ProcessBuilder builder = new ProcessBuilder(python().toString(), "-u", name);
    builder.command().addAll(Arrays.asList(arguments));
    builder.directory(SCRIPTS.toFile());
    builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
    return builder;
  }

  @Override
  public String toString() {
    return "Celery " + version;
  }

  private String buildEnvironment() {
    try {
      Process build =
          new ProcessBuilder(BUILD_ENVIRONMENT.toString(), requirements(version).toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      String path =
          new String(build.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      int code = build.waitFor();
      if (code == MISSING) {
        throw Services.missing("Python with venv", "install python3 and python3-venv");
      }
      if (code != 0) {
        throw new IllegalStateException(BUILD_ENVIRONMENT + " failed with " + code);
      }
      return path;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run " + BUILD_ENVIRONMENT, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while building an environment", e);
    }
  }

  private static Path requirements(String version) {
    return SCRIPTS.resolve("requirements-" + version + ".txt");
  }

  private static int[] numbers(String version) {
    return Arrays.stream(version.split("\\.")).mapToInt(Integer::parseInt).toArray();
  }
}
