package io.github.celeryjava.celery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.celeryjava.celery.canvas.CallOptions;
import io.github.celeryjava.celery.canvas.CallOptionsBuilder;
import io.github.celeryjava.celery.canvas.TaskSignature;
import io.github.celeryjava.celery.result.AsyncResult;
import io.github.celeryjava.celery.task.TaskInterceptor;
import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import io.github.celeryjava.kombu.exceptions.EncodeException;
import io.github.celeryjava.kombu.exceptions.MessageRefusedException;
import io.github.celeryjava.kombu.transport.Delivery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SendAllTest {

  private MemoryApp memory = MemoryApp.create();

  @AfterEach
  void close() {
    memory.close();
  }

  @Test
  void returnsAHandleForEachCallInOrder() {
    List<TaskSignature> calls = IntStream.range(0, 50).mapToObj(i -> call("t" + i)).toList();

    List<AsyncResult<Object>> results = memory.app.sendAll(calls);

    List<String> ids = IntStream.range(0, 50).mapToObj(i -> "t" + i).toList();
    assertThat(results).extracting(AsyncResult::id).isEqualTo(ids);
    assertThat(sentTo("celery")).isEqualTo(ids);
  }

  @Test
  void nothingToSendIsNoError() {
    assertThat(memory.app.sendAll(List.of())).isEmpty();
  }

  @Test
  void sendsEachCallToItsOwnQueueWhichItDeclares() {
    memory.app.sendAll(
        List.of(
            call("1"),
            call("2", options -> options.queue("mail")),
            call("3", options -> options.queue("news")),
            call("4", options -> options.queue("mail"))));

    assertThat(sentTo("celery")).containsExactly("1");
    assertThat(sentTo("mail")).containsExactly("2", "4");
    assertThat(sentTo("news")).containsExactly("3");
  }

  @Test
  void sendsMoreThanOnceToAQueueThatTheBrokerMayDropByItself() {
    use(
        builder ->
            builder.set(
                "task_queues",
                List.of(Queue.builder("short").expires(Duration.ofMinutes(1)).build())));

    memory.app.sendAll(
        List.of(
            call("1", options -> options.queue("short")),
            call("2", options -> options.queue("short"))));

    assertThat(sentTo("short")).containsExactly("1", "2");
  }

  @Test
  void namesTheCallThatCannotBeEncodedWithItsPlaceAndPathAndSendsTheOthers() {
    TaskSignature broken =
        new TaskSignature(
            "proj.add",
            List.of(1, Map.of("deep", Arrays.asList(null, new Object()))),
            Map.of(),
            CallOptions.builder().taskId("broken").build(),
            false);

    assertThatThrownBy(() -> memory.app.sendAll(List.of(call("0"), broken, call("2"))))
        .isInstanceOfSatisfying(
            SendAllException.class,
            e -> {
              assertThat(e.taskIds()).containsExactly("0", "broken", "2");
              assertThat(e.failures()).containsOnlyKeys(1);
              assertThat(e.failures().get(1)).isInstanceOf(EncodeException.class);
              assertThat(e.failures().get(1).getMessage())
                  .contains("java.lang.Object")
                  .contains("[0][1]");
            })
        .hasMessageStartingWith("1 of 3 tasks were not confirmed, the first is number 1: ");

    assertThat(sentTo("celery")).containsExactly("0", "2");
  }

  @Test
  void reportsEveryKindOfFailureUnderItsPlace() {
    memory.declare(Queue.bound("unused", Exchange.direct("elsewhere"), "used"));

    assertThatThrownBy(
            () ->
                memory.app.sendAll(
                    List.of(
                        call("0", options -> options.exchange("elsewhere").routingKey("nobody")),
                        call("1"),
                        call("2", options -> options.countdown(Duration.ofDays(-100_000))),
                        call("3", options -> options.serializer("morse")),
                        call("4"))))
        .isInstanceOfSatisfying(
            SendAllException.class,
            e -> {
              assertThat(e.failures()).containsOnlyKeys(0, 2, 3);
              assertThat(e.failures().get(0)).isInstanceOf(MessageRefusedException.class);
              assertThat(e.failures().get(2)).isInstanceOf(IllegalArgumentException.class);
              assertThat(e.failures().get(3)).hasMessageContaining("morse");
              assertThat(e.getCause()).isSameAs(e.failures().get(0));
            });

    assertThat(sentTo("celery")).containsExactly("1", "4");
  }

  @Test
  void keepsThePlacesRightAfterACallThatAnInterceptorKept() {
    useInterceptor((call, next) -> id(call).equals("0") ? "kept" : next.proceed(call));
    memory.declare(Queue.bound("unused", Exchange.direct("elsewhere"), "used"));

    assertThatThrownBy(
            () ->
                memory.app.sendAll(
                    List.of(
                        call("0"),
                        call("1"),
                        call("2", options -> options.exchange("elsewhere").routingKey("nobody")))))
        .isInstanceOfSatisfying(
            SendAllException.class,
            e -> {
              assertThat(e.failures()).containsOnlyKeys(2);
              assertThat(e.taskIds()).containsExactly("kept", "1", "2");
            });

    assertThat(sentTo("celery")).containsExactly("1");
  }

  @Test
  void anInterceptorThatThrowsFailsItsCallAlone() {
    useInterceptor(
        (call, next) -> {
          String id = next.proceed(call);
          if (id.equals("1")) {
            throw new UnsupportedOperationException("not this one");
          }
          return id;
        });

    assertThatThrownBy(() -> memory.app.sendAll(List.of(call("0"), call("1"), call("2"))))
        .isInstanceOfSatisfying(
            SendAllException.class,
            e -> assertThat(e.failures().get(1)).hasMessage("not this one"));

    assertThat(sentTo("celery")).containsExactly("0", "2");
  }

  @Test
  void anErrorOfTheSourceEndsTheBatchAndIsReportedWithWhatWasSent() {
    Iterator<TaskSignature> source =
        Stream.of("0", "1", "2")
            .map(
                id -> {
                  if (id.equals("2")) {
                    throw new IllegalStateException("source broke");
                  }
                  return call(id);
                })
            .iterator();

    assertThatThrownBy(() -> memory.app.sendAll(() -> source))
        .isInstanceOfSatisfying(
            SendAllException.class,
            e -> {
              assertThat(e.taskIds()).containsExactly("0", "1", "");
              assertThat(e.failures()).containsOnlyKeys(2);
              assertThat(e.failures().get(2)).hasMessage("source broke");
            });

    assertThat(sentTo("celery")).containsExactly("0", "1");
  }

  @Test
  void theRunningTaskRemembersWhatABatchSent() {
    memory.inTask(
        (context, args, kwargs) -> {
          memory.app.sendAll(List.of(call("1"), call("2")));
          return memory.app.sendAsync(call("3")).thenApply(AsyncResult::id);
        });

    assertThat(memory.app.asyncResult("parent-1").meta().orElseThrow().children())
        .extracting(child -> child.id())
        .containsExactly("1", "2", "3");
  }

  @Test
  void whatTheBrokerRefusedIsNoChildOfTheRunningTask() {
    memory.declare(Queue.bound("unused", Exchange.direct("elsewhere"), "used"));
    UnaryOperator<CallOptionsBuilder> nowhere =
        options -> options.exchange("elsewhere").routingKey("nobody");

    memory.inTask(
        (context, args, kwargs) -> {
          assertThatThrownBy(
                  () -> memory.app.sendAll(List.of(call("1"), call("2", nowhere), call("3"))))
              .isInstanceOf(SendAllException.class);
          return memory.app.sendAsync(call("4", nowhere)).handle((sent, error) -> "refused");
        });

    assertThat(memory.app.asyncResult("parent-1").meta().orElseThrow().children())
        .extracting(child -> child.id())
        .containsExactly("1", "3");
  }

  @Test
  void aFutureCompletesWithTheHandleOnceTheTaskIsConfirmed() throws Exception {
    CompletableFuture<AsyncResult<Object>> sent = memory.app.sendAsync(call("1"));

    assertThat(sent.get(10, TimeUnit.SECONDS).id()).isEqualTo("1");
    assertThat(sentTo("celery")).containsExactly("1");
  }

  @Test
  void sendingForAFutureThrowsNothingWhateverIsWrong() {
    TaskSignature unreadable = TaskSignature.of("proj.add", List.of(new Object()));
    TaskSignature longAgo = call("2", options -> options.countdown(Duration.ofDays(-100_000)));
    TaskSignature unknown = call("3", options -> options.serializer("morse"));
    memory.declare(Queue.bound("unused", Exchange.direct("elsewhere"), "used"));
    TaskSignature nowhere =
        call("4", options -> options.exchange("elsewhere").routingKey("nobody"));

    List<Class<?>> errors =
        Stream.of(unreadable, longAgo, unknown, nowhere)
            .map(memory.app::sendAsync)
            .<Class<?>>map(SendAllTest::error)
            .toList();

    assertThat(errors)
        .containsExactly(
            EncodeException.class,
            IllegalArgumentException.class,
            ConfigurationException.class,
            MessageRefusedException.class);
  }

  @Test
  void aFutureForACallThatAnInterceptorKeptIsDone() throws Exception {
    useInterceptor((call, next) -> "kept");

    CompletableFuture<AsyncResult<Object>> sent = memory.app.sendAsync(call("1"));

    assertThat(sent.get(10, TimeUnit.SECONDS).id()).isEqualTo("kept");
    assertThat(memory.isEmpty("celery")).isTrue();
  }

  private static Class<?> error(CompletableFuture<?> future) {
    try {
      throw new AssertionError("sent: " + future.get(10, TimeUnit.SECONDS));
    } catch (Exception e) {
      return e.getCause().getClass();
    }
  }

  private static String id(TaskSignature call) {
    return call.options().taskId();
  }

  private static TaskSignature call(String id) {
    return call(id, UnaryOperator.identity());
  }

  private static TaskSignature call(String id, UnaryOperator<CallOptionsBuilder> options) {
    return TaskSignature.of("proj.add", List.of())
        .withOptions(options.apply(CallOptions.builder().taskId(id)).build());
  }

  private void use(UnaryOperator<CeleryBuilder> settings) {
    memory.close();
    memory = MemoryApp.with(settings);
  }

  private void useInterceptor(Around around) {
    use(
        builder ->
            builder.interceptor(
                new TaskInterceptor() {
                  @Override
                  public String aroundSend(TaskSignature call, Sending next) {
                    return around.send(call, next);
                  }
                }));
  }

  private interface Around {
    String send(TaskSignature call, TaskInterceptor.Sending next);
  }

  /** The ids of what is in a queue, in order. */
  private List<String> sentTo(String queue) {
    List<String> ids = new ArrayList<>();
    for (Optional<Delivery> next = memory.poll(queue);
        next.isPresent();
        next = memory.poll(queue)) {
      ids.add(next.get().message().properties().correlationId());
    }
    return ids;
  }
}
