package io.github.celeryjava.kombu.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.celeryjava.kombu.exceptions.DecodeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PidboxMessageTest {

  private static final PidboxMessage RATE =
      new PidboxMessage(
          "rate",
          Map.of("name", "mail.send"),
          List.of("w7@h2"),
          null,
          null,
          "t-1",
          new PidboxMessage.ReplyTo("reply.shop.pidbox", "oid-1"));

  @Test
  void aRequestHasKombusKeysInKombusOrder() {
    assertThat(json(RATE.toBody()))
        .isEqualTo(
            "{\"method\":\"rate\",\"arguments\":{\"name\":\"mail.send\"},\"destination\":[\"w7@h2\"],"
                + "\"pattern\":null,\"matcher\":null,\"ticket\":\"t-1\",\"reply_to\":{"
                + "\"exchange\":\"reply.shop.pidbox\",\"routing_key\":\"oid-1\"}}");
  }

  @Test
  void aRequestThatWantsNoAnswerHasNeitherTicketNorAddress() {
    PidboxMessage request = new PidboxMessage("stop", Map.of(), null, "w*", "glob", null, null);

    assertThat(json(request.toBody()))
        .isEqualTo(
            "{\"method\":\"stop\",\"arguments\":{},\"destination\":null,\"pattern\":\"w*\",\"matcher\":\"glob\"}");
  }

  @Test
  void whatIsWrittenIsReadAgain() {
    Object wire = JsonTypes.standard().decode(JsonTypes.standard().encode(RATE.toBody()));

    assertThat(PidboxMessage.read(wire)).isEqualTo(RATE);
  }

  @Test
  void requestsOfOldPeersLackKeysAndRequestsOfNewOnesMayHaveMore() {
    PidboxMessage old = PidboxMessage.read(Map.of("method", "ping"));
    PidboxMessage odd =
        PidboxMessage.read(
            Map.of("method", "ping", "arguments", List.of(), "destination", "w1", "x", 1));

    assertThat(old).isEqualTo(new PidboxMessage("ping", Map.of(), null, null, null, null, null));
    assertThat(odd.destination()).containsExactly("w1");
    assertThat(odd.arguments()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("noRequests")
  void whatIsNoRequestIsRefused(Object body) {
    assertThatThrownBy(() -> PidboxMessage.read(body)).isInstanceOf(DecodeException.class);
  }

  static List<Object> noRequests() {
    return Arrays.asList(null, "ping", List.of(1), Map.of(), Map.of("method", 5));
  }

  @Test
  void headersHoldTheClockAndWhenTheCallerLosesInterest() {
    Instant now = Instant.parse("2031-07-09T08:05:06.250Z");

    Map<String, Object> asked = PidboxMessage.requestHeaders(7, now, Duration.ofMillis(1500));
    Map<String, Object> told = PidboxMessage.requestHeaders(8, now, null);

    assertThat(json(asked)).isEqualTo("{\"clock\":7,\"expires\":1.94135070775E9}");
    assertThat(json(told)).isEqualTo("{\"clock\":8,\"expires\":0}");
    assertThat(PidboxMessage.clock(asked)).isEqualTo(7);
    assertThat(PidboxMessage.clock(Map.of())).isZero();
    assertThat(PidboxMessage.isExpired(asked, now)).isFalse();
    assertThat(PidboxMessage.isExpired(asked, now.plusSeconds(2))).isTrue();
    assertThat(PidboxMessage.isExpired(told, now.plusSeconds(2))).isFalse();
    assertThat(json(PidboxMessage.replyHeaders("t-1", 9)))
        .isEqualTo("{\"ticket\":\"t-1\",\"clock\":9}");
    assertThat(PidboxMessage.ticket(Collections.singletonMap("ticket", null))).isNull();
  }

  @Test
  void repliesTellErrorsAsTheirOnlyKey() {
    assertThat(json(PidboxMessage.reply("w1", PidboxMessage.error("KeyError('x')"))))
        .isEqualTo("{\"w1\":{\"error\":\"KeyError('x')\"}}");
    assertThat(PidboxMessage.errorIn(Map.of("error", "no"))).isEqualTo("no");
    assertThat(PidboxMessage.errorIn(Map.of("error", "no", "ok", 1))).isNull();
    assertThat(PidboxMessage.errorIn("error")).isNull();
  }

  @Test
  void namesAreMadeOfTheNamespace() {
    assertThat(PidboxMessage.exchange("shop")).isEqualTo("shop.pidbox");
    assertThat(PidboxMessage.replyExchange("shop")).isEqualTo("reply.shop.pidbox");
    assertThat(PidboxMessage.nodeQueue("w1@h", "shop")).isEqualTo("w1@h.shop.pidbox");
    assertThat(PidboxMessage.replyQueue("oid", "shop")).isEqualTo("oid.reply.shop.pidbox");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "no such queue|ValueError('no such queue')",
        "it's|ValueError(\"it's\")",
        "it's \"so\"|ValueError('it\\'s \"so\"')",
        "a\\b|ValueError('a\\\\b')",
        "ü|ValueError('ü')",
      })
  void errorsLookAsPythonShowsThem(String message, String shown) {
    assertThat(ErrorText.of("ValueError", message)).isEqualTo(shown);
  }

  @Test
  void controlCharactersOfErrorsAreEscaped() {
    assertThat(ErrorText.of("ValueError", "a\nb\tc\rd\u0007"))
        .isEqualTo("ValueError('a\\nb\\tc\\rd\\x07')");
    assertThat(ErrorText.of(new IllegalStateException())).isEqualTo("IllegalStateException()");
  }

  private static String json(Map<String, ?> map) {
    return new String(JsonTypes.standard().encode(map), java.nio.charset.StandardCharsets.UTF_8);
  }
}
