package io.github.celeryjava.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.celeryjava.kombu.serialization.JsonSerializer;
import io.github.celeryjava.kombu.testing.ServerProcess;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Timeout;

/**
 * A type that both sides have registered: here, and in Python by the module that the user guide
 * shows.
 */
@Timeout(60)
class OwnJsonTypeIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** As {@code money.py} of the examples has it. */
  private record Money(BigDecimal amount, String currency) {

    static Money parse(Object text) {
      String[] parts = ((String) text).split(" ");
      return new Money(new BigDecimal(parts[0]), parts[1]);
    }
  }

  @EachPeer
  @PeerAtLeast("5.3") // older ones have no types of the application's own
  void travelsUnderItsMarkerInBothDirections(PythonPeer peer) {
    JsonSerializer json =
        JsonSerializer.builder()
            .type(Money.class, "money", m -> m.amount() + " " + m.currency(), Money::parse)
            .build();
    Money price = new Money(new BigDecimal("9.90"), "NOK");
    String code =
        """
        import sys
        from money import Money
        from kombu.utils.json import dumps, loads
        price = loads(sys.argv[1])["price"]
        print(type(price) is Money, price.amount * 2)
        print(dumps({"price": price}))
        """;
    ProcessBuilder python =
        new ProcessBuilder(
            peer.python().toString(),
            "-c",
            code,
            new String(json.encode(Map.of("price", price)), StandardCharsets.UTF_8));
    python.directory(Path.of("..", "examples", "src", "main", "python").toFile());
    python.environment().put("PYTHONDONTWRITEBYTECODE", "1");

    List<String> lines = ServerProcess.run(python, LIMIT).lines().toList();

    assertThat(lines.get(0)).isEqualTo("True 19.80");
    assertThat(json.decode(lines.get(1).getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(Map.of("price", price));
  }
}
