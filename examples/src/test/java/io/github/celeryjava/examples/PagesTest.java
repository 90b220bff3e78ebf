package io.github.celeryjava.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The code on the pages is that of the examples: a block below {@code <!-- example: Name -->} is
 * what stands in that example, or in the file of that path, between the tags {@code readme}, or
 * others that follow the name after a {@code #}.
 */
class PagesTest {

  private static final Path MODULE = Path.of(System.getProperty("basedir", "."));
  private static final Path ROOT = MODULE.resolve("..").normalize();

  private static final Pattern BLOCK =
      Pattern.compile(
          "(?:<!-- example: (?<name>[^\\s#]+)(?:#(?<tag>\\w+))? -->\\n)?```(?<language>java|python)\\n(?<code>.*?)```",
          Pattern.DOTALL);

  /** A block of Java or Python on a page; no name means that it is not marked, no tag "readme". */
  record Block(Path page, String name, String tag, String language, String code) {

    Path source() {
      if (name.contains("/")) {
        return ROOT.resolve(name);
      }
      return language.equals("python")
          ? MODULE.resolve("src/main/python").resolve(name)
          : MODULE.resolve("src/main/java/io/github/celeryjava/examples").resolve(name + ".java");
    }

    @Override
    public String toString() {
      return page.getFileName() + ": " + name;
    }
  }

  @ParameterizedTest
  @MethodSource("blocks")
  void aPageShowsTheCodeOfTheExampleThatItNames(Block block) throws IOException {
    assertThat(block.name()).as("marker above%n%s", block.code()).isNotNull();
    assertThat(block.source()).exists();

    String shown = shown(block.source(), block.tag() == null ? "readme" : block.tag());

    assertThat(shown).isEqualTo(block.code());
  }

  static List<Block> blocks() throws IOException {
    try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
      return Stream.concat(Stream.of(ROOT.resolve("README.md")), docs)
          .filter(page -> page.toString().endsWith(".md"))
          .sorted()
          .flatMap(PagesTest::blocks)
          .toList();
    }
  }

  private static Stream<Block> blocks(Path page) {
    return BLOCK
        .matcher(read(page))
        .results()
        .map(
            found ->
                new Block(page, found.group(1), found.group(2), found.group(3), found.group(4)));
  }

  private static String shown(Path source, String tag) {
    String tagged =
        read(source)
            .lines()
            .dropWhile(line -> !line.strip().endsWith("tag::" + tag + "[]"))
            .skip(1)
            .takeWhile(line -> !line.strip().endsWith("end::" + tag + "[]"))
            .collect(Collectors.joining("\n"));
    return tagged.stripIndent() + "\n";
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
