package io.github.celeryjava.kombu.transport.filesystem;

import io.github.celeryjava.kombu.transport.ConnectionOptions;
import io.github.celeryjava.kombu.transport.ConnectionUrl;
import io.github.celeryjava.kombu.transport.SilentListener;
import io.github.celeryjava.kombu.transport.TransportConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Connections to one folder that is read and written. */
final class FolderConnections {

  private final FilesystemTransport transport = new FilesystemTransport();
  private final Path folder;

  FolderConnections(Path folder) {
    this.folder = folder;
    try {
      Files.createDirectories(messages());
      Files.createDirectories(processed());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path messages() {
    return folder.resolve("messages");
  }

  Path control() {
    return folder.resolve("control");
  }

  Path processed() {
    return folder.resolve("processed");
  }

  TransportConnection open() {
    return open(options().build());
  }

  TransportConnection open(ConnectionOptions options) {
    return transport.open(ConnectionUrl.parse("filesystem://"), options, SilentListener.INSTANCE);
  }

  ConnectionOptions.Builder options() {
    return ConnectionOptions.builder()
        .transportOption("data_folder_in", messages())
        .transportOption("data_folder_out", messages().toString())
        .transportOption("control_folder", control())
        .transportOption("polling_interval", Duration.ofMillis(200));
  }

  /** The names of what is in a folder and visible, in order. */
  static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.startsWith("."))
          .sorted()
          .toList();
    }
  }
}
