package io.github.celeryjava.kombu.testing;

import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One row of a table of who may use whom.
 *
 * @param name a package below the root of its library; empty is the root itself
 * @param mayUse packages of the same library
 * @param elsewhere classes of kombu that a package of celery-java may use though not everybody may,
 *     by their names below kombu's root
 * @param libraries names of {@link LayeringContract#libraries()}
 */
public record Layer(
    String name, List<String> mayUse, List<String> elsewhere, List<String> libraries) {

  private static final String NOTHING = "–";

  /** A row without libraries. */
  public static Layer layer(String name, String... mayUse) {
    return new Layer(name, List.of(mayUse), List.of(), List.of());
  }

  /** The same row with libraries. */
  public Layer with(String... libraries) {
    return new Layer(name, mayUse, elsewhere, List.of(libraries));
  }

  /** The same row with classes of kombu. */
  public Layer andOfKombu(String... classes) {
    return new Layer(name, mayUse, List.of(classes), libraries);
  }

  /** The row as the architecture page has it, with those libraries that it uses by now. */
  String line(Collection<String> used) {
    String packages = mayUse.stream().map(Layer::shown).collect(Collectors.joining(", "));
    String kombu =
        elsewhere.stream().map(name -> "`" + name + "`").collect(Collectors.joining(", "));
    String uses =
        Stream.of(packages, kombu.isEmpty() ? "" : "kombu " + kombu)
            .filter(part -> !part.isEmpty())
            .collect(Collectors.joining("; "));
    return "| "
        + (name.isEmpty() ? "root" : "`" + name + "`")
        + " | "
        + orNothing(uses)
        + " | "
        + orNothing(libraries.stream().filter(used::contains).collect(Collectors.joining(", ")))
        + " |";
  }

  @Override
  public String toString() {
    return shown(name);
  }

  private static String shown(String name) {
    return name.isEmpty() ? "root" : name;
  }

  private static String orNothing(String text) {
    return text.isEmpty() ? NOTHING : text;
  }
}
