package io.github.celeryjava.celery.worker;

import static io.github.celeryjava.celery.worker.WorkerBench.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.celeryjava.celery.protocol.ResultMeta;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the contract's table of bad messages says, and what a whole worker makes of each. */
@Timeout(60)
@Tag("B15")
class BadMessagesTest {

  private static final String V1 =
      "{\"task\": \"noop\", \"id\": \"bad\", \"args\": [], \"kwargs\": {}";

  private final AppBench bench = new AppBench();
  private final CapturedLog log = new CapturedLog();
  private Worker worker;

  @BeforeEach
  void startWorker() throws InterruptedException {
    worker = bench.consuming();
  }

  @AfterEach
  void stopWorker() {
    worker.close();
    bench.close();
    log.close();
  }

  /** A message that is rejected: the defect, and the type of the failure that is stored, if any. */
  private enum Defect {
    NO_ID(noop().without("id"), null),
    EMPTY_ID(noop().header("id", ""), null),
    TASK_IS_NO_TEXT(noop().header("task", List.of("noop")), null),
    EMPTY_ETA(noop().header("eta", ""), null),
    UNPARSABLE_ETA(noop().header("eta", "tomorrow"), null),
    NUMERIC_ETA(noop().header("eta", 1_900_000_000), null),
    UNPARSABLE_EXPIRES(noop().header("expires", "never"), null),
    RETRIES_ARE_NO_NUMBER(noop().header("retries", "many"), null),
    REFUSED_CONTENT_TYPE(
        noop().contentType("application/x-python-serialize").withBody("cos\nsystem\n"), null),
    UNKNOWN_CONTENT_TYPE(noop().contentType("application/x-nobody"), null),
    BODY_OF_TWO_PARTS(noop().withBody("[[], {}]"), "InvalidTaskError"),
    BODY_OF_FOUR_PARTS(noop().withBody("[[], {}, {}, {}]"), "InvalidTaskError"),
    BODY_IS_A_NUMBER(noop().withBody("7"), "InvalidTaskError"),
    BODY_IS_A_MAP_OF_NOTHING(noop().withBody("{}"), "InvalidTaskError"),
    BODY_IS_NO_JSON(noop().withBody("this is no JSON"), "DecodeError"),
    BODY_IS_NO_TEXT(noop().withBody(new byte[] {'"', (byte) 0xff, '"'}), "DecodeError"),
    BODY_IS_EMPTY(noop().withBody(""), "InvalidTaskError"),
    UNKNOWN_COMPRESSION(noop().header("compression", "application/x-nobody"), "DecodeError"),
    BROKEN_COMPRESSION(noop().header("compression", "application/x-gzip"), "DecodeError"),
    UNKNOWN_TASK(noop().header("task", "nobody.has_it"), "NotRegistered"),
    NULL_ARGS(noop().withBody("[null, {}, {}]"), "TypeError"),
    ARGS_ARE_A_MAP(noop().withBody("[{}, {}, {}]"), "TypeError"),
    NULL_KWARGS(noop().withBody("[[], null, {}]"), "TypeError"),
    KWARGS_ARE_A_LIST(noop().withBody("[[], [], {}]"), "TypeError"),
    CALLBACKS_ARE_NO_LIST(noop().withBody("[[], {}, {\"callbacks\": 7}]"), "InvalidTaskError"),
    NO_TASK_ANYWHERE(TaskPost.body("{\"no\": \"task\"}"), null),
    NOT_EVEN_A_MAP(TaskPost.body("[]"), null),
    NULL_BODY(TaskPost.body("null"), null),
    NO_JSON_WITHOUT_HEADERS(TaskPost.body("this is no JSON"), null),
    EMPTY_WITHOUT_HEADERS(TaskPost.body(""), null),
    V1_WITHOUT_ID(TaskPost.body("{\"task\": \"noop\", \"args\": []}"), null),
    V1_UNPARSABLE_ETA(TaskPost.body(V1 + ", \"eta\": \"tomorrow\"}"), null),
    V1_NULL_ARGS(TaskPost.body("{\"task\": \"noop\", \"id\": \"bad\", \"args\": null}"), null);

