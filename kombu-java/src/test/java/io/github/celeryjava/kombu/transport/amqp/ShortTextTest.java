package io.github.celeryjava.kombu.transport.amqp;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.celeryjava.kombu.exceptions.EncodeException;
import io.github.celeryjava.kombu.transport.Destination;
import io.github.celeryjava.kombu.transport.MessageProperties;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShortTextTest {

  @ParameterizedTest
  @ValueSource(strings = {"a", "é", "漢", "😀"})
  void lets255BytesPassAndNoMore(String character) {
    int bytes = character.getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
    String longest = character.repeat(255 / bytes) + "x".repeat(255 % bytes);

    assertThatCode(() -> ShortText.requireQueue(longest)).doesNotThrowAnyException();
    assertThatThrownBy(() -> ShortText.requireQueue(longest + "x"))
        .isInstanceOf(EncodeException.class)
        .hasMessageContainingAll("the name of queue", "256 bytes", "AMQP allows 255");
  }

  @Test
  void saysWhichPartOfAMessageIsTooLong() {
    String tooLong = "k".repeat(300);

    assertThatThrownBy(() -> ShortText.require(Destination.exchange("", tooLong)))
        .hasMessage(
            "routing key '" + "k".repeat(40) + "...' takes 300 bytes of UTF-8, AMQP allows 255");
    assertThatThrownBy(
            () -> ShortText.require(MessageProperties.builder().correlationId(tooLong).build()))
        .hasMessageStartingWith("correlation id 'kkk");
    assertThatThrownBy(() -> OutgoingTable.of(Map.of("outer", Map.of(tooLong, 1))))
        .hasMessageStartingWith("key in header outer. 'kkk");
  }
}
