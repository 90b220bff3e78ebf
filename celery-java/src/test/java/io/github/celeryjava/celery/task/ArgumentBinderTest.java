package io.github.celeryjava.celery.task;

import static java.util.Arrays.asList;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.celeryjava.celery.config.CeleryConfig;
import io.github.celeryjava.celery.exceptions.TaskArgumentsException;
import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import io.github.celeryjava.kombu.exceptions.DecodeException;
import io.github.celeryjava.kombu.serialization.SerializerRegistry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ArgumentBinderTest {

  private static final TaskDefinitions DEFINITIONS =
      new TaskDefinitions(CeleryConfig.defaults(), SerializerRegistry.standard());
  private static final ArgumentBinder BILL =
      DEFINITIONS.binder(
          "shop.bill",
          Argument.of("order", String.class),
          Argument.of("count", int.class),
          Argument.of("express", boolean.class).orElse(false));

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("fitting")
  void argumentsAreBoundByPositionAndByName(
      List<Object> args, Map<String, Object> kwargs, List<Object> expected) {
    assertThat(BILL.bind(args, kwargs, 0)).containsExactlyElementsOf(expected);
  }

  static Stream<Arguments> fitting() {
    List<Object> bound = List.of("a", 2, false);
    return Stream.of(
        Arguments.of(List.of("a", 2L), Map.of(), bound),
        Arguments.of(List.of("a"), Map.of("count", 2L), bound),
        Arguments.of(List.of(), Map.of("count", 2L, "order", "a"), bound),
        Arguments.of(List.of("a", 2L, true), Map.of(), List.of("a", 2, true)),
        Arguments.of(List.of("a", 2L), Map.of("express", true), List.of("a", 2, true)));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("unfitting")
  void argumentsThatDoNotFitAreNamedWithTypeAndPosition(
      List<Object> args, Map<String, Object> kwargs, String message) {
    assertThatThrownBy(() -> BILL.bind(args, kwargs, 0))
        .isInstanceOf(TaskArgumentsException.class)
        .hasMessage(message);
  }

  static Stream<Arguments> unfitting() {
    String takes = "; it takes (String order, int count, boolean express)";
    return Stream.of(
        Arguments.of(
            List.of(),
            Map.of(),
            "shop.bill() missing 2 required arguments: "
                + "'order' (String, position 1), 'count' (int, position 2)"),
        Arguments.of(
            List.of("a"),
            Map.of(),
            "shop.bill() missing 1 required argument: 'count' (int, position 2)"),
        Arguments.of(
            List.of(),
            Map.of("count", 2L),
            "shop.bill() missing 1 required argument: 'order' (String, position 1)"),
        Arguments.of(
            List.of("a", 2L, true, 3L, 4L),
            Map.of(),
            "shop.bill() takes from 2 to 3 positional arguments but 5 were given" + takes),
        Arguments.of(
            List.of("a", 2L),
            Map.of("colour", "red"),
            "shop.bill() got an unexpected keyword argument 'colour'" + takes),
        Arguments.of(
            List.of("a"),
            Map.of("cuont", 2L),
            "shop.bill() got an unexpected keyword argument 'cuont'" + takes),
        Arguments.of(
            List.of("a", 2L),
            Map.of("order", "b"),
            "shop.bill() got multiple values for argument 'order' (String, position 1)"),
        Arguments.of(
            asList("a", null),
            Map.of(),
            "shop.bill() argument 'count' (int, position 2): must not be null"),
        Arguments.of(
            List.of("a", 3_000_000_000L),
            Map.of(),
            "shop.bill() argument 'count' (int, position 2): "
                + "3000000000 is out of the range of int"),
        Arguments.of(
            List.of("a"),
            Map.of("count", 3_000_000_000L),
            "shop.bill() argument 'count' (int, position 2): "
                + "3000000000 is out of the range of int"));
  }

  @Test
  void aValueOfTheWrongKindIsRefusedForTheReasonThatTheSerializerGives() {
    assertThatThrownBy(() -> BILL.bind(List.of("a", "two"), Map.of(), 0))
        .isInstanceOf(TaskArgumentsException.class)
        .hasMessageStartingWith("shop.bill() argument 'count' (int, position 2): ")
        .hasMessageContaining("two")
        .hasCauseInstanceOf(DecodeException.class);
  }

  @Test
  void aTaskWithoutParametersTakesNothing() {
    ArgumentBinder none = DEFINITIONS.binder("tick");

    assertThat(none.bind(List.of(), Map.of(), 0)).isEmpty();
    assertThatThrownBy(() -> none.bind(List.of(1L), Map.of(), 0))
        .hasMessage("tick() takes 0 positional arguments but 1 was given; it takes ()");
  }

  @Test
  void twoArgumentsOfALambdaCannotHaveTheSameName() {
    assertThatThrownBy(
            () -> DEFINITIONS.binder("t", Argument.of("x", int.class), Argument.of("x", int.class)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage("task 't' has two arguments called 'x'");
  }

  @Test
  void anExplicitNullReplacesADefault() {
    ArgumentBinder binder =
        DEFINITIONS.binder("greet", Argument.of("name", String.class).orElse("world"));
    Map<String, Object> none = new LinkedHashMap<>();
    none.put("name", null);

    assertThat(binder.bind(List.of(), Map.of(), 0)).containsExactly("world");
    assertThat(binder.bind(List.of(), none, 0)).containsExactly((Object) null);
  }

  @Test
  void anOptionalParameterMayBeLeftOutOrBeNull() {
    ArgumentBinder binder = DEFINITIONS.binder("greet", Argument.of("name", Optional.class));

    assertThat(binder.bind(List.of(), Map.of(), 0)).containsExactly(Optional.empty());
    assertThat(binder.bind(asList((Object) null), Map.of(), 0)).containsExactly(Optional.empty());
    assertThat(binder.bind(List.of("x"), Map.of(), 0)).containsExactly(Optional.of("x"));
  }

  @Test
  void slotsInFrontAreLeftFree() {
    assertThat(BILL.bind(List.of("a", 2L), Map.of(), 1)).containsExactly(null, "a", 2, false);
  }

  @Property(tries = 200)
  void everySplitIntoPositionalAndKeywordArgumentsBindsTheSame(
      @ForAll @Size(3) List<Integer> values, @ForAll @IntRange(max = 3) int positional) {
    ArgumentBinder binder =
        DEFINITIONS.binder(
            "split", Argument.of(int.class), Argument.of(int.class), Argument.of(int.class));
    Map<String, Object> kwargs = new LinkedHashMap<>();
    for (int i = 2; i >= positional; i--) {
      kwargs.put("arg" + i, values.get(i).longValue());
    }
    List<Object> args = new ArrayList<>();
    values.subList(0, positional).forEach(value -> args.add(value.longValue()));

    assertThat(binder.bind(args, kwargs, 0)).containsExactlyElementsOf(List.<Object>copyOf(values));
  }
}