    private final TaskPost post;
    private final String failure;

    Defect(TaskPost post, String failure) {
      this.post = post;
      this.failure = failure;
    }

    private static TaskPost noop() {
      return TaskPost.of("noop", "bad");
    }
  }

  @ParameterizedTest
  @EnumSource
  void isRejectedOnceAndLoggedOnceAndTheNextTaskRuns(Defect defect) throws Exception {
    bench.post(defect.post.correlationId("bad"), TaskPost.of("noop", "good"));

    eventually(() -> bench.begun.contains("good") && bench.broker.waiting(bench.dead()) == 1);
    assertThat(worker.stop(WorkerBench.LIMIT)).isTrue();

    assertThat(bench.begun).containsExactly("good");
    assertThat(bench.broker.take(bench.dead())).containsExactly("bad");
    assertThat(bench.waiting()).isZero();
    assertThat(worker.refused()).isEqualTo(1);
    assertThat(log.errors()).singleElement().asString().contains("bad").doesNotContain("\n");
    assertThat(log.errors().get(0)).hasSizeLessThan(4_000);
    assertThat(failure("bad")).isEqualTo(Optional.ofNullable(defect.failure));
  }

  @Test
  void aHugeMessageIsLoggedInOneBoundedLine() throws Exception {
    String huge = "x".repeat(1_000_000);
    bench.post(
        TaskPost.of("noop", "bad").header("eta", huge).withBody("\"" + huge),
        TaskPost.of("noop", "good"));

    eventually(() -> bench.begun.contains("good") && bench.broker.waiting(bench.dead()) == 1);

    assertThat(log.errors()).singleElement().asString().contains("bad").hasSizeLessThan(4_000);
  }

  @Test
  void aStampThatIsNamedAndNotThereKeepsNoTaskFromRunning() throws Exception {
    bench.post(TaskPost.of("noop", "stamped").header("stamped_headers", List.of("tenant")));

    assertRuns("stamped");
  }

  @Test
  void aCallbackWithoutOptionsIsSentAllTheSame() throws Exception {
    bench.post(
        TaskPost.of("noop", "first")
            .withBody("[[], {}, {\"callbacks\": [{\"task\": \"noop\", \"args\": []}]}]"));

    eventually(() -> worker.processed() == 2);
    assertRuns("first");
  }

  @Test
  void manyBadMessagesDoNotUseUpThePrefetchCount() throws Exception {
    for (int i = 0; i < 50; i++) {
      bench.post(
          TaskPost.of("noop", "bad-" + i).withBody("{"),
          TaskPost.of("unknown", "bad-" + i),
          TaskPost.body("nothing").correlationId("bad-" + i));
    }

    bench.post(TaskPost.of("noop", "good"));

    eventually(() -> bench.begun.contains("good"));
    eventually(() -> bench.broker.waiting(bench.dead()) == 150);
    assertThat(worker.refused()).isEqualTo(150);
  }

  private void assertRuns(String id) throws InterruptedException {
    eventually(() -> bench.state(id).equals("SUCCESS"));
    assertThat(worker.stop(WorkerBench.LIMIT)).isTrue();
    assertThat(bench.waiting()).isZero();
    assertThat(bench.broker.waiting(bench.dead())).isZero();
    assertThat(log.errors()).isEmpty();
  }

  private Optional<Object> failure(String id) {
    Optional<ResultMeta> meta = bench.app.backend().fetch(id);
    meta.ifPresent(stored -> assertThat(stored.status()).isEqualTo("FAILURE"));
    return meta.map(stored -> ((Map<?, ?>) stored.result()).get("exc_type"));
  }
}
