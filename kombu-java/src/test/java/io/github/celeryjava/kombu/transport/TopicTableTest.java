package io.github.celeryjava.kombu.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The page about transports has the table that every transport is tested with. */
class TopicTableTest {

  private static final Path PAGE = Path.of("..", "docs", "user-guide", "transports.md");

  @Test
  void thePageShowsEveryRowAndNoOther() throws IOException {
    String wanted =
        TopicContract.TABLE.stream().map(TopicTableTest::line).collect(Collectors.joining());

    assertThat(Files.readString(PAGE))
        .contains("| pattern | key | AMQP | kombu |\n|---|---|---|---|\n" + wanted + "\n");
  }

  private static String line(TopicContract.Row row) {
    String key = row.key().isEmpty() ? "(empty)" : "`" + row.key() + "`";
    return "| `%s` | %s | %s | %s |\n"
        .formatted(row.pattern(), key, answer(row.amqp()), answer(row.kombu()));
  }

  private static String answer(boolean selected) {
    return selected ? "yes" : "no";
  }
}
