package io.github.celeryjava.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;

import io.github.celeryjava.celery.Celery;
import io.github.celeryjava.celery.CeleryBuilder;
import io.github.celeryjava.celery.canvas.CallOptions;
import io.github.celeryjava.celery.exceptions.TaskFailedException;
import io.github.celeryjava.celery.result.AsyncResult;
import io.github.celeryjava.kombu.serialization.JsonSerializer;
import io.github.celeryjava.kombu.serialization.SerializerRegistry;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Values of every type on their way from a Java client to a Python worker and back. */
@EachPeer
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(120)
class JavaClientValuesIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final UUID ID = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");

  @RegisterExtension private final PeerProcesses processes = new PeerProcesses();
  @RegisterExtension private final JavaApps apps = new JavaApps();

  @Parameter PythonPeer peer;

  @BeforeParameterizedClassInvocation
  void startWorkers() {
    processes.sharedWorker(peer, Results.RPC);
    processes.sharedWorker(peer, Results.REDIS);
  }

  @Test
  void argumentsOfEveryJsonTypeArriveAsPythonMeansThemByPositionAndByName() throws Exception {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("whole", -1);
    values.put("real", -2.5);
    values.put("großes_ß", "ü€😀\u0000'\"");
    values.put("flag", true);
    values.put("nothing", null);
    values.put("list", List.of(1, List.of("x"), List.of()));
    values.put("map", Map.of("k", Map.of()));
    values.put("big", BigInteger.TWO.pow(70).negate());

    Map<?, ?> seen = describe(new ArrayList<>(values.values()), values, builder());

    List<String> expected =
        List.of(
            "-1",
            "-2.5",
            "'ü€😀\\x00\\'\"'",
            "True",
            "None",
            "[1, ['x'], []]",
            "{'k': {}}",
            "-1180591620717411303424");
    assertThat(seen.get("args")).isEqualTo(expected);
    Map<?, ?> byName = (Map<?, ?>) seen.get("kwargs");
    assertThat(byName.keySet()).isEqualTo(values.keySet());
    assertThat(new ArrayList<Object>(byName.values())).isEqualTo(expected);
  }

  /** Python 5.2 has no typed values: it sees their envelopes, and echoes them. */
  @Test
  void typedValuesArriveAndComeBackAsWhatTheyAre() throws Exception {
    List<Object> values =
        List.of(
            new BigDecimal("1.50"),
            ID,
            OffsetDateTime.parse("2031-07-09T08:05:06.00012+02:00"),
            LocalDateTime.parse("2031-07-09T08:05:06"),
            LocalDate.of(2031, 7, 9),
            LocalTime.of(8, 5, 6));
    List<String> asPythonSeesThem =
        List.of(
            "Decimal('1.50')",
            "UUID('00112233-4455-6677-8899-aabbccddeeff')",
            "datetime.datetime(2031, 7, 9, 8, 5, 6, 120, tzinfo=",
            "datetime.datetime(2031, 7, 9, 8, 5, 6)",
            "datetime.date(2031, 7, 9)",
            "datetime.time(8, 5, 6)");

    Map<?, ?> seen = describe(values, Map.of("k", values.get(0)), builder());
    Object echoed = app(Results.RPC).send("tasks.echo", values.toArray()).get(LIMIT);

    assertThat(((Map<?, ?>) echoed).get("args")).isEqualTo(values);
    List<?> args = (List<?>) seen.get("args");
    for (int i = 0; i < values.size(); i++) {
      assertThat(args.get(i))
          .asString()
          .startsWith(peer.isAtLeast("5.3") ? asPythonSeesThem.get(i) : "{'__type__': ");
    }
    assertThat(((Map<?, ?>) seen.get("kwargs")).get("k")).isEqualTo(args.get(0));
  }

  @Test
  void bytesArriveAsBytesWhereThePeerKnowsThem() throws Exception {
    byte[] any = {(byte) 0xff, 0};
    byte[] text = "abc".getBytes(StandardCharsets.UTF_8);

    Map<?, ?> seen = describe(List.of(any, text), Map.of(), builder());
    Object echoed = app(Results.REDIS).send("tasks.echo", any, text).get(LIMIT);

    assertThat(seen.get("args"))
        .isEqualTo(
            peer.isAtLeast("5.3")
                ? List.of("b'\\xff\\x00'", "b'abc'")
                : List.of(
                    "{'__type__': 'base64', '__value__': '/wA='}",
                    "{'__type__': 'bytes', '__value__': 'abc'}"));
    assertThat(((Map<?, ?>) echoed).get("args")).asInstanceOf(LIST).containsExactly(any, text);
  }

  @Test
  void anAppForOldPeersSendsTypedValuesAsTheTextThatTheyExpect() throws Exception {
    List<Object> values =
        List.of(new BigDecimal("1.50"), ID, OffsetDateTime.parse("2031-07-09T08:05:06Z"));
    SerializerRegistry old =
        SerializerRegistry.builder().register(JsonSerializer.builder().legacy().build()).build();

    Map<?, ?> seen = describe(values, Map.of(), builder().serializers(old));

    assertThat(seen.get("args"))
        .isEqualTo(List.of("'1.50'", "'" + ID + "'", "'2031-07-09T08:05:06Z'"));
  }

  /** An expression, its value for Java, and that of the oldest peer if it is another one. */
  static Stream<Arguments> results() {
    return Stream.of(
        Arguments.of("None", null, null),
        Arguments.of("False", false, false),
        Arguments.of("-7", -7L, -7L),
        Arguments.of("2**70", BigInteger.TWO.pow(70), BigInteger.TWO.pow(70)),
        Arguments.of("1.5", 1.5, 1.5),
        Arguments.of("-float('inf')", Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY),
        Arguments.of("'ü€😀\\0'", "ü€😀\0", "ü€😀\0"),
        Arguments.of("(1, [2, None], {})", tuple(), tuple()),
        Arguments.of("{'ß': {'k': [True]}}", nested(), nested()),
        Arguments.of("Decimal('1.50')", new BigDecimal("1.50"), "1.50"),
        Arguments.of("UUID('%s')".formatted(ID), ID, ID.toString()),
        Arguments.of(
            "datetime(2031, 7, 9, 8, 5, 6, 120, utc)",
            OffsetDateTime.parse("2031-07-09T08:05:06.00012Z"),
            "2031-07-09T08:05:06.000120Z"),
        Arguments.of(
            "datetime(2031, 7, 9, 8, 5, 6)",
            LocalDateTime.parse("2031-07-09T08:05:06"),
            "2031-07-09T08:05:06"),
        Arguments.of("date(2031, 7, 9)", LocalDate.of(2031, 7, 9), "2031-07-09T00:00:00"),
        Arguments.of("time(8, 5, 6)", LocalTime.of(8, 5, 6), "08:05:06"));
  }

  @ParameterizedTest
  @MethodSource("results")
  void resultsOfEveryTypeArriveAsJavaMeansThem(
      String expression, @Nullable Object value, @Nullable Object old) throws Exception {
    AsyncResult<Object> overRpc = app(Results.RPC).send("tasks.value", expression);
    AsyncResult<Object> overRedis = app(Results.REDIS).send("tasks.value", expression);

    Object expected = peer.isAtLeast("5.3") ? value : old;
    assertThat(overRpc.get(LIMIT)).isEqualTo(expected);
    assertThat(overRedis.get(LIMIT)).isEqualTo(expected);
  }

  @Test
  void bytesComeBackWhereThePeerKnowsThem() throws Exception {
    AsyncResult<Object> result = app(Results.REDIS).send("tasks.value", "b'\\xff\\x00'");

    if (peer.isAtLeast("5.3")) {
      assertThat(result.get(LIMIT)).isEqualTo(new byte[] {(byte) 0xff, 0});
    } else {
      assertThatThrownBy(() -> result.get(LIMIT))
          .isInstanceOf(TaskFailedException.class)
          .hasMessageContaining("EncodeError");
    }
  }

  @Test
  void aHandleWithATypeConvertsWhatItGetsToIt() throws Exception {
    Celery app = app(Results.REDIS);

    String decimal = app.send("tasks.value", "Decimal('1.50')").id();
    String id = app.send("tasks.value", "UUID('%s')".formatted(ID)).id();
    String date = app.send("tasks.value", "date(2031, 7, 9)").id();

    assertThat(app.<BigDecimal>asyncResult(decimal, BigDecimal.class).get(LIMIT))
        .isEqualTo(new BigDecimal("1.50"));
    assertThat(app.<UUID>asyncResult(id, UUID.class).get(LIMIT)).isEqualTo(ID);
    assertThat(app.<LocalDate>asyncResult(date, LocalDate.class).get(LIMIT))
        .isEqualTo(LocalDate.of(2031, 7, 9));
  }

  private static List<?> tuple() {
    List<Object> inner = new ArrayList<>();
    inner.add(2L);
    inner.add(null);
    return List.of(1L, inner, Map.of());
  }

  private static Map<?, ?> nested() {
    return Map.of("ß", Map.of("k", List.of(true)));
  }

  /** What the arguments are to Python. */
  private Map<?, ?> describe(List<Object> args, Map<String, Object> kwargs, CeleryBuilder builder)
      throws Exception {
    Celery app = apps.add(builder);
    return (Map<?, ?>) app.send("tasks.describe", args, kwargs, CallOptions.none()).get(LIMIT);
  }

  private CeleryBuilder builder() {
    return SharedPeers.javaApp(Results.RPC, SharedPeers.pythonQueue(peer, Results.RPC));
  }

  private Celery app(Results results) {
    return apps.toPython(peer, results);
  }
}
