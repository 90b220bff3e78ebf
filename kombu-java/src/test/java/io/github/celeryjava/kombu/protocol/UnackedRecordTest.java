package io.github.celeryjava.kombu.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.celeryjava.kombu.exceptions.DecodeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnackedRecordTest {

  private static final String ENVELOPE =
      """
      {"body": "eA==", "headers": {"id": 12345678901234567890, "eta": 1.50e+3},
       "properties": {"priority": 6, "delivery_tag": "old", "other": [1, {}, "ü"],
                      "delivery_info": {"exchange": "geo", "routing_key": "city"}}}""";

  @Test
  void aRecordTellsWhereItsMessageGoes() {
    UnackedRecord record = read("[" + ENVELOPE + ", \"geo\", \"city.\\u00fc\"]");

    assertThat(record.exchange()).isEqualTo("geo");
    assertThat(record.routingKey()).isEqualTo("city.ü");
    assertThat(record.priority()).isEqualTo(6);
  }

  @Test
  void bothMarksAreSetAndEveryOtherByteStays() {
    UnackedRecord record = read("[ " + ENVELOPE + " , \"geo\", \"city\"] ");

    assertThat(new String(record.redelivered(), UTF_8))
        .isEqualTo(
            ENVELOPE
                .replace("{\"id\"", "{\"redelivered\": true, \"id\"")
                .replace("{\"exchange\"", "{\"redelivered\": true, \"exchange\""));
  }

  @Test
  void aCopyForAnotherQueueHasATagOfItsOwn() {
    UnackedRecord record = read("[" + ENVELOPE + ", \"geo\", \"city\"]");

    assertThat(new String(record.redeliveredAs("new-tag"), UTF_8))
        .contains("\"delivery_tag\": \"new-tag\", \"other\"")
        .contains("\"redelivered\": true, \"id\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "{} | {\"headers\": {\"redelivered\": true}}",
        "{\"headers\": null} | {\"headers\": {\"redelivered\": true}}",
        "{\"headers\": [1]} | {\"headers\": {\"redelivered\": true}}",
        "{\"headers\": {}} | {\"headers\": {\"redelivered\": true}}",
        "{\"headers\":{\"redelivered\":false}} | {\"headers\":{\"redelivered\":true}}",
        "{\"headers\":{\"redelivered\":17,\"a\":1}} | {\"headers\":{\"redelivered\":true,\"a\":1}}",
        "{\"headers\":{\"redelivered\":\"n\\u00e9\"}} | {\"headers\":{\"redelivered\":true}}",
        "{\"headers\":{\"redelivered\":{\"a\":[]}}} | {\"headers\":{\"redelivered\":true}}",
        "{\"a\":1} | {\"headers\": {\"redelivered\": true}, \"a\":1}"
      })
  void aMarkIsSetInWhateverShapeHeadersAre(String envelope, String marked) {
    assertThat(new String(UnackedRecord.redelivered(envelope.getBytes(UTF_8)), UTF_8))
        .isEqualTo(marked);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "[]",
        "[1, \"\", \"\"]",
        "[{}, \"\"]",
        "[{}, \"\", 1]",
        "[{}, \"\", \"\", \"\"]",
        "[{}, \"\", \"\"] 1",
        "[{\"a\": }, \"\", \"\"]"
      })
  void whatIsNoRecordIsRefused(String record) {
    assertThatThrownBy(() -> read(record))
        .isInstanceOf(DecodeException.class)
        .hasMessageStartingWith("cannot decode the record of a message: ");
  }

  private static UnackedRecord read(String json) {
    return UnackedRecord.read(json.getBytes(UTF_8));
  }
}
