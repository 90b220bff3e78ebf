package io.github.celeryjava.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Values of every type on their way from a Python client to a Java worker and back. */
@EachPeer
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(120)
class PythonClientValuesIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  @RegisterExtension private final PeerProcesses processes = new PeerProcesses();

  @Parameter PythonPeer peer;

  private PythonClient rpc;
  private PythonClient redis;

  @BeforeParameterizedClassInvocation
  void startWorkersAndClients() {
    rpc = processes.sharedClient(peer, Results.RPC);
    redis = processes.sharedClient(peer, Results.REDIS);
  }

  /** Older peers send typed values as text. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "None|null|null",
        "True|Boolean|Boolean",
        "7|Long|Long",
        "-2**70|BigInteger|BigInteger",
        "1.5|Double|Double",
        "'ü€😀'|String|String",
        "[1, 2]|ArrayList|ArrayList",
        "(1, 2)|ArrayList|ArrayList",
        "{'k': 1}|LinkedHashMap|LinkedHashMap",
        "UUID(int=5)|UUID|String",
        "Decimal('1.50')|BigDecimal|String",
        "datetime(2031, 7, 9, 8, 5, 6, 120, utc)|OffsetDateTime|String",
        "datetime(2031, 7, 9, 8, 5, 6)|LocalDateTime|String",
        "date(2031, 7, 9)|LocalDate|String",
        "time(8, 5, 6)|LocalTime|String"
      })
  void argumentsOfEveryTypeArriveAsJavaMeansThem(String expression, String type, String old) {
    String expected = peer.isAtLeast("5.3") ? type : old;

    String byPosition = rpc.send("java.class_of", expression);
    String byName = redis.send("java.class_of", "value=" + expression);

    assertThat(rpc.result(byPosition, LIMIT).success().json().asText()).isEqualTo(expected);
    assertThat(redis.result(byName, LIMIT).success().json().asText()).isEqualTo(expected);
  }

  @Test
  void bytesArriveAsBytesWhereThePeerCanSendThem() {
    if (!peer.isAtLeast("5.3")) {
      assertThatThrownBy(() -> rpc.send("java.class_of", "b'x'"))
          .isInstanceOf(PythonException.class)
          .hasMessageContaining("EncodeError");
      return;
    }

    String id = rpc.send("java.class_of", "b'\\xff\\x00'");

    assertThat(rpc.result(id, LIMIT).success().json().asText()).isEqualTo("byte[]");
  }

  @ParameterizedTest
  @EnumSource
  void whatPythonSentComesBackAsItWas(Results results) {
    PythonClient client = results == Results.RPC ? rpc : redis;
    String value =
        "{'text': 'ü€😀\\0', 'list': [1, 2.5, None, True, float('inf')], 'big': -2**70, 'ß': {'k': []}}";

    String id = client.send("java.echo", "value=" + value);

    assertThat(client.result(id, LIMIT).success().repr()).isEqualTo(client.eval(value).repr());
  }

  @Test
  void typedParametersTakeTypedValuesAndTheTextOfOlderPeers() {
    JsonNode seen =
        rpc.result(
                rpc.send(
                    "java.typed",
                    "UUID('00112233-4455-6677-8899-aabbccddeeff'), Decimal('1.50'),"
                        + " day=date(2031, 7, 9), local=datetime(2031, 7, 9, 8, 5, 6),"
                        + " time=datetime(2031, 7, 9, 8, 5, 6, tzinfo=utc)"),
                LIMIT)
            .success()
            .json();

    assertThat(seen.toString())
        .isEqualTo(
            "[\"00112233-4455-6677-8899-aabbccddeeff\",\"1.50\",\"2031-07-09\","
                + "\"2031-07-09T08:05:06\",\"2031-07-09T08:05:06Z\"]");
  }

  @Test
  void aRecordIsMadeOfADictionaryAndGivenBackAsOne() {
    String id = rpc.send("java.double_order", "{'sku': 'A1', 'quantity': 4}, times=3");

    assertThat(rpc.result(id, LIMIT).success()).hasToString("{'sku': 'A1', 'quantity': 12}");
  }

  /** Peers without typed values see their envelopes. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "null|None",
        "boolean|True",
        "int|-7",
        "long|-9223372036854775808",
        "BigInteger|1180591620717411303424",
        "double|1.5",
        "infinity|-inf",
        "String|'ü€😀\\x00'",
        "List|[1, None, []]",
        "Map|{'ß': {'k': True}}",
        "record|{'sku': 'A1', 'quantity': 4}",
        "enum|'MONDAY'",
        "BigDecimal|Decimal('1.50')",
        "UUID|UUID('00112233-4455-6677-8899-aabbccddeeff')",
        "OffsetDateTime|datetime.datetime(2031, 7, 9, 8, 5, 6, 120, tzinfo=",
        "Instant|datetime.datetime(2031, 7, 9, 8, 5, 6, tzinfo=",
        "LocalDateTime|datetime.datetime(2031, 7, 9, 8, 5, 6)",
        "LocalDate|datetime.date(2031, 7, 9)",
        "LocalTime|datetime.time(8, 5, 6)",
        "bytes|b'\\xff\\x00'"
      })
  void resultsOfEveryTypeArriveAsPythonMeansThem(String type, String repr) {
    boolean typed = repr.matches("(datetime\\.|Decimal|UUID|b').*");

    String overRpc = rpc.send("java.value", "'" + type + "'");
    String overRedis = redis.send("java.value", "'" + type + "'");

    String expected = typed && !peer.isAtLeast("5.3") ? "{'__type__': " : repr;
    assertThat(rpc.result(overRpc, LIMIT).success().repr()).startsWith(expected);
    assertThat(redis.result(overRedis, LIMIT).success().repr()).startsWith(expected);
  }
}
