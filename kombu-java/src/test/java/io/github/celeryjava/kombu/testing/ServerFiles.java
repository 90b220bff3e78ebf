package io.github.celeryjava.kombu.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A temporary folder with the data of one server, and where programs are found. */
final class ServerFiles {

  private final Path folder;

  private ServerFiles(Path folder) {
    this.folder = folder;
  }

  /** A new, empty folder that is deleted at the latest when this JVM ends. */
  static ServerFiles create(String name) {
    try {
      ServerFiles files = new ServerFiles(Files.createTempDirectory("celery-java-" + name + "-"));
      Runtime.getRuntime().addShutdownHook(new Thread(files::delete, "delete-" + files.folder));
      return files;
    } catch (IOException e) {
      throw new UncheckedIOException("no temporary folder for " + name, e);
    }
  }

  /** The first of some programs that exists: absolute paths, or names looked for in the path. */
  static Optional<Path> firstProgram(List<String> candidates) {
    String searchPath = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return candidates.stream()
        .flatMap(
            candidate ->
                candidate.startsWith("/")
                    ? Stream.of(Path.of(candidate))
                    : Stream.of(searchPath.split(":")).map(dir -> Path.of(dir, candidate)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  Path path(String name) {
    return folder.resolve(name);
  }

  Path write(String name, String content) {
    try {
      return Files.writeString(path(name), content);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + name, e);
    }
  }

  /** Deletes everything; what a dying server still holds on to is left to the system. */
  void delete() {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException | UncheckedIOException stillInUse) {
      folder.toFile().deleteOnExit();
    }
  }

  @Override
  public String toString() {
    return folder.toString();
  }
}
