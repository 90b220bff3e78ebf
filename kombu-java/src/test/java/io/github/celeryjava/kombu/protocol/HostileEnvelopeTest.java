package io.github.celeryjava.kombu.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.github.celeryjava.kombu.exceptions.DecodeException;
import io.github.celeryjava.kombu.exceptions.EncodeException;
import io.github.celeryjava.kombu.protocol.VirtualEnvelope.BodyEncoding;
import io.github.celeryjava.kombu.testing.Mutator;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What anybody puts into Redis is read or refused, with the documented error, in bounded time. */
@Timeout(600)
class HostileEnvelopeTest {

  private static final String ENVELOPE =
      """
      {"body": "eyJjaXR5IjogIk9zbG8ifQ==", "content-encoding": "utf-8",
       "content-type": "application/json", "headers": {"trace": "k7", "n": [1, 2.5, null]},
       "properties": {"correlation_id": "5c1f", "delivery_mode": 2, "priority": 3,
        "expiration": "60000", "timestamp": 1700000000, "body_encoding": "base64",
        "delivery_tag": "7d0c3b56-0f0e-4a57-9d0f-2f6f3d1c9a11",
        "delivery_info": {"exchange": "geo", "routing_key": "city.new"}}}""";

  private static final List<byte[]> WORDS =
      texts(
          "{",
          "}",
          "[",
          "]",
          ",",
          ":",
          "\"",
          "\\",
          "\\u0000",
          "\\ud800",
          "null",
          "true",
          "1e999",
          "-1",
          "99999999999999999999",
          "NaN",
          "\"headers\":",
          "\"properties\":",
          "\"delivery_info\":",
          "\"redelivered\":",
          "\"delivery_tag\":",
          "\"priority\":",
          "\"body_encoding\":",
          "\"utf-8\"",
          "\"__type__\":",
          "\"__value__\":",
          "\"datetime\"",
          "\u0000",
          "\u00e9",
          "=",
          "[[[[[[[[[[[[");

  @Test
  void anEnvelopeIsReadOrRefusedAndWhatIsReadCanBeSentOn() {
    Mutator inputs =
        new Mutator(
            20260301,
            texts(ENVELOPE, "{\"body\": \"text\", \"headers\": {\"redelivered\": true}}", "{}"),
            WORDS);
    int read = 0;

    for (int i = 0; i < Mutator.rounds(); i++) {
      byte[] input = inputs.next();
      try {
        VirtualEnvelope envelope = VirtualEnvelope.decode(input);
        VirtualEnvelope.encode(envelope.message(), "", "jobs", "tag", BodyEncoding.BASE64);
        read++;
      } catch (DecodeException | EncodeException e) {
        assertThat(e).hasMessageNotContaining("Oslo");
      } catch (Throwable t) {
        fail("not a documented error for " + shown(input), t);
      }
    }

    assertThat(read).isBetween(Mutator.rounds() / 100, Mutator.rounds());
  }

  @Test
  void aRecordIsPutBackWithBothMarksAndNothingElseChangedOrRefused() {
    Mutator inputs =
        new Mutator(
            20260302,
            texts("[" + ENVELOPE + ", \"geo\", \"city.new\"]", "[{}, \"\", \"jobs\"]"),
            WORDS);
    int read = 0;

    for (int i = 0; i < Mutator.rounds(); i++) {
      byte[] input = inputs.next();
      try {
        UnackedRecord record = UnackedRecord.read(input);
        assertThat(record.priority()).isBetween(0, 9);
        assertMarkedOnce(record.redelivered());
        read++;
      } catch (DecodeException e) {
        assertThat(e).hasMessageStartingWith("cannot decode the record");
      } catch (Throwable t) {
        fail("not a documented error for " + shown(input), t);
      }
    }

    assertThat(read).isBetween(Mutator.rounds() / 1000, Mutator.rounds());
  }

  private static void assertMarkedOnce(byte[] marked) {
    assertThat(UnackedRecord.redelivered(marked)).isEqualTo(marked);
    try {
      assertThat(VirtualEnvelope.decode(marked).redelivered()).isTrue();
    } catch (DecodeException e) {
      // Its body or a typed value in it is unreadable, which is its consumer's affair.
    }
  }

  private static String shown(byte[] input) {
    return Base64.getEncoder().encodeToString(input);
  }

  private static List<byte[]> texts(String... texts) {
    return Arrays.stream(texts).map(text -> text.getBytes(UTF_8)).toList();
  }
}
