package io.github.celeryjava.celery.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.celeryjava.celery.exceptions.BackendException;
import io.github.celeryjava.celery.exceptions.InvalidTaskException;
import io.github.celeryjava.celery.protocol.ResultMeta;
import io.github.celeryjava.celery.protocol.TaskHeaders;
import io.github.celeryjava.celery.result.ResultTarget;
import io.github.celeryjava.celery.task.TaskOptions;
import io.github.celeryjava.celery.worker.WorkerBench.Fate;
import io.github.celeryjava.kombu.Message;
import io.github.celeryjava.kombu.exceptions.DecodeException;
import io.github.celeryjava.kombu.exceptions.EncodeException;
import io.github.celeryjava.kombu.internal.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class RefusalsTest {

  private static final TaskOptions OPTIONS = TaskOptions.builder().build();
  private static final DecodeException UNREADABLE = new DecodeException("no JSON", null);

  private final WorkerBench bench = new WorkerBench();
  private final CapturedLog log = new CapturedLog();
  private final Message message = bench.receive(TaskPost.of("t", "id-1")).get(0);
  private final TaskHeaders headers = TaskHeaders.read(message.headers());

  @AfterEach
  void close() {
    log.close();
    bench.close();
  }

  @Test
  void storesTheFailureOfAnUnknownTaskAndThenRejects() {
    List<Fate> whileStoring = new ArrayList<>();
    bench.backend.before(meta -> whileStoring.add(bench.fate(message)));

    bench.refusals().unknown(headers, message, List.of("a", "b"));

    assertThat(whileStoring).containsExactly(Fate.UNSETTLED);
    assertThat(bench.fate(message)).isEqualTo(Fate.REJECTED);
    ResultMeta meta = bench.backend.metas().get(0);
    assertThat(meta.status()).isEqualTo("FAILURE");
    assertThat(meta.dateDone()).isEqualTo(ManualClock.START);
    assertThat(meta.result())
        .isEqualTo(
            Map.of(
                "exc_type",
                "NotRegistered",
                "exc_message",
                List.of("t"),
                "exc_module",
                "celery.exceptions"));
    assertThat(bench.backend.targets()).containsExactly(new ResultTarget("replies", "id-1"));
    assertThat(log.errors())
        .singleElement()
        .asString()
        .contains("t[id-1]", "registered: a, b", "queue=jobs", "body='[[], {}, {}]'");
  }

  @Test
  void rejectsAnInvalidMessageAndStoresNothing() {
    bench.refusals().invalid(message, "id-1", new InvalidTaskException("headers.eta", "is odd"));

    assertThat(bench.fate(message)).isEqualTo(Fate.REJECTED);
    assertThat(bench.backend.metas()).isEmpty();
    assertThat(bench.state.poisonousCount()).isEqualTo(1);
    assertThat(log.errors()).singleElement().asString().contains("[id-1]", "headers.eta is odd");
  }

  @Test
  void storesTheFailureOfAnUnreadableTaskAndThenRejects() {
    bench.refusals().undecodable(headers, OPTIONS, message, UNREADABLE);

    assertThat(bench.fate(message)).isEqualTo(Fate.REJECTED);
    assertThat(bench.backend.states()).containsExactly("id-1 FAILURE");
    assertThat(log.errors()).singleElement().asString().contains("t[id-1]", "no JSON");
  }

  @Test
  void storesThatATaskWasRevokedAndThenAcknowledges() {
    List<Fate> whileStoring = new ArrayList<>();
    bench.backend.before(meta -> whileStoring.add(bench.fate(message)));

    bench.refusals().revoked(headers, OPTIONS, message, Verdict.Reason.EXPIRED);

    assertThat(whileStoring).containsExactly(Fate.UNSETTLED);
    assertThat(bench.fate(message)).isEqualTo(Fate.ACKNOWLEDGED);
    assertThat(bench.backend.states()).containsExactly("id-1 REVOKED");
    assertThat(bench.backend.metas().get(0).result())
        .isEqualTo(
            Map.of(
                "exc_type",
                "TaskRevokedError",
                "exc_message",
                List.of("expired"),
                "exc_module",
                "celery.exceptions"));
    assertThat(bench.state.poisonousCount()).isZero();
    assertThat(log.errors()).isEmpty();
  }

  @ParameterizedTest(name = "task ignores {0}, stores errors anyway {1}, message says {2}: {3}")
  @CsvSource({
    "false, false, , true",
    "true, false, , false",
    "true, true, , true",
    "true, false, false, true",
    "false, false, true, false",
    "false, true, true, true"
  })
  void storesNothingWhereNobodyWantsErrors(
      boolean ignores, boolean storesErrors, Boolean asked, boolean stored) {
    TaskOptions options =
        TaskOptions.builder().ignoreResult(ignores).storeErrorsEvenIfIgnored(storesErrors).build();
    TaskHeaders said = asked == null ? headers : headersThatSay(asked);

    bench.refusals().revoked(said, options, message, Verdict.Reason.EXPIRED);

    assertThat(bench.backend.metas()).hasSize(stored ? 1 : 0);
    assertThat(bench.fate(message)).isEqualTo(Fate.ACKNOWLEDGED);
  }

  @Test
  void storesNothingForAnUnknownTaskWhoseResultNobodyWants() {
    bench.refusals().unknown(headersThatSay(true), message, List.of());

    assertThat(bench.backend.metas()).isEmpty();
    assertThat(bench.fate(message)).isEqualTo(Fate.REJECTED);
  }

  @Test
  void settlesAlthoughTheStoreFails() {
    assertSettledAlthough(new BackendException("the store is away", null));
  }

  @Test
  void settlesAlthoughTheResultCannotBeEncoded() {
    assertSettledAlthough(new EncodeException("no form", null));
  }

  @Test
  void settlesAlthoughTheStoreBreaksItsContract() {
    assertSettledAlthough(new IllegalStateException("a defect"));
  }

  @Test
  void settlesAlthoughTheStoreNeverAnswers() {
    ExecutorService thread = Threads.singleThread("store");
    CountDownLatch gate = new CountDownLatch(1);
    bench.backend.before(meta -> await(gate));
    Refusals refusals = bench.storeOn(thread, Duration.ofMillis(20)).refusals();

    refusals.unknown(headers, message, List.of());

    WorkerBench.eventually(() -> bench.fate(message) == Fate.REJECTED);
    WorkerBench.eventually(() -> log.errors().size() == 2);
    assertThat(log.errors()).last().asString().contains("FAILURE", "t[id-1]", "not be stored");
    gate.countDown();
    thread.shutdown();
  }

  @Test
  void leavesTheMessageToTheBrokerOnceTheWorkerHasStopped() {
    ExecutorService thread = Threads.singleThread("store");
    thread.shutdown();

    bench.storeOn(thread, WorkerBench.LIMIT).refusals().unknown(headers, message, List.of());

    assertThat(bench.fate(message)).isEqualTo(Fate.UNSETTLED);
  }

  @Test
  void rejectsAnInvalidMessageEvenThen() {
    ExecutorService thread = Threads.singleThread("store");
    thread.shutdown();
    Refusals refusals = bench.storeOn(thread, WorkerBench.LIMIT).refusals();

    refusals.invalid(message, null, UNREADABLE);

    assertThat(bench.fate(message)).isEqualTo(Fate.REJECTED);
  }

  @Test
  void aBrokenTaskIsRejectedUnlessItWasAcknowledgedBefore() {
    bench.refusals().broken(headers, OPTIONS, message, new AssertionError("a defect"));

    assertThat(bench.fate(message)).isEqualTo(Fate.REJECTED);
    assertThat(bench.backend.states()).containsExactly("id-1 FAILURE");
  }

  @Test
  void aBrokenTaskThatWasAcknowledgedIsStillAFailureForItsCaller() {
    message.ack();

    bench.refusals().broken(headers, OPTIONS, message, new AssertionError("a defect"));

    assertThat(bench.fate(message)).isEqualTo(Fate.ACKNOWLEDGED);
    assertThat(bench.backend.states()).containsExactly("id-1 FAILURE");
    assertThat(log.errors()).hasSize(1);
  }

  @Test
  void keepsHugeAndHostileNamesToOneLineOfBoundedLength() {
    String name = "x\n2030-01-01 ERROR forged\u2028" + "y".repeat(1_000_000);
    Message hostile = bench.receive(TaskPost.of(name, name).correlationId(name)).get(0);

    bench.refusals().unknown(TaskHeaders.read(hostile.headers()), hostile, List.of("a"));

    assertThat(log.errors()).hasSize(1);
    assertThat(log.errors().get(0)).hasSizeLessThan(8_000).doesNotContain("\n", "\u2028");
  }

  private void assertSettledAlthough(RuntimeException failure) {
    bench.backend.before(
        meta -> {
          throw failure;
        });

    bench.refusals().unknown(headers, message, List.of());

    assertThat(bench.fate(message)).isEqualTo(Fate.REJECTED);
    assertThat(log.errors()).hasSize(2);
    assertThat(log.errors().get(1)).contains("FAILURE", "t[id-1]", failure.getMessage());
  }

  private static TaskHeaders headersThatSay(boolean ignored) {
    return TaskHeaders.read(Map.of("task", "t", "id", "id-1", "ignore_result", ignored));
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
