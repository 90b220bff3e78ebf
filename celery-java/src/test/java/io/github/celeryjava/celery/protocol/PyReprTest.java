package io.github.celeryjava.celery.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
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

class PyReprTest {

  record Case(JsonNode value, int maxLength, int maxLevels, String text) {

    String inJava() {
      return value.has("$tuple")
          ? PyRepr.ofTuple(Golden.values(value.get("$tuple")), maxLength, maxLevels)
          : PyRepr.of(Golden.value(value), maxLength, maxLevels);
    }

    @Override
    public String toString() {
      String start = value.toString();
      return maxLength + "/" + maxLevels + " " + start.substring(0, Math.min(80, start.length()));
    }
  }

  static Stream<Case> newest() {
    return cases(Golden.NEWEST);
  }

  private static Stream<Case> cases(String version) {
    return Golden.cases("repr", version, "saferepr")
        .flatMap(
            node -> {
              List<Case> cases = new ArrayList<>();
              for (JsonNode text : node.get("texts")) {
                cases.add(
                    new Case(
                        node.get("value"),
                        text.get("maxlen").asInt(),
                        text.get("maxlevels").asInt(),
                        text.get("text").asText()));
              }
              return cases.stream();
            });
  }

  @ParameterizedTest
  @MethodSource("newest")
  void writesWhatTheNewestPeerWrites(Case expected) {
    assertThat(expected.inJava()).isEqualTo(expected.text());
  }

  @Test
  void writesWhatTheOldestPeerWritesWhereNothingIsLeftOut() {
    List<Case> whole = cases(Golden.OLDEST).filter(each -> !each.text().contains("...")).toList();

    assertThat(whole).hasSizeGreaterThan(250);
    assertThat(whole).allSatisfy(each -> assertThat(each.inJava()).isEqualTo(each.text()));
  }

  @Test
  void writesLiteralsAsPythonsOwnRepr() {
    assertThat(Golden.cases("repr", Golden.NEWEST, "repr"))
        .hasSizeGreaterThan(15)
        .allSatisfy(
            node ->
                assertThat(PyRepr.literal(Golden.value(node.get("value"))))
                    .isEqualTo(node.get("text").asText().replace("(\"b'\",)", "[\"b'\"]")));
  }

  @Test
  void writesDoublesWithAsFewDigitsAsPython() {
    assertThat(Golden.cases("repr", Golden.NEWEST, "floats"))
        .hasSizeGreaterThan(500)
        .allSatisfy(
            node ->
                assertThat(PyFloat.text(Double.longBitsToDouble(node.get("bits").asLong())))
                    .isEqualTo(node.get("text").asText()));
  }

  @Test
  void showsTypesThatOnlyJavaHasAsTheirPythonCounterparts() {
    assertThat(PyRepr.of(new int[] {1, 2})).isEqualTo("[1, 2]");
    assertThat(PyRepr.of(new String[] {"a", null})).isEqualTo("['a', None]");
    assertThat(PyRepr.of(new ArrayDeque<>(List.of(1)))).isEqualTo("[1]");
    assertThat(PyRepr.of('c')).isEqualTo("'c'");
    assertThat(PyRepr.of(CharBuffer.wrap("text"))).isEqualTo("'text'");
    assertThat(PyRepr.of(Thread.State.NEW)).isEqualTo("'NEW'");
    assertThat(PyRepr.of(0.1f)).isEqualTo("0.1");
    assertThat(PyRepr.of(ByteBuffer.wrap(new byte[] {'a'}))).isEqualTo("b'a'");
    assertThat(PyRepr.of(Instant.EPOCH))
        .isEqualTo("datetime.datetime(1970, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)");
    assertThat(PyRepr.of(Instant.EPOCH.atZone(ZoneId.of("Europe/Berlin"))))
        .endsWith("tzinfo=zoneinfo.ZoneInfo(key='Europe/Berlin'))");
  }

  @Test
  void endsForAListThatHoldsItself() {
    List<Object> list = new ArrayList<>();
    list.add(list);
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("self", map);

    assertThat(PyRepr.of(list)).isEqualTo("[<Recursion on list>]");
    assertThat(PyRepr.of(map)).isEqualTo("{'self': <Recursion on dict>}");
    assertThat(PyRepr.of(list, PyRepr.UNLIMITED, 0)).isEqualTo("[<Recursion on list>]");
  }

  @Test
  void endsForAMapThatIsItsOwnKey() {
    IdentityHashMap<Object, Object> map = new IdentityHashMap<>();
    map.put(List.of(map), 1);

    assertThat(PyRepr.of(map)).startsWith("{[{[{").contains("...");
  }

  @Test
  void endsForALongWayDown() {
    List<Object> deep = new ArrayList<>();
    for (int i = 0; i < 100_000; i++) {
      deep = new ArrayList<>(Arrays.asList((Object) deep));
    }

    assertThat(PyRepr.of(deep, PyRepr.UNLIMITED, 0))
        .startsWith("[[[")
        .contains("[...]")
        .endsWith("]]]");
  }

  @Test
  void saysSoWhenAValueCannotBeShown() {
    Object failing =
        new Object() {
          @Override
          public String toString() {
            throw new IllegalStateException("secret");
          }
        };

    assertThat(PyRepr.of(List.of(failing, 1)))
        .startsWith("[<Unrepresentable " + getClass().getName())
        .contains("IllegalStateException")
        .doesNotContain("secret")
        .endsWith(", 1]");
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void neverThrowsAndStaysWithinItsLength(@ForAll("values") Object value) {
    for (int length : new int[] {1, 5, 30, 1024}) {
      String text = PyRepr.of(value, length, 3);

      // Quotes, an ellipsis on each, escapes and the brackets come on top.
      assertThat(text.codePointCount(0, text.length())).isLessThan(2 * length + 40);
    }
  }

  @Provide
  Arbitrary<Object> values() {
    Arbitrary<Object> scalars =
        Arbitraries.oneOf(
            Arbitraries.strings().ofMaxLength(50).map(s -> (Object) s),
            Arbitraries.integers().map(i -> (Object) i),
            Arbitraries.doubles().map(d -> (Object) d),
            Arbitraries.bytes().array(byte[].class).ofMaxSize(20).map(b -> (Object) b),
            Arbitraries.of(true, false).map(b -> (Object) b));
    return Arbitraries.recursive(
        () -> scalars,
        inner ->
            Arbitraries.oneOf(
                inner.list().ofMaxSize(6).map(l -> (Object) l),
                Arbitraries.maps(Arbitraries.strings().ofMaxLength(5), inner)
                    .ofMaxSize(4)
                    .map(m -> (Object) m)),
        0,
        5);
  }

  @Property(tries = 3000)
  void writesADoubleThatReadsBackAsItself(@ForAll double value) {
    String text = PyFloat.text(value);

    assertThat(Double.parseDouble(text)).isEqualTo(value);
    assertThat(text).doesNotContain("E");
  }
}
