package io.github.celeryjava.celery.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.celeryjava.celery.canvas.CallOptions;
import io.github.celeryjava.celery.canvas.CallOptionsBuilder;
import io.github.celeryjava.celery.canvas.TaskSignature;
import io.github.celeryjava.celery.canvas.WorkflowOptions;
import io.github.celeryjava.celery.exceptions.InvalidTaskException;
import io.github.celeryjava.celery.protocol.SignatureData;
import io.github.celeryjava.celery.protocol.TaskCall;
import io.github.celeryjava.celery.protocol.TaskLinks;
import io.github.celeryjava.kombu.entity.DeliveryMode;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.AbstractMap.SimpleEntry;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SignatureCodecTest {

  private static final Instant WHEN = Instant.parse("2030-01-02T03:04:05.5Z");

  @Test
  void aCallHasCelerysSixKeys() {
    TaskSignature call =
        new TaskSignature("t", List.of(1), Map.of("k", 2), CallOptions.none(), true);

    assertThat(SignatureCodec.encode(call).toMap())
        .containsExactly(
            Map.entry("task", "t"),
            Map.entry("args", List.of(1)),
            Map.entry("kwargs", Map.of("k", 2)),
            Map.entry("options", Map.of()),
            new SimpleEntry<>("subtask_type", null),
            Map.entry("immutable", true));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("options")
  void optionsHaveCelerysNamesAndUnits(CallOptions options, Map<String, Object> expected) {
    assertThat(encoded(options)).isEqualTo(expected);
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("options")
  void optionsAreReadBack(CallOptions expected, Map<String, Object> options) {
    assertThat(decoded(options)).isEqualTo(expected);
  }

  static Stream<Arguments> options() {
    return Stream.of(
        row(CallOptions.builder().taskId("id"), "task_id", "id"),
        row(CallOptions.builder().groupId("g").groupIndex(2), "group_id", "g", "group_index", 2),
        row(CallOptions.builder().rootId("r").parentId("p"), "root_id", "r", "parent_id", "p"),
        row(CallOptions.builder().replyTo("q"), "reply_to", "q"),
        row(CallOptions.builder().queue("q"), "queue", "q"),
        row(
            CallOptions.builder().exchange("x").routingKey("k"),
            "exchange",
            "x",
            "routing_key",
            "k"),
        row(CallOptions.builder().priority(9), "priority", 9),
        row(
            CallOptions.builder().serializer("json").compression("zlib"),
            "serializer",
            "json",
            "compression",
            "zlib"),
        row(CallOptions.builder().countdown(Duration.ofSeconds(3)), "countdown", 3),
        row(CallOptions.builder().countdown(Duration.ofMillis(1500)), "countdown", 1.5),
        row(CallOptions.builder().eta(WHEN), "eta", "2030-01-02T03:04:05.500000+00:00"),
        row(CallOptions.builder().expires(WHEN), "expires", "2030-01-02T03:04:05.500000+00:00"),
        row(CallOptions.builder().expiresIn(Duration.ofMinutes(1)), "expires", 60),
        row(
            CallOptions.builder()
                .timeLimit(Duration.ofSeconds(20))
                .softTimeLimit(Duration.ofSeconds(10)),
            "time_limit",
            20,
            "soft_time_limit",
            10),
        row(CallOptions.builder().ignoreResult(false), "ignore_result", false),
        row(CallOptions.builder().shadow("s"), "shadow", "s"),
        row(CallOptions.builder().headers(Map.of("x-own", 1)), "headers", Map.of("x-own", 1)),
        row(
            CallOptions.builder().argsrepr("(…)").kwargsrepr("{…}"),
            "argsrepr",
            "(…)",
            "kwargsrepr",
            "{…}"),
        row(CallOptions.builder().deliveryMode(DeliveryMode.TRANSIENT), "delivery_mode", 1));
  }

  private static Arguments row(CallOptionsBuilder options, Object... pairs) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      map.put((String) pairs[i], pairs[i + 1]);
    }
    return Arguments.of(options.build(), map);
  }

  @Test
  void linksAreSignaturesOfTheirOwn() {
    CallOptions options =
        CallOptions.builder()
            .link(List.of(TaskSignature.of("cb", List.of(1))))
            .linkError(List.of(TaskSignature.of("err", List.of())))
            .build();

    SignatureData data =
        SignatureCodec.encode(TaskSignature.of("t", List.of()).withOptions(options));

    Map<?, ?> written = (Map<?, ?>) data.toMap().get("options");
    assertThat((List<?>) written.get("link"))
        .singleElement()
        .satisfies(link -> assertThat(((Map<?, ?>) link).get("task")).isEqualTo("cb"));
    assertThat((List<?>) written.get("link_error")).hasSize(1);
  }

  @Test
  void whatIsNotUnderstoodIsCarriedOnAsItCame() {
    Map<String, Object> group = Requests.signature("celery.group", Map.of());
    group.put("subtask_type", "group");
    Map<String, Object> options =
        Map.of(
            "chain", List.of(group),
            "chord", Requests.signature("body", Map.of("task_id", "b")),
            "link", List.of(group),
            "retries", 2,
            "replaced_task_nesting", 1,
            "stamped_headers", List.of("tenant"),
            "tenant", List.of("a"));

    CallOptions decoded = decoded(options);

    assertThat(encoded(decoded)).isEqualTo(options);
    TaskCall call = SignatureCodec.addTo(TaskCall.builder("t", "id"), decoded).build();
    assertThat(call.retries()).isEqualTo(2);
    assertThat(call.replacedTaskNesting()).isEqualTo(1);
    assertThat(call.stamps()).isEqualTo(Map.of("tenant", List.of("a")));
    assertThat(call.links().chain()).hasSize(1);
    assertThat(call.links().chord()).isNotNull();
  }

  @Test
  void linksOfTheCallComeAfterThoseItCarries() {
    SignatureData carried = SignatureData.of("carried", List.of(), Map.of(), Map.of());
    CallOptions options =
        CallOptions.builder()
            .workflow(
                WorkflowOptions.NONE.withLinks(new TaskLinks(List.of(carried), null, null, null)))
            .link(List.of(TaskSignature.of("own", List.of())))
            .build();

    assertThat(SignatureCodec.links(options).callbacks())
        .extracting(SignatureData::task)
        .containsExactly("carried", "own");
  }

  @Test
  void aCallWithoutLinksHasNone() {
    assertThat(SignatureCodec.links(CallOptions.none())).isSameAs(TaskLinks.NONE);
  }

  @Test
  void formsThatPythonWritesAreRead() {
    CallOptions decoded =
        decoded(
            Map.of(
                "eta",
                OffsetDateTime.parse("2030-01-02T05:04:05.5+02:00"),
                "delivery_mode",
                "persistent",
                "priority",
                3L,
                "ignore_result",
                1L,
                "link",
                Requests.signature("single", Map.of()),
                "publisher_thing",
                "unknown"));

    assertThat(decoded.eta()).isEqualTo(WHEN);
    assertThat(decoded.deliveryMode()).isEqualTo(DeliveryMode.PERSISTENT);
    assertThat(decoded.priority()).isEqualTo(3);
    assertThat(decoded.ignoreResult()).isTrue();
    assertThat(decoded.workflow().links().callbacks()).hasSize(1);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("unusable")
  void anOptionThatCannotBeUsedIsNamed(String option, Object value, String message) {
    assertThatThrownBy(() -> decoded(Map.of(option, value)))
        .isInstanceOf(InvalidTaskException.class)
        .hasMessageContaining(message);
  }

  static Stream<Arguments> unusable() {
    return Stream.of(
        Arguments.of("eta", "soon", "here.options.eta must be a time"),
        Arguments.of("countdown", "3", "here.options.countdown must be a number of seconds"),
        Arguments.of("expires", true, "here.options.expires must be a time"),
        Arguments.of("queue", List.of("q"), "here.options.queue must be text"),
        Arguments.of("priority", 256, "here cannot be sent: priority must be 0 to 255"),
        Arguments.of("delivery_mode", 3, "here cannot be sent: delivery mode is 1 or 2"),
        Arguments.of("headers", List.of(), "here.options.headers must be a map"),
        Arguments.of("link", List.of("name"), "here.options.link[0] must be a map"),
        Arguments.of(
            "stamped_headers", List.of(1), "here.options.stamped_headers must hold names"));
  }

  @Test
  void aCompositeIsNoCall() {
    SignatureData group =
        new SignatureData("celery.group", List.of(), Map.of(), Map.of(), "group", false, Map.of());

    assertThatThrownBy(() -> SignatureCodec.decode(group, "here"))
        .isInstanceOf(InvalidTaskException.class)
        .hasMessage("invalid task message: here must be the call of a task, is a group");
  }

  @Property(tries = 300)
  void everyCallSurvivesTheWay(@ForAll("calls") TaskSignature call) {
    SignatureData data = SignatureCodec.encode(call);
    SignatureData read = SignatureData.read(data.toMap(), "here");

    assertThat(SignatureCodec.decode(read, "here")).isEqualTo(call);
  }

  @Provide
  Arbitrary<TaskSignature> calls() {
    Arbitrary<String> text = Arbitraries.strings().alpha().ofMinLength(1).injectNull(0.5);
    Arbitrary<Duration> span =
        Arbitraries.integers().between(-1000, 1_000_000).map(Duration::ofMillis).injectNull(0.5);
    Arbitrary<Instant> time =
        Arbitraries.longs()
            .between(0, 4_000_000_000_000L)
            .map(Instant::ofEpochMilli)
            .injectNull(0.5);
    return Combinators.combine(
            text,
            span,
            time,
            span,
            Arbitraries.integers().between(0, 255),
            Arbitraries.of(true, false))
        .as(
            (name, countdown, eta, limit, priority, flag) ->
                new TaskSignature(
                    "t",
                    List.of(priority),
                    Map.of("k", flag),
                    CallOptions.builder()
                        .taskId(name)
                        .queue(name)
                        .countdown(countdown)
                        .eta(eta)
                        .expires(limit == null ? eta : null)
                        .expiresIn(limit)
                        .timeLimit(limit)
                        .priority(priority)
                        .ignoreResult(flag)
                        .build(),
                    flag));
  }

  private static Map<String, Object> encoded(CallOptions options) {
    Object map =
        SignatureCodec.encode(TaskSignature.of("t", List.of()).withOptions(options))
            .toMap()
            .get("options");
    @SuppressWarnings("unchecked")
    Map<String, Object> typed = (Map<String, Object>) map;
    return typed;
  }

  private static CallOptions decoded(Map<String, Object> options) {
    SignatureData data = SignatureData.read(Requests.signature("t", options), "here");
    return SignatureCodec.decode(data, "here").options();
  }
}
