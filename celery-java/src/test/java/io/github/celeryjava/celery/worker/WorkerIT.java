package io.github.celeryjava.celery.worker;

import static io.github.celeryjava.celery.worker.WorkerBench.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.celeryjava.kombu.testing.Services;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What only a real broker shows of a worker: who has a message when. */
@Timeout(60)
class WorkerIT {

  private final AppBench bench = new AppBench(Services.amqp().toString());

  @AfterEach
  void close() {
    bench.deleteQueues();
    bench.close();
  }

  @Test
  void aWarmStopGivesBackAtOnceWhatHasNotStarted() throws Exception {
    Worker worker = bench.consuming();
    bench.post(TaskPost.of("wait_late", "running"), TaskPost.of("noop", "waiting"));
    eventually(() -> bench.begun.contains("running") && bench.waiting() == 0);

    CompletableFuture<Boolean> stopped = AppBench.stopping(worker, Duration.ofHours(1));

    eventually(() -> bench.waiting() == 1);
    assertThat(stopped).isNotDone();
    bench.gate.release();
    assertThat(stopped).succeedsWithin(WorkerBench.LIMIT).isEqualTo(true);
    assertThat(bench.broker.take(bench.jobs.name())).containsExactly("waiting");
  }

  @Test
  void aColdStopGivesBackEverythingThatIsNotAcknowledged() throws Exception {
    Worker worker = bench.consuming();
    bench.post(TaskPost.of("wait_late", "running"), TaskPost.of("noop", "waiting"));
    eventually(() -> bench.begun.contains("running") && bench.waiting() == 0);

    assertThat(worker.stop(Duration.ZERO)).isFalse();

    eventually(() -> bench.waiting() == 2);
    assertThat(bench.begun).containsExactly("running");
  }

  @Test
  void aQueueThatIsDeletedUnderTheWorkerIsDeclaredAndConsumedAgain() throws Exception {
    Worker worker = bench.consuming();
    bench.post(TaskPost.of("noop", "before"));
    eventually(() -> worker.processed() == 1);

    bench.broker.delete(bench.jobs.name());
    eventually(() -> !worker.isConsuming());
    eventually(
        () -> {
          bench.clock.advance(Duration.ofSeconds(2)); // to the next attempt
          return worker.isConsuming();
        });
    bench.post(TaskPost.of("noop", "after"));

    eventually(() -> bench.begun.contains("after"));
    assertThat(worker.stop(WorkerBench.LIMIT)).isTrue();
  }

  @Test
  void badMessagesAreDeadLetteredAndTheNextTaskRuns() throws Exception {
    Worker worker = bench.consuming();

    bench.post(
        TaskPost.of("noop", "no-id").without("id"),
        TaskPost.of("noop", "unreadable").withBody("{"),
        TaskPost.of("nobody.has_it", "unknown"),
        TaskPost.of("noop", "good"));

    eventually(() -> bench.begun.contains("good"));
    eventually(() -> bench.broker.waiting(bench.dead()) == 3);
    assertThat(bench.state("unknown")).isEqualTo("FAILURE");
    assertThat(worker.refused()).isEqualTo(3);
    assertThat(worker.stop(WorkerBench.LIMIT)).isTrue();
  }
}
