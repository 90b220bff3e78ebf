package io.github.celeryjava.kombu.serialization;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.celeryjava.kombu.compression.Compressor;
import io.github.celeryjava.kombu.compression.CompressorRegistry;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What other people's artifacts bring along is found without a word in the program. */
class ServiceLoadedTest {

  @TempDir private Path folder;

  @Test
  void aSerializerOnTheClassPathSendsAndIsReadWithoutBeingRegistered() throws IOException {
    SerializerRegistry serializers =
        with(Serializer.class, Reversing.class, () -> SerializerRegistry.builder().build());

    Encoded sent = serializers.encode("abc", "reversing", null, null);
    Object read =
        serializers.decode(
            sent.body(), sent.contentType(), sent.contentEncoding(), serializers.accept(null));

    assertThat(sent.body()).asString(UTF_8).isEqualTo("cba");
    assertThat(read).isEqualTo("abc");
  }

  @Test
  void aCompressorOnTheClassPathIsUsedWithoutBeingRegistered() throws IOException {
    CompressorRegistry compressors =
        with(Compressor.class, Plain.class, () -> CompressorRegistry.builder().build());
    Map<String, @Nullable Object> headers = new HashMap<>();

    byte[] sent = compressors.compress("plain", "abc".getBytes(UTF_8), headers);

    assertThat(sent).asString(UTF_8).isEqualTo("+abc");
    assertThat(headers).containsEntry("compression", "application/x-plain");
    assertThat(compressors.decompress(sent, headers, compressed -> 100))
        .asString(UTF_8)
        .isEqualTo("abc");
  }

  private <T> T with(Class<?> service, Class<?> implementation, Supplier<T> made)
      throws IOException {
    Path services = Files.createDirectories(folder.resolve("META-INF/services"));
    Files.write(services.resolve(service.getName()), List.of(implementation.getName()));
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()}, before)) {
      thread.setContextClassLoader(loader);
      return made.get();
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /** For {@link java.util.ServiceLoader}. */
  public static final class Reversing implements Serializer {

    @Override
    public String name() {
      return "reversing";
    }

    @Override
    public String contentType() {
      return "application/x-reversed";
    }

    @Override
    public byte[] encode(@Nullable Object body) {
      return new StringBuilder(String.valueOf(body)).reverse().toString().getBytes(UTF_8);
    }

    @Override
    public Object decode(byte[] body) {
      return new StringBuilder(new String(body, UTF_8)).reverse().toString();
    }
  }

  /** For {@link java.util.ServiceLoader}. */
  public static final class Plain implements Compressor {

    @Override
    public String contentType() {
      return "application/x-plain";
    }

    @Override
    public List<String> aliases() {
      return List.of("plain");
    }

    @Override
    public byte[] compress(byte[] body) {
      return ("+" + new String(body, UTF_8)).getBytes(UTF_8);
    }

    @Override
    public byte[] decompress(byte[] compressed, int maxBytes) {
      return Arrays.copyOfRange(compressed, 1, compressed.length);
    }
  }
}
