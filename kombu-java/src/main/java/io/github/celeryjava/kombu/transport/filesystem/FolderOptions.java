package io.github.celeryjava.kombu.transport.filesystem;

import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import io.github.celeryjava.kombu.protocol.VirtualEnvelope.BodyEncoding;
import io.github.celeryjava.kombu.transport.ConnectionOptions;
import io.github.celeryjava.kombu.transport.TransportOptions;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the options of a connection mean to this transport, under kombu's names.
 *
 * @param in where messages are read from
 * @param out where messages are written to
 * @param control where bindings are kept; made if need be
 * @param processed where files go whose messages are done with; null if they are deleted
 * @param pollingInterval how often the folder is looked at where the system does not tell of
 *     changes
 * @param bodyEncoding how bodies are written
 * @param deadLetterQueue where a direct message goes that reaches no queue; null for nowhere
 */
record FolderOptions(
    Path in,
    Path out,
    Path control,
    @Nullable Path processed,
    Duration pollingInterval,
    BodyEncoding bodyEncoding,
    @Nullable String deadLetterQueue) {

  private static final String DATA_IN = "data_folder_in";
  private static final String DATA_OUT = "data_folder_out";
  private static final String CONTROL = "control_folder";
  private static final String STORE_PROCESSED = "store_processed";
  private static final String PROCESSED = "processed_folder";
  private static final String POLLING_INTERVAL = "polling_interval";
  private static final String BODY_ENCODING = "body_encoding";
  private static final String DEAD_LETTER_QUEUE = "deadletter_queue";

  private static final Set<String> KNOWN =
      Set.of(
          DATA_IN,
          DATA_OUT,
          CONTROL,
          STORE_PROCESSED,
          PROCESSED,
          POLLING_INTERVAL,
          BODY_ENCODING,
          DEAD_LETTER_QUEUE);

  /**
   * Reads the options and looks at the folders.
   *
   * @throws ConfigurationException if an option is unknown or makes no sense, or a folder is
   *     missing
   */
  static FolderOptions of(ConnectionOptions options) {
    TransportOptions given = TransportOptions.of(options);
    given.requireKnown("filesystem", KNOWN);
    boolean keep = given.truth(STORE_PROCESSED, false);
    return new FolderOptions(
        folder(given, DATA_IN, "data_in"),
        folder(given, DATA_OUT, "data_out"),
        path(given, CONTROL, "control"),
        keep ? folder(given, PROCESSED, "processed") : null,
        given.positiveSeconds(POLLING_INTERVAL, Duration.ofSeconds(1)),
        bodyEncoding(given),
        given.text(DEAD_LETTER_QUEUE));
  }

  /** For people. */
  String description() {
    return "filesystem://" + in;
  }

  private static Path folder(TransportOptions given, String key, String otherwise) {
    Path folder = path(given, key, otherwise);
    if (!Files.isDirectory(folder)) {
      throw new ConfigurationException(
          "the folder " + folder + ", transport option '" + key + "', does not exist; make it");
    }
    return folder;
  }

  private static Path path(TransportOptions given, String key, String otherwise) {
    Object value = given.get(key);
    try {
      Path path = value instanceof Path chosen ? chosen : Path.of(given.text(key, otherwise));
      return path.toAbsolutePath().normalize();
    } catch (InvalidPathException e) {
      throw given.wrong(key, "the path of a folder");
    }
  }

  private static BodyEncoding bodyEncoding(TransportOptions given) {
    return switch (given.text(BODY_ENCODING, "base64").toLowerCase(Locale.ROOT)) {
      case "base64" -> BodyEncoding.BASE64;
      case "utf-8", "" -> BodyEncoding.TEXT;
      default -> throw given.wrong(BODY_ENCODING, "base64 or utf-8");
    };
  }
}
