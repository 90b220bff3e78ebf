package io.github.celeryjava.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.github.celeryjava.celery.Celery;
import io.github.celeryjava.celery.worker.Worker;
import io.github.celeryjava.celery.worker.WorkerOptions;
import io.github.celeryjava.kombu.testing.ExecutionLedger;
import io.github.celeryjava.kombu.testing.Services;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A Python client and a Java worker over RabbitMQ, results over rpc and redis. */
@EachPeer
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(120)
@Tag("P1")
class PythonClientJavaWorkerIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  @RegisterExtension private final PeerProcesses processes = new PeerProcesses();

  @Parameter PythonPeer peer;

  private String queue;
  private Celery app;
  private Celery redisApp;
  private Worker worker;
  private Worker redisWorker;
  private PythonClient rpc;
  private PythonClient redis;

  @BeforeParameterizedClassInvocation
  void startWorkersAndClients() throws InterruptedException {
    queue = "java-worker-it-" + UUID.randomUUID();
    app = app("rpc://", queue);
    redisApp = app(Services.redis().toString(), queue + "-redis");
    worker = started(app);
    redisWorker = started(redisApp);
    rpc = processes.client(peer, PeerSetup.over(Services.amqp()).resultsIn("rpc://").queue(queue));
    redis =
        processes.client(
            peer,
            PeerSetup.over(Services.amqp())
                .resultsIn(Services.redis().toString())
                .queue(queue + "-redis"));
  }

  @AfterParameterizedClassInvocation
  void stopWorkers() throws InterruptedException {
    assertThat(worker.stop(LIMIT)).isTrue();
    assertThat(redisWorker.stop(LIMIT)).isTrue();
    app.close();
    redisApp.close();
  }

  @Test
  void aTaskRunsAndItsResultComesBackOverRpc() {
    assertThat(success(rpc, "java.add", "2, 3").asInt()).isEqualTo(5);
  }

  @Test
  @Tag("P3")
  void aTaskRunsAndItsResultComesBackOverRedis() {
    assertThat(success(redis, "java.add", "20, y=3").asInt()).isEqualTo(23);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "None|null",
        "True|Boolean",
        "7|Long",
        "2**70|BigInteger",
        "1.5|Double",
        "'ü€😀'|String",
        "b'\\xff\\x00'|byte[]",
        "[1, 2]|ArrayList",
        "UUID(int=5)|UUID",
        "Decimal('1.50')|BigDecimal",
        "date(2031, 7, 9)|LocalDate"
      })
  void argumentsOfEveryTypeArriveAsJavaMeansThem(String expression, String expected) {
    boolean typed = !expression.matches("None|True|7|2.*|1.5|'.*|\\[.*");
    if (typed && !peer.isAtLeast("5.3")) {
      return; // older peers send these as text, or not at all
    }

    String id = rpc.send("java.class_of", expression);

    assertThat(rpc.result(id, LIMIT).success().json().asText()).isEqualTo(expected);
  }

  @Test
  void whatPythonSentComesBackAsItWas() {
    String value = "{'text': 'ü', 'list': [1, 2.5, None, True], 'big': 2**70, 'deep': {'k': []}}";

    String id = rpc.send("java.echo", value);

    assertThat(rpc.result(id, LIMIT).success().repr()).isEqualTo(rpc.eval(value).repr());
  }

  @Test
  void aRecordIsMadeOfADictionaryAndGivenBackAsOne() {
    JsonNode order = success(rpc, "java.double_order", "{'sku': 'A1', 'quantity': 4}, times=3");

    assertThat(order.get("sku").asText()).isEqualTo("A1");
    assertThat(order.get("quantity").asInt()).isEqualTo(12);
  }

  @Test
  @Tag("P8")
  void aJavaExceptionArrivesUnderItsNameWithItsStackTrace() {
    PythonError error = failure(redis, "java.fail", "'broken'");

    assertThat(error.message()).contains("broken");
    assertThat(error.traceback()).contains("IllegalStateException", "JavaTasks.fail");
  }

  @Test
  void aTaskMayFailWithAPythonTypeOfItsChoice() {
    PythonError error = failure(rpc, "java.fail_as_python", "");

    assertThat(error.type()).isEqualTo("OrderRefused");
    assertThat(error.args()).extracting(PythonValue::repr).containsExactly("7", "'too late'");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {"1|missing", "1, 2, 3|positional", "1, z=3|z", "'x', 'y'|x"})
  void wrongArgumentsArePythonsTypeError(String arguments, String told) {
    PythonError error = failure(rpc, "java.add", arguments);

    assertThat(error.type()).isEqualTo("TypeError");
    assertThat(error.message()).contains(told);
  }

  @Test
  void aTaskRetriesAsOftenAsItAsksAndGivesUpWithItsOwnError() {
    assertThat(success(rpc, "java.retry", "3").asInt()).isEqualTo(3);
    assertThat(failure(redis, "java.give_up", "").message()).contains("never works");
  }

  @Test
  void aStageIsWaitedFor() {
    assertThat(success(rpc, "java.stage", "").asText()).isEqualTo("staged");
  }

  @Test
  void aTaskWithoutResultRuns(@TempDir Path folder) throws Exception {
    ExecutionLedger ledger = ExecutionLedger.at(folder.resolve("ledger"));

    String unused = rpc.send("java.record", "'" + ledger.file() + "', 'ran'");

    ledger.awaitAll(List.of("ran"), LIMIT);
    assertThat(ledger.executions()).containsExactly("ran");
  }

  @Test
  void optionsOfTheSenderReachTheTask() {
    String id =
        rpc.send(
            "java.context",
            "1",
            "countdown=0.3, priority=3, compression='zlib', expires=60, headers={'tenant': 'a'}");

    JsonNode context = rpc.result(id, LIMIT).success().json();
    assertThat(context.get("id").asText()).isEqualTo(id);
    assertThat(context.get("root_id").asText()).isEqualTo(id);
    assertThat(context.get("priority").asInt()).isEqualTo(3);
    assertThat(context.get("eta").isTextual()).isTrue();
    assertThat(context.get("headers").toString()).contains("tenant");
  }

  @Test
  void protocolOneIsRead() {
    PythonClient old =
        processes.client(
            peer,
            PeerSetup.over(Services.amqp())
                .resultsIn("rpc://")
                .queue(queue)
                .with("task_protocol", 1));

    assertThat(success(old, "java.add", "4, 4").asInt()).isEqualTo(8);
  }

  @Test
  void anUnknownTaskFailsAndNamesItself() {
    PythonError error = failure(redis, "java.nobody_has_it", "1");

    assertThat(error.type()).isEqualTo("NotRegistered");
    assertThat(error.args()).extracting(PythonValue::repr).containsExactly("'java.nobody_has_it'");
  }

  @Test
  void anExpiredTaskDoesNotRun(@TempDir Path folder) throws Exception {
    ExecutionLedger ledger = ExecutionLedger.at(folder.resolve("ledger"));
    String past =
        "app.amqp.as_task_v2('%s', 'java.record', args=('%s', 'late'), expires=%s)"
            .formatted(
                UUID.randomUUID(),
                ledger.file(),
                "dt.datetime(2020, 1, 1, tzinfo=dt.timezone.utc)");
    rpc.exec(
        "import celery\nimport datetime as dt\n"
            + "m = "
            + past
            + "\nwith app.producer_or_acquire() as p:\n"
            + "    p.publish(m.body, exchange='', routing_key='"
            + queue
            + "', headers=m.headers, serializer='json', correlation_id=m.properties['correlation_id'])");
    String after = rpc.send("java.record", "'" + ledger.file() + "', 'after'");

    ledger.awaitAll(List.of("after"), LIMIT);
    assertThat(after).isNotEmpty();
    assertThat(ledger.executions()).containsExactly("after");
  }

  @Test
  @Tag("B15")
  void poisonousMessagesInTheMiddleOfGoodOnesStopNothing(@TempDir Path folder) throws Exception {
    ExecutionLedger ledger = ExecutionLedger.at(folder.resolve("ledger"));
    long refusedBefore = worker.refused();

    String first = rpc.send("java.record", "'" + ledger.file() + "', 'first'");
    publishPoison();
    String last = rpc.send("java.record", "'" + ledger.file() + "', 'last'");

    ledger.awaitAll(List.of("first", "last"), LIMIT);
    assertThat(List.of(first, last)).doesNotContainNull();
    await().atMost(LIMIT).until(() -> worker.refused() == refusedBefore + 6);
    assertThat(worker.isConsuming()).isTrue();
  }

  /** Everything that kills or puzzles a Python worker, see the table of bad messages. */
  private void publishPoison() throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(Services.amqp());
    try (Connection connection = factory.newConnection();
        Channel channel = connection.createChannel()) {
      Map<String, Object> good = Map.of("task", "java.add", "id", "poison-1");
      publish(channel, "application/json", Map.of("task", "java.add"), "[[1,2],{},{}]");
      publish(
          channel,
          "application/json",
          Map.of("task", "java.add", "id", "poison-2", "eta", ""),
          "[[1,2],{},{}]");
      publish(channel, "application/json", good, "[[1,2],{}]");
      publish(channel, "application/json", good, "this is no JSON");
      publish(channel, "application/x-python-serialize", good, "cos\nsystem\n");
      publish(channel, "application/json", Map.of(), "{\"no\": \"task\"}");
    }
  }

  private void publish(
      Channel channel, String contentType, Map<String, Object> headers, String body)
      throws Exception {
    channel.basicPublish(
        "",
        queue,
        new AMQP.BasicProperties.Builder()
            .contentType(contentType)
            .contentEncoding("utf-8")
            .headers(headers)
            .build(),
        body.getBytes(StandardCharsets.UTF_8));
  }

  private JsonNode success(PythonClient client, String task, String arguments) {
    return client.result(client.send(task, arguments), LIMIT).success().json();
  }

  private PythonError failure(PythonClient client, String task, String arguments) {
    return client.result(client.send(task, arguments), LIMIT).failure();
  }

  private static Celery app(String backend, String queue) {
    return Celery.builder()
        .withoutEnvironment()
        .broker(Services.amqp().toString())
        .backend(backend)
        .set("task_default_queue", queue)
        .build()
        .register(new JavaTasks());
  }

  private static Worker started(Celery app) throws InterruptedException {
    Worker worker = Worker.of(app, WorkerOptions.builder().concurrency(4).build());
    worker.start();
    assertThat(worker.awaitReady(LIMIT)).isTrue();
    return worker;
  }
}
