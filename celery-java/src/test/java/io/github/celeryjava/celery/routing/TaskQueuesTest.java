package io.github.celeryjava.celery.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.celeryjava.celery.config.CeleryConfig;
import io.github.celeryjava.kombu.entity.DeliveryMode;
import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.ExchangeType;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TaskQueuesTest {

  private static final Queue MAIL = Queue.bound("mail", Exchange.topic("post"), "mail.#");
  private static final Queue NEWS = Queue.bound("news", Exchange.direct("post"), "news");

  @Test
  void anAppThatNamesNoQueuesHasTheDefaultOne() {
    TaskQueues queues = queues(Map.of());

    assertThat(queues.all()).containsExactly(queues.defaultQueue());
    assertThat(queues.defaultQueue().name()).isEqualTo("celery");
    assertThat(queues.defaultQueue().durable()).isTrue();
    assertThat(queues.defaultQueue().routingKey()).isEqualTo("celery");
    assertThat(queues.defaultQueue().exchange())
        .isEqualTo(Exchange.direct("celery").withDeliveryMode(DeliveryMode.PERSISTENT));
  }

  @Test
  void anEmptyListOfQueuesIsLikeNone() {
    assertThat(queues(Map.of("task_queues", List.of())).all())
        .extracting(Queue::name)
        .containsExactly("celery");
  }

  @Test
  void theDefaultQueueFollowsItsSettings() {
    Queue queue =
        queues(
                Map.of(
                    "task_default_queue", "jobs",
                    "task_default_exchange", "work",
                    "task_default_exchange_type", "topic",
                    "task_default_routing_key", "job.#",
                    "task_default_delivery_mode", 1,
                    "task_default_queue_type", "quorum"))
            .defaultQueue();

    assertThat(queue.name()).isEqualTo("jobs");
    assertThat(queue.exchange().name()).isEqualTo("work");
    assertThat(queue.exchange().type()).isEqualTo(ExchangeType.TOPIC);
    assertThat(queue.exchange().deliveryMode()).isEqualTo(DeliveryMode.TRANSIENT);
    assertThat(queue.routingKey()).isEqualTo("job.#");
    assertThat(queue.declareArguments()).isEqualTo(Map.of("x-queue-type", "quorum"));
  }

  @Test
  void aQueueThatIsUsedAndNotNamedIsMadeLikeItsExchangeAndItsKey() {
    Queue made = queues(Map.of()).find("videos");

    assertThat(made.name()).isEqualTo("videos");
    assertThat(made.routingKey()).isEqualTo("videos");
    assertThat(made.exchange().name()).isEqualTo("videos");
    assertThat(made.exchange().type()).isEqualTo(ExchangeType.DIRECT);
    assertThat(made.declareArguments()).isEmpty();
  }

  @Test
  void aQueueThatIsMadeFollowsItsSettings() {
    Queue made =
        queues(
                Map.of(
                    "task_create_missing_queue_type", "quorum",
                    "task_create_missing_queue_exchange_type", "topic"))
            .find("videos");

    assertThat(made.exchange().type()).isEqualTo(ExchangeType.TOPIC);
    assertThat(made.declareArguments()).isEqualTo(Map.of("x-queue-type", "quorum"));
  }

  @Test
  void aQueueIsMadeOnce() {
    TaskQueues queues = queues(Map.of());

    assertThat(queues.find("videos")).isSameAs(queues.find("videos"));
    assertThat(queues.all()).extracting(Queue::name).containsExactly("celery");
  }

  @Test
  void theDefaultQueueIsMadeLikeAnyOtherWhereTheAppNamesQueuesWithoutIt() {
    TaskQueues queues =
        queues(Map.of("task_queues", List.of(MAIL), "task_default_queue_type", "quorum"));

    assertThat(queues.defaultQueue().name()).isEqualTo("celery");
    assertThat(queues.defaultQueue().declareArguments()).isEmpty();
    assertThat(queues.all()).containsExactly(MAIL);
  }

  @Test
  void anUnknownQueueIsRefusedWithTheNearestNameIfNoneMayBeMade() {
    TaskQueues queues =
        queues(Map.of("task_queues", List.of(MAIL, NEWS), "task_create_missing_queues", false));

    assertThatThrownBy(() -> queues.find("mial"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("'mial'")
        .hasMessageContaining("did you mean 'mail'?")
        .hasMessageContaining("[mail, news]")
        .hasMessageContaining("task_create_missing_queues");
    assertThatThrownBy(() -> queues.select(List.of("mail", "videos"), List.of()))
        .hasMessageContaining("'videos'")
        .hasMessageContaining("[mail, news]");
    assertThatThrownBy(queues::defaultQueue).hasMessageContaining("'celery'");
  }

  @Test
  void aQueueIsFoundByItsAliasToo() {
    Queue queue = MAIL.toBuilder().alias("post").build();
    TaskQueues queues = queues(Map.of("task_queues", List.of(queue, NEWS)));

    assertThat(queues.find("post")).isEqualTo(queue);
    assertThat(queues.select(List.of("post", "mail"), List.of())).containsExactly(queue);
    assertThat(queues.select(List.of(), List.of("post"))).containsExactly(NEWS);
  }

  @Test
  void aWorkerConsumesAllQueuesOfTheAppUnlessToldOtherwise() {
    TaskQueues queues = queues(Map.of("task_queues", List.of(MAIL, NEWS)));

    assertThat(queues.select(List.of(), List.of())).containsExactly(MAIL, NEWS);
    assertThat(queues.select(List.of("news", "videos", "news"), List.of()))
        .extracting(Queue::name)
        .containsExactly("news", "videos");
    assertThat(queues.select(List.of(), List.of("mail", "unheard-of"))).containsExactly(NEWS);
    assertThat(queues.select(List.of("news", "videos"), List.of("news")))
        .extracting(Queue::name)
        .containsExactly("videos");
  }

  @Test
  void aWorkerWithoutAnyQueueIsRefused() {
    TaskQueues queues = queues(Map.of("task_queues", List.of(MAIL, NEWS)));

    assertThatThrownBy(() -> queues.select(List.of(), List.of("news", "mail")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("[mail, news]")
        .hasMessageContaining("[news, mail]");
  }

  @Test
  void allQueuesGetThePrioritiesOfTheSettingUnlessTheyHaveTheirOwn() {
    Queue own = Queue.builder("own").maxPriority(3).build();
    Queue argument = Queue.builder("argument").argument("x-max-priority", 5).build();
    TaskQueues queues =
        queues(Map.of("task_queues", List.of(MAIL, own, argument), "task_queue_max_priority", 10));

    assertThat(Stream.of("mail", "own", "argument", "made").map(queues::find))
        .extracting(queue -> queue.declareArguments().get("x-max-priority"))
        .containsExactly(10, 3, 5, 10);
  }

  @Test
  void aHighestPriorityOfZeroIsDeclaredAsItIs() {
    Queue queue = queues(Map.of("task_queue_max_priority", 0)).defaultQueue();

    assertThat(queue.declareArguments()).isEqualTo(Map.of("x-max-priority", 0));
  }

  @Test
  void queuesMayBeAMapFromNamesToTheirOptions() {
    Map<String, Object> videos = new LinkedHashMap<>();
    videos.put("exchange", "media");
    videos.put("exchange_type", "topic");
    videos.put("routing_key", "unused");
    videos.put("binding_key", "video.#");
    videos.put("delivery_mode", "transient");
    videos.put("queue_arguments", Map.of("x-overflow", "reject-publish"));
    videos.put("binding_arguments", Map.of("b", 1));
    videos.put("consumer_arguments", Map.of("x-priority", 2));
    videos.put("durable", false);
    videos.put("auto_delete", true);
    videos.put("exclusive", false);
    videos.put("no_ack", true);
    videos.put("no_declare", true);
    videos.put("expires", 1.5);
    videos.put("message_ttl", Duration.ofSeconds(60));
    videos.put("max_length", 100);
    videos.put("max_length_bytes", 1 << 20);
    videos.put("max_priority", 9);
    videos.put("alias", "films");
    Map<String, Object> table = new LinkedHashMap<>();
    table.put("mail", MAIL);
    table.put("videos", videos);
    table.put("plain", Map.of());

    TaskQueues queues = queues(Map.of("task_queues", table));

    assertThat(queues.all()).extracting(Queue::name).containsExactly("mail", "videos", "plain");
    assertThat(queues.find("mail")).isEqualTo(MAIL);
    assertThat(queues.find("films"))
        .isEqualTo(
            Queue.builder("videos")
                .exchange(Exchange.topic("media").withDeliveryMode(DeliveryMode.TRANSIENT))
                .routingKey("video.#")
                .argument("x-overflow", "reject-publish")
                .bindingArguments(Map.of("b", 1))
                .consumerArguments(Map.of("x-priority", 2))
                .notDurable()
                .autoDelete()
                .noAck()
                .noDeclare()
                .expires(Duration.ofMillis(1500))
                .messageTtl(Duration.ofSeconds(60))
                .maxLength(100)
                .maxLengthBytes(1 << 20)
                .maxPriority(9)
                .alias("films")
                .build());
    assertThat(queues.find("plain").exchange().name()).isEqualTo("celery");
    assertThat(queues.find("plain").routingKey()).isEqualTo("plain");
  }

  static Stream<Arguments> impossible() {
    return Stream.of(
        Arguments.of("a,b", "takes a list of kombu queues"),
        Arguments.of(Arrays.asList(MAIL, null), "takes a list of kombu queues"),
        Arguments.of(List.of(Map.of("name", "x")), "takes a list of kombu queues"),
        Arguments.of(List.of(MAIL, MAIL), "task_queues names 'mail' twice"),
        Arguments.of(Map.of("q", "text"), "task_queues.q takes a kombu queue or its options"),
        Arguments.of(Map.of("q", Map.of("durble", true)), "task_queues.q has no option 'durble'"),
        Arguments.of(Map.of("q", Map.of("durable", "no")), "q.durable must be true or false"),
        Arguments.of(Map.of("q", Map.of("max_length", "1")), "q.max_length must be a number"),
        Arguments.of(Map.of("q", Map.of("queue_arguments", 1)), "queue_arguments must be a map"),
        Arguments.of(Map.of("q", Map.of("delivery_mode", 3)), "q.delivery_mode is 1, 2"),
        Arguments.of(Map.of("q", Map.of("max_priority", 999)), "q cannot be declared"));
  }

  @ParameterizedTest
  @MethodSource("impossible")
  void refusesWhatIsNoTableOfQueues(Object given, String message) {
    Map<String, Object> settings = Map.of("task_queues", given);

    assertThatThrownBy(() -> queues(settings))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(message);
  }

  private static TaskQueues queues(Map<String, ?> settings) {
    return TaskQueues.of(CeleryConfig.builder().map("test", settings).build());
  }
}
