package io.github.celeryjava.celery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.celeryjava.celery.canvas.CallOptions;
import io.github.celeryjava.celery.canvas.CallOptionsBuilder;
import io.github.celeryjava.celery.protocol.SignatureData;
import io.github.celeryjava.celery.protocol.TaskCall;
import io.github.celeryjava.celery.protocol.TaskLinks;
import io.github.celeryjava.celery.protocol.TaskMessage;
import io.github.celeryjava.celery.task.TaskOptions;
import io.github.celeryjava.kombu.PublishOptions;
import io.github.celeryjava.kombu.RetryPolicy;
import io.github.celeryjava.kombu.entity.DeliveryMode;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import io.github.celeryjava.kombu.exceptions.EncodeException;
import io.github.celeryjava.kombu.transport.Delivery;
import io.github.celeryjava.kombu.transport.TransportMessage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AmqpTest {

  private static final TaskCall CALL =
      TaskCall.builder("proj.add", "id-1").args(List.of(2)).build();

  private MemoryApp memory = MemoryApp.create();

  @AfterEach
  void close() {
    memory.close();
  }

  @Test
  void makesMessagesOfVersion2UnlessTheSettingsSayOtherwise() {
    TaskMessage message = memory.app.amqp().createTaskMessage(CALL);

    assertThat(message.headers()).containsEntry("task", "proj.add").containsEntry("id", "id-1");
    assertThat(message.body()).isInstanceOf(List.class);
  }

  @Test
  void makesMessagesOfVersion1WhereTheSettingsSaySo() {
    use("task_protocol", 1);

    TaskMessage message = memory.app.amqp().createTaskMessage(CALL);

    assertThat(message.headers()).isEmpty();
    assertThat(message.body())
        .asInstanceOf(InstanceOfAssertFactories.MAP)
        .containsEntry("task", "proj.add")
        .containsEntry("utc", true);
  }

  @Test
  void keepsTheRestOfAChainInVersion2WhateverTheSettingsSay() {
    use("task_protocol", 1);
    SignatureData next = SignatureData.of("proj.next", List.of(), Map.of(), Map.of());
    TaskLinks links = new TaskLinks(null, null, List.of(next), null);

    TaskMessage message = memory.app.amqp().createTaskMessage(call(links));

    assertThat(message.headers()).containsEntry("task", "proj.add");
    assertThat(message.body())
        .asInstanceOf(InstanceOfAssertFactories.LIST)
        .last(InstanceOfAssertFactories.MAP)
        .containsEntry("chain", List.of(next.toMap()));
  }

  @Test
  void takesAnEmptyChainForNone() {
    use("task_protocol", 1);
    TaskLinks links = new TaskLinks(List.of(), List.of(), List.of(), null);

    TaskMessage message = memory.app.amqp().createTaskMessage(call(links));

    assertThat(message.body())
        .asInstanceOf(InstanceOfAssertFactories.MAP)
        .doesNotContainKey("chain")
        .containsEntry("callbacks", null);
    assertThat(links).isEqualTo(TaskLinks.NONE);
    assertThat(links.isEmpty()).isTrue();
  }

  @Test
  void makesEitherVersionOnRequest() {
    Amqp amqp = memory.app.amqp();

    assertThat(amqp.asTaskV1(CALL).body()).isInstanceOf(Map.class);
    assertThat(amqp.asTaskV2(CALL).body()).isInstanceOf(List.class);
    assertThat(amqp.asTaskV1(CALL).correlationId()).isEqualTo("id-1");
    assertThat(amqp.asTaskV2(CALL).correlationId()).isEqualTo("id-1");
  }

  @Test
  void knowsTheQueuesAndTheRoutesOfTheApp() {
    use("task_queues", List.of(Queue.named("mail")));

    assertThat(memory.app.amqp().queues().all()).extracting(Queue::name).containsExactly("mail");
    assertThat(
            memory
                .app
                .amqp()
                .router()
                .route(CallOptions.builder().queue("mail").build(), null)
                .destination()
                .routingKey())
        .isEqualTo("mail");
  }

  @Test
  void publishesExactlyTheCallWhateverTheOptionsSayOfTheMessage() {
    CallOptions options =
        CallOptions.builder()
            .queue("mail")
            .taskId("ignored")
            .shadow("ignored")
            .countdown(Duration.ofSeconds(5))
            .build();

    memory.app.amqp().sendTaskMessage(CALL, options, null);

    Delivery delivery = memory.take("mail");
    assertThat(MemoryApp.headers(delivery))
        .containsEntry("id", "id-1")
        .containsEntry("shadow", null)
        .containsEntry("eta", null);
    assertThat(text(delivery.message())).startsWith("[[2],{},");
  }

  @Test
  void writesTimesInTheZoneOfTheSettings() {
    use("timezone", "Asia/Kolkata");
    TaskCall call = TaskCall.builder("proj.add", "1").eta(MemoryApp.NOW).build();

    TaskMessage message = memory.app.amqp().createTaskMessage(call);

    assertThat(message.headers()).containsEntry("eta", "2030-01-02T08:34:05.678900+05:30");
  }

  @Test
  void looksIntoArgumentsAsDeepAsTheSettingsSay() {
    use("task_repr_maxlevels", 1);
    TaskCall call = TaskCall.builder("proj.add", "1").args(List.of(List.of(1))).build();

    assertThat(memory.app.amqp().createTaskMessage(call).headers())
        .containsEntry("argsrepr", "([...],)");
  }

  @Test
  void theFormatIsThatOfTheCallElseThatOfTheTaskElseThatOfTheSettings() {
    use("task_serializer", "raw");
    TaskOptions task = TaskOptions.builder().serializer("raw").build();

    assertThat(prepared(o -> o.serializer("json"), task).properties().contentType())
        .isEqualTo("application/json");
    assertThatThrownBy(() -> prepared(o -> o, task)).isInstanceOf(EncodeException.class);
    assertThatThrownBy(() -> prepared(o -> o, null)).isInstanceOf(EncodeException.class);
    assertThat(
            prepared(o -> o, TaskOptions.builder().serializer("json").build())
                .properties()
                .contentType())
        .isEqualTo("application/json");
  }

  @Test
  void theCompressionIsThatOfTheCallElseThatOfTheTaskElseThatOfTheSettings() {
    use("task_compression", "zlib");
    TaskOptions none = TaskOptions.builder().compression("").build();

    assertThat(prepared(o -> o, null).headers()).containsEntry("compression", "application/x-gzip");
    assertThat(prepared(o -> o, none).headers()).doesNotContainKey("compression");
    assertThat(prepared(o -> o.compression("gzip"), none).headers())
        .containsEntry("compression", "application/x-gzip");
    assertThat(prepared(o -> o.compression(""), null).headers()).doesNotContainKey("compression");
  }

  @Test
  void thePriorityIsThatOfTheCallElseThatOfTheTaskElseThatOfTheSettings() {
    TaskOptions task = TaskOptions.builder().priority(3).build();

    assertThat(prepared(o -> o, null).properties().priority()).isZero();
    use("task_default_priority", 4);
    assertThat(prepared(o -> o, null).properties().priority()).isEqualTo(4);
    assertThat(prepared(o -> o, task).properties().priority()).isEqualTo(3);
    assertThat(prepared(o -> o.priority(0), task).properties().priority()).isZero();
  }

  @Test
  void theDeliveryModeIsThatOfTheCallElseThatOfTheRoute() {
    use("task_default_delivery_mode", "transient");

    assertThat(prepared(o -> o, null).properties().deliveryMode())
        .isEqualTo(DeliveryMode.TRANSIENT);
    assertThat(
            prepared(o -> o.deliveryMode(DeliveryMode.PERSISTENT), null)
                .properties()
                .deliveryMode())
        .isEqualTo(DeliveryMode.PERSISTENT);
  }

  @Test
  void aMessageExpiresWithItsTaskAndAtOnceIfThatIsPast() {
    Duration minute = Duration.ofMinutes(1);
    TaskCall call = TaskCall.builder("proj.add", "1").expires(MemoryApp.NOW.plus(minute)).build();
    Amqp amqp = memory.app.amqp();

    assertThat(prepared(o -> o, null).properties().expiration()).isNull();
    assertThat(expiration(amqp, call, CallOptions.none())).isEqualTo(minute);
    memory.clock.advance(Duration.ofSeconds(20));
    assertThat(expiration(amqp, call, CallOptions.none())).isEqualTo(Duration.ofSeconds(40));
    assertThat(expiration(amqp, call, CallOptions.builder().expiresIn(minute).build()))
        .isEqualTo(minute);
    memory.clock.advance(minute);
    assertThat(expiration(amqp, call, CallOptions.none())).isZero();
  }

  @Test
  void saysWhereInTheCallAValueIsThatCannotBeEncoded() {
    TaskCall call = TaskCall.builder("proj.add", "1").kwargs(Map.of("who", new Object())).build();

    assertThatThrownBy(() -> memory.app.amqp().sendTaskMessage(call, CallOptions.none(), null))
        .isInstanceOf(EncodeException.class)
        .hasMessageContaining("java.lang.Object")
        .hasMessageContaining("[1].who");
  }

  @Test
  void refusesAFormatAndACompressionThatNobodyKnows() {
    assertThatThrownBy(() -> prepared(o -> o.serializer("jsn"), null))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("jsn");
    assertThatThrownBy(() -> prepared(o -> o.compression("zip"), null))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("zip");
  }

  @Test
  void publishesAsTheSettingsSayUnlessTheCallSaysOtherwise() {
    use(
        "task_publish_retry_policy",
        Map.of("max_retries", 7, "interval_start", 0.5, "interval_max", 2));
    RetryPolicy own = RetryPolicy.unlimited();

    PublishOptions usual = options(CallOptions.none());
    PublishOptions special =
        options(CallOptions.builder().retryPolicy(own).timeout(Duration.ofSeconds(3)).build());

    assertThat(usual.retryPolicy())
        .isEqualTo(
            RetryPolicy.of(
                7, Duration.ofMillis(500), Duration.ofMillis(200), Duration.ofSeconds(2)));
    assertThat(usual.timeout()).isNull();
    assertThat(usual.declare()).containsExactly(memory.app.amqp().queues().defaultQueue());
    assertThat(special.retryPolicy()).isEqualTo(own);
    assertThat(special.timeout()).isEqualTo(Duration.ofSeconds(3));
    assertThat(special.declare()).isEqualTo(usual.declare());
    assertThat(options(CallOptions.none())).isSameAs(usual);
    assertThat(memory.app.amqp().batchOptions().retryPolicy()).isNull();
  }

  @Test
  void publishesOnceIfTheSettingsForbidToTryAgain() {
    use("task_publish_retry", false);

    assertThat(options(CallOptions.none()).retryPolicy()).isEqualTo(RetryPolicy.never());
    assertThat(memory.app.amqp().batchOptions().retryPolicy()).isEqualTo(RetryPolicy.never());
  }

  @Test
  void aPolicyMayHaveNoEnd() {
    Map<String, Object> endless = new HashMap<>();
    endless.put("max_retries", null);
    use("task_publish_retry_policy", endless);

    assertThat(options(CallOptions.none()).retryPolicy().maxRetries()).isNull();
  }

  @Test
  void refusesAPolicyThatMakesNoSense() {
    assertThatThrownBy(() -> use("task_publish_retry_policy", Map.of("interval_step", "a while")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("task_publish_retry_policy")
        .hasMessageContaining("interval_step must be a number, was a while");
    assertThatThrownBy(() -> use("task_publish_retry_policy", Map.of("interval_max", -1)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("intervalMax must not be negative");
  }

  private void use(String setting, Object value) {
    memory.close();
    memory = MemoryApp.with(setting, value);
  }

  private TransportMessage prepared(UnaryOperator<CallOptionsBuilder> options, TaskOptions task) {
    CallOptions call = options.apply(CallOptions.builder()).build();
    return memory.app.amqp().prepare(CALL, call, task).message();
  }

  private PublishOptions options(CallOptions call) {
    return memory.app.amqp().prepare(CALL, call, null).options();
  }

  private static Duration expiration(Amqp amqp, TaskCall call, CallOptions options) {
    return amqp.prepare(call, options, null).message().properties().expiration();
  }

  private static String text(TransportMessage message) {
    return new String(message.body(), StandardCharsets.UTF_8);
  }

  private static TaskCall call(TaskLinks links) {
    return TaskCall.builder("proj.add", "id-1").links(links).build();
  }
}
