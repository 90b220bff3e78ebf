package io.github.celeryjava.kombu.serialization;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.github.celeryjava.kombu.exceptions.DecodeException;
import io.github.celeryjava.kombu.exceptions.EncodeException;
import io.github.celeryjava.kombu.testing.Mutator;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the network sends is decoded or refused, with the documented errors and in bounded time. */
@Timeout(3600)
class HostileYamlTest {

  private static final List<byte[]> SEEDS =
      bytes(
          "- - 2\n  - 3\n- debug: true\n- callbacks: null\n  chain: []\n",
          "id: 'yes'\nwhen: 2031-07-09 08:05:06.000120+02:00\nday: 2031-07-09\nn: -1.5e+3\n",
          "base: &b {a: 1, b: [x, y]}\nother:\n  <<: *b\n  a: 2\nlist: [*b, &c z, *c]\n",
          "raw: !!binary |\n  /wD+\nset: !!set {a, b}\nomap: !!omap [a: 1, b: 2]\n",
          "%YAML 1.1\n---\n\"quoted \\u00e9 \\x41 \\U0001F600\": 'it''s'\n...\n",
          "text: |\n  one\n   two\n\nfolded: >-\n  one\n  two\n# comment\nlast: ~\n",
          "? [complex]\n: 1:30\n? 0x1F\n: 017\nbig: 123456789012345678901234567890\n");

  private static final List<byte[]> WORDS =
      bytes(
          "\n",
          " ",
          "  ",
          "\t",
          "- ",
          "? ",
          ": ",
          ":",
          ",",
          "[",
          "]",
          "{",
          "}",
          "#",
          " #",
          "&a ",
          "*a",
          "*b",
          "!",
          "!!",
          "!!int ",
          "!!float ",
          "!!bool ",
          "!!null ",
          "!!timestamp ",
          "!!binary ",
          "!!set ",
          "!!omap ",
          "!!pairs ",
          "!!seq ",
          "!!map ",
          "!!str ",
          "!!python/object/apply:os.system ",
          "!<tag:x> ",
          "!<",
          "%TAG ! tag:x\n---\n",
          "%",
          "---",
          "...",
          "|",
          "|2",
          "|+",
          ">",
          ">-",
          "'",
          "\"",
          "\\",
          "\\u",
          "\\x0",
          "\\U00110000",
          "\\ud800",
          "<<",
          "<<: ",
          "=",
          "~",
          "yes",
          ".inf",
          "-.nan",
          ".",
          "1:1:1:1",
          "0b",
          "0x_",
          "99999999999999999999",
          "1.e+999",
          "2031-13-45",
          "9999-12-31T25:61:61Z",
          "+99:99",
          "\r",
          "\u0085",
          "\u2028",
          "\ufeff",
          "\u0000",
          "[[[[[[[[",
          "{a: {a: ",
          "- - - - ",
          "@",
          "`");

  private final YamlSerializer yaml =
      new YamlSerializer(ReadLimits.defaults(), JsonSerializer.standard());

  @Test
  void textsAreDecodedOrRefusedAndWhatIsDecodedCanBeSentOn() {
    Mutator inputs = new Mutator(20260107, SEEDS, WORDS);
    int decoded = 0;

    for (int i = 0; i < Mutator.rounds(); i++) {
      byte[] input = inputs.next();
      try {
        yaml.encode(yaml.decode(input));
        decoded++;
      } catch (DecodeException | EncodeException e) {
        assertThat(e).hasMessageStartingWith("cannot ");
      } catch (Throwable t) {
        fail("not a documented error for " + Base64.getEncoder().encodeToString(input), t);
      }
    }

    assertThat(decoded).isBetween(Mutator.rounds() / 100, Mutator.rounds());
  }

  private static List<byte[]> bytes(String... texts) {
    return Arrays.stream(texts).map(text -> text.getBytes(UTF_8)).toList();
  }
}
