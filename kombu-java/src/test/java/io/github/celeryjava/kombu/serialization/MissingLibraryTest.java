package io.github.celeryjava.kombu.serialization;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.celeryjava.kombu.exceptions.KombuException;
import io.github.celeryjava.kombu.testing.ClassPathWithout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An application that did not add an optional library. */
class MissingLibraryTest {

  /** Everything one can do with the two formats; loaded by the other class loader. */
  public static final class Uses implements Supplier<List<String>> {

    private final List<String> said = new ArrayList<>();

    @Override
    public List<String> get() {
      SerializerRegistry registry = SerializerRegistry.standard();
      for (String name : List.of("msgpack", "yaml")) {
        note(() -> registry.encode(Map.of("a", 1), name, null, null));
        note(() -> registry.accept(List.of("json", name)));
        note(() -> registry.contentType(name));
        note(() -> registry.toBuilder().enable(name));
        note(
            () ->
                registry.decode(
                    new byte[] {'1'}, "application/x-" + name, null, registry.acceptAll()));
      }
      registry.toBuilder().enableInsecureSerializers().build();
      said.add(registry.encode(Map.of(), "json", null, null).contentType());
      return said;
    }

    private void note(Runnable use) {
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
    "msgpack-core-, msgpack, org.msgpack:msgpack-core, 0",
    "snakeyaml-, yaml, org.yaml:snakeyaml, 5"
  })
  void isNamedWhereItIsNeededAndNotMissedElsewhere(
      String file, String name, String artifact, int first) {
    List<String> said;
    try (ClassPathWithout classes = ClassPathWithout.library(file)) {
      said = classes.get(Uses.class);
    }

    String refusal =
        "serializer "
            + name
            + " is refused: it needs the library "
            + artifact
            + " on the class path";
    assertThat(said).hasSize(11);
    assertThat(said.subList(first, first + 4)).containsOnly("ConfigurationException: " + refusal);
    assertThat(said.get(first + 4)).isEqualTo("ContentDisallowedException: " + refusal);
    assertThat(said.subList(5 - first, 10 - first)).containsOnly("ok");
    assertThat(said.get(10)).isEqualTo("application/json");
  }
}
