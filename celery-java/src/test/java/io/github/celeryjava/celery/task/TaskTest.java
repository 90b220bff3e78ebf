package io.github.celeryjava.celery.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.celeryjava.celery.canvas.CallOptions;
import io.github.celeryjava.celery.canvas.TaskSignature;
import io.github.celeryjava.celery.config.CeleryConfig;
import io.github.celeryjava.celery.config.Settings;
import io.github.celeryjava.celery.exceptions.RetryException;
import io.github.celeryjava.celery.exceptions.TaskArgumentsException;
import io.github.celeryjava.celery.result.AsyncResult;
import io.github.celeryjava.celery.result.ResultSource;
import io.github.celeryjava.kombu.serialization.SerializerRegistry;
import java.io.IOException;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class TaskTest {

  private final List<TaskSignature> sent = new ArrayList<>();
  private final List<Type> types = new ArrayList<>();
  private final List<TaskDefinition> registered = new ArrayList<>();

  @Test
  void aCallIsSentWithItsArguments() {
    AsyncResult<Integer> result = add().delay(1, null);

    assertThat(result.id()).isEqualTo("id-1");
    assertThat(sent.get(0).task()).isEqualTo("add");
    assertThat(sent.get(0).args()).isEqualTo(Arrays.asList(1, null));
    assertThat(sent.get(0).options()).isEqualTo(CallOptions.none());
    assertThat(types).containsExactly(Integer.class);
  }

  @Test
  void aCallIsSentWithItsOptions() {
    CallOptions options = CallOptions.builder().queue("math").build();

    add().applyAsync(List.of(1), Map.of("y", 2), options);

    assertThat(sent)
        .containsExactly(new TaskSignature("add", List.of(1), Map.of("y", 2), options, false));
  }

  @Test
  void aSignatureIsNotSent() {
    assertThat(add().signature(1, 2)).isEqualTo(TaskSignature.of("add", List.of(1, 2)));
    assertThat(sent).isEmpty();
  }

  @Test
  void argumentsAreThoseOfTheMomentOfTheCall() {
    List<Object> args = new ArrayList<>(List.of(1, 2));

    TaskSignature signature = add().signature(args, Map.of());
    args.clear();

    assertThat(signature.args()).isEqualTo(List.of(1, 2));
  }

  @Test
  void aTaskIsCalledHereWithoutAMessage() throws Exception {
    assertThat(add().call(1, 2)).isEqualTo(3);
    assertThat(add().call(List.of(1), Map.of("y", 2L))).isEqualTo(3);
    assertThat(sent).isEmpty();
  }

  @Test
  void argumentsOfACallHereAreCheckedTheSameWay() {
    assertThatThrownBy(() -> add().call(1))
        .isInstanceOf(TaskArgumentsException.class)
        .hasMessage("add() missing 1 required argument: 'y' (int, position 2)");
  }

  @Test
  void aStageIsWaitedForInACallHere() throws Exception {
    Task<Object> task =
        task("later").runs((context, args, kwargs) -> CompletableFuture.completedFuture(7));
    Task<Object> failing =
        task("failing")
            .runs((context, args, kwargs) -> CompletableFuture.failedFuture(new IOException("no")));

    assertThat(task.call()).isEqualTo(7);
    assertThatThrownBy(failing::call).isExactlyInstanceOf(IOException.class);
  }

  @Test
  void aRetryInACallHereThrowsItsReason() {
    Task<Object> withReason =
        task("a")
            .runs(
                (TaskFunction0<Object>)
                    context -> {
                      throw context.retry(new IOException("busy"));
                    });
    Task<Object> without =
        task("b")
            .runs(
                (TaskFunction0<Object>)
                    context -> {
                      throw context.retry(null);
                    });

    assertThatThrownBy(withReason::call).isExactlyInstanceOf(IOException.class);
    assertThatThrownBy(without::call).isInstanceOf(RetryException.class);
  }

  @Test
  void aTaskCalledHereHasAContextOfItsOwn() throws Exception {
    Task<Object> task =
        task("self")
            .runs(
                (context, args, kwargs) -> {
                  context.updateState("PROGRESS", 1);
                  return List.of(context.task(), context.args(), context.retries());
                });

    assertThat(task.call("x")).isEqualTo(List.of("self", List.of("x"), 0));
  }

  @Test
  void lambdasTakeUpToThreeTypedArguments() throws Exception {
    Task<Object> none = task("none").runs(context -> context.task());
    Task<Object> one = task("one").runs(Argument.of(int.class), (context, a) -> a + 1);
    Task<Object> three =
        task("three")
            .runs(
                Argument.of("a", int.class),
                Argument.of("b", String.class).orElse("-"),
                Argument.<List<Long>>generic("c", List.class).orElse(List.of()),
                (context, a, b, c) -> a + b + c);

    assertThat(none.call()).isEqualTo("none");
    assertThat(one.call(List.of(), Map.of("arg0", 1L))).isEqualTo(2);
    assertThat(three.call(1)).isEqualTo("1-[]");
    assertThat(three.call(List.of(1), Map.of("c", List.of(2L)))).isEqualTo("1-[2]");
  }

  @Test
  void optionsOfALambdaStartFromTheSettings() {
    TaskListener listener = new TaskListener() {};

    task("tuned")
        .options(options -> options.queue("slow").acksLate(false))
        .listener(listener)
        .runs(context -> 1);

    TaskDefinition definition = registered.get(0);
    assertThat(definition.options().queue()).isEqualTo("slow");
    assertThat(definition.options().acksLate()).isFalse();
    assertThat(definition.options().ignoreResult()).isTrue();
    assertThat(definition.listener()).isSameAs(listener);
  }

  private Task<Integer> add() {
    return this.<Integer>task("add", Integer.class)
        .runs(Argument.of("x", int.class), Argument.of("y", int.class), (context, x, y) -> x + y);
  }

  private TaskBuilder<Object> task(String name) {
    return task(name, Object.class);
  }

  private <R> TaskBuilder<R> task(String name, Type type) {
    CeleryConfig config =
        CeleryConfig.defaults()
            .with(Settings.TASK_ACKS_LATE, true)
            .with(Settings.TASK_IGNORE_RESULT, true);
    return new TaskDefinitions(config, SerializerRegistry.standard())
        .named(
            name,
            type,
            definition -> {
              registered.add(definition);
              return new Task<>(definition, new Caller());
            });
  }

  private final class Caller implements TaskCaller {

    @Override
    public <R> AsyncResult<R> apply(TaskSignature call, Type resultType) {
      sent.add(call);
      types.add(resultType);
      ResultSource source =
          new ResultSource(
              new StoredResults(new ArrayList<>()),
              SerializerRegistry.standard(),
              () -> false,
              Runnable::run);
      return new AsyncResult<>("id-" + sent.size(), resultType, source);
    }
  }
}
