package io.github.celeryjava.kombu.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.celeryjava.kombu.exceptions.DecodeException;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.protocol.QueueFiles.Row;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueueFilesTest {

  @Test
  void aMessagesNameHasTheTimeAUuidAndTheQueue() {
    String name = QueueFiles.messageName(1_234_567_891_011L, 0x123456789ABCDEFL, "my.jobs");

    assertThat(name)
        .matches(
            "1234567_[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}[.]my[.]jobs[.]msg")
        .isEqualTo("1234567_000d9883-0123-4456-8789-000000abcdef.my.jobs.msg");
    assertThat(QueueFiles.queueOf(name)).isEqualTo("my.jobs");
  }

  @Test
  void namesOfOneMillisecondAreInOrderToo() {
    String earlier = QueueFiles.messageName(5_000_009_999L, -1, "jobs");
    String later = QueueFiles.messageName(5_000_010_000L, 0, "jobs");

    assertThat(earlier).isLessThan(later);
  }

  @ParameterizedTest
  @CsvSource({
    "1_u.jobs.msg, jobs",
    "1_u.a.b.msg, a.b",
    "1_u.msg.msg, msg",
    "1_u.msg,",
    ".hidden.msg,",
    "1_u.jobs.exchange,",
    "readme,"
  })
  void theQueueIsWhatStandsBetweenTheFirstDotAndTheEnd(String name, String queue) {
    assertThat(QueueFiles.queueOf(name)).isEqualTo(queue);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a/b", "a\\b", "a\0b"})
  void aQueueWhoseNameIsNoPartOfAFileNameIsRefused(String queue) {
    assertThatExceptionOfType(OperationalException.class)
        .isThrownBy(() -> QueueFiles.requireQueue(queue));
    assertThatExceptionOfType(OperationalException.class)
        .isThrownBy(() -> QueueFiles.requireQueue("é".repeat(91)));
    QueueFiles.requireQueue("é".repeat(90));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", ".", "..", "a/b", "../x", "a b", "é", "CON", "nul.x", "com1", "lpt9.y", "D:x"})
  void anExchangeWhoseNamePythonRefusesIsRefusedHereToo(String exchange) {
    assertThatExceptionOfType(OperationalException.class)
        .isThrownBy(() -> QueueFiles.exchangeName(exchange))
        .satisfies(e -> assertThat(e.replyCode()).isEqualTo(406));
  }

  @Test
  void theFileOfAnExchangeIsNamedAfterIt() {
    assertThat(QueueFiles.exchangeName("celery.pidbox")).isEqualTo("celery.pidbox.exchange");
    assertThat(QueueFiles.exchangeOf("celery.pidbox.exchange")).isEqualTo("celery.pidbox");
    assertThat(QueueFiles.exchangeOf(".exchange")).isNull();
    assertThat(QueueFiles.exchangeOf("x.msg")).isNull();
  }

  @Test
  void bindingsAreReadAsPythonWritesThem() {
    byte[] python =
        "[[\"a.*\", \"^a\\\\.[^\\\\.]+$\", \"q1\"], [\"\", \"\", \"q2\"], [\"k\", null, \"q3\"]]"
            .getBytes(UTF_8);

    List<Row> rows = QueueFiles.readBindings(python);

    assertThat(rows)
        .containsExactly(
            new Row("a.*", "^a\\.[^\\.]+$", "q1"), new Row("", "", "q2"), new Row("k", "", "q3"));
    assertThat(QueueFiles.readBindings(QueueFiles.writeBindings(rows))).isEqualTo(rows);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[", "{}", "[[\"a\", \"b\"]]", "[1]", "[[\"a\", \"b\", \"c\""})
  void whatIsNoListOfBindingsIsRefused(String json) {
    assertThatExceptionOfType(DecodeException.class)
        .isThrownBy(() -> QueueFiles.readBindings(json.getBytes(UTF_8)));
  }
}
