package io.github.celeryjava.celery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.celeryjava.celery.canvas.CallOptions;
import io.github.celeryjava.celery.canvas.CallOptionsBuilder;
import io.github.celeryjava.celery.canvas.TaskSignature;
import io.github.celeryjava.celery.protocol.ResultMeta;
import io.github.celeryjava.celery.task.Outcome;
import io.github.celeryjava.celery.task.TaskInterceptor;
import io.github.celeryjava.celery.task.TaskOptions;
import io.github.celeryjava.kombu.exceptions.EncodeException;
import io.github.celeryjava.kombu.transport.Delivery;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TaskPublisherTest {

  private final List<String> journal = new ArrayList<>();
  private MemoryApp memory = MemoryApp.create();

  @AfterEach
  void close() {
    memory.close();
  }

  @Test
  void givesEachCallAnIdOfItsOwn() {
    String first = memory.app.send("proj.add").id();
    String second = memory.app.send("proj.add").id();

    assertThat(first).isNotEqualTo(second).isEqualTo(UUID.fromString(first).toString());
    assertThat(UUID.fromString(first).version()).isEqualTo(4);
    assertThat(headers()).containsEntry("id", first);
    assertThat(headers()).containsEntry("id", second);
  }

  @Test
  void keepsTheIdThatTheCallNames() {
    String id = send(options -> options.taskId("mine"));

    assertThat(id).isEqualTo("mine");
    assertThat(headers()).containsEntry("id", "mine");
  }

  @Test
  void aTaskThatNoTaskSentIsTheRootOfItsWorkflow() {
    String id = send(options -> options);

    assertThat(headers()).containsEntry("root_id", id).containsEntry("parent_id", null);
  }

  @Test
  void aTaskThatATaskSentHasItAsItsParentAndSharesItsRoot() {
    memory.inTask((context, args, kwargs) -> send(options -> options));

    assertThat(headers()).containsEntry("root_id", "root-1").containsEntry("parent_id", "parent-1");
  }

  @Test
  void whatTheCallSaysOfItsWorkflowWinsOverTheRunningTask() {
    memory.inTask(
        (context, args, kwargs) -> send(options -> options.rootId("root-2").parentId("parent-2")));

    assertThat(headers()).containsEntry("root_id", "root-2").containsEntry("parent_id", "parent-2");
  }

  @Test
  void theRunningTaskRemembersWhatItSent() {
    memory.inTask(
        (context, args, kwargs) -> {
          send(options -> options.taskId("child-1"));
          return send(options -> options.taskId("child-2"));
        });

    ResultMeta meta = memory.app.asyncResult("parent-1").meta().orElseThrow();
    assertThat(meta.children())
        .extracting(child -> child.id())
        .containsExactly("child-1", "child-2");
  }

  @Test
  void countdownBeatsEta() {
    send(options -> options.countdown(Duration.ofSeconds(10)).eta(MemoryApp.NOW.plusSeconds(99)));

    assertThat(headers()).containsEntry("eta", "2030-01-02T03:04:15.678900+00:00");
  }

  @Test
  void aCountdownOfNothingLeavesTheEta() {
    send(options -> options.countdown(Duration.ZERO).eta(Instant.parse("2031-01-01T00:00:00Z")));

    assertThat(headers()).containsEntry("eta", "2031-01-01T00:00:00+00:00");
  }

  @Test
  void timesOfOneCallAreCountedFromOneMoment() {
    memory.clock.passesWhenLookedAt(Duration.ofSeconds(1));

    send(options -> options.countdown(Duration.ofSeconds(10)).expiresIn(Duration.ofSeconds(60)));

    Delivery delivery = memory.take("celery");
    Map<String, Object> headers = MemoryApp.headers(delivery);
    assertThat(Duration.between(time(headers, "eta"), time(headers, "expires")))
        .isEqualTo(Duration.ofSeconds(50));
    assertThat(delivery.message().properties().expiration()).isEqualTo(Duration.ofSeconds(60));
  }

  static Stream<UnaryOperator<CallOptionsBuilder>> impossibleTimes() {
    Duration past = Duration.ofSeconds(-2_147_483_649L);
    Duration future = Duration.ofSeconds(Long.MAX_VALUE);
    Duration year20000 = Duration.ofDays(365L * 18_000);
    return Stream.of(
        options -> options.countdown(past),
        options -> options.expiresIn(past),
        options -> options.countdown(future),
        options -> options.expiresIn(future),
        options -> options.countdown(year20000),
        options -> options.expires(MemoryApp.NOW.plus(year20000)));
  }

  @ParameterizedTest
  @MethodSource("impossibleTimes")
  void refusesATimeThatPythonCouldNotRead(UnaryOperator<CallOptionsBuilder> times) {
    assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> send(times));

    assertThat(memory.isEmpty("celery")).isTrue();
  }

  @Test
  void interceptorsStandAroundASendTheFirstOneOutermost() {
    use(
        builder ->
            builder
                .interceptor(noting("outer", UnaryOperator.identity()))
                .interceptor(noting("inner", call -> renamed(call, "proj.other"))));

    String id = send(options -> options);

    assertThat(journal)
        .containsExactly(
            "outer begins proj.add", "inner begins proj.add", "inner ends", "outer ends");
    assertThat(headers()).containsEntry("task", "proj.other").containsEntry("id", id);
  }

  @Test
  void anInterceptorThatThrowsKeepsTheCallFromBeingSent() {
    use(
        builder ->
            builder
                .interceptor(noting("outer", UnaryOperator.identity()))
                .interceptor(
                    sending(
                        (call, next) -> {
                          throw new UnsupportedOperationException("not today");
                        })));

    assertThatThrownBy(() -> send(options -> options))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage("not today");

    assertThat(journal).containsExactly("outer begins proj.add");
    assertThat(memory.isEmpty("celery")).isTrue();
  }

  @Test
  void anInterceptorThatThrowsAfterwardsChangesNothingAboutWhatWasSent() {
    use(
        builder ->
            builder.interceptor(
                sending(
                    (call, next) -> {
                      next.proceed(call);
                      throw new UnsupportedOperationException("too late");
                    })));

    assertThatThrownBy(() -> send(options -> options)).hasMessage("too late");

    assertThat(headers()).containsEntry("task", "proj.add");
  }

  @Test
  void interceptorsStandAroundARetryToo() {
    use(
        builder ->
            builder.interceptor(
                noting(
                    "own",
                    call ->
                        call.withOptions(
                            call.options().toBuilder().headers(Map.of("x-trace", "1")).build()))));

    memory.inTask(
        (context, args, kwargs) -> {
          throw context.retry(null);
        });

    assertThat(journal).containsExactly("own begins proj.parent", "own ends");
    assertThat(headers())
        .containsEntry("id", "parent-1")
        .containsEntry("root_id", "root-1")
        .containsEntry("parent_id", "parent-1")
        .containsEntry("retries", 1)
        .containsEntry("origin", "gen1@there")
        .containsEntry("x-trace", "1");
  }

  @Test
  void anInterceptorMayRefuseARetry() {
    use(
        builder ->
            builder.interceptor(
                sending(
                    (call, next) -> {
                      throw new UnsupportedOperationException("not today");
                    })));

    Outcome outcome =
        memory.inTask(
            (context, args, kwargs) -> {
              throw context.retry(null);
            });

    assertThat(outcome).isEqualTo(new Outcome.Rejected("not today", false));
    assertThat(memory.app.backend().fetch("parent-1").map(ResultMeta::status)).contains("FAILURE");
    assertThat(memory.isEmpty("celery")).isTrue();
  }

  @Test
  void anInterceptorMayKeepTheCallForAnotherTime() {
    use(builder -> builder.interceptor(sending((call, next) -> "kept-1")));

    String id = send(options -> options);

    assertThat(id).isEqualTo("kept-1");
    assertThat(memory.isEmpty("celery")).isTrue();
  }

  @Test
  void anInterceptorSeesWhyACallCannotBeSent() {
    use(
        builder ->
            builder.interceptor(
                sending(
                    (call, next) -> {
                      try {
                        return next.proceed(call);
                      } catch (EncodeException e) {
                        journal.add("seen");
                        throw e;
                      }
                    })));

    assertThatThrownBy(() -> memory.app.send("proj.add", new Object()))
        .isInstanceOf(EncodeException.class);

    assertThat(journal).containsExactly("seen");
  }

  @Test
  void leavesItToAnUnknownTaskWhetherItsResultIsWanted() {
    send(options -> options);

    assertThat(headers()).containsEntry("ignore_result", null);
  }

  @Test
  void saysOfARegisteredTaskWhatItsOptionsSayAndTheCallWins() {
    memory.app.register(
        MemoryApp.task("proj.add", TaskOptions.builder().ignoreResult(true).build()));

    send(options -> options);
    send(options -> options.ignoreResult(false));

    assertThat(headers()).containsEntry("ignore_result", true);
    assertThat(headers()).containsEntry("ignore_result", false);
  }

  @Test
  void wantsNoResultsAtAllIfTheSettingsSaySo() {
    memory.close();
    memory = MemoryApp.with("task_ignore_result", true);

    send(options -> options);

    assertThat(headers()).containsEntry("ignore_result", true);
  }

  @Test
  void sendsTheTimeLimitsOfARegisteredTaskAndThoseOfTheCallWin() {
    memory.app.register(
        MemoryApp.task(
            "proj.add",
            TaskOptions.builder()
                .timeLimit(Duration.ofSeconds(60))
                .softTimeLimit(Duration.ofSeconds(50))
                .build()));

    send(options -> options);
    send(options -> options.softTimeLimit(Duration.ofMillis(1500)));

    assertThat(headers()).containsEntry("timelimit", List.of(60, 50));
    assertThat(headers()).containsEntry("timelimit", List.of(60, 1.5));
  }

  @Test
  void refusesATaskWhoseSoftTimeLimitCouldNeverBeReached() {
    memory.app.register(
        MemoryApp.task(
            "proj.add",
            TaskOptions.builder()
                .timeLimit(Duration.ofSeconds(5))
                .softTimeLimit(Duration.ofSeconds(6))
                .build()));

    assertThatThrownBy(() -> send(options -> options))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("PT6S")
        .hasMessageContaining("PT5S");
  }

  private String send(UnaryOperator<CallOptionsBuilder> options) {
    return memory
        .app
        .send("proj.add", List.of(), Map.of(), options.apply(CallOptions.builder()).build())
        .id();
  }

  private void use(UnaryOperator<CeleryBuilder> settings) {
    memory.close();
    memory = MemoryApp.with(settings);
  }

  private static Instant time(Map<String, Object> headers, String name) {
    return OffsetDateTime.parse((String) headers.get(name)).toInstant();
  }

  private Map<String, Object> headers() {
    return MemoryApp.headers(memory.take("celery"));
  }

  private TaskInterceptor noting(String name, UnaryOperator<TaskSignature> change) {
    return sending(
        (call, next) -> {
          journal.add(name + " begins " + call.task());
          String id = next.proceed(change.apply(call));
          journal.add(name + " ends");
          return id;
        });
  }

  private static TaskSignature renamed(TaskSignature call, String task) {
    return new TaskSignature(task, call.args(), call.kwargs(), call.options(), call.immutable());
  }

  private static TaskInterceptor sending(Around around) {
    return new TaskInterceptor() {
      @Override
      public String aroundSend(TaskSignature call, Sending next) {
        return around.send(call, next);
      }
    };
  }

  private interface Around {
    String send(TaskSignature call, TaskInterceptor.Sending next);
  }
}
