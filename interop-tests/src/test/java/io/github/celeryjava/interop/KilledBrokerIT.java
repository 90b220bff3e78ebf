package io.github.celeryjava.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.celeryjava.celery.Celery;
import io.github.celeryjava.celery.worker.Worker;
import io.github.celeryjava.celery.worker.WorkerOptions;
import io.github.celeryjava.kombu.testing.ExecutionLedger;
import io.github.celeryjava.kombu.testing.RabbitServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code kill -9} of the broker in the middle of 20 000 tasks. Both kinds of acknowledgement by
 * turns; with {@code -Dcelery.full=true} also each by itself, round after round, and with a Python
 * worker.
 */
@Timeout(120)
@Tag("B7")
class KilledBrokerIT {

  private static final Logger log = LoggerFactory.getLogger(KilledBrokerIT.class);
  private static final int TASKS = 20_000;
  private static final int FULL_ROUNDS = 10;
  private static final Duration LIMIT = Duration.ofSeconds(30);
  // Promised are 5 s; the rest is for a machine that runs other tests too.
  private static final Duration BACK_AT_WORK = Duration.ofSeconds(8);
  private static final int LATEST_KILL = 2_000; // tasks that are sent while the broker may die
  private static final List<String> JAVA_TASKS = List.of("java.record", "java.record_late");
  private static final List<String> PYTHON_TASKS = List.of("tasks.record", "tasks.record_late");

  @RegisterExtension private static final QuietTasks QUIET = new QuietTasks();

  private static RabbitServer broker;

  @RegisterExtension private final PeerProcesses processes = new PeerProcesses();

  private final Random random = new Random();
  private final String queue = "killed-broker-it-" + UUID.randomUUID();

  @TempDir Path folder;

  @BeforeAll
  static void startBroker() {
    broker = RabbitServer.start();
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  /**
   * One kill of the broker.
   *
   * @param peer whose worker runs the tasks; null for a Java worker
   * @param tasks used in turn
   */
  record Round(int number, @Nullable PythonPeer peer, List<String> tasks) {}

  static Stream<Round> rounds() {
    return Boolean.getBoolean("celery.full")
        ? Stream.concat(
            IntStream.rangeClosed(1, FULL_ROUNDS)
                .boxed()
                .flatMap(i -> JAVA_TASKS.stream().map(task -> new Round(i, null, List.of(task)))),
            Stream.of("5.7.0", "5.2.7")
                .map(version -> new Round(1, new PythonPeer(version), PYTHON_TASKS)))
        : Stream.of(new Round(1, null, JAVA_TASKS));
  }

  @ParameterizedTest
  @MethodSource("rounds")
  void everyTaskReportedAsSentHasRun(Round round) throws Exception {
    if (round.peer() != null) {
      processes.worker(round.peer(), PeerSetup.over(broker.uri()).queue(queue));
      killTheBrokerInTheMiddle(round.tasks(), LIMIT); // Celery waits longer after each attempt
      return;
    }
    try (Celery app = app();
        Worker worker = Worker.of(app, WorkerOptions.builder().concurrency(4).build())) {
      worker.start();
      assertThat(worker.awaitReady(LIMIT)).isTrue();

      killTheBrokerInTheMiddle(round.tasks(), BACK_AT_WORK);

      assertThat(worker.stop(LIMIT)).isTrue();
    }
  }

  private void killTheBrokerInTheMiddle(List<String> tasks, Duration backAtWork) throws Exception {
    ExecutionLedger ledger = ExecutionLedger.at(folder.resolve("ledger"));
    try (Celery app = app();
        LedgerSenders senders = new LedgerSenders(app, ledger, tasks, TASKS)) {
      broker.syncDeclarations(); // those of the worker: the senders have no others
      senders.start();
      await().atMost(LIMIT).until(() -> senders.sent().size() == TASKS / 4);
      int killAt = TASKS / 4 + random.nextInt(LATEST_KILL);

      senders.goOn();
      await()
          .atMost(LIMIT)
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(1))
          .until(() -> senders.sent().size() >= killAt);
      broker.kill();
      long killed = System.nanoTime();
      int sentBefore = senders.sent().size();
      broker.startAgain();
      int ranBefore = ledger.executions().size();

      await().atMost(backAtWork).until(() -> ledger.executions().size() > ranBefore);
      senders.awaitAll(LIMIT);
      assertThat(senders.sent()).hasSize(TASKS).hasSizeGreaterThan(sentBefore);
      awaitExecutions(ledger, senders, killed);
      assertThat(ledger.unexpected(senders.sent())).isEmpty();
      log.info(
          "{}: {} sent before the kill, {} reported as not sent, {} ran again",
          tasks,
          sentBefore,
          senders.failures(),
          ledger.repeated().size());
    }
  }

  /** As the ledger's own wait, with everything that helps to find a lost task. */
  private static void awaitExecutions(ExecutionLedger ledger, LedgerSenders senders, long killed) {
    try {
      ledger.awaitAll(senders.sent(), LIMIT);
    } catch (AssertionError e) {
      throw new AssertionError(
          "%s; times of their confirms, from the kill on: %s%nqueues: %s%n%s"
              .formatted(
                  e.getMessage(),
                  senders.reports(ledger.missing(senders.sent()), killed),
                  broker.ctl("list_queues", "name", "messages_ready", "messages_unacknowledged"),
                  broker.report()),
          e);
    }
  }

  private Celery app() {
    return JavaTasks.in(
        Celery.builder()
            .withoutEnvironment()
            .broker(broker.uri().toString())
            .set("task_default_queue", queue)
            .build());
  }
}
