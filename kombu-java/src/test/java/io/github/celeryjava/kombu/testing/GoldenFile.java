package io.github.celeryjava.kombu.testing;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Golden copies of one kind, made by {@code interop-tests/src/test/python/codec_golden.py} and by
 * the tests that use this. After a wanted change of what Java writes copy the new file from {@code
 * target/wire} to {@code src/test/resources/wire}, and let the script check it with every kombu.
 */
public final class GoldenFile {

  /** The name of the file with what Java writes. */
  public static final String JAVA = "java";

  private static final ObjectMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private record Content(String peer, Map<String, Object> cases) {}

  private GoldenFile() {}

  /**
   * The cases of a file by name; bytes are base64, and null stands for what the writer refused.
   *
   * @param kind a folder below {@code wire}
   * @param writer such as {@code kombu-5.7.0}
   */
  public static Map<String, Object> cases(String kind, String writer) {
    String resource = "/wire/" + kind + "/" + writer + ".json";
    try (InputStream in = GoldenFile.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new AssertionError("no golden file " + resource);
      }
      return MAPPER.readValue(in, Content.class).cases();
    } catch (IOException e) {
      throw new UncheckedIOException(resource, e);
    }
  }

  /** As {@link #cases}, all of which are text or null. */
  public static Map<String, String> texts(String kind, String writer) {
    return MAPPER.convertValue(
        cases(kind, writer), new TypeReference<LinkedHashMap<String, String>>() {});
  }

  /** Leaves what Java writes now where a developer can fetch it. */
  public static void writeToTarget(String kind, Map<String, ?> cases) {
    Path file = Path.of("target", "wire", kind, JAVA + ".json");
    try {
      Files.createDirectories(file.getParent());
      MAPPER.writeValue(file.toFile(), new Content("kombu-java", new LinkedHashMap<>(cases)));
    } catch (IOException e) {
      throw new UncheckedIOException(file.toString(), e);
    }
  }
}
