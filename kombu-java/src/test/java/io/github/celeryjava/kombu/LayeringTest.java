package io.github.celeryjava.kombu;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.github.celeryjava.kombu.internal.Internal;
import io.github.celeryjava.kombu.internal.Threads;
import io.github.celeryjava.kombu.transport.TransportProvider;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.Timer;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** This table and the one on the architecture page are the same; change both or neither. */
class LayeringTest {

  private static final String ROOT = "io.github.celeryjava.kombu";

  /** A package below ROOT ("" is ROOT itself), those of ours and the libraries it may use. */
  record Row(String name, Set<String> mayUse, Set<String> libraries) {

    @Override
    public String toString() {
      return name.isEmpty() ? "root" : name;
    }
  }

  static final List<Row> TABLE =
      List.of(
          row("internal", Set.of()),
          row("exceptions", Set.of()),
          row("entity", Set.of()),
          row("transport", Set.of("entity", "exceptions", "internal")),
          row("protocol", Set.of("transport", "entity", "exceptions", "internal"), "jackson"),
          row("serialization", Set.of("protocol", "exceptions", "internal"), "jackson", "msgpack"),
          row("compression", Set.of("exceptions", "internal"), "codecs"),
          row(
              "transport.virtual",
              Set.of("transport", "protocol", "entity", "exceptions", "internal")),
          row("transport.amqp", Set.of("transport", "entity", "exceptions", "internal"), "amqp"),
          row("transport.redis", aboveVirtual(), "jedis"),
          row("transport.memory", aboveVirtual()),
          row("transport.filesystem", aboveVirtual()),
          row(
              "",
              Set.of(
                  "transport", "serialization", "compression", "entity", "exceptions", "internal"),
              "pool"),
          row(
              "pidbox",
              Set.of(
                  "",
                  "protocol",
                  "serialization",
                  "transport",
                  "entity",
                  "exceptions",
                  "internal")),
          row("observation", Set.of(""), "micrometer"));

  private static final Map<String, String[]> LIBRARIES =
      Map.of(
          "jackson", new String[] {"com.fasterxml.."},
          "msgpack", new String[] {"org.msgpack.."},
          "codecs",
              new String[] {"org.apache.commons.compress..", "org.tukaani..", "com.github.luben.."},
          "amqp", new String[] {"com.rabbitmq.."},
          "jedis", new String[] {"redis.clients.."},
          "pool", new String[] {"org.apache.commons.pool2.."},
          "micrometer", new String[] {"io.micrometer.."});

  /** Packages that are public only for each other. */
  private static final String[] INTERNAL =
      Stream.of(
              "internal",
              "protocol",
              "transport.amqp",
              "transport.redis",
              "transport.memory",
              "transport.filesystem")
          .map(LayeringTest::qualified)
          .toArray(String[]::new);

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(ROOT);

  /** A table in which every row looks only upwards has no cycle. */
  @Test
  void rowsNameOnlyRowsAboveThem() {
    Set<String> above = new HashSet<>();
    for (Row row : TABLE) {
      assertThat(above).as(row.name()).containsAll(row.mayUse());
      above.add(row.name());
    }
  }

  @Test
  void everyPackageHasARow() {
    List<String> known = TABLE.stream().map(row -> qualified(row.name())).toList();

    assertThat(CLASSES.stream().map(JavaClass::getPackageName)).isNotEmpty().isSubsetOf(known);
  }

