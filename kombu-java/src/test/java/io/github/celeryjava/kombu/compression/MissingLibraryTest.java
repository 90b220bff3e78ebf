package io.github.celeryjava.kombu.compression;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.celeryjava.kombu.exceptions.KombuException;
import io.github.celeryjava.kombu.testing.ClassPathWithout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An application that did not add an optional library, or not the native part of it. */
class MissingLibraryTest {

  /** What the registry says to each name; loaded by the other class loader. */
  public static final class Uses implements Supplier<Map<String, List<String>>> {

    @Override
    public Map<String, List<String>> get() {
      CompressorRegistry registry = CompressorRegistry.standard();
      Map<String, List<String>> said = new HashMap<>();
      for (String name : List.of("zlib", "bzip2", "xz", "lzma", "zstd", "zstandard", "brotli")) {
        said.put(name, new ArrayList<>());
        Map<String, Object> headers = new HashMap<>(Map.of("compression", name));
        note(said.get(name), () -> registry.compress(name, new byte[3], headers));
        note(said.get(name), () -> registry.decompress(new byte[3], headers, length -> 100));
      }
      said.put("types", List.copyOf(registry.contentTypes()));
      return said;
    }

    private static void note(List<String> said, Runnable use) {
      try {
        use.run();
        said.add("ok");
      } catch (KombuException e) {
        said.add(e.getClass().getSimpleName() + ": " + e.getMessage());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "commons-compress-, bzip2, org.apache.commons:commons-compress",
    "xz-, lzma, org.tukaani:xz",
    "zstd-jni-, zstandard, com.github.luben:zstd-jni",
    "brotli4j-, brotli, com.aayushatharva.brotli4j:brotli4j"
  })
  void isNamedWhereItIsNeededAndNotMissedElsewhere(String file, String name, String artifact) {
    Map<String, List<String>> said;
    try (ClassPathWithout classes = ClassPathWithout.library(file)) {
      said = classes.get(Uses.class);
    }

    String words =
        "there is no compression %s; it needs the library %s on the class path"
            .formatted(name, artifact);
    assertThat(said.get(name))
        .containsExactly("ConfigurationException: " + words, "DecodeException: " + words);
    assertThat(said.get("zlib").get(0)).isEqualTo("ok");
    assertThat(said.get("types")).hasSize(4);
  }

  @ParameterizedTest
  @CsvSource({"native-linux, brotli"})
  void aNativePartThatIsMissingIsAnErrorOfOurs(String file, String name) {
    Map<String, List<String>> said;
    try (ClassPathWithout classes = ClassPathWithout.library(file)) {
      said = classes.get(Uses.class);
    }

    assertThat(said.get(name))
        .hasSize(2)
        .allMatch(words -> words.contains("the library of compression brotli does not work here"))
        .anyMatch(words -> words.startsWith("ConfigurationException: "))
        .anyMatch(words -> words.startsWith("DecodeException: "));
  }
}
