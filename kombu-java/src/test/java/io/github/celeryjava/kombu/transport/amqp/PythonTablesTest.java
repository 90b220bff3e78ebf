package io.github.celeryjava.kombu.transport.amqp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.impl.AMQImpl;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PythonTablesTest {

  @Test
  void longNumbersOfPythonAreReadWhereverTheyAre() throws IOException {
    Map<String, Object> headers = new LinkedHashMap<>();
    headers.put("LL", "LONG TEXT with L");
    headers.put("first", 1L << 40);
    headers.put("yes", true);
    headers.put("nothing", null);
    headers.put("half", 0.5);
    headers.put("part", 0.5f);
    headers.put("money", new BigDecimal("1.25"));
    headers.put("moment", new Date(1_700_000_000_000L));
    headers.put("bytes", new byte[] {'L', 'l'});
    headers.put("short", (short) 'L');
    headers.put("byte", (byte) 'L');
    headers.put("int", (int) 'L');
    headers.put("list", Arrays.asList(-(1L << 41), null, Map.of("deep", 1L << 42)));
    headers.put("last", -(1L << 43));
    byte[] ofJava = content("application/json", "utf-8", headers);
    byte[] ofPython = asPython(ofJava);

    PythonTables.repair(ofPython);

    assertThat(ofPython).isEqualTo(ofJava);
    assertThat(read(ofPython)).containsEntry("first", 1L << 40).containsEntry("last", -(1L << 43));
  }

  @Test
  void whatHasNoHeadersOrNoLongNumbersStaysAsItIs() throws IOException {
    for (byte[] payload :
        List.of(
            content("LARGE/L", "L", null),
            content("LARGE/L", null, Map.of("L", "L")),
            content(null, null, Map.of()))) {
      byte[] before = payload.clone();

      PythonTables.repair(payload);

      assertThat(payload).isEqualTo(before);
    }
  }

  @Test
  void whatIsNoTableIsLeftToTheDriver() throws IOException {
    byte[] valid =
        asPython(content("a/b", "utf-8", Map.of("n", 1L << 40, "m", Map.of("x", List.of("L")))));
    Random random = new Random(17);

    for (int round = 0; round < 200_000; round++) {
      byte[] mutated = Arrays.copyOf(valid, 12 + random.nextInt(valid.length - 11));
      for (int change = random.nextInt(5); change > 0; change--) {
        mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
      }

      assertThatCode(() -> PythonTables.repair(mutated)).doesNotThrowAnyException();
    }
  }

  /** Writes numbers of 64 bits the way py-amqp does: keys and lists here hold no other l. */
  private static byte[] asPython(byte[] payload) {
    byte[] python = payload.clone();
    for (int i = 0; i < python.length - 3; i++) {
      boolean small = python[i + 1] == 0 && python[i + 2] == 0 && python[i + 3] > 0;
      boolean negative = python[i + 1] == -1 && python[i + 2] == -1;
      if (python[i] == 'l' && (small || negative)) {
        python[i] = 'L';
      }
    }
    assertThat(python).isNotEqualTo(payload);
    return python;
  }

  private static byte[] content(String type, String encoding, Map<String, Object> headers)
      throws IOException {
    AMQP.BasicProperties properties =
        new AMQP.BasicProperties.Builder()
            .contentType(type)
            .contentEncoding(encoding)
            .headers(headers == null ? null : new HashMap<>(headers))
            .build();
    return properties.toFrame(1, 0).getPayload();
  }

  private static Map<String, Object> read(byte[] payload) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(payload));
    return ((AMQP.BasicProperties) AMQImpl.readContentHeaderFrom(in)).getHeaders();
  }
}
