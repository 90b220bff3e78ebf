package io.github.celeryjava.celery;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.celeryjava.kombu.Connection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Exports;
import java.lang.module.ModuleDescriptor.Provides;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModuleInfoTest {

  private static final String SERVICES = "META-INF/services/";

  private final ModuleReference module = moduleOf(Celery.class);

  @Test
  void exportsTheApiAndTheSpiAndNothingElse() {
    List<String> exported =
        module.descriptor().exports().stream()
            .filter(export -> !export.isQualified())
            .map(Exports::source)
            .toList();

    String root = Celery.class.getPackageName();
    assertThat(exported)
        .containsExactlyInAnyOrder(
            root,
            root + ".canvas",
            root + ".config",
            root + ".exceptions",
            root + ".protocol",
            root + ".result",
            root + ".routing",
            root + ".task",
            root + ".worker",
            root + ".worker.pool");
  }

  @Test
  void opensNothingButTheCommandsToTheLibraryThatFillsThem() {
    assertThat(module.descriptor().isOpen()).isFalse();
    assertThat(module.descriptor().opens())
        .singleElement()
        .satisfies(
            opens -> {
              assertThat(opens.source()).isEqualTo(Celery.class.getPackageName() + ".cli");
              assertThat(opens.targets()).containsExactly("info.picocli");
            });
  }

  @ParameterizedTest
  @ValueSource(classes = {Celery.class, Connection.class})
  void providesTheSameOnTheModulePathAsOnTheClassPath(Class<?> member) throws Exception {
    ModuleReference either = moduleOf(member);

    assertThat(servicesOf(either.descriptor())).isNotEmpty().isEqualTo(servicesIn(either));
  }

  /** Packages that are not exported are left out of the Javadoc as a whole. */
  @ParameterizedTest
  @ValueSource(classes = {Celery.class, Connection.class})
  void theJavadocLeavesOutWhatIsInternal(Class<?> member) throws IOException {
    List<String> exported =
        moduleOf(member).descriptor().exports().stream()
            .filter(export -> !export.isQualified())
            .map(Exports::source)
            .toList();
    List<Path> shown = new ArrayList<>();

    for (String name : exported) {
      try (Stream<Path> files = Files.list(sources(member).resolve(name.replace('.', '/')))) {
        files
            .filter(Files::isRegularFile)
            .filter(ModuleInfoTest::isShownInternal)
            .forEach(shown::add);
      }
    }

    assertThat(exported).isNotEmpty();
    assertThat(shown).as("@Internal, but without @hidden in their Javadoc").isEmpty();
  }

  private static boolean isShownInternal(Path file) {
    try {
      String source = Files.readString(file);
      return source.contains("\n@Internal\n") && !source.contains("\n * @hidden\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path sources(Class<?> member) {
    String module = member == Celery.class ? "celery-java" : "kombu-java";
    return Path.of(System.getProperty("basedir", "."), "..", module, "src/main/java");
  }

  private static Map<String, List<String>> servicesOf(ModuleDescriptor descriptor) {
    Map<String, List<String>> services = new TreeMap<>();
    for (Provides provides : descriptor.provides()) {
      services.put(provides.service(), provides.providers());
    }
    return services;
  }

  private static Map<String, List<String>> servicesIn(ModuleReference module) throws IOException {
    Map<String, List<String>> services = new TreeMap<>();
    try (ModuleReader files = module.open()) {
      files
          .list()
          .filter(name -> name.startsWith(SERVICES) && !name.endsWith("/"))
          .forEach(name -> services.put(name.substring(SERVICES.length()), lines(files, name)));
    }
    return services;
  }

  private static List<String> lines(ModuleReader files, String name) {
    try {
      return new String(files.open(name).orElseThrow().readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ModuleReference moduleOf(Class<?> member) {
    try {
      Path place = Path.of(member.getProtectionDomain().getCodeSource().getLocation().toURI());
      return ModuleFinder.of(place).findAll().iterator().next();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
