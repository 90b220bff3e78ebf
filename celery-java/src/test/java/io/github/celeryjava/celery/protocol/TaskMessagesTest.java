package io.github.celeryjava.celery.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.celeryjava.celery.exceptions.InvalidTaskException;
import io.github.celeryjava.celery.protocol.TaskMessages.Version;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TaskMessagesTest {

  private static final Map<String, Object> HEADERS = Map.of("task", "proj.add", "id", "id-1");
  private static final List<Object> BODY = List.of(List.of(2, 3), Map.of(), Map.of());

  @Test
  void tellsTheVersionsApart() {
    Map<String, Object> first = Map.of("task", "proj.add", "id", "id-1", "args", List.of());

    assertThat(TaskMessages.version(HEADERS, BODY)).isEqualTo(Version.V2);
    assertThat(TaskMessages.version(HEADERS, first)).isEqualTo(Version.HYBRID);
    assertThat(TaskMessages.version(Map.of(), first)).isEqualTo(Version.V1);
    assertThat(TaskMessages.version(Map.of(), BODY)).isEqualTo(Version.UNKNOWN);
    assertThat(TaskMessages.version(Map.of(), Map.of("x", 1))).isEqualTo(Version.UNKNOWN);
    assertThat(TaskMessages.version(Map.of(), null)).isEqualTo(Version.UNKNOWN);
    assertThat(TaskMessages.version(Map.of(), "text")).isEqualTo(Version.UNKNOWN);
  }

  @Test
  void needsTheBodyOfAMessageWhoseHeadersNameNoTaskOrNoId() {
    assertThat(TaskMessages.isVersion2(HEADERS)).isTrue();
    assertThat(TaskMessages.isVersion2(Map.of("task", "proj.add"))).isFalse();
    assertThat(TaskMessages.isVersion2(Map.of())).isFalse();
  }

  @Test
  void findsTheIdThatABrokenMessageClaims() {
    Map<String, Object> body = Map.of("id", "id-2");

    assertThat(TaskMessages.claimedId(HEADERS, body)).isEqualTo("id-1");
    assertThat(TaskMessages.claimedId(Map.of("id", 7), null)).isEqualTo("7");
    assertThat(TaskMessages.claimedId(Map.of(), body)).isEqualTo("id-2");
    assertThat(TaskMessages.claimedId(Map.of(), List.of("id"))).isNull();
    assertThat(TaskMessages.claimedId(Map.of("id", List.of()), null)).isNull();
  }

  @Test
  void overlaysTheBodyOfAHybridMessageWithItsHeaders() {
    Map<String, Object> body = new HashMap<>();
    body.put("task", "old.name");
    body.put("id", "id-1");
    body.put("args", List.of(1));
    body.put("kwargs", Map.of("x", 2));
    body.put("eta", "2030-01-01T00:00:00");
    body.put("retries", 4);
    body.put("callbacks", List.of(Map.of("task", "proj.next")));

    IncomingTask read = TaskMessages.read(Map.of("task", "proj.add", "retries", 1), body);

    assertThat(read.version()).isEqualTo(Version.HYBRID);
    assertThat(read.headers().task()).isEqualTo("proj.add");
    assertThat(read.headers().id()).isEqualTo("id-1");
    assertThat(read.headers().retries()).isEqualTo(1);
    assertThat(read.headers().eta()).isEqualTo(Instant.parse("2030-01-01T00:00:00Z"));
    assertThat(read.body().kwargs()).isEqualTo(Map.of("x", 2));
    assertThat(read.body().links().callbacks())
        .extracting(SignatureData::task)
        .containsExactly("proj.next");
    assertThat(read.body().links().chain()).isNull();
  }

  @Test
  void readsAVersion1MessageThatLeavesOutWhatItCan() {
    IncomingTask read =
        TaskMessages.read(Map.of("trace", "t"), Map.of("task", "proj.add", "id", "id-1"));

    assertThat(read.body().args()).isEmpty();
    assertThat(read.body().kwargs()).isEmpty();
    assertThat(read.body().links()).isEqualTo(TaskLinks.NONE);
    assertThat(read.headers().custom()).isEqualTo(Map.of("trace", "t"));
    assertThat(read.headers().argsrepr()).isEqualTo("[]");
  }

  @Test
  void prefersTheOldNameOfTheGroupInVersion1() {
    Map<String, Object> body =
        Map.of("task", "proj.add", "id", "id-1", "group", "new", "taskset", "old");

    assertThat(TaskMessages.read(Map.of(), body).headers().group()).isEqualTo("old");
  }

  @Test
  void refusesToWriteAChainInVersion1() {
    TaskLinks chain =
        new TaskLinks(
            null,
            null,
            List.of(SignatureData.of("proj.next", List.of(), Map.of(), Map.of())),
            null);
    TaskCall call = TaskCall.builder("proj.add", "id-1").links(chain).build();

    assertThatThrownBy(() -> new TaskMessageV1(MessageStyle.of("gen1@here")).of(call))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("proj.add");
  }

  static Stream<Arguments> wrongBodies() {
    return Stream.of(
        Arguments.of(null, "message names no task"),
        Arguments.of("text", "body must be a list, was 'text'"),
        Arguments.of(Map.of(), "body must be a list, was {}"),
        Arguments.of(List.of(), "body must have 3 parts, has 0"),
        Arguments.of(List.of(List.of(), Map.of()), "body must have 3 parts, has 2"),
        Arguments.of(List.of(1, 2, 3, 4), "body must have 3 parts, has 4"),
        Arguments.of(
            Arrays.asList(null, Map.of(), null), "body[0] (args) must be a list, was None"),
        Arguments.of(
            Arrays.asList(List.of(), null, null), "body[1] (kwargs) must be a map, was None"),
        Arguments.of(
            List.of(List.of(), Map.of(1, 2), Map.of()),
            "body[1] (kwargs) must have text for keys, was 1"),
        Arguments.of(List.of(List.of(), Map.of(), "x"), "body[2] must be a map, was 'x'"),
        Arguments.of(embed("callbacks", "x"), "body[2].callbacks must be a map, was 'x'"),
        Arguments.of(embed("errbacks", List.of(1)), "body[2].errbacks[0] must be a map, was 1"),
        Arguments.of(embed("chain", List.of(Map.of())), "body[2].chain[0].task is missing"),
        Arguments.of(
            embed("chord", Map.of("task", 1.5, "args", "x")), "body[2].chord.args must be a list"),
        Arguments.of(
            embed("chord", Map.of("task", "t", "options", 1)),
            "body[2].chord.options must be a map"));
  }

  @ParameterizedTest
  @MethodSource("wrongBodies")
  void saysWhichPartOfTheBodyIsWrong(Object body, String message) {
    assertThatThrownBy(() -> TaskMessages.read(HEADERS, body))
        .isInstanceOf(InvalidTaskException.class)
        .hasMessageStartingWith("invalid task message: " + message);
  }

  @Test
  void refusesToSendWhatWouldEndAPythonWorker() {
    assertThatThrownBy(() -> TaskCall.builder("proj.add", "").build())
        .hasMessage("id must not be empty");
    assertThatThrownBy(() -> TaskCall.builder("", "id-1").build())
        .hasMessage("task must not be empty");
    assertThatThrownBy(
            () -> TaskCall.builder("t", "id-1").stamps(List.of("a", "b"), Map.of("a", 1)).build())
        .hasMessage("stamp 'b' has no value");
  }

  @Test
  void leavesTheHeadersOfAMessageToItsReceiver() {
    TaskMessageV2 second = new TaskMessageV2(MessageStyle.of("gen1@here"));
    TaskCall call = TaskCall.builder("t", "id-1").headers(Map.of("lang", "mine")).build();

    TaskMessage message = second.of(call);
    message.headers().put("added", 1);

    assertThat(message.headers()).containsEntry("lang", "mine").containsEntry("added", 1);
    assertThat(second.of(call).headers()).doesNotContainKey("added");
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void readsAnyMessageOrSaysWhatIsWrongWithIt(
      @ForAll("headers") Map<String, Object> headers, @ForAll("bodies") Object body) {
    try {
      IncomingTask read = TaskMessages.read(headers, body);
      TaskCall again = TaskCall.of(read.headers(), read.body(), null).build();
      assertThat(new TaskMessageV2(MessageStyle.of("gen1@here")).of(again).body()).isNotNull();
    } catch (InvalidTaskException e) {
      assertThat(e.getMessage()).hasSizeLessThan(400);
    }
  }

  @Provide
  Arbitrary<Map<String, Object>> headers() {
    Arbitrary<String> keys =
        Arbitraries.of(
            "task",
            "id",
            "eta",
            "expires",
            "retries",
            "timelimit",
            "group",
            "group_index",
            "stamps",
            "stamped_headers",
            "ignore_result",
            "root_id",
            "argsrepr",
            "replaced_task_nesting",
            "x");
    return Arbitraries.maps(keys, values())
        .ofMaxSize(8)
        .map(
            map -> {
              Map<String, Object> usable = new HashMap<>(map);
              usable.putIfAbsent("task", "proj.add");
              usable.putIfAbsent("id", "id-1");
              return usable;
            });
  }

  @Provide
  Arbitrary<Object> bodies() {
    Arbitrary<String> keys =
        Arbitraries.of(
            "task", "id", "args", "kwargs", "callbacks", "chord", "taskset", "eta", "options");
    Arbitrary<Object> maps = Arbitraries.maps(keys, values()).ofMaxSize(6).map(m -> (Object) m);
    return Arbitraries.oneOf(
        values(),
        maps,
        Arbitraries.oneOf(values(), maps).list().ofSize(3).map(l -> (Object) l),
        maps.map(embed -> (Object) List.of(List.of(), Map.of(), embed)));
  }

  private static Arbitrary<Object> values() {
    Arbitrary<Object> scalars =
        Arbitraries.oneOf(
            Arbitraries.of("", "text", "2030-01-01T00:00:00", "-1").map(s -> (Object) s),
            Arbitraries.integers().map(i -> (Object) i),
            Arbitraries.longs().map(i -> (Object) i),
            Arbitraries.doubles().map(d -> (Object) d),
            Arbitraries.of(true, false).map(b -> (Object) b));
    return Arbitraries.recursive(
        () -> scalars.injectNull(0.1),
        inner ->
            Arbitraries.oneOf(
                inner.list().ofMaxSize(3).map(l -> (Object) new ArrayList<>(l)),
                Arbitraries.maps(Arbitraries.of("task", "args", "kwargs", "a"), inner)
                    .ofMaxSize(4)
                    .map(m -> (Object) m)),
        0,
        3);
  }

  private static List<Object> embed(String key, Object value) {
    return List.of(List.of(), Map.of(), Map.of(key, value));
  }
}
