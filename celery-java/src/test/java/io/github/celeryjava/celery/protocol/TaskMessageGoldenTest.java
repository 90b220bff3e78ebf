package io.github.celeryjava.celery.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The same calls made by Python and by this library, compared field by field. */
class TaskMessageGoldenTest {

  /** What the script took for now. */
  private static final Instant NOW = Instant.parse("2030-01-02T03:04:05.678900Z");

  /** Headers that the oldest peer does not write, and passes over when it reads. */
  private static final Set<String> SINCE_OLDEST =
      Set.of("replaced_task_nesting", "stamped_headers", "stamps");

  private static final Set<String> CUT_OTHERWISE = Set.of("argsrepr", "kwargsrepr");

  /** Calls whose arguments take the tagged types of a serializer, tested where that is written. */
  private static final Set<String> TAGGED = Set.of("dates", "uuid", "decimal", "bytes");

  record Case(String version, JsonNode node) {

    String name() {
      return node.get("name").asText();
    }

    Map<String, Object> headers() {
      return Golden.decodedMap(node.get("headers"));
    }

    @Override
    public String toString() {
      return version + " " + name();
    }
  }

  static Stream<Case> version2() {
    return cases("task-v2");
  }

  static Stream<Case> version1() {
    return cases("task-v1");
  }

  static Stream<Case> published() {
    return cases("task-published");
  }

  private static Stream<Case> cases(String format) {
    return Stream.of(Golden.NEWEST, Golden.OLDEST)
        .flatMap(
            version -> Golden.cases(format, version, "cases").map(node -> new Case(version, node)));
  }

  @ParameterizedTest
  @MethodSource("version2")
  void writesHeadersAndBodyOfVersion2AsPython(Case expected) {
    TaskMessage message = new TaskMessageV2(style(expected)).of(call(expected));

    Map<String, Object> headers = new LinkedHashMap<>(message.headers());
    Map<String, Object> python = new LinkedHashMap<>(expected.headers());
    assertThat(headers.remove("lang")).isEqualTo("java");
    assertThat(python.remove("lang")).isEqualTo("py");
    if (expected.version().equals(Golden.OLDEST)) {
      headers.keySet().removeAll(SINCE_OLDEST);
      if (expected.name().equals("long arguments")) {
        headers
            .keySet()
            .removeAll(CUT_OTHERWISE); // 5.2 ends a text that is cut off in another way.
        python.keySet().removeAll(CUT_OTHERWISE);
      }
    }
    assertThat(Golden.throughJson(headers)).isEqualTo(python);
    assertPropertiesAndBody(expected, message);
  }

  @ParameterizedTest
  @MethodSource("version1")
  void writesTheBodyOfVersion1AsPython(Case expected) {
    TaskMessage message = new TaskMessageV1(style(expected)).of(call(expected));

    assertThat(message.headers()).isEqualTo(expected.headers());
    assertPropertiesAndBody(expected, message);
  }

  @ParameterizedTest
  @MethodSource("version2")
  void readsVersion2AndWritesTheSameAgain(Case original) {
    Object body = Golden.decoded(original.node().get("body"));
    if (body == null) {
      return; // This release could not encode the arguments.
    }

    IncomingTask read = TaskMessages.read(original.headers(), body);
    TaskCall again =
        TaskCall.of(read.headers(), read.body(), null)
            .reprs(read.headers().argsrepr(), read.headers().kwargsrepr())
            .build();
    TaskMessage written = new TaskMessageV2(style(original)).of(again);

    assertThat(read.version()).isEqualTo(TaskMessages.Version.V2);
    assertThat(Golden.throughJson(written.body())).isEqualTo(body);
    Map<String, Object> headers = new LinkedHashMap<>(written.headers());
    headers.put("lang", "py");
    Map<String, Object> reread = Golden.decodedMap(Golden.tree(headers));
    assertThat(reread).containsAllEntriesOf(original.headers());
  }

  @ParameterizedTest
  @MethodSource("version1")
  void readsVersion1AsTheVersion2MessageItStandsFor(Case original) {
    if (original.node().get("body").isNull()) {
      return; // This release could not encode the arguments.
    }
    Map<String, Object> body = Golden.decodedMap(original.node().get("body"));

    IncomingTask read = TaskMessages.read(original.headers(), body);
    TaskCall again = TaskCall.of(read.headers(), read.body(), null).build();
    Object written = new TaskMessageV1(style(original)).body(again);

    assertThat(read.version()).isEqualTo(TaskMessages.Version.V1);
    assertThat(read.headers().argsrepr()).isEqualTo(PyRepr.of(body.get("args")));
    assertThat(Golden.throughJson(written)).isEqualTo(body);
  }

