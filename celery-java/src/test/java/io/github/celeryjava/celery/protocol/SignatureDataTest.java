package io.github.celeryjava.celery.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SignatureDataTest {

  @Test
  void alwaysWritesAllSixKeys() {
    SignatureData signature = SignatureData.of("proj.add", List.of(4), Map.of("x", 1), Map.of());

    Map<String, Object> map = new LinkedHashMap<>(signature.toMap());

    assertThat(map.keySet())
        .containsExactly("task", "args", "kwargs", "options", "subtask_type", "immutable");
    assertThat(map).containsEntry("subtask_type", null).containsEntry("immutable", false);
  }

  @Test
  void writesSignaturesInsideItselfAsMaps() {
    SignatureData inner = SignatureData.of("proj.inner", List.of(), Map.of(), Map.of());
    SignatureData group =
        new SignatureData(
            "celery.group",
            List.of(),
            Map.of("tasks", List.of(inner, "left as it is")),
            Map.of(SignatureOptions.LINK, List.of(inner)),
            "group",
            false,
            Map.of());

    Map<String, Object> map = group.toMap();

    assertThat(map.get("kwargs"))
        .isEqualTo(Map.of("tasks", List.of(inner.toMap(), "left as it is")));
    assertThat(map.get("options")).isEqualTo(Map.of("link", List.of(inner.toMap())));
  }

  @Test
  void doesNotCopyArgumentsThatHoldNoSignature() {
    List<Object> args = Arrays.asList(List.of(1), Map.of("a", 1), null);

    assertThat(SignatureData.of("t", args, Map.of(), Map.of()).toMap().get("args")).isSameAs(args);
  }

  @Test
  void takesMissingPartsAsEmpty() {
    Map<String, Object> map = new HashMap<>(Map.of("task", "proj.add"));
    map.put("args", null);

    SignatureData read = SignatureData.read(map, "here");

    assertThat(read).isEqualTo(SignatureData.of("proj.add", List.of(), Map.of(), Map.of()));
  }

  @Test
  void keepsKeysThatItDoesNotKnow() {
    Map<String, Object> map = Map.of("task", "proj.sum", "chord_size", 3, "immutable", true);

    SignatureData read = SignatureData.read(map, "here");

    assertThat(read.immutable()).isTrue();
    assertThat(read.extras()).isEqualTo(Map.of("chord_size", 3));
    assertThat(read.withOptions(Map.of("task_id", "b")).toMap()).containsEntry("chord_size", 3);
  }

  @Test
  void takesASingleSignatureForAListOfOne() {
    assertThat(SignatureData.readAll(Map.of("task", "t"), "here"))
        .extracting(SignatureData::task)
        .containsExactly("t");
  }
}
