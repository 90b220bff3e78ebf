package io.github.celeryjava.celery.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.celeryjava.celery.exceptions.BackendException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
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
import org.junit.jupiter.params.provider.MethodSource;

class ResultMetaTest {

  static Stream<JsonNode> metas() {
    return Stream.of(Golden.NEWEST, Golden.OLDEST)
        .flatMap(version -> Golden.cases("result-meta", version, "metas"))
        .map(node -> node.get("meta"));
  }

  static Stream<JsonNode> trees() {
    return Stream.of(Golden.NEWEST, Golden.OLDEST)
        .flatMap(version -> Golden.cases("result-meta", version, "trees"));
  }

  @ParameterizedTest
  @MethodSource("metas")
  void readsWhatPythonStoresAndWritesTheSameAgain(JsonNode meta) {
    Map<String, Object> python = Golden.decodedMap(meta);

    ResultMeta read = ResultMeta.read(python, null);

    Map<String, Object> written =
        new HashMap<>(Golden.decodedMap(Golden.tree(read.toMap(ZoneOffset.UTC))));
    if (python.get("date_done") instanceof String text && !text.endsWith("+00:00")) {
      python.put("date_done", text + "+00:00"); // 5.2 leaves the offset out.
    }
    assertThat(written).isEqualTo(python);
  }

  @ParameterizedTest
  @MethodSource("trees")
  void readsResultTuplesAndWritesTheSameAgain(JsonNode tuple) {
    ResultTree read = ResultTree.read(Golden.decoded(tuple));

    assertThat(Golden.tree(read.toTuple())).isEqualTo(tuple);
  }

  @Test
  void writesTheDateInTheZoneOfTheApp() {
    ResultMeta meta =
        new ResultMeta(
            "id-1",
            "SUCCESS",
            1,
            null,
            null,
            Instant.parse("2030-01-01T00:00:00.5Z"),
            null,
            "",
            null);

    Map<String, Object> map = meta.toMap(ZoneId.of("Europe/Berlin"));

    assertThat(map)
        .containsEntry("date_done", "2030-01-01T01:00:00.500000+01:00")
        .containsEntry("children", null)
        .doesNotContainKeys("group_id", "parent_id", "name");
  }

  @Test
  void needsNoMoreThanStateResultAndId() {
    Map<String, Object> record = new HashMap<>(Map.of("status", "SUCCESS"));
    record.put("result", null);

    assertThat(ResultMeta.read(record, "id-1"))
        .isEqualTo(new ResultMeta("id-1", "SUCCESS", null, null, null, null, null, null, null));
    assertThatThrownBy(() -> ResultMeta.read(record, null))
        .isInstanceOf(BackendException.class)
        .hasMessageContaining("task_id");
    assertThatThrownBy(() -> ResultMeta.read(Map.of("task_id", "id-1"), null))
        .isInstanceOf(BackendException.class)
        .hasMessage("result of task id-1 has no status");
    assertThatThrownBy(() -> ResultMeta.read("text", "id-1"))
        .isInstanceOf(BackendException.class)
        .hasMessage("result of task id-1 is no map: 'text'");
  }

  @Test
  void passesOverPartsItCannotUse() {
    Map<String, Object> record =
        Map.of(
            "task_id",
            "id-1",
            "status",
            "SUCCESS",
            "date_done",
            "yesterday",
            "traceback",
            1,
            "children",
            List.of("x", List.of(Arrays.asList("c1", null), List.of())));

    ResultMeta read = ResultMeta.read(record, null);

    assertThat(read.dateDone()).isNull();
    assertThat(read.traceback()).isNull();
    assertThat(read.children()).containsExactly(ResultTree.group("c1", List.of()));
  }

  @Test
  void takesAPlainIdForAResultTuple() {
    assertThat(ResultTree.read(Arrays.asList("id-1", null))).isEqualTo(ResultTree.task("id-1"));
  }

  @Test
  void refusesATupleThatIsNestedWithoutEnd() {
    Object tuple = null;
    for (int i = 0; i < 100_000; i++) {
      tuple = Arrays.asList(Arrays.asList("id", tuple), null);
    }
    Object endless = tuple;

    assertThatThrownBy(() -> ResultTree.read(endless))
        .isInstanceOf(BackendException.class)
        .hasMessageContaining("1000");
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void readsAnyRecordOrRefusesIt(@ForAll("records") Map<String, Object> record) {
    try {
      assertThat(ResultMeta.read(record, null).toMap(ZoneOffset.UTC)).containsKey("status");
    } catch (BackendException e) {
      assertThat(e.getMessage()).startsWith("result of task");
    }
    RemoteException error = RemoteException.read(record);
    assertThat(error.repr()).isNotEmpty();
    assertThat(error.toException("id-1", null)).hasMessageContaining("id-1");
  }

  @Provide
  Arbitrary<Map<String, Object>> records() {
    Arbitrary<Object> scalars =
        Arbitraries.oneOf(
            Arbitraries.of("", "SUCCESS", "2030-01-01", "builtins", "ValueError", "KeyError")
                .map(s -> (Object) s),
            Arbitraries.integers().map(i -> (Object) i),
            Arbitraries.doubles().map(d -> (Object) d));
    Arbitrary<Object> values =
        Arbitraries.recursive(
            () -> scalars.injectNull(0.1),
            inner -> inner.list().ofMaxSize(3).map(l -> (Object) new ArrayList<>(l)),
            0,
            4);
    return Arbitraries.maps(
            Arbitraries.of(
                "status",
                "task_id",
                "result",
                "children",
                "date_done",
                "name",
                "stamped_headers",
                "exc_type",
                "exc_message",
                "exc_module"),
            values)
        .ofMaxSize(10);
  }
}