  @ParameterizedTest
  @MethodSource("published")
  void readsWhatAProgramPublishedAndWritesTheSameAgain(Case original) {
    Map<String, Object> headers = original.headers();
    Object body = Golden.decoded(original.node().get("body"));
    boolean second = original.node().get("protocol").asInt() == 2;

    IncomingTask read = TaskMessages.read(headers, body);

    assertThat(read.version())
        .isEqualTo(second ? TaskMessages.Version.V2 : TaskMessages.Version.V1);
    assertThat(TaskMessages.isVersion2(headers)).isEqualTo(second);
    assertThat(read.headers().id())
        .isEqualTo(original.node().get("properties").get("correlation_id").asText());
    assertThat(read.headers().custom())
        .isEqualTo(original.name().equals("headers") ? Map.of("trace", "abc", "n", 1) : Map.of());
    TaskCall again = TaskCall.of(read.headers(), read.body(), "id-2").build();
    TaskMessage written =
        second
            ? new TaskMessageV2(style(original)).of(again)
            : new TaskMessageV1(style(original)).of(again);
    assertThat(Golden.throughJson(written.body())).isEqualTo(body);
    assertThat(written.replyTo())
        .isEqualTo(original.node().get("properties").get("reply_to").asText());
    assertThat(written.headers()).containsAllEntriesOf(second ? Map.of() : headers);
  }

  private static void assertPropertiesAndBody(Case expected, TaskMessage message) {
    JsonNode properties = expected.node().get("properties");
    assertThat(message.correlationId()).isEqualTo(properties.get("correlation_id").asText());
    assertThat(message.replyTo()).isEqualTo(properties.get("reply_to").asText());
    if (!TAGGED.contains(expected.name())) {
      assertThat(Golden.throughJson(message.body()))
          .isEqualTo(Golden.decoded(expected.node().get("body")));
    }
  }

  /** Python writes a time in its own zone where the caller gave one. */
  private static MessageStyle style(Case expected) {
    JsonNode eta = expected.node().path("call").path("eta");
    ZoneId zone =
        eta.isMissingNode() ? ZoneOffset.UTC : ((OffsetDateTime) Golden.value(eta)).getOffset();
    return new MessageStyle("gen1@here", zone, true, 1024, 3);
  }

  private static TaskCall call(Case expected) {
    JsonNode given = expected.node().get("call");
    TaskCall.Builder call =
        TaskCall.builder("proj.add", "id-1")
            .eta(given.has("countdown") ? in(given.get("countdown")) : time(given.get("eta")))
            .expires(
                given.path("expires").isInt()
                    ? in(given.get("expires"))
                    : time(given.get("expires")))
            .retries(given.path("retries").asInt(0))
            .timeLimits(duration(given.get("time_limit")), duration(given.get("soft_time_limit")))
            .rootId(given.path("root_id").asText(null))
            .parentId(given.path("parent_id").asText(null))
            .group(
                given.path("group_id").asText(null),
                given.has("group_index") ? given.get("group_index").asInt() : null)
            .shadow(given.path("shadow").asText(null))
            .reprs(given.path("argsrepr").asText(null), given.path("kwargsrepr").asText(null))
            .ignoreResult(given.path("ignore_result").asBoolean(false))
            .replacedTaskNesting(given.path("replaced_task_nesting").asInt(0))
            .origin(given.path("origin").asText(null))
            .replyTo(given.path("reply_to").asText(null))
            .links(
                new TaskLinks(
                    signatures(given.get("callbacks")),
                    signatures(given.get("errbacks")),
                    signatures(given.get("chain")),
                    given.has("chord")
                        ? SignatureData.read(Golden.value(given.get("chord")), "chord")
                        : null));
    if (given.has("args")) {
      JsonNode args = given.get("args");
      call =
          args.isArray()
              ? call.argsList(Golden.values(args))
              : call.args(Golden.values(args.get("$tuple")));
    }
    if (given.has("kwargs")) {
      call.kwargs(Fields.stringKeyed(Golden.value(given.get("kwargs")), "kwargs"));
    }
    if (given.has("stamped_headers")) {
      List<String> names = new ArrayList<>();
      Map<String, Object> stamps = new LinkedHashMap<>();
      for (JsonNode name : given.get("stamped_headers")) {
        names.add(name.asText());
        stamps.put(name.asText(), Golden.value(given.get(name.asText())));
      }
      call.stamps(names, stamps);
    }
    return call.build();
  }

  private static Instant in(JsonNode seconds) {
    Number number = (Number) Golden.value(seconds);
    return NOW.plusMillis(Math.round(number.doubleValue() * 1000));
  }

  private static Instant time(JsonNode tagged) {
    return tagged == null ? null : ((OffsetDateTime) Golden.value(tagged)).toInstant();
  }

  private static Duration duration(JsonNode seconds) {
    return seconds == null ? null : Fields.seconds(Golden.value(seconds), "limit");
  }

  private static List<SignatureData> signatures(JsonNode tagged) {
    return tagged == null ? null : SignatureData.readAll(Golden.value(tagged), "signatures");
  }
}