  @ParameterizedTest
  @MethodSource("table")
  void aPackageUsesOnlyWhatItsRowNames(Row row) {
    String[] forbidden =
        TABLE.stream()
            .map(Row::name)
            .filter(other -> !other.equals(row.name()) && !row.mayUse().contains(other))
            .map(LayeringTest::qualified)
            .toArray(String[]::new);

    noClasses()
        .that(resideInAPackage(qualified(row.name())))
        .should()
        .dependOnClassesThat(resideInAnyPackage(forbidden))
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  @ParameterizedTest
  @MethodSource("table")
  void aLibraryIsUsedOnlyWhereItsRowNamesIt(Row row) {
    String[] forbidden =
        LIBRARIES.entrySet().stream()
            .filter(library -> !row.libraries().contains(library.getKey()))
            .flatMap(library -> Stream.of(library.getValue()))
            .toArray(String[]::new);

    noClasses()
        .that(resideInAPackage(qualified(row.name())))
        .should()
        .dependOnClassesThat(resideInAnyPackage(forbidden))
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  /** Anything but the JDK, our own and the libraries of the table is a mistake in the table. */
  @Test
  void nothingElseIsUsed() {
    String[] known =
        Stream.concat(
                Stream.of("java..", "javax..", "org.slf4j..", "org.jspecify..", ROOT + ".."),
                LIBRARIES.values().stream().flatMap(Stream::of))
            .toArray(String[]::new);

    classes()
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(known)
                .or(describe("are arrays or primitives", c -> c.getPackageName().isEmpty())))
        .check(CLASSES);
  }

  @Test
  void oneObjectMapperServesAll() {
    noClasses()
        .that(
            describe(
                "are not part of kombu's JSON",
                c ->
                    !Set.of("JsonTypes", "JsonWriter", "JsonSerializer")
                        .contains(topLevel(c).getSimpleName())))
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("com.fasterxml.jackson.databind.ObjectMapper")
        .check(CLASSES);
  }

  @Test
  void publicClassesOfInternalPackagesSaySo() {
    classes()
        .that(resideInAnyPackage(INTERNAL))
        .and()
        .areTopLevelClasses()
        .and()
        .haveModifier(JavaModifier.PUBLIC)
        .and()
        .areNotAssignableTo(Internal.class)
        .should()
        .beAnnotatedWith(Internal.class)
        .check(CLASSES);
  }

  @Test
  void threadsAreMadeInOnePlace() {
    noClasses()
        .that()
        .areNotAssignableTo(Threads.class)
        .should()
        .accessTargetWhere(
            access(
                "makes a thread",
                target ->
                    isConstructor(target, Thread.class)
                        || isConstructor(target, Timer.class)
                        || isConstructor(target, ForkJoinPool.class)
                        || target.getOwner().isEquivalentTo(Executors.class)
                        || isCalled(
                            target, Thread.class, Set.of("ofVirtual", "startVirtualThread"))))
        .check(CLASSES);
  }

  /** The default clock comes from builders, and from providers, which nobody builds. */
  @Test
  void timeIsGivenAndNotTaken() {
    noClasses()
        .that(
            describe(
                "supply no default clock",
                c ->
                    !c.getSimpleName().endsWith("Builder")
                        && !c.isAssignableTo(TransportProvider.class)))
        .should()
        .accessTargetWhere(
            access(
                "takes the time",
                target ->
                    isCalled(target, Thread.class, Set.of("sleep"))
                        || isCalled(target, System.class, Set.of("nanoTime", "currentTimeMillis"))
                        || isCalled(target, Instant.class, Set.of("now"))))
        .check(CLASSES);
  }

  static List<Row> table() {
    return TABLE;
  }

  private static Row row(String name, Set<String> mayUse, String... libraries) {
    return new Row(name, mayUse, Set.of(libraries));
  }

  private static Set<String> aboveVirtual() {
    return Set.of("transport", "transport.virtual", "protocol", "entity", "exceptions", "internal");
  }

  private static DescribedPredicate<JavaAccess<?>> access(
      String description, java.util.function.Predicate<AccessTarget> predicate) {
    return describe(description, access -> predicate.test(access.getTarget()));
  }

  private static boolean isConstructor(AccessTarget target, Class<?> type) {
    return target.getOwner().isEquivalentTo(type) && target.getName().equals("<init>");
  }

  private static boolean isCalled(AccessTarget target, Class<?> type, Set<String> methods) {
    return target.getOwner().isEquivalentTo(type) && methods.contains(target.getName());
  }

  private static JavaClass topLevel(JavaClass type) {
    return type.getEnclosingClass().map(LayeringTest::topLevel).orElse(type);
  }

  private static String qualified(String name) {
    return name.isEmpty() ? ROOT : ROOT + "." + name;
  }
}
