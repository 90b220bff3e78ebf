package io.github.celeryjava.celery.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.type.TypeFactory;
import io.github.celeryjava.celery.config.CeleryConfig;
import io.github.celeryjava.celery.exceptions.TaskArgumentsException;
import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import io.github.celeryjava.kombu.serialization.SerializerRegistry;
import java.io.IOException;
import java.lang.reflect.UndeclaredThrowableException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MethodHandlersTest {

  private static final String OWN = MethodHandlersTest.class.getName();
  private static final String STATIC_SOURCE =
      source("@CeleryTask").replace("public int", "public static int");

  private final TaskDefinitions definitions =
      new TaskDefinitions(CeleryConfig.defaults(), SerializerRegistry.standard());

  public record Line(String sku, int count) {}

  public static class Shop {

    @CeleryTask
    public int add(int x, int y) {
      return x + y;
    }

    @CeleryTask("shop.describe")
    public String describe(TaskContext context, Line line) {
      return context.id() + " " + line.sku();
    }

    @CeleryTask("shop.static")
    public static String statically(List<Integer> values) {
      return values.get(0).getClass().getSimpleName();
    }

    @CeleryTask("shop.greet")
    public String greet(Optional<String> name) {
      return "hello " + name.orElse("world");
    }

    @CeleryTask("shop.sum")
    public int sum(String label, int... more) {
      return IntStream.of(more).sum();
    }

    @CeleryTask(
        value = "shop.named",
        parameters = {"from", "class"})
    public String named(String first, String second) {
      return first + "-" + second;
    }

    @CeleryTask("shop.nothing")
    public void nothing() {}

    @CeleryTask("shop.stage")
    public CompletionStage<List<Line>> stage() {
      return CompletableFuture.completedStage(List.of());
    }

    @CeleryTask("shop.failing")
    public void failing(String how) throws Throwable {
      if (how.equals("checked")) {
        throw new IOException(how);
      }
      if (how.equals("error")) {
        throw new NoClassDefFoundError(how);
      }
      throw new Throwable(how);
    }

    public void noTask() {}
  }

  @Test
  void aTaskIsNamedAfterTheClassAndTheMethodUnlessItIsGivenAName() {
    assertThat(definitions.ofObject(new Shop()))
        .extracting(TaskDefinition::name)
        .containsExactlyInAnyOrder(
            OWN.replace('$', '.') + ".Shop.add",
            "shop.describe",
            "shop.static",
            "shop.greet",
            "shop.sum",
            "shop.named",
            "shop.nothing",
            "shop.stage",
            "shop.failing");
  }

  @Test
  void theMethodIsCalledWithConvertedArguments() throws Exception {
    assertThat(run(OWN + ".Shop.add", List.of(2L), Map.of("y", 3L))).isEqualTo(5);
    assertThat(run("shop.static", List.of(List.of(1L)), Map.of())).isEqualTo("Integer");
    assertThat(run("shop.nothing", List.of(), Map.of())).isNull();
  }

  @Test
  void aFirstParameterOfTypeTaskContextIsTheRunningRequest() throws Exception {
    Map<String, Object> line = Map.of("sku", "a", "count", 1L);

    assertThat(run("shop.describe", List.of(line), Map.of())).isEqualTo("id-1 a");
    assertThat(run("shop.describe", List.of(), Map.of("line", line))).isEqualTo("id-1 a");
  }

  @Test
  void anOptionalParameterMayBeLeftOut() throws Exception {
    assertThat(run("shop.greet", List.of(), Map.of())).isEqualTo("hello world");
    assertThat(run("shop.greet", List.of(), Map.of("name", "you"))).isEqualTo("hello you");
  }

  @Test
  void aVariableNumberOfArgumentsTakesThePositionalOnesThatAreLeft() throws Exception {
    assertThat(run("shop.sum", List.of("a"), Map.of())).isEqualTo(0);
    assertThat(run("shop.sum", List.of("a", 1L, 2L, 3L), Map.of())).isEqualTo(6);
    assertThatThrownBy(() -> run("shop.sum", List.of("a", 1L, "b"), Map.of()))
        .isInstanceOf(TaskArgumentsException.class)
        .hasMessageStartingWith("shop.sum() argument 'more' (int, position 3): ");
    assertThatThrownBy(() -> run("shop.sum", List.of("a"), Map.of("more", 1L)))
        .isInstanceOf(TaskArgumentsException.class)
        .hasMessage(
            "shop.sum() got an unexpected keyword argument 'more';"
                + " it takes (String label, int... more)");
  }

  @Test
  void namesInTheAnnotationWinOverThoseInTheClass() throws Exception {
    assertThat(run("shop.named", List.of(), Map.of("from", "a", "class", "b"))).isEqualTo("a-b");
  }

  @Test
  void whatTheMethodThrowsArrivesAsItIs() {
    assertThatThrownBy(() -> run("shop.failing", List.of("checked"), Map.of()))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> run("shop.failing", List.of("error"), Map.of()))
        .isInstanceOf(NoClassDefFoundError.class);
    assertThatThrownBy(() -> run("shop.failing", List.of("neither"), Map.of()))
        .isInstanceOf(UndeclaredThrowableException.class)
        .hasRootCauseMessage("neither");
  }

  @Test
  void theTypeOfTheResultIsThatOfTheMethodOrOfWhatItsStageHolds() {
    TypeFactory types = TypeFactory.defaultInstance();

    assertThat(find("shop.stage").resultType())
        .isEqualTo(types.constructCollectionType(List.class, Line.class));
    assertThat(find("shop.greet").resultType()).isEqualTo(types.constructType(String.class));
    assertThat(find("shop.nothing").resultType()).isEqualTo(Void.class);
  }

  public abstract static class Base<T> {

    @CeleryTask("base.handle")
    public abstract String handle(T value);

    @CeleryTask("base.plain")
    public String plain(List<T> values) {
      return "base";
    }
  }

  public interface Ticking {

    @CeleryTask("ticking.tick")
    default String tick() {
      return "tick";
    }
  }

  public static final class Lines extends Base<Line> implements Ticking {

    @Override
    public String handle(Line value) {
      return value.sku();
    }

    @Override
    public String plain(List<Line> values) {
      return values.get(0).sku();
    }
  }

  @Test
  void inheritedTasksRunTheOverridingMethodWithTheTypesOfTheSubclass() throws Exception {
    List<TaskDefinition> tasks = definitions.ofObject(new Lines());
    Map<String, Object> line = Map.of("sku", "a", "count", 1L);

    assertThat(tasks)
        .extracting(TaskDefinition::name)
        .containsExactly("base.handle", "base.plain", "ticking.tick");
    assertThat(run(tasks.get(0), List.of(line), Map.of())).isEqualTo("a");
    assertThat(run(tasks.get(1), List.of(List.of(line)), Map.of())).isEqualTo("a");
    assertThat(run(tasks.get(2), List.of(), Map.of())).isEqualTo("tick");
  }

  public static final class Annotated extends Base<Line> {

    @Override
    @CeleryTask("annotated.handle")
    public String handle(Line value) {
      return value.sku();
    }
  }

  @Test
  void theAnnotationOfAnOverrideReplacesTheInheritedOne() {
    assertThat(definitions.ofObject(new Annotated()))
        .extracting(TaskDefinition::name)
        .containsExactly("annotated.handle", "base.plain");
  }

  @Test
  void aClassStandsForItsStaticMethods() throws Exception {
    List<TaskDefinition> tasks = definitions.ofObject(Static.class);

    assertThat(run(tasks.get(0), List.of(), Map.of())).isEqualTo("static");
  }

  public static final class Static {

    @CeleryTask("static.run")
    public static String runs() {
      return "static";
    }
  }

  public static final class Listening implements TaskListener {

    @CeleryTask("listening.run")
    public void runs() {}
  }

  @Test
  void aClassThatListensHearsOfItsOwnTasks() {
    Listening tasks = new Listening();

    assertThat(definitions.ofObject(tasks).get(0).listener()).isSameAs(tasks);
    assertThat(find("shop.sum").listener()).isSameAs(TaskDefinition.NOBODY);
  }

  static final class Private {
    @SuppressWarnings("UnusedMethod") // found by reflection, and refused
    @CeleryTask
    private void hidden() {}
  }

  static final class OfPackage {
    @CeleryTask
    void hidden() {}
  }

  static final class Overloaded {
    @CeleryTask
    public void run(int x) {}

    @CeleryTask
    public void run(String x) {}
  }

  static final class OverloadedWithNames {
    @CeleryTask("run.int")
    public void run(int x) {}

    @CeleryTask("run.text")
    public void run(String x) {}
  }

  static final class TooFewNames {
    @CeleryTask(parameters = "x")
    public void run(TaskContext context, int x, int y) {}
  }

  static final class SameNames {
    @CeleryTask(parameters = {"x", "x"})
    public void run(int x, int y) {}
  }

  static final class LateContext {
    @CeleryTask
    public void run(int x, TaskContext context) {}
  }

  static final class WrongPriority {
    @CeleryTask(priority = 256)
    public void run() {}
  }

  static final class WrongDelay {
    @CeleryTask(defaultRetryDelay = -1)
    public void run() {}
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refused")
  void whatCouldNotRunIsRefusedWithTheRemedy(Object tasks, String message) {
    assertThatThrownBy(() -> definitions.ofObject(tasks))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(message.replace("OWN", OWN));
  }

  static List<Arguments> refused() {
    return List.of(
        Arguments.of(new Private(), "method hidden() of OWN$Private is not public: make it public"),
        Arguments.of(
            new OfPackage(), "method hidden() of OWN$OfPackage is not public: make it public"),
        Arguments.of(
            new Overloaded(),
            "method run(int) of OWN$Overloaded would have the same name as method run(String) of"
                + " OWN$Overloaded: give one of them another name in its annotation"),
        Arguments.of(
            new TooFewNames(),
            "method run(TaskContext, int, int) of OWN$TooFewNames takes 2 arguments, but its"
                + " annotation names 1"),
        Arguments.of(
            new SameNames(),
            "method run(int, int) of OWN$SameNames has an empty or repeated name among its"
                + " parameters: [x, x]"),
        Arguments.of(
            new LateContext(),
            "method run(int, TaskContext) of OWN$LateContext takes a TaskContext that is not its"
                + " first parameter: move it there"),
        Arguments.of(
            new WrongPriority(),
            "method run() of OWN$WrongPriority: priority must be 0 to 255, was 256"),
        Arguments.of(
            new WrongDelay(),
            "method run() of OWN$WrongDelay: defaultRetryDelay must be 0 or more seconds, was -1.0"),
        Arguments.of(
            Shop.class,
            "method add(int, int) of OWN$Shop is not static: register an instance of its class"),
        Arguments.of(
            "text",
            "java.lang.String has no method with @CeleryTask: annotate the methods to register"));
  }

  @Test
  void overloadedMethodsWithNamesOfTheirOwnAreTwoTasks() {
    assertThat(definitions.ofObject(new OverloadedWithNames()))
        .extracting(TaskDefinition::name)
        .containsExactlyInAnyOrder("run.int", "run.text");
  }

  @Test
  void aClassCompiledWithoutParameterNamesIsRefused(@TempDir Path directory) throws Exception {
    Object tasks =
        new CompiledClasses(directory).onClassPath("user.Tasks", source("@CeleryTask"), "-g");

    assertThatThrownBy(() -> definitions.ofObject(tasks))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(
            "method run(int) of user.Tasks was compiled without the names of its parameters, which"
                + " callers may use: compile with -parameters (in Maven"
                + " <parameters>true</parameters>), or write @CeleryTask(parameters = {…})");
  }

  @Test
  void namesInTheAnnotationMakeUpForThoseThatTheCompilerLeftOut(@TempDir Path directory)
      throws Exception {
    Object tasks =
        new CompiledClasses(directory)
            .onClassPath("user.Tasks", source("@CeleryTask(parameters = \"value\")"));

    TaskDefinition task = definitions.ofObject(tasks).get(0);

    assertThat(run(task, List.of(), Map.of("value", 4L))).isEqualTo(5);
  }

  @Test
  void aMethodWithoutArgumentsNeedsNoNames(@TempDir Path directory) throws Exception {
    Object tasks =
        new CompiledClasses(directory)
            .onClassPath("user.Tasks", source("@CeleryTask").replace("int value", ""));

    assertThat(definitions.ofObject(tasks)).hasSize(1);
  }

  @Test
  void aModuleThatKeepsThePackageToItselfIsToldHowToOpenIt(@TempDir Path directory)
      throws Exception {
    Class<?> tasks =
        new CompiledClasses(directory).inModule("user", "", "user.Tasks", STATIC_SOURCE);

    assertThatThrownBy(() -> definitions.ofObject(tasks))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(
            "method run(int) of user.Tasks cannot be called: its module keeps the package to"
                + " itself. Write 'opens user;' in the module-info of user");
  }

  @ParameterizedTest
  @ValueSource(strings = {"exports user;", "opens user;"})
  void aModuleThatExportsOrOpensThePackageIsServed(String declaration, @TempDir Path directory)
      throws Exception {
    Class<?> tasks =
        new CompiledClasses(directory).inModule("user", declaration, "user.Tasks", STATIC_SOURCE);

    TaskDefinition task = definitions.ofObject(tasks).get(0);

    assertThat(run(task, List.of(4L), Map.of())).isEqualTo(5);
  }

  private static String source(String annotation) {
    return """
        package user;

        import io.github.celeryjava.celery.task.CeleryTask;

        public class Tasks {
          %s
          public int run(int value) {
            return 5;
          }
        }
        """
        .formatted(annotation);
  }

  private Object run(String name, List<Object> args, Map<String, Object> kwargs) throws Exception {
    return run(find(name.replace('$', '.')), args, kwargs);
  }

  private static Object run(TaskDefinition task, List<Object> args, Map<String, Object> kwargs)
      throws Exception {
    TaskRequest request = Requests.of("t", "id-1").request();
    TaskContext context = new TaskContext(request, task.options(), (self, state, meta) -> {});
    return task.handler().run(context, args, kwargs);
  }

  private TaskDefinition find(String name) {
    return definitions.ofObject(new Shop()).stream()
        .filter(task -> task.name().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
