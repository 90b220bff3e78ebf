package io.github.celeryjava.celery.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.celeryjava.celery.protocol.TaskHeaders;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VerdictTest {

  private static final Instant NOW = ManualClock.START;

  @ParameterizedTest(name = "eta {0} s, expires {1} s from now: {2}")
  @CsvSource({
    ",,Run",
    "-1,,Run",
    "0,,Run",
    "1,,RunAt",
    ",-1,Discard",
    ",0,Run",
    ",1,Run",
    "1,-1,Discard",
    "2,1,RunAt",
    "-2,-1,Discard"
  })
  void dependsOnTheTimesAlone(Integer eta, Integer expires, String expected) {
    Verdict verdict = Verdict.on(headers(eta, expires), NOW);

    assertThat(verdict.getClass().getSimpleName()).isEqualTo(expected);
  }

  @Test
  void saysWhenToRunAndWhyNot() {
    assertThat(Verdict.on(headers(7, null), NOW)).isEqualTo(new Verdict.RunAt(NOW.plusSeconds(7)));
    assertThat(Verdict.on(headers(null, -7), NOW))
        .isEqualTo(new Verdict.Discard(Verdict.Reason.EXPIRED));
    assertThat(Verdict.Reason.EXPIRED.text()).isEqualTo("expired");
    assertThat(Verdict.Reason.REVOKED.text()).isEqualTo("revoked");
  }

  private static TaskHeaders headers(Integer eta, Integer expires) {
    Map<String, Object> headers = new HashMap<>(Map.of("task", "t", "id", "id-1"));
    if (eta != null) {
      headers.put("eta", NOW.plusSeconds(eta).toString());
    }
    if (expires != null) {
      headers.put("expires", NOW.plusSeconds(expires).toString());
    }
    return TaskHeaders.read(headers);
  }
}
