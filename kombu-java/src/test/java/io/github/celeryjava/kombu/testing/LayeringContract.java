package io.github.celeryjava.kombu.testing;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.github.celeryjava.kombu.internal.Internal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Who may use whom in one library, and what only certain classes may do. The rows are in order:
 * each names only rows above it, so that there is no cycle.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class LayeringContract {

  private static final String KOMBU = "io.github.celeryjava.kombu";
  private static final Path PAGE =
      Path.of(System.getProperty("basedir", "."), "..", "docs", "architecture.md");

  private final String root;
  private final JavaClasses all;

  /**
   * Reads the classes of a library.
   *
   * @param root the package that all others are below
   */
  protected LayeringContract(String root) {
    this.root = root;
    all =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(root);
  }

  /** The table, which may have rows for packages that do not exist yet. */
  protected abstract List<Layer> table();

  /** The packages of each library that the table names. */
  protected abstract Map<String, List<String>> libraries();

  /** Packages of which public classes are public only for other packages of this project. */
  protected abstract List<String> internalPackages();

  /** Packages of kombu that every row of a library above it may use, below kombu's root. */
  protected List<String> kombuPackages() {
    return List.of();
  }

  /** Classes of kombu that every row of a library above it may use, below kombu's root. */
  protected List<String> kombuClasses() {
    return List.of();
  }

  /** Top-level classes that may handle JSON by themselves. */
  protected abstract Set<String> mappers();

  /** Whether a class supplies the default clock of others, and so may take it from the JDK. */
  protected abstract boolean suppliesClock(JavaClass type);

  /** Whether a class is the one that makes threads. */
  protected boolean makesThreads(JavaClass type) {
    return false;
  }

  @Test
  void rowsNameOnlyRowsAboveThem() {
    Set<String> above = new HashSet<>();
    for (Layer layer : table()) {
      assertThat(above).as(layer.toString()).containsAll(layer.mayUse());
      above.add(layer.name());
    }
  }

  @Test
  void everyPackageHasARow() {
    List<String> known = table().stream().map(layer -> qualified(layer.name())).toList();

    assertThat(all.stream().map(JavaClass::getPackageName)).isNotEmpty().isSubsetOf(known);
  }

  @Test
  void theArchitecturePageHasTheSameTable() throws IOException {
    List<String> lines =
        table().stream()
            .filter(layer -> all.containPackage(qualified(layer.name())))
            .map(layer -> layer.line(librariesOf(layer)))
            .toList();

    assertThat(linesOfThePage()).isEqualTo(lines);
  }

  @ParameterizedTest
  @MethodSource("table")
  void aPackageUsesOnlyWhatItsRowNames(Layer layer) {
    String[] forbidden =
        table().stream()
            .map(Layer::name)
            .filter(other -> !other.equals(layer.name()) && !layer.mayUse().contains(other))
            .map(this::qualified)
            .toArray(String[]::new);

    noClassIn(layer, resideInAnyPackage(forbidden));
  }

  @ParameterizedTest
  @MethodSource("table")
  void aPackageUsesOfKombuWhatAllMayUseAndItsRowNames(Layer layer) {
    Set<String> classNames =
        Stream.concat(kombuClasses().stream(), layer.elsewhere().stream())
            .map(name -> KOMBU + "." + name)
            .collect(Collectors.toSet());
    Set<String> packages =
        kombuPackages().stream()
            .map(name -> name.isEmpty() ? KOMBU : KOMBU + "." + name)
            .collect(Collectors.toSet());

    noClassIn(
        layer,
        describe(
            "are kept by kombu to itself",
            type ->
                isOf(type, KOMBU)
                    && !isOf(type, root)
                    && !packages.contains(type.getPackageName())
                    && !classNames.contains(topLevel(type).getName())));
  }

  @ParameterizedTest
  @MethodSource("table")
  void aLibraryIsUsedOnlyWhereItsRowNamesIt(Layer layer) {
    String[] forbidden =
        libraries().entrySet().stream()
            .filter(library -> !layer.libraries().contains(library.getKey()))
            .flatMap(library -> library.getValue().stream())
            .toArray(String[]::new);

    noClassIn(layer, resideInAnyPackage(forbidden));
  }

  /** Anything but the JDK, our own and the libraries of the table is a mistake in the table. */
  @Test
  void nothingElseIsUsed() {
    String[] known =
        Stream.concat(
                Stream.of("java..", "javax..", "org.slf4j..", "org.jspecify..", KOMBU + ".."),
                Stream.concat(
                    Stream.of(root + ".."), libraries().values().stream().flatMap(List::stream)))
            .toArray(String[]::new);

    classes()
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(known)
                .or(describe("are arrays or primitives", c -> c.getPackageName().isEmpty())))
        .check(all);
  }

  @Test
  void oneObjectMapperServesAll() {
    noClasses()
        .that(describe("do not handle JSON", c -> !mappers().contains(topLevel(c).getSimpleName())))
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("com.fasterxml.jackson.databind.ObjectMapper")
        .check(all);
  }

  @Test
  void publicClassesOfInternalPackagesSaySo() {
    classes()
        .that(
            resideInAnyPackage(
                internalPackages().stream().map(this::qualified).toArray(String[]::new)))
        .and()
        .areTopLevelClasses()
        .and()
        .haveModifier(JavaModifier.PUBLIC)
        .and()
        .areNotAssignableTo(Internal.class)
        .should()
        .beAnnotatedWith(Internal.class)
        .check(all);
  }

  @Test
  void threadsAreMadeInOnePlace() {
    noClasses()
        .that(describe("are not the one that makes threads", type -> !makesThreads(type)))
        .should()
        .accessTargetWhere(JdkAccess.makesThreads())
        .check(all);
  }

  @Test
  void timeIsGivenAndNotTaken() {
    noClasses()
        .that(describe("supply no default clock", type -> !suppliesClock(type)))
        .should()
        .accessTargetWhere(JdkAccess.takesTime())
        .check(all);
  }

  @Test
  void nobodySleeps() {
    noClasses().should().accessTargetWhere(JdkAccess.sleeps()).check(all);
  }

  /** The rows below the sentence that names the root. */
  private List<String> linesOfThePage() throws IOException {
    return Files.readAllLines(PAGE).stream()
        .dropWhile(line -> !line.contains("(below `" + root + "`"))
        .dropWhile(line -> !line.startsWith("|"))
        .skip(2)
        .takeWhile(line -> line.startsWith("|"))
        .toList();
  }

  private void noClassIn(Layer layer, DescribedPredicate<? super JavaClass> forbidden) {
    noClasses()
        .that(resideInAPackage(qualified(layer.name())))
        .should()
        .dependOnClassesThat(forbidden)
        .allowEmptyShould(true)
        .check(all);
  }

  private Set<String> librariesOf(Layer layer) {
    Set<JavaClass> used =
        all.that(resideInAPackage(qualified(layer.name()))).stream()
            .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
            .map(Dependency::getTargetClass)
            .collect(Collectors.toSet());
    return layer.libraries().stream()
        .filter(
            library ->
                used.stream()
                    .anyMatch(
                        resideInAnyPackage(
                            libraries().getOrDefault(library, List.of()).toArray(String[]::new))))
        .collect(Collectors.toSet());
  }

  private String qualified(String name) {
    return name.isEmpty() ? root : root + "." + name;
  }

  private static boolean isOf(JavaClass type, String root) {
    return type.getPackageName().equals(root) || type.getPackageName().startsWith(root + ".");
  }

  private static JavaClass topLevel(JavaClass type) {
    return type.getEnclosingClass().map(LayeringContract::topLevel).orElse(type);
  }
}
